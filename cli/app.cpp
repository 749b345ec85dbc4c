// The parser: CLI11 under our error text, exit codes and suggestions (ECOSYSTEM 1.3 item 1). The
// only file that includes it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>

#include "cli/command.h"
#include "cli/i18n.h"

namespace quanlu::cli {

namespace {

constexpr const char* kExamples =
    R"(Quanlu 权录 - registry of IP pledges, data invoices and invoice rights

  quanlu devnet up --nodes 4                 four nodes on this machine, with a worked example
  quanlu right show ZL202230000017.2         owner, pledge, freeze, pool - with proof
  quanlu pledge list --right ZL202110123456.7
  quanlu pledge register PL-330110-20261120-00000017-4 --file register.toml
  quanlu invoice check --batch invoices.csv  financed elsewhere? (blind duplicate check)
  quanlu cert verify DI-330108-20261120-00000001-C
  quanlu proof get right/patent:2022300000172 --out answer.json
  quanlu-verify answer.json --genesis genesis.json
  quanlu ledger replay ./export --genesis genesis.json
  quanlu errors E_ALREADY_PLEDGED            text, legal ground, next step
  quanlu --help                              every command
)";

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[b.size()];
}

std::string nearest(const std::string& word, const std::set<std::string_view>& words) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 2);
    for (const std::string_view candidate : words) {
        const std::size_t distance =
            candidate.starts_with(word) ? 1 : edit_distance(word, candidate);
        if (distance <= best_distance && (best.empty() || distance < best_distance)) {
            best = candidate;
            best_distance = distance;
        }
    }
    return std::string(best);
}

// The deepest command group that argv names, and the word after it that names nothing.
struct Lost {
    std::vector<std::string> path;
    std::string word;
    std::string suggestion;
};

Lost find_lost(const std::vector<Command>& commands, const std::vector<std::string>& words) {
    Lost lost;
    for (const std::string& word : words) {
        std::set<std::string_view> next;
        for (const Command& command : commands) {
            if (command.path.size() > lost.path.size() &&
                std::equal(lost.path.begin(), lost.path.end(), command.path.begin())) {
                next.insert(command.path[lost.path.size()]);
            }
        }
        if (next.empty()) return lost;
        if (word.starts_with("-")) continue;
        if (!next.contains(word)) {
            lost.word = word;
            lost.suggestion = nearest(word, next);
            return lost;
        }
        lost.path.push_back(word);
    }
    return lost;
}

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

struct Slot {
    const Option* option;
    std::vector<std::string> values;
    bool flag = false;
    CLI::Option* parsed = nullptr;
};

struct Leaf {
    const Command* command;
    CLI::App* app;
    std::vector<std::unique_ptr<Slot>> slots;
};

void add_global_options(CLI::App& app, Flags& flags) {
    app.add_option("--node", flags.node, std::string(say("URL of a node", "节点地址")));
    app.add_option("--genesis", flags.genesis,
                   std::string(say("pinned genesis file", "创世文件(固定信任)")));
    app.add_option("--party", flags.party, std::string(say("party to act for", "所代表的主体")));
    app.add_option("--key", flags.key, std::string(say("officer's key file", "经办人密钥文件")));
    app.add_option("--passphrase-file", flags.passphrase_file,
                   std::string(say("file with the key's passphrase", "密钥口令文件")));
    app.add_option("--as,--context", flags.context,
                   std::string(say("named context", "上下文名称")));
    app.add_option("--config", flags.config, std::string(say("contexts file", "配置文件")));
    app.add_option("--lang", flags.lang, "zh | en")->check(CLI::IsMember({"zh", "en"}));
    app.add_option("-o,--output", flags.format, "table | json | ndjson | csv")
        ->check(CLI::IsMember({"table", "json", "ndjson", "csv"}));
    app.add_flag("--excel", flags.excel,
                 std::string(say("CSV as a spreadsheet opens it: what others wrote is no formula",
                                 "供电子表格打开的 CSV,他人所填内容不作公式")));
    app.add_flag("-q,--quiet", flags.quiet, std::string(say("ids only", "仅输出编号")));
    app.add_flag("--no-verify", flags.no_verify,
                 std::string(say("do not check proofs (said loudly)", "不核验证明(会提示)")));
    app.add_flag("--no-input", flags.no_input, std::string(say("never ask", "从不询问")));
    app.add_flag("--yes", flags.yes, std::string(say("do not ask for confirmation", "不要求确认")));
}

