// disk_corrupt: real files of a member are damaged, or older copies put in their place, and the
// shipped code opens them in a process of its own. It may refuse and say which file, or serve what
// is right; never anything else. README.md here.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "crypto/base/json.h"
#include "crypto/key_file.h"
#include "tests/disk/damage.h"
#include "tests/disk/member.h"

namespace quanlu::disk {

namespace {

constexpr std::size_t kBlocks = 36, kTxs = kBlocks * 4 + 40;
constexpr std::size_t kCopiesEvery =
    5;  // an older copy each so many votes: after a Notarize or a Finalize in turn
const char* const kConfigToml =
    "data_dir = \"data\"\ngenesis = \"genesis.json\"\nkey_file = \"key.pem\"\n"
    "peer_listen = \"127.0.0.1:1\"\napi_listen = \"127.0.0.1:2\"\n[peers]\n";

struct Good {
    Hash block, root, store;
};

// A copy of the whole directory, and what had been said when it was made.
struct Copy {
    std::string folder;
    Told told;
};

struct GoodLife {
    std::map<std::uint64_t, Good> heights;
    std::vector<Copy> copies;  // oldest first; the last ones are the present
};

std::string number(std::size_t n) {
    return std::to_string(n);
}

// Lives once, from the folder it stands in; copies are made when votes leave, so in the middle of
// views, as a process that is killed leaves its files.
bool live(const std::string& root, const World& world, GoodLife& good) {
    Told told;
    {
        Member member(world, told);
        if (!member.init().empty()) return false;
    }
    std::size_t votes = 0;
    const auto copy = [&] {
        const std::string folder = root + "/copy" + number(good.copies.size());
        copy_tree(root + "/good", folder);
        good.copies.push_back({folder, told});
    };
    for (int part = 0; part < 3; ++part) {
        Member member(world, told, [&](const std::string& what, BytesView) {
            if (what == "vote" && ++votes % kCopiesEvery == 0) copy();
        });
        if (!member.boot().empty()) return false;
        for (std::size_t i = 0; i < kBlocks / 3; ++i) {
            if (!member.add_blocks(1)) return false;
            good.heights[member.height().value] = {member.replica().final_tip().hash, member.root(),
                                                   member.store_digest(Member::Digest::records)};
        }
    }
    copy();
    return told.complaint.empty();
}

// --- in the process that opens what is damaged; one line says what it came to

struct Verdict {
    std::string kind, detail;
};

std::string wrong_data(Member& member, const GoodLife& good) {
    const std::uint64_t height = member.height().value;
    if (height == 0) return {};
    for (std::uint64_t at = 1; at <= height; ++at) {
        const auto block = member.data().blocks().at(Height(at));
        const auto known = good.heights.find(at);
        if (!block || known == good.heights.end()) return "a block of its own at " + number(at);
        if (chain::hash_of(block->block.header) != known->second.block)
            return "another block at " + number(at);
        for (const std::string& jws : block->block.body) {
            if (jws.empty()) return "an empty transaction at " + number(at);
        }
    }
    const Good& known = good.heights.at(height);
    if (member.root() != known.root) return "another root";
    if (member.store_digest(Member::Digest::records) != known.store)
        return "records of the store differ";
    return {};
}

// The genesis is readable and another one: nothing of this directory fits it.
Verdict open_as_another(const node::Config& config, const node::Identity& identity) {
    auto data = node::DataDir::open(config, identity, false);
    if (!data.ok()) return {"refuses", data.error().what};
    const auto recovered = (*data)->recover(identity, false);
    if (!recovered.ok()) return {"refuses", recovered.error().what};
    if (recovered->memory_intact) return {"WRONG", "another chain, and memory called intact"};
    if (recovered->tip.header.height > Height(0)) return {"WRONG", "another chain's blocks"};
    return {"serves nothing, mute", ""};
}

Verdict open_and_judge(const World& world, const GoodLife& good, const Told& said) {
    const auto config = node::load_config("node.toml");
    if (!config.ok()) return {"refuses", config.error()};
    const auto identity = node::load_identity(*config);
    if (!identity.ok()) return {"refuses", identity.error().what};
    if (identity->genesis.chain_id != world.identity.genesis.chain_id)
        return open_as_another(*config, *identity);
    Told told = said;
    told.complaint.clear();
    // Another transaction next than the one that came next before: else a forgetful member might
    // make the same block again by chance.
    told.next_tx = world.txs.size() - 16;
    told.now_ms += 60'000;
    Member member(world, told);
    // What it says at its start counts too, so the store is read before: as it was recovered.
    const std::string why = member.boot();
    if (!why.empty()) return {"refuses", why};
    if (!told.complaint.empty()) return {"CONTRADICTS", told.complaint};
    const std::string wrong = wrong_data(member, good);
    if (!wrong.empty()) return {"WRONG", wrong};
    const std::uint64_t told_height = said.blocks.empty() ? 0 : said.blocks.rbegin()->first;
    const bool is_short = member.height().value < told_height;
    const std::size_t spoken = told.votes.size(), spoken_before = said.votes.size();
    const bool goes_on = member.add_blocks(2);
    if (!member.is_memory_intact() || !member.may_vote()) {
        // What it still finds it may say again; a new signature it may not give.
        for (std::size_t n = spoken_before; n < told.votes.size(); ++n) {
            if (std::find(said.votes.begin(), said.votes.end(), told.votes[n]) == said.votes.end())
                return {"WRONG", "signs without memory"};
        }
        return {is_short ? "serves less, mute" : "serves, mute", ""};
    }
    // Of a chain cut short new blocks differ from the old ones: what matters is what is signed.
    if (told.complaint.starts_with("signed twice")) return {"CONTRADICTS", told.complaint};
    if (is_short) return {"serves less (a start of the right chain)", ""};
    if (!told.complaint.empty()) return {"WRONG", told.complaint};
    if (!goes_on || told.votes.size() == spoken) return {"WRONG", "does not go on"};
    return {"serves right data", ""};
}

Verdict in_process(const std::string& folder, const World& world, const GoodLife& good,
                   const Told& said) {
    int ends[2];
    ENSURE(pipe(ends) == 0);
    std::fflush(stdout);
    const pid_t child = fork();
    ENSURE(child >= 0);
    if (child == 0) {
        const int diary =
            open((folder + ".err").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        dup2(diary, STDERR_FILENO);
        ENSURE(chdir(folder.c_str()) == 0);
        const Verdict verdict = open_and_judge(world, good, said);
        const std::string line = verdict.kind + "\n" + verdict.detail;
        _exit(write(ends[1], line.data(), line.size()) > 0 ? 0 : 1);
    }
    close(ends[1]);
    std::string line;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
        line.append(buffer, static_cast<std::size_t>(got));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    const std::size_t end = line.find('\n');
    if (end != std::string::npos) return {line.substr(0, end), line.substr(end + 1)};
    const Bytes diary = read_all(folder + ".err");
    std::string last(diary.begin(), diary.end());
    last = last.substr(last.size() - std::min<std::size_t>(last.size(), 200));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 74) return {"exits 74", last};
    return {"DIES", "status " + number(static_cast<std::size_t>(status)) + ": " + last};
}

// --- cases

struct Options {
    std::uint64_t cases = 300, seed = 1, only = UINT64_MAX;
    bool is_keep = false;
};

struct Case {
    std::string part, family, what;
};

// Damages a copy of the present, or puts older files in their place.
Case prepare(const std::string& folder, const GoodLife& good, std::size_t present, Prng& random) {
    copy_tree(good.copies[present].folder, folder);
    if (random.chance(1, 8) && present > 0) {
        const Copy& older = good.copies[random.below(present)];
        const char* const parts[] = {"/data/journal", "/data", "/data/blocks", "/data/state"};
        const std::string part = parts[random.below(4)];
        copy_tree(older.folder + part, folder + part);
        return {"stale copy of " + part.substr(1), "rollback",
                "from " + older.folder.substr(older.folder.rfind('/') + 1)};
    }
    while (true) {
        auto names = files_under(folder);
        std::erase_if(names, [](const std::string& name) {
            return name.ends_with("/lock") || name.ends_with("/LOCK");
        });
        // Half of the cases in the two logs: in the others there are more files.
        std::vector<std::string> logs;
        for (const std::string& name : names) {
            if (name.ends_with(".blk") || name.ends_with(".jnl")) logs.push_back(name);
        }
        const auto& among = random.chance(1, 2) ? logs : names;
        const std::string name = among[random.below(among.size())];
        const Family family = kFamilies[random.below(std::size(kFamilies))];
        const mode_t mode = 0600;
        const std::string what = damage(folder, name, family, random);
        if (what.empty()) continue;
        for (const std::string& one : files_under(folder))
            chmod((folder + "/" + one).c_str(), mode);
        return {part_of(name), to_text(family), what};
    }
}

struct Count {
    std::uint64_t count = 0;
    std::string example;
};

class Run {
public:
    Run(const Options& options, std::string root)
        : options_(options), root_(std::move(root)), world_(World::make("data", kTxs)) {}

