// Many seeds of the network, and the scripted troubles of RELIABILITY T5 in it. QUANLU_SEEDS sets
// how many, QUANLU_SEED runs one alone.
#include <catch2/catch.hpp>

#include "network.h"

#include <cstdlib>

#include "consensus/limits.h"

namespace quanlu::consensus {

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Sums {
    std::uint64_t heights = 0, crashes = 0, named = 0;
};

void run(const Weather& weather, Sums* sums = nullptr) {
    Network network(weather);
    const auto violation = network.run();
    INFO("seed " << weather.seed << " n " << weather.n << ": " << violation.value_or("none"));
    REQUIRE_FALSE(violation.has_value());
    REQUIRE(network.most_votes_held() <= 3 * weather.n * (kFollowedViews + 2));
    if (sums == nullptr) return;
    sums->heights += network.oracle().height();
    sums->crashes += network.crashes();
    sums->named += network.oracle().named().size();
}

}  // namespace

TEST_CASE("network: I1-I8 and liveness after GST, seed by seed") {
    const std::uint64_t one = from_environment("QUANLU_SEED", 0);
    if (one != 0) return run(Weather::of(one));
    const std::uint64_t seeds = from_environment("QUANLU_SEEDS", 400);
    Sums sums;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) run(Weather::of(seed), &sums);
    WARN(seeds << " seeds, " << sums.heights << " final blocks, " << sums.crashes << " crashes, "
               << sums.named << " liars named");
    // The troubles did happen, and so did the work.
    REQUIRE(sums.heights >= 4 * seeds);
    REQUIRE(sums.crashes >= seeds / 2);
    REQUIRE(sums.named >= seeds / 50);
}

TEST_CASE("network: a seed is a whole run") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Network first(Weather::of(seed));
        Network second(Weather::of(seed));
        first.run();
        second.run();
        REQUIRE(first.oracle().height() == second.oracle().height());
        REQUIRE(first.crashes() == second.crashes());
        REQUIRE(first.most_votes_held() == second.most_votes_held());
    }
}

TEST_CASE("network: f members silent for their whole life (T5 d, e)") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Weather weather;
        weather.seed = seed;
        weather.n = 7;
        weather.silent = {static_cast<MemberIndex>(seed % 7),
                          static_cast<MemberIndex>((seed + 3) % 7)};
        weather.crash_every_ms = seed % 2 == 0 ? 400 : 0;  // and others restarting
        run(weather);
    }
}

TEST_CASE("network: everybody crashes again and again at exactly q members (T4)") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Weather weather;
        weather.seed = seed;
        weather.silent = {static_cast<MemberIndex>(seed % 4)};
        weather.crash_every_ms = 150;
        weather.loss_percent = 20;
        run(weather);
    }
}

TEST_CASE("network: twins are named and change nothing (I8)") {
    std::size_t named = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Weather weather;
        weather.seed = seed;
        weather.twins = {static_cast<MemberIndex>(seed % 4)};
        weather.partition_every_ms = 200;
        weather.faults_ms = 3'000;
        Network network(weather);
        const auto violation = network.run();
        INFO("seed " << seed << ": " << violation.value_or("none"));
        REQUIRE_FALSE(violation.has_value());
        named += network.oracle().named().size();
    }
    REQUIRE(named >= 20);  // the attack did happen
}

TEST_CASE("network: one member alone") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Weather weather;
        weather.seed = seed;
        weather.n = 1;
        weather.crash_every_ms = 100;
        run(weather);
    }
}

}  // namespace quanlu::consensus