// What a noun stands for, for the help of its group.
std::string about_noun(const std::string& noun) {
    struct About {
        const char *noun, *en, *zh;
    };
    static constexpr About kAbout[] = {
        {"asset", "data assets", "数据资产"},
        {"block", "blocks of the ledger", "区块"},
        {"cert", "data-compliance certificates (data invoices)", "数据合规流通证书(数据发票)"},
        {"config", "where settings come from", "配置及其来源"},
        {"devnet", "a development network on this machine", "本机开发网络"},
        {"finance", "loans and other financing events", "融资事项"},
        {"freeze", "court freezes", "法院保全"},
        {"invoice", "receivables and the blind duplicate check", "应收账款与重复融资查询"},
        {"key", "officers' key files", "经办人密钥"},
        {"ledger", "export, offline replay, comparison", "账本导出、离线复核、比对"},
        {"party", "parties, their roles and officers", "主体、角色与经办人"},
        {"pledge", "pledge registrations", "知识产权质押登记"},
        {"policy", "policy switches with effective heights", "政策参数"},
        {"proof", "presence or absence of any key", "任一键的存在或不存在证明"},
        {"right", "patents, marks and other rights, with all that lies on them",
         "知识产权及其负担"},
        {"tx", "transactions and their fate", "交易与结果"},
    };
    for (const About& one : kAbout) {
        if (noun == one.noun) return std::string(say(one.en, one.zh));
    }
    return {};
}

// The first `depth` words of `path`, each a group.
CLI::App* group_of(CLI::App& root, const std::vector<std::string>& path, std::size_t depth) {
    CLI::App* app = &root;
    for (std::size_t i = 0; i < depth; ++i) {
        CLI::App* next = nullptr;
        for (CLI::App* known : app->get_subcommands([](const CLI::App*) { return true; })) {
            if (known->get_name() == path[i]) next = known;
        }
        if (next == nullptr) {
            next = app->add_subcommand(path[i], about_noun(path[i]));
            next->footer("");
            next->require_subcommand(1);
            next->fallthrough();
        }
        app = next;
    }
    return app;
}

// A command as lists of commands show it: its name and its one line.
CLI::App* add_name(CLI::App& root, const Command& command) {
    return group_of(root, command.path, command.path.size() - 1)
        ->add_subcommand(command.path.back(), std::string(say(command.en, command.zh)));
}

std::unique_ptr<Leaf> add_leaf(CLI::App& root, const Command& command) {
    auto leaf = std::make_unique<Leaf>();
    leaf->command = &command;
    leaf->app = add_name(root, command);
    leaf->app->fallthrough();
    leaf->app->footer(std::string(say("example:\n  ", "示例:\n  ")) + command.example);
    for (const Option& option : command.options) {
        auto slot = std::make_unique<Slot>();
        slot->option = &option;
        const std::string help(say(option.en, option.zh));
        if (option.kind == Option::Kind::flag) {
            slot->parsed = leaf->app->add_flag(option.name, slot->flag, help);
        } else {
            slot->parsed = leaf->app->add_option(option.name, slot->values, help);
            if (option.kind == Option::Kind::value) slot->parsed->expected(1);
            if (option.required) slot->parsed->required();
        }
        leaf->slots.push_back(std::move(slot));
    }
    return leaf;
}

// How much of the tree of commands is built. There are over two hundred commands with some options
// each, and building all of them takes longer than most commands run; but the parser can only enter
// what the words name.
enum class Extent {
    named,   // commands that `words` name
    listed,  // and the names beside them, which help prints
};

// The parser of one command line.
struct Tree {
    CLI::App root{"Quanlu 权录", "quanlu"};
    std::vector<std::unique_ptr<Leaf>> leaves;

    Tree(const std::vector<Command>& commands, const std::vector<std::string>& words, Extent extent,
         Flags& flags) {
        root.require_subcommand(1);
        root.set_version_flag("--version", "quanlu " QUANLU_VERSION);
        root.footer(kExamples);
        add_global_options(root, flags);
        for (const Command& command : commands) {
            // A part of a word counts: what is built in vain changes nothing.
            const auto is_named = [&words](const std::string& name) {
                return std::any_of(words.begin(), words.end(), [&name](const std::string& word) {
                    return word.find(name) != std::string::npos;
                });
            };
            const auto& path = command.path;
            const std::size_t last = path.size() - 1;
            const auto named = static_cast<std::size_t>(
                std::find_if_not(path.begin(), path.end(), is_named) - path.begin());
            if (named > last) {
                leaves.push_back(add_leaf(root, command));
            } else if (extent == Extent::listed && named == last) {
                add_name(root, command);
            } else {
                group_of(root, path, extent == Extent::listed ? named + 1 : named);
            }
        }
    }
};

Parsed parsed_of(const Leaf& leaf) {
    Parsed parsed;
    for (const auto& slot : leaf.slots) {
        if (slot->parsed->count() > 0) {
            parsed.values[slot->option->name] =
                slot->flag ? std::vector<std::string>{"true"} : slot->values;
        } else if (!slot->option->fallback.empty()) {
            parsed.values[slot->option->name] = {slot->option->fallback};
        }
    }
    return parsed;
}

