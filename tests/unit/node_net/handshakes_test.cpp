#include "node/net/handshakes.h"

#include <catch2/catch.hpp>

using quanlu::Millis;
using quanlu::net::Handshakes;

namespace {

constexpr Millis kNow{1'000'000};

int taken(Handshakes& handshakes, Millis now) {
    int out = 0;
    while (out < 1'000 && handshakes.take(now)) ++out;
    return out;
}

}  // namespace

TEST_CASE("a burst of handshakes may begin, then one in each 60 ms") {
    Handshakes handshakes;
    CHECK(taken(handshakes, kNow) == 32);
    CHECK(taken(handshakes, kNow + Millis{59}) == 0);
    CHECK(taken(handshakes, kNow + Millis{60}) == 1);
    CHECK(taken(handshakes, kNow + Millis{60 + 10 * 60 + 1}) == 10);
    CHECK(taken(handshakes, kNow + Millis{86'400'000}) == 32);
}

TEST_CASE("who asks all the time gets what who asks now and then gets") {
    Handshakes handshakes;
    CHECK(taken(handshakes, kNow) == 32);
    int out = 0;
    for (std::int64_t ms = 1; ms <= 6'000; ++ms) out += handshakes.take(kNow + Millis{ms}) ? 1 : 0;
    CHECK(out == 100);
}
