// The edge of the window of R-29 (kills O14 of tests/mutants).
#include <catch2/catch.hpp>

#include "ledger/execution/executor.h"

namespace quanlu::execution {

TEST_CASE("R-29: an operation is known up to the moment before its `exp`, and not at it") {
    auto tx = std::make_shared<chain::Tx>();
    tx->operation.bytes[0] = 7;
    tx->exp = 100;
    RecentPtr recent = extend_recent(make_recent(), UnixMillis{50'000}, {tx}, Height(1));
    SECTION("in a layer") {}
    SECTION("in the settled set") {
        settle_recent(recent, Height(1));
    }
    CHECK(find_recent(recent, *tx, UnixMillis{99'999}));
    CHECK_FALSE(find_recent(recent, *tx, UnixMillis{100'000}));
}

}  // namespace quanlu::execution
