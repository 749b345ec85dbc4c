// quanlu-verify: is this file true? A bundle (or a log checkpoint) and a pinned genesis in, a
// verdict out, offline. Links ledger/proof and nothing that opens a socket. Exit codes:
// ECOSYSTEM 1.5; words: STORYBOARD 2. The clock is read here and nowhere below.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>

#include "crypto/base/encode.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/report.h"

namespace {

namespace chain = quanlu::chain;
namespace json = quanlu::json;
namespace proof = quanlu::proof;
using proof::Tongue;
using quanlu::Err;

constexpr int kNo = 1, kUsage = 2, kNotFinal = 3, kNoTrust = 4, kInternal = 70;

constexpr const char* kHelpEn =
    R"(quanlu-verify: checks a proof file of a Quanlu ledger, offline

  quanlu-verify FILE --genesis genesis.json [options]          FILE may be - for standard input

  --genesis FILE     the founding document you trust; its hash is the chain id
  --key KEY          the question you asked; an answer to another question is refused
                     (a key such as right/CN:2013106997442, or a transaction id)
  --at-height H      ask for the truth at that height; age does not matter then
  --max-age SECONDS  how old an answer may be, default 60
  --json             one JSON document instead of lines
  --lang en|zh       language; otherwise LANGUAGE, LC_ALL, LC_MESSAGES, LANG decide

examples
  quanlu-verify answer.json --genesis genesis.json
  quanlu-verify answer.json --genesis genesis.json --key right/CN:2013106997442 --max-age 300
  quanlu-verify answer.json --genesis genesis.json --at-height 1233 --lang zh

exit  0 valid   1 invalid, or not what was asked   2 usage or malformed file   3 valid but stale or not final
      4 no genesis to trust
)";

constexpr const char* kHelpZh =
    R"(quanlu-verify:离线核验权录账本的证明文件

  quanlu-verify 文件 --genesis genesis.json [选项]             文件写作 - 时读取标准输入

  --genesis 文件     您信任的创世文件,其哈希即链标识
  --key 键           您所问的对象;回答其他问题的文件不予认可
                     (如 right/CN:2013106997442,或交易标识)
  --at-height 高度   只问该高度是否属实,不计时效
  --max-age 秒       允许的最长时间,默认 60
  --json             输出一份 JSON
  --lang en|zh       语言;未给出时依 LANGUAGE、LC_ALL、LC_MESSAGES、LANG

示例
  quanlu-verify answer.json --genesis genesis.json
  quanlu-verify answer.json --genesis genesis.json --key right/CN:2013106997442 --max-age 300
  quanlu-verify answer.json --genesis genesis.json --at-height 1233 --lang zh

退出码  0 有效   1 无效或答非所问   2 用法或文件格式错误   3 有效但已过期或未终局   4 缺少创世文件
)";

struct Arguments {
    std::string file, genesis, lang;
    proof::Question question;
    bool json = false, help = false, has_max_age = false;
};

struct Failure {
    int exit = kUsage;
    std::string_view reason;  // "usage", "malformed", "genesis_missing", "genesis_malformed"
    std::string en, zh;
};

Tongue tongue_of(std::string_view flag) {
    std::string_view name = flag;
    for (const char* variable : {"QUANLU_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) {
        if (!name.empty()) break;
        if (const char* value = std::getenv(variable)) name = value;
    }
    return name.starts_with("zh") ? Tongue::zh : Tongue::en;
}

Err<Failure> usage(std::string en, std::string zh) {
    return Err(Failure{kUsage, "usage", std::move(en), std::move(zh)});
}

quanlu::Result<std::int64_t, Failure> number(std::string_view name, std::string_view text,
                                             std::int64_t max) {
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > max) {
        return usage(std::string(name) + ": a whole number up to " + std::to_string(max) +
                         ", not '" + std::string(text) + "'",
                     std::string(name) + ":应为不超过 " + std::to_string(max) + " 的整数,而非“" +
                         std::string(text) + "”");
    }
    return value;
}

