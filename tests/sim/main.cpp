// sim: many seeds, or one again. Prints the seed of a failure and the command that replays it.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/sim/world.h"

int main(int argc, char** argv) {
    std::uint64_t heights = 0, messages = 0, crashes = 0, acknowledged = 0, races = 0;
    std::uint64_t seeds = 200, from = 1;
    bool verbose = false, one = false;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--seeds") == 0 && i + 1 < argc)
            seeds = std::strtoull(argv[++i], nullptr, 10);
        else if (std::strcmp(argv[i], "--from") == 0 && i + 1 < argc)
            from = std::strtoull(argv[++i], nullptr, 10);
        else if (std::strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            from = std::strtoull(argv[++i], nullptr, 10);
            seeds = 1;
            one = true;
        } else if (std::strcmp(argv[i], "--verbose") == 0)
            verbose = true;
        else {
            std::fprintf(stderr, "sim [--seeds N] [--from S] | --seed S [--verbose]\n");
            return 2;
        }
    }
    for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
        const quanlu::sim::Outcome out = quanlu::sim::run_seed({seed, verbose});
        if (one)
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
                        out.weather.c_str());
        if (out.violation) {
            std::printf("seed %llu FAILED: %s\n  %s\nreplay: sim --seed %llu --verbose\n",
                        static_cast<unsigned long long>(seed), out.violation->c_str(),
                        out.weather.c_str(), static_cast<unsigned long long>(seed));
            return 1;
        }
        // The same seed is the same run, or nothing here can be replayed.
        if (seed % 100 == 0 || one) {
            if (quanlu::sim::run_seed({seed, false}).trace != out.trace) {
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
    }
    std::printf(
        "%llu seeds from %llu: 0 violations, %llu heights, %llu messages, %llu crashes, %llu "
        "acknowledged transactions, %llu races won once\n",
        static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(from),
        static_cast<unsigned long long>(heights), static_cast<unsigned long long>(messages),
        static_cast<unsigned long long>(crashes), static_cast<unsigned long long>(acknowledged),
        static_cast<unsigned long long>(races));
    return 0;
}
