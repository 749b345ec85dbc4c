#include "node/descriptors.h"

#include <catch2/catch.hpp>

using quanlu::node::client_connections_of;

TEST_CASE("clients get what descriptors are left, and never those that store and members need") {
    CHECK(client_connections_of(1'024, 4) == 712);
    CHECK(client_connections_of(1'024, 31) == 658);
    CHECK(client_connections_of(20'000, 4) == 2'000);
    CHECK(client_connections_of(376, 4) == 64);
    CHECK(client_connections_of(375, 4) == 0);
}
