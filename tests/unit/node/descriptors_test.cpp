#include "node/descriptors.h"

#include <catch2/catch.hpp>

using quanlu::node::client_connections_of;

TEST_CASE("clients get what descriptors are left, and never those that store and members need") {
    CHECK(client_connections_of(1'024, 4) == 632);
    CHECK(client_connections_of(1'024, 31) == 578);
    CHECK(client_connections_of(20'000, 4) == 2'000);
    CHECK(client_connections_of(456, 4) == 64);
    CHECK(client_connections_of(455, 4) == 0);
}
