// sim: many seeds, or one again. Prints the seed of a failure and the command that replays it.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/sim/world.h"

int main(int argc, char** argv) {
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
    const quanlu::sim::Scene four = quanlu::sim::Scene::make(4),
                             seven = quanlu::sim::Scene::make(7),
                             single = quanlu::sim::Scene::make(1);
    std::uint64_t heights = 0, messages = 0, crashes = 0, acknowledged = 0;
    for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
        const quanlu::sim::Scene& scene = seed % 20 == 0 ? seven : seed % 50 == 1 ? single : four;
        const quanlu::sim::Outcome out = run_seed(scene, {seed, verbose});
        if (out.violation) {
            std::printf("seed %llu FAILED: %s\nreplay: sim --seed %llu --verbose\n",
                        static_cast<unsigned long long>(seed), out.violation->c_str(),
                        static_cast<unsigned long long>(seed));
            return 1;
        }
        // The same seed is the same run, or nothing here can be replayed.
        if (seed % 100 == 0 || one) {
            if (run_seed(scene, {seed, false}).trace != out.trace) {
                std::printf("seed %llu FAILED: two runs differ\n",
                            static_cast<unsigned long long>(seed));
                return 1;
            }
        }
        heights += out.height;
        messages += out.messages;
        crashes += out.crashes;
        acknowledged += out.acknowledged;
    }
    std::printf(
        "%llu seeds from %llu: 0 violations, %llu heights, %llu messages, %llu crashes, %llu "
        "acknowledged transactions\n",
        static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(from),
        static_cast<unsigned long long>(heights), static_cast<unsigned long long>(messages),
        static_cast<unsigned long long>(crashes), static_cast<unsigned long long>(acknowledged));
    return 0;
}