Format format_of(const Flags& flags) {
    if (flags.format == "json") return Format::json;
    if (flags.format == "ndjson") return Format::ndjson;
    if (flags.excel) return Format::excel;
    return flags.format == "csv" ? Format::csv : Format::table;
}

// -o and --lang matter before parsing succeeds: a usage error is printed in the asked form and
// language.
void peek(const std::vector<std::string>& words, Flags& flags) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto value = [&](const std::string& flag) -> std::string {
            if (words[i] == flag && i + 1 < words.size()) return words[i + 1];
            if (words[i].starts_with(flag + "=")) return words[i].substr(flag.size() + 1);
            return {};
        };
        if (const std::string lang = value("--lang"); !lang.empty()) flags.lang = lang;
        for (const char* flag : {"-o", "--output"}) {
            if (const std::string format = value(flag); !format.empty()) flags.format = format;
        }
        if (words[i].starts_with("-o") && words[i].size() > 2) flags.format = words[i].substr(2);
    }
}

Failure parse_failure(const CLI::ParseError& error, const std::vector<Command>& commands,
                      const std::vector<std::string>& words) {
    const Lost lost = find_lost(commands, words);
    Failure failure = usage_error(error.what(), "命令行有误");
    if (!lost.word.empty()) {
        failure.en = "there is no command \"" + (lost.path.empty() ? "" : join(lost.path) + " ") +
                     lost.word + "\"";
        failure.zh = "没有这个命令:" + lost.word;
    }
    const std::string known = "quanlu " + (lost.path.empty() ? "" : join(lost.path) + " ");
    failure.next_en =
        lost.suggestion.empty() ? known + "--help" : "did you mean: " + known + lost.suggestion;
    failure.next_zh =
        lost.suggestion.empty() ? known + "--help" : "是否为:" + known + lost.suggestion;
    return failure;
}

// Hidden: prints what may follow the given words, one a line, for the shells' completion scripts.
int complete(const std::vector<Command>& commands, const std::vector<std::string>& words) {
    std::vector<std::string> done(words.begin(), words.empty() ? words.end() : words.end() - 1);
    const std::string begun = words.empty() ? "" : words.back();
    std::set<std::string> offers;
    for (const Command& command : commands) {
        if (command.path.size() > done.size() &&
            std::equal(done.begin(), done.end(), command.path.begin())) {
            offers.insert(command.path[done.size()]);
        } else if (command.path.size() <= done.size() &&
                   std::equal(command.path.begin(), command.path.end(), done.begin())) {
            for (const Option& option : command.options) {
                if (!option.positional()) offers.insert(option.name);
            }
        }
    }
    for (const std::string& offer : offers) {
        if (offer.starts_with(begun)) std::printf("%s\n", offer.c_str());
    }
    return 0;
}

}  // namespace

int run_app(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    Session session;
    peek(words, session.flags);
    set_lang(lang_from(session.flags.lang));
    session.output.format = format_of(session.flags);
    const std::vector<Command>& commands = all_commands();
    if (!words.empty() && words[0] == "__complete") {
        return complete(commands, {words.begin() + 1, words.end()});
    }
    if (words.empty()) {
        std::fputs(kExamples, stdout);
        return 0;
    }
    Tree tree(commands, words, Extent::named, session.flags);
    try {
        tree.root.parse(argc, argv);
    } catch (const CLI::CallForVersion& asked) {
        return tree.root.exit(asked);
    } catch (const CLI::Success&) {  // --help
        Flags unused;
        Tree whole(commands, words, Extent::listed, unused);
        try {
            whole.root.parse(argc, argv);
        } catch (const CLI::Success& asked) {
            return whole.root.exit(asked);
        }
    } catch (const CLI::ParseError& error) {
        return print(parse_failure(error, commands, words), session.output);
    }
    session.output.format = format_of(session.flags);
    session.output.quiet = session.flags.quiet;
    if (session.flags.excel &&
        (session.output.format == Format::json || session.output.format == Format::ndjson)) {
        return print(usage_error("--excel is a table, not -o " + session.flags.format,
                                 "--excel 为表格,不能与 -o " + session.flags.format + " 同用"),
                     session.output);
    }
    set_lang(lang_from(session.flags.lang));
    for (const auto& leaf : tree.leaves) {
        if (!leaf->app->parsed()) continue;
        Result<Answer, Failure> answer = leaf->command->run(session, parsed_of(*leaf));
        return answer.ok() ? print(*answer, session.output) : print(answer.error(), session.output);
    }
    return print(usage_error("nothing to do", "没有可执行的命令"), session.output);
}

}  // namespace quanlu::cli
