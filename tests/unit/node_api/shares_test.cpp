#include "node/api/shares.h"

#include <catch2/catch.hpp>

using namespace quanlu;
using api::Share;
using api::Shares;

namespace {

std::string name(const char* address) {
    return api::share_name(boost::asio::ip::make_address(address));
}

}  // namespace

TEST_CASE("one address takes its share and leaves the rest to others") {
    const auto shares = std::make_shared<Shares>(100, 40);
    Share a(shares, "a"), again(shares, "a"), b(shares, "b"), c(shares, "c");
    CHECK(a.take(30));
    CHECK(!again.take(11));
    CHECK(again.take(10));
    CHECK(!a.take(1));
    CHECK(b.take(40));
    CHECK(!c.take(21));
    CHECK(c.take(20));
    CHECK(shares->taken() == 100);
    again.give_back();
    CHECK(c.take(10));
    CHECK(!b.take(SIZE_MAX));
    CHECK(a.take(0));
}

TEST_CASE("what a connection held is free when it has gone") {
    const auto shares = std::make_shared<Shares>(10, 10);
    {
        Share one(shares, "a");
        REQUIRE(one.take(4));
        REQUIRE(one.take(6));
        one.give_back();
        CHECK(shares->taken() == 0);
        REQUIRE(one.take(10));
    }
    CHECK(shares->taken() == 0);
}

TEST_CASE("a share is that of an IPv4 address or of 64 bits of an IPv6 one") {
    CHECK(name("10.0.0.2") == "10.0.0.2");
    CHECK(name("::ffff:10.0.0.2") == "10.0.0.2");
    CHECK(name("2001:db8:1:2::1") == name("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    CHECK(name("2001:db8:1:2::1") != name("2001:db8:1:3::1"));
}
