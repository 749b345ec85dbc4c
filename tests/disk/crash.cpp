// disk_crash: the power goes at every storage operation of a member's life, what was not synced is
// lost in seven ways, and the member starts again; or an operation fails or lies. README.md here.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/disk/judge.h"

namespace quanlu::disk {

namespace {

constexpr Keep kVariants[] = {Keep::all,  Keep::none, Keep::subset, Keep::subset,
                              Keep::torn, Keep::torn, Keep::sectors};
constexpr std::size_t kTxsSpare = 64;

struct Options {
    std::uint64_t from = 0, to = UINT64_MAX, seed = 1, depth = 2, fault_every = 0;
    std::uint64_t deep_one_in = 20;  // restarts after which the power goes again, at depth 2
    std::size_t blocks = 40;
    Names names = Names::posix;
    bool is_list = false, is_reads = false, is_loud = false;
};

std::optional<Options> parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--list") {
            options.is_list = true;
        } else if (name == "--reads") {
            options.is_reads = true;
        } else if (name == "--loud") {
            options.is_loud = true;
        } else if (name == "--names" && i + 1 < argc) {
            const std::string_view rules = argv[++i];
            options.names = rules == "journal"  ? Names::journal
                            : rules == "strict" ? Names::strict
                                                : Names::posix;
        } else if (i + 1 < argc) {
            const std::uint64_t value = std::strtoull(argv[++i], nullptr, 10);
            if (name == "--from-op") {
                options.from = value;
            } else if (name == "--to-op") {
                options.to = value;
            } else if (name == "--seed") {
                options.seed = value;
            } else if (name == "--depth") {
                options.depth = value;
            } else if (name == "--deep-one-in") {
                options.deep_one_in = std::max<std::uint64_t>(value, 1);
            } else if (name == "--blocks") {
                options.blocks = value;
            } else if (name == "--faults-every") {
                options.fault_every = value;
            } else {
                return std::nullopt;
            }
        } else {
            return std::nullopt;
        }
    }
    return options;
}

SimFs empty_disk(const Options& options) {
    SimFs fs;
    fs.rules = options.names;
    ENSURE(fs.make_folder(kMount) == 0 && fs.sync(fs.find("/")) == 0);
    return fs;
}

class Run {
public:
    explicit Run(const Options& options)
        : options_(options),
          world_(World::make(std::string(kMount) + "/data", options.blocks * 4 + kTxsSpare)) {}

    bool learn() {
        SimFs fs = empty_disk(options_);
        const Mounted mounted(fs);
        fs.hook = [this](const SimFs::Op& op) {
            ++kinds_[op.what];
            if (options_.is_list)
                std::printf("%llu %s %s\n", static_cast<unsigned long long>(op.number), op.what,
                            op.path.c_str());
        };
        Told told;
        const std::string error = run_script(world_, told, options_.blocks, &good_, fs);
        operations_ = fs.operations();
        last_ = std::make_unique<SimFs>(fs);
        last_told_ = told;
        std::printf(
            "workload: %zu blocks, %zu votes sent, %zu transactions answered, %llu "
            "operations:",
            told.blocks.size(), told.votes.size(), told.answered.size(),
            static_cast<unsigned long long>(operations_));
        for (const auto& [what, count] : kinds_)
            std::printf(" %s %llu", what.c_str(), static_cast<unsigned long long>(count));
        std::printf("\n");
        if (!error.empty()) std::printf("workload failed: %s\n", error.c_str());
        if (!told.complaint.empty()) std::printf("workload: %s\n", told.complaint.c_str());
        return error.empty() && told.complaint.empty();
    }

    // The power goes before operation k, for each k of the slice.
    void cut_everywhere(Tally& tally) {
        SimFs fs = empty_disk(options_);
        const Mounted mounted(fs);
        Told told;
        const std::uint64_t first = fs.operations();
        std::uint64_t visited = 0;
        GoodRun same;
        const auto cut = [&](std::uint64_t number, const std::string& name) {
            if (number < options_.from || number >= options_.to) return;
            ++visited;
            Prng random(options_.seed * 1'000'003 + number);
            Judge judge(world_, good_, tally, random.next());
            int variant = 0;
            for (const Keep keep : kVariants) {
                const bool is_deep = options_.depth > 1 && random.chance(1, options_.deep_one_in);
                judge.restart(
                    fs.after_power_cut(keep, random), told,
                    {"op " + name + " keep " + to_text(keep) + " #" + std::to_string(variant++),
                     &fs, is_deep, false});
            }
        };
        fs.hook = [&](const SimFs::Op& op) {
            cut(op.number, std::to_string(op.number) + " " + op.what + " " + op.path);
        };
        const std::string error = run_script(world_, told, options_.blocks, &same, fs);
        fs.hook = nullptr;
        cut(fs.operations(), "end");
        if (!error.empty() || fs.operations() != operations_)
            tally.violation("the workload is not the same twice", error);
        const std::uint64_t end = std::min(options_.to, operations_ + 1);
        const std::uint64_t start = std::max(options_.from, first);
        const std::uint64_t slice = end > start ? end - start : 0;
        std::printf("power cut: %llu of %llu places of the slice\n",
                    static_cast<unsigned long long>(visited),
                    static_cast<unsigned long long>(slice));
        if (visited != slice) tally.violation("not every operation was visited", "");
    }