    bool prepare_good() {
        const std::string folder = root_ + "/good";
        std::filesystem::create_directories(folder);
        const std::string genesis = json::write(chain::to_json(world_.identity.genesis));
        write_all(folder + "/genesis.json", as_bytes(genesis));
        write_all(folder + "/node.toml", as_bytes(std::string_view(kConfigToml)));
        ENSURE(crypto::write_key_file(folder + "/key.pem", world_.identity.key, "").ok());
        std::filesystem::current_path(folder);
        if (!live(root_, world_, good_)) return false;
        const Copy& last = good_.copies.back();
        std::printf("good run: %zu blocks, %zu votes, %zu copies of it\n", last.told.blocks.size(),
                    last.told.votes.size(), good_.copies.size());
        for (const std::size_t at : {std::size_t{0}, good_.copies.size() - 1}) {
            copy_tree(good_.copies[at].folder, root_ + "/case");
            const Verdict verdict =
                in_process(root_ + "/case", world_, good_, good_.copies[at].told);
            if (verdict.kind != "serves right data") {
                std::printf("undamaged copy %zu: %s %s\n", at, verdict.kind.c_str(),
                            verdict.detail.c_str());
                return false;
            }
        }
        return true;
    }

    int run() {
        for (std::uint64_t n = 0; n < options_.cases; ++n) {
            if (options_.only != UINT64_MAX && n != options_.only) continue;
            one(n);
        }
        print();
        return wrong_.empty() ? 0 : 1;
    }

private:
    void one(std::uint64_t n) {
        Prng random(options_.seed * 1'000'003 + n);
        // The present: the end of the run, or some middle of a view.
        const std::size_t copies = good_.copies.size();
        const std::size_t present =
            random.chance(1, 3) ? copies - 1 : copies / 2 + random.below(copies / 2);
        const std::string folder = root_ + "/case";
        const Case made = prepare(folder, good_, present, random);
        Verdict verdict = in_process(folder, world_, good_, good_.copies[present].told);
        if (verdict.kind == "exits 74") {
            // Whoever keeps it running starts it again: by then it knows where to look.
            verdict = in_process(folder, world_, good_, good_.copies[present].told);
            verdict.kind = verdict.kind == "exits 74" ? "WRONG" : "exits 74, then " + verdict.kind;
        }
        const std::string example = "case " + number(n) + " on copy" + number(present) + ", " +
                                    made.part + ", " + made.what + ": " + verdict.detail;
        if (options_.only != UINT64_MAX)
            std::printf("%s -> %s\n", example.c_str(), verdict.kind.c_str());
        ++by_part_[made.part][verdict.kind];
        const bool is_refusal = verdict.kind == "refuses" || verdict.kind == "exits 74";
        // A settings file whose damage is another path: that path is named.
        const bool is_named = names_it(verdict.detail) ||
                              verdict.detail.find(": cannot be read") != std::string::npos;
        if (is_refusal && !is_named) add(wrong_, "refuses, no file named", example);
        if (verdict.kind.ends_with("WRONG") || verdict.kind.ends_with("DIES")) {
            add(wrong_, verdict.kind + " " + made.part + " " + made.family, example);
        } else if (verdict.kind.ends_with("CONTRADICTS")) {
            add(wrong_, "signs against itself, " + made.part + " " + made.family, example);
        } else {
            add(outcomes_, verdict.kind, example);
        }
    }

