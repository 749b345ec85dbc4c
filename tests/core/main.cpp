// core_sim: the consensus core alone, by the million. Weather: delays, loss, partitions, crashes
// that lose what was not durable (RELIABILITY T1). Twins: two processes under one key, and who
// hears whom enumerated view by view (T2). The network and its oracle are those of the unit tests;
// signatures are keyed hashes, real ones in one case of 1,000.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "network.h"
#include "tests/sim/prng.h"
#include "tests/sim/signatures.h"

namespace {

using quanlu::consensus::MemberIndex;
using quanlu::consensus::Network;
using quanlu::consensus::Weather;
using quanlu::sim::Prng;

constexpr const char* kUsage =
    "core_sim weather --cases N [--from SEED]          random faults\n"
    "core_sim twins --cases N [--from I] [--views V] [--groups G]\n"
    "                                                  n=4, one twin: case I of all of them\n"
    "core_sim twins --n 7|10 --cases N [--from SEED]   f twins, drawn\n";

// Case `i` in the enumeration of (twin, partition of five processes into at most `groups` for each
// of `views` views); nothing beyond the last. Partitions are growth strings: process 0 is in group
// 0, each next one in a group in use or the next new one.
std::vector<std::vector<std::uint8_t>> partitions(std::size_t processes, std::size_t groups) {
    std::vector<std::vector<std::uint8_t>> all{{0}};
    for (std::size_t i = 1; i < processes; ++i) {
        std::vector<std::vector<std::uint8_t>> longer;
        for (const auto& one : all) {
            std::size_t used = 0;
            for (const std::uint8_t group : one) used = std::max<std::size_t>(used, group + 1U);
            for (std::size_t next = 0; next < std::min(used + 1, groups); ++next) {
                longer.push_back(one);
                longer.back().push_back(static_cast<std::uint8_t>(next));
            }
        }
        all = std::move(longer);
    }
    return all;
}

Weather twins_base(std::uint64_t seed) {
    Weather weather;
    weather.seed = seed;
    weather.faults_ms = 1'600;
    weather.delay_max_ms = 10;
    weather.progress = 5;  // twice: ten final blocks after the attack
    return weather;
}

std::optional<Weather> twins_case(std::uint64_t i, std::size_t views,
                                  const std::vector<std::vector<std::uint8_t>>& shapes) {
    Weather weather = twins_base(i + 1);
    weather.twins = {static_cast<MemberIndex>(i % 4)};
    std::uint64_t rest = i / 4;
    for (std::size_t view = 0; view < views; ++view) {
        weather.groups.push_back(shapes[rest % shapes.size()]);
        rest /= shapes.size();
    }
    if (rest != 0) return std::nullopt;
    return weather;
}

Weather twins_drawn(std::uint64_t seed, std::size_t n) {
    Prng random(seed);
    Weather weather = twins_base(seed);
    weather.n = n;
    const std::size_t f = (n - 1) / 3;
    while (weather.twins.size() < f)
        weather.twins.insert(static_cast<MemberIndex>(random.below(n)));
    const std::size_t views = 3 + random.below(6), groups = 2 + random.below(2);
    for (std::size_t view = 0; view < views; ++view) {
        std::vector<std::uint8_t> group;
        for (std::size_t i = 0; i < n + f; ++i)
            group.push_back(static_cast<std::uint8_t>(random.below(groups)));
        weather.groups.push_back(std::move(group));
    }
    return weather;
}

// A broken ENSURE ends the process: which run it was in must still be said.
volatile std::uint64_t present = 0;
void say_present(int) {
    std::printf("%s %llu ended by a broken ENSURE\n", "case",
                static_cast<unsigned long long>(present));
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    std::uint64_t cases = 1'000, from = 0, n = 4, views = 4, groups = 2;
    bool known = mode == "weather" || mode == "twins";
    for (int i = 2; i + 1 < argc; i += 2) {
        const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
        if (std::strcmp(argv[i], "--cases") == 0)
            cases = value;
        else if (std::strcmp(argv[i], "--from") == 0)
            from = value;
        else if (std::strcmp(argv[i], "--n") == 0)
            n = value;
        else if (std::strcmp(argv[i], "--views") == 0)
            views = value;
        else if (std::strcmp(argv[i], "--groups") == 0)
            groups = value;
        else
            known = false;
    }
    if (!known || argc % 2 != 0 || n < 4 || n > 31 || views == 0 || views > 8 || groups < 2) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    std::signal(SIGABRT, say_present);
    const auto shapes = partitions(5, groups);
    std::uint64_t done = 0, heights = 0, crashes = 0, named = 0, attacked = 0, honest = 0;
    for (std::uint64_t i = from; i < from + cases; ++i) {
        std::optional<Weather> weather = mode == "weather" ? Weather::of(i)
                                         : n == 4          ? twins_case(i, views, shapes)
                                                           : twins_drawn(i, n);
        if (!weather) break;
        honest += weather->twins.empty() ? 1 : 0;
        present = i;
        quanlu::sim::set_signing(i % 1'000 == 0 ? quanlu::sim::Signing::real
                                                : quanlu::sim::Signing::keyed_hash);
        Network network(*weather);
        if (const auto violation = network.run()) {
            std::printf(
                "case %llu FAILED: %s\nreplay: core_sim %s --n %llu --views %llu --groups %llu "
                "--cases 1 --from %llu\n",
                static_cast<unsigned long long>(i), violation->c_str(), mode.c_str(),
                static_cast<unsigned long long>(n), static_cast<unsigned long long>(views),
                static_cast<unsigned long long>(groups), static_cast<unsigned long long>(i));
            return 1;
        }
        ++done;
        heights += network.oracle().height();
        crashes += network.crashes();
        named += network.oracle().named().size();
        attacked += network.oracle().named().empty() ? 0 : 1;
    }
    std::printf(
        "%llu %s cases from %llu: 0 violations, %llu final blocks, %llu crashes, %llu liars "
        "named in %llu cases; %llu with no liar\n",
        static_cast<unsigned long long>(done), mode.c_str(), static_cast<unsigned long long>(from),
        static_cast<unsigned long long>(heights), static_cast<unsigned long long>(crashes),
        static_cast<unsigned long long>(named), static_cast<unsigned long long>(attacked),
        static_cast<unsigned long long>(honest));
    return 0;
}
