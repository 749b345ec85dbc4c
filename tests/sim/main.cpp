// sim: many seeds, or one again. Prints the seed of a failure and the command that replays it.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "tests/sim/world.h"

namespace {

using quanlu::sim::Options;

constexpr const char* kUsage =
    "sim [--seeds N] [--from S] [--n MEMBERS] [--role ROLE] [--shape SHAPE] [--memory HOW]\n"
    "    [--honest]\n"
    "sim --seed S [the same] [--verbose] [--ledger FILE]\n"
    "  --role    f members play it: equivocator, nuller, sync_liar, conflicter, per_peer, "
    "withholder,\n"
    "            outdated, impersonator, wrong_root, time_liar, stripper, flooder, selective, "
    "mutator\n"
    "  --shape   of all partitions: scattered, half, ring, single, bridge, one_way, slow, "
    "swizzle,\n"
    "            flapping\n"
    "  --memory  one member loses it: wiped, flipped, set_back\n"
    "  --honest  nobody lies, forgets or has a wrong clock\n"
    "  --ledger  with --seeds too: FILE.SEED holds the ledger of each, for tests/model/replay.py\n";

struct Asked {
    Options options;
    std::uint64_t seeds = 200, from = 1;
    bool one = false;
    std::string ledger;  // where ledgers are written
    std::string words;   // what to say again to replay
};

template <class Kind>
std::optional<Kind> named(const char* text, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (std::strcmp(quanlu::sim::to_text(static_cast<Kind>(i)), text) == 0)
            return static_cast<Kind>(i);
    }
    return std::nullopt;
}

std::optional<Asked> read(int argc, char** argv) {
    Asked asked;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const char* value = i + 1 < argc ? argv[i + 1] : "";
        if (word == "--verbose") {
            asked.options.verbose = true;
            continue;
        }
        if (word == "--honest") {
            asked.options.wish.all_honest = true;
            asked.words += " --honest";
            continue;
        }
        const std::uint64_t number = std::strtoull(value, nullptr, 10);
        if (word == "--seeds") {
            asked.seeds = number;
        } else if (word == "--from") {
            asked.from = number;
        } else if (word == "--seed") {
            asked.from = number;
            asked.seeds = 1;
            asked.one = true;
        } else if (word == "--ledger") {
            asked.ledger = value;
            asked.options.keep_ledger = true;
        } else if (word == "--n" && number >= 1 && number <= 64) {
            asked.options.wish.n = number;
        } else if (word == "--role") {
            asked.options.wish.vice = named<quanlu::sim::Vice>(value, quanlu::sim::kVices);
            if (!asked.options.wish.vice) return std::nullopt;
        } else if (word == "--shape") {
            asked.options.wish.shape = named<quanlu::sim::Shape>(value, quanlu::sim::kShapes);
            if (!asked.options.wish.shape) return std::nullopt;
        } else if (word == "--memory") {
            asked.options.wish.amnesia = named<quanlu::sim::Amnesia>(value, quanlu::sim::kAmnesias);
            if (!asked.options.wish.amnesia) return std::nullopt;
        } else {
            return std::nullopt;
        }
        if (word == "--n" || word == "--role" || word == "--shape" || word == "--memory")
            asked.words += " " + word + " " + value;
        ++i;
    }
    return asked;
}

// A broken ENSURE ends the process: which run it was in must still be said.
volatile std::uint64_t present = 0;
void say_present(int) {
    std::printf("%s %llu ended by a broken ENSURE\n", "seed",
                static_cast<unsigned long long>(present));
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    auto asked = read(argc, argv);
    if (!asked) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    std::signal(SIGABRT, say_present);
    std::uint64_t heights = 0, messages = 0, crashes = 0, acknowledged = 0, races = 0, lied = 0;
    for (std::uint64_t seed = asked->from; seed < asked->from + asked->seeds; ++seed) {
        asked->options.seed = seed;
        present = seed;
        const quanlu::sim::Outcome out = quanlu::sim::run_seed(asked->options);
        if (!asked->ledger.empty())
            std::ofstream(asked->ledger + "." + std::to_string(seed)) << out.ledger;
        if (asked->one)
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
                        out.weather.c_str());
        if (out.violation) {
            std::printf("seed %llu FAILED: %s\n  %s\nreplay: sim%s --seed %llu --verbose\n",
                        static_cast<unsigned long long>(seed), out.violation->c_str(),
                        out.weather.c_str(), asked->words.c_str(),
                        static_cast<unsigned long long>(seed));
            return 1;
        }
        // The same seed is the same run, or nothing here can be replayed.
        if (seed % 100 == 0 || asked->one) {
            Options again = asked->options;
            again.verbose = false;
            if (quanlu::sim::run_seed(again).trace != out.trace) {
                std::printf("seed %llu FAILED: two runs differ\n",
                            static_cast<unsigned long long>(seed));
                return 1;
            }
        }
        heights += out.height;
        messages += out.messages;
        crashes += out.crashes;
        acknowledged += out.acknowledged;
        races += out.races;
        lied += out.has_liar ? 1 : 0;
    }
    std::printf(
        "%llu seeds from %llu: 0 violations, %llu heights, %llu messages, %llu crashes, %llu "
        "acknowledged transactions, %llu races won once, %llu seeds with liars\n",
        static_cast<unsigned long long>(asked->seeds), static_cast<unsigned long long>(asked->from),
        static_cast<unsigned long long>(heights), static_cast<unsigned long long>(messages),
        static_cast<unsigned long long>(crashes), static_cast<unsigned long long>(acknowledged),
        static_cast<unsigned long long>(races), static_cast<unsigned long long>(lied));
    return 0;
}