    static bool names_it(const std::string& why) {
        for (const char* name : {"data", "genesis.json", "node.toml", "key", "height"}) {
            if (why.find(name) != std::string::npos) return true;
        }
        return false;
    }

    static void add(std::map<std::string, Count>& counts, const std::string& kind,
                    const std::string& example) {
        Count& count = counts[kind];
        if (count.count++ == 0) count.example = example;
    }

    void print() const {
        std::printf("cases by part:\n");
        for (const auto& [part, kinds] : by_part_) {
            std::printf("  %-28s", part.c_str());
            for (const auto& [kind, count] : kinds)
                std::printf(" %s %llu;", kind.c_str(), static_cast<unsigned long long>(count));
            std::printf("\n");
        }
        const auto list = [](const char* title, const std::map<std::string, Count>& counts) {
            std::printf("%s\n", title);
            for (const auto& [kind, one] : counts)
                std::printf("  %8llu  %s (first: %s)\n", static_cast<unsigned long long>(one.count),
                            kind.c_str(), one.example.c_str());
        };
        list("outcomes:", outcomes_);
        list("WRONG ANSWERS:", wrong_);
        std::printf("wrong answers: %zu kinds\n", wrong_.size());
    }

    const Options options_;
    const std::string root_;
    World world_;
    GoodLife good_;
    std::map<std::string, std::map<std::string, std::uint64_t>> by_part_;
    std::map<std::string, Count> outcomes_, wrong_;
};

std::optional<Options> parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--keep") {
            options.is_keep = true;
            continue;
        }
        if (i + 1 >= argc) return std::nullopt;
        const std::uint64_t value = std::strtoull(argv[++i], nullptr, 10);
        if (name == "--cases") {
            options.cases = value;
        } else if (name == "--seed") {
            options.seed = value;
        } else if (name == "--only") {
            options.only = value;
        } else {
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace

}  // namespace quanlu::disk

int main(int argc, char** argv) {
    const auto options = quanlu::disk::parse(argc, argv);
    if (!options) {
        std::fprintf(stderr, "disk_corrupt [--cases N] [--seed S] [--only CASE] [--keep]\n");
        return 2;
    }
    std::string root = (std::filesystem::temp_directory_path() / "quanlu-disk-XXXXXX").string();
    if (mkdtemp(root.data()) == nullptr) return 2;
    int code = 2;
    {
        quanlu::disk::Run run(*options, root);
        if (run.prepare_good()) code = run.run();
    }
    std::filesystem::current_path("/");
    if (options->is_keep) {
        std::printf("files: %s\n", root.c_str());
    } else {
        std::filesystem::remove_all(root);
    }
    return code;
}
