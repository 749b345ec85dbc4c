#include "node/log_gate.h"

#include <catch2/catch.hpp>

using namespace quanlu;
using node::LogGate;

TEST_CASE("one event writes so many lines in a window, then says how many it left out") {
    LogGate gate;
    for (std::size_t i = 0; i < LogGate::kLinesMax; ++i)
        CHECK(gate.pass("vote_rejected", Millis{1'000}) == std::size_t{0});
    CHECK_FALSE(gate.pass("vote_rejected", Millis{1'000}));
    CHECK_FALSE(gate.pass("vote_rejected", Millis{1'000 + LogGate::kWindowMs - 1}));
    CHECK(gate.pass("link", Millis{1'000}) == std::size_t{0});  // another event has its own
    CHECK(gate.pass("vote_rejected", Millis{1'000 + LogGate::kWindowMs}) == std::size_t{2});
    CHECK(gate.pass("vote_rejected", Millis{1'000 + LogGate::kWindowMs}) == std::size_t{0});
}