    // One operation fails or lies; the process ends itself or goes on; then it starts again.
    void fail_everywhere(Tally& tally) {
        Prng random(options_.seed);
        std::uint64_t runs = 0, noticed = 0;
        const std::uint64_t end = std::min(options_.to, operations_);
        for (std::uint64_t at = options_.from + random.below(options_.fault_every); at < end;
             at += options_.fault_every) {
            for (const auto kind : {Fault::Kind::eio, Fault::Kind::short_write, Fault::Kind::enospc,
                                    Fault::Kind::misdirect, Fault::Kind::flip}) {
                ++runs;
                noticed += fail_at(tally, {kind, at}, random) ? 1 : 0;
            }
        }
        std::printf("faults: %llu runs, %llu ended by the fault\n",
                    static_cast<unsigned long long>(runs),
                    static_cast<unsigned long long>(noticed));
    }

    // Every read of a start fails once.
    void fail_reads(Tally& tally) {
        std::uint64_t reads = 1;
        for (std::uint64_t at = 0; at < reads; ++at) {
            SimFs fs = *last_;
            fs.hook = nullptr;
            const std::uint64_t before = fs.reads();
            fs.read_fault_at = before + at;
            Judge judge(world_, good_, tally, options_.seed);
            judge.restart(fs, last_told_, {"read " + std::to_string(at), nullptr, false, true});
            if (at == 0) {
                SimFs whole = *last_;
                const Mounted mounted(whole);
                Told told = last_told_;
                Member member(world_, told);
                ENSURE(member.boot().empty());
                reads = whole.reads() - before;
            }
        }
        std::printf("reads failed: %llu, each of a start\n",
                    static_cast<unsigned long long>(reads));
    }

private:
    bool fail_at(Tally& tally, const Fault& fault, Prng& random) {
        SimFs fs = empty_disk(options_);
        fs.fault = fault;
        const Mounted mounted(fs);
        Told told;
        std::string why, name;
        fs.hook = [&](const SimFs::Op& op) {
            if (op.number == fault.at) name = std::string(op.what) + " " + op.path;
        };
        std::optional<int> exit_code;
        try {
            exit_code = run_as_process(
                [&] { why = run_script(world_, told, options_.blocks, nullptr, fs); });
        } catch (const std::exception& error) {
            tally.violation("an exception leaves the shipped code",
                            std::string(to_text(fault.kind)) + " at " + std::to_string(fault.at) +
                                " " + name + ": " + error.what());
        }
        fs.hook = nullptr;
        const std::string label =
            std::string(to_text(fault.kind)) + " at " + std::to_string(fault.at) + " " + name;
        if (!told.complaint.empty()) tally.violation(told.complaint, label);
        if (why == "stands still") tally.violation("stands still after a fault", label);
        const bool is_lie = fault.kind == Fault::Kind::misdirect || fault.kind == Fault::Kind::flip;
        const Keep keep = random.chance(1, 2) ? Keep::all : Keep::none;
        Judge judge(world_, good_, tally, random.next());
        judge.restart(fs.after_power_cut(keep, random), told,
                      {label + " keep " + to_text(keep), is_lie ? nullptr : &fs, false, is_lie});
        return exit_code.has_value() || !why.empty();
    }

    const Options options_;
    World world_;
    GoodRun good_;
    std::map<std::string, std::uint64_t> kinds_;
    std::uint64_t operations_ = 0;
    std::unique_ptr<SimFs> last_;
    Told last_told_;
};

int run(const Options& options) {
    Run run(options);
    if (!run.learn()) return 1;
    if (options.is_list) return 0;
    Tally tally;
    if (options.is_reads) {
        run.fail_reads(tally);
    } else if (options.fault_every > 0) {
        run.fail_everywhere(tally);
    } else {
        run.cut_everywhere(tally);
    }
    tally.print();
    return tally.violations.empty() ? 0 : 1;
}

}  // namespace

}  // namespace quanlu::disk

int main(int argc, char** argv) {
    const auto options = quanlu::disk::parse(argc, argv);
    if (!options) {
        std::fprintf(
            stderr,
            "disk_crash [--from-op A] [--to-op B] [--seed S] [--depth 1|2] [--deep-one-in N]\n"
            "           [--blocks N] [--faults-every N | --reads | --list]\n"
            "           [--names posix|journal|strict] [--loud]\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    // The shipped code tells each rebuild on stderr: thousands of them.
    const int nowhere = options->is_loud ? -1 : open("/dev/null", O_WRONLY);
    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    return quanlu::disk::run(*options);
}