quanlu::Status<Failure> take_option(Arguments& to, std::string_view name, std::string_view value) {
    if (name == "--genesis") {
        to.genesis = value;
    } else if (name == "--lang") {
        if (value != "en" && value != "zh") return usage("--lang: en or zh", "--lang:en 或 zh");
        to.lang = value;
    } else if (name == "--key") {
        if (value.empty()) return usage("--key: empty", "--key:不能为空");
        to.question.key = std::string(value);
    } else if (name == "--at-height") {
        TRY(const std::int64_t height, number(name, value, json::kIntegerMax));
        to.question.at_height = quanlu::Height(static_cast<std::uint64_t>(height));
    } else {
        // A century of seconds: more is a slip of the finger, and the milliseconds fit.
        TRY(const std::int64_t seconds, number(name, value, 3'155'760'000));
        to.question.max_age_ms = seconds * 1'000;
        to.has_max_age = true;
    }
    return quanlu::Unit{};
}

quanlu::Status<Failure> take_arguments(int argc, char** argv, Arguments& to) {
    bool only_files = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (only_files || !word.starts_with("--")) {
            if (word == "-h" && !only_files) {
                to.help = true;
                continue;
            }
            if (word.starts_with("-") && word != "-" && !only_files) {
                return usage("unknown option " + std::string(word),
                             "未知选项 " + std::string(word));
            }
            if (!to.file.empty())
                return usage("more than one FILE: " + std::string(word),
                             "只能给出一个文件:" + std::string(word));
            if (word.empty()) return usage("FILE is empty", "文件名为空");
            to.file = word;
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const bool flag = name == "--json" || name == "--help" || name == "--";
        if (flag && equals != std::string_view::npos) {
            return usage(std::string(name) + " takes no value", std::string(name) + " 不带值");
        }
        if (name == "--") {
            only_files = true;
        } else if (name == "--json") {
            to.json = true;
        } else if (name == "--help") {
            to.help = true;
        } else if (name == "--genesis" || name == "--lang" || name == "--key" ||
                   name == "--at-height" || name == "--max-age") {
            if (equals == std::string_view::npos && i + 1 == argc) {
                return usage(std::string(name) + " needs a value",
                             std::string(name) + " 需要一个值");
            }
            TRY_VOID(take_option(to, name,
                                 equals == std::string_view::npos ? std::string_view(argv[++i])
                                                                  : word.substr(equals + 1)));
        } else {
            return usage("unknown option " + std::string(word), "未知选项 " + std::string(word));
        }
    }
    if (to.file.empty() && !to.help)
        return usage("FILE is missing; see quanlu-verify --help",
                     "缺少文件;见 quanlu-verify --help");
    return quanlu::Unit{};
}

struct CloseFile {
    void operator()(std::FILE* file) const {
        if (file != stdin) std::fclose(file);
    }
};

// The whole file; one byte more than `max` is kept so that the parser says "too large" and not half
// of it is judged.
std::optional<std::string> read_file(const std::string& path, std::size_t max) {
    const std::unique_ptr<std::FILE, CloseFile> file(path == "-" ? stdin
                                                                 : std::fopen(path.c_str(), "rb"));
    if (!file) return std::nullopt;
    std::string text;
    char buffer[64 * 1024];
    while (text.size() <= max) {
        const std::size_t got = std::fread(buffer, 1, sizeof buffer, file.get());
        text.append(buffer, got);
        if (got < sizeof buffer) break;
    }
    if (std::ferror(file.get()) != 0) return std::nullopt;
    return text;
}

quanlu::Result<chain::Genesis, Failure> read_genesis(const std::string& path) {
    if (path.empty()) {
        return Err(
            Failure{kNoTrust, "genesis_missing",
                    "--genesis is missing: without the founding document nothing can be trusted",
                    "缺少 --genesis:没有创世文件便无从信任"});
    }
    const auto text = read_file(path, chain::kGenesisBytesMax);
    if (!text)
        return Err(Failure{kNoTrust, "genesis_missing", "cannot read " + path, "无法读取 " + path});
    auto genesis = chain::parse_genesis(*text);
    if (!genesis.ok()) {
        return Err(Failure{kUsage, "genesis_malformed",
                           path + ": not a genesis document: " + genesis.error(),
                           path + ":不是创世文件:" + genesis.error()});
    }
    return std::move(*genesis);
}

int fail(const Failure& failure, bool as_json, Tongue tongue) {
    if (as_json) {
        const json::Value out =
            json::Object{{"schema", "quanlu.verify/1"}, {"answer", "error"}, {"exit", failure.exit},
                         {"reason", failure.reason},    {"en", failure.en},  {"zh", failure.zh}};
        std::puts(json::write(out).c_str());
    } else {
        std::fprintf(stderr, "%s %s  %s\n", tongue == Tongue::zh ? "错误" : "error",
                     std::string(failure.reason).c_str(),
                     (tongue == Tongue::zh ? failure.zh : failure.en).c_str());
    }
    return failure.exit;
}

// What a checkpoint's signatures amount to.
struct Standing {
    int exit = kNo;
    std::string_view answer = "invalid";  // "valid", "not_final"
    std::string reason;
    std::vector<chain::MemberIndex> signers;
};

Standing judge(const proof::SignedCheckpoint& note, const chain::Genesis& genesis,
               const chain::Members& members) {
    if (note.checkpoint.origin != proof::origin_of(genesis.chain_id))
        return {kNo, "invalid", "wrong_chain: " + note.checkpoint.origin, {}};
    const auto signers = proof::checkpoint_signers(note, members);
    if (!signers) return {kNo, "invalid", "signature: a member's line does not hold", {}};
    if (signers->empty())
        return {kNo, "invalid", "signature: no member of this ledger signed it", {}};
    if (signers->size() < members.quorum()) return {kNotFinal, "not_final", "", *signers};
    return {0, "valid", "", *signers};
}

int verify_checkpoint(const proof::SignedCheckpoint& note, const chain::Genesis& genesis,
                      bool as_json, Tongue tongue) {
    const chain::Members members = genesis.member_set();
    const Standing standing = judge(note, genesis, members);
    std::string names;
    json::Array signers;
    for (const chain::MemberIndex i : standing.signers) {
        names += (names.empty() ? "" : ", ") + members.at(i).name;
        signers.emplace_back(members.at(i).name);
    }
    const std::string size = proof::grouped(note.checkpoint.size),
                      root = quanlu::to_hex(note.checkpoint.root);
    const std::string count =
        std::to_string(standing.signers.size()) + "/" + std::to_string(members.n());
    if (as_json) {
        const json::Value out = json::Object{{"schema", "quanlu.verify/1"},
                                             {"answer", standing.answer},
                                             {"exit", standing.exit},
                                             {"reason", standing.reason},
                                             {"log_size", note.checkpoint.size},
                                             {"log_root", root},
                                             {"signers", std::move(signers)},
                                             {"members", static_cast<std::int64_t>(members.n())}};
        std::puts(json::write(out).c_str());
    } else if (standing.exit == kNo) {
        std::printf(tongue == Tongue::zh ? "  无效   检查点 %s\n" : "  INVALID  checkpoint %s\n",
                    standing.reason.c_str());
    } else if (tongue == Tongue::zh) {
        std::printf(
            "  %s   日志 %s 行,根 %s\n  已核验   成员签名 %s(%s)\n  未证明   日志各行的内容\n",
            standing.exit == 0 ? "有效" : "未终局", size.c_str(), root.c_str(), count.c_str(),
            names.c_str());
    } else {
        std::printf(
            "  %s  log of %s lines, root %s\n  checked  signatures of members %s (%s)\n  not shown "
            " what the lines say\n",
            standing.exit == 0 ? "VALID" : "NOT FINAL", size.c_str(), root.c_str(), count.c_str(),
            names.c_str());
    }
    return standing.exit;
}

int run(int argc, char** argv) {
    Arguments arguments;
    const auto taken = take_arguments(argc, argv, arguments);
    const Tongue tongue = tongue_of(arguments.lang);
    if (!taken.ok()) return fail(taken.error(), arguments.json, tongue);
    if (arguments.help) {
        std::fputs(tongue == Tongue::zh ? kHelpZh : kHelpEn, stdout);
        return 0;
    }
    const auto genesis = read_genesis(arguments.genesis);
    if (!genesis.ok()) return fail(genesis.error(), arguments.json, tongue);
    const auto text = read_file(arguments.file, proof::kBundleBytesMax);
    if (!text)
        return fail(
            {kUsage, "malformed", "cannot read " + arguments.file, "无法读取 " + arguments.file},
            arguments.json, tongue);
    if (text->starts_with("quanlu/")) {
        const auto note = proof::parse_checkpoint(*text);
        const proof::Question& asked = arguments.question;
        if (note.ok() && (asked.key || asked.at_height || arguments.has_max_age))
            return fail({kUsage, "question",
                         "a checkpoint answers no question about a key, a height or its age",
                         "检查点不回答关于键、高度或时效的问题"},
                        arguments.json, tongue);
        if (note.ok()) return verify_checkpoint(*note, *genesis, arguments.json, tongue);
        return fail({kUsage, "malformed", arguments.file + ": not a checkpoint: " + note.error(),
                     arguments.file + ":不是检查点:" + note.error()},
                    arguments.json, tongue);
    }
    const auto bundle = proof::parse_bundle(*text);
    if (!bundle.ok()) {
        return fail({kUsage, "malformed", arguments.file + ": not a proof file: " + bundle.error(),
                     arguments.file + ":不是证明文件:" + bundle.error()},
                    arguments.json, tongue);
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    arguments.question.now =
        quanlu::UnixMillis{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
    const proof::Verdict verdict = proof::verify(*bundle, *genesis, arguments.question);
    if (arguments.json) {
        std::puts(json::write(proof::to_json(verdict)).c_str());
    } else {
        std::fputs(proof::to_lines(verdict, arguments.question, tongue).c_str(), stdout);
    }
    return proof::exit_code(verdict);
}

}  // namespace

int main(int argc, char** argv) {
    int exit = kInternal;
    try {
        exit = run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error internal  %s\n", error.what());
    }
    // A verdict that did not reach its reader is none.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) return kInternal;
    return exit;
}
