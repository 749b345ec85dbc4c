// The sentence says what the value holds: "no pledge" only for a whole encumbrance picture with an
// empty list.
#include "ledger/proof/wording.h"

#include <catch2/catch.hpp>

namespace quanlu::proof {

namespace {

std::string said(std::string_view value, std::string_view key = "right/CN:1") {
    return say_record(key, *json::parse(value)).en;
}

}  // namespace

TEST_CASE("the encumbrance picture of a right in words") {
    CHECK(said(R"({"enc":{"freezes":[],"pledges":[]}})") ==
          "right/CN:1 has no pledge, no freeze, no pool, no filing under review");
    CHECK(said(R"({"enc":{"freezes":[],"pledges":[{"id":"PL-1"},{"id":"PL-2"}]}})") ==
          "right/CN:1 has 2 pledges (PL-1, PL-2), no freeze, no pool, no filing under review");
    CHECK(
        said(
            R"({"enc":{"freezes":[{"id":"FZ-1"}],"pledges":[],"pool":"POOL-9","reservation":{"pledge":"PL-3"}}})") ==
        "right/CN:1 has no pledge, 1 freeze (FZ-1), a pool (POOL-9), a filing under review (PL-3)");
    CHECK(said(R"({"enc":{"freezes":[{}],"pledges":[1]}})") ==
          "right/CN:1 has 1 pledge, 1 freeze, no pool, no filing under review");
    CHECK(said(R"({"enc":{"freezes":[],"pledges":[]},"register_mismatch":{"office":"o"}})") ==
          "right/CN:1 has no pledge, no freeze, no pool, no filing under review, a contradiction "
          "with "
          "the statutory register");
    CHECK(
        said(R"({"enc":{"freezes":[],"pledges":[],"pool":{"id":"SP-1"}}})").find("a pool (SP-1)") !=
        std::string::npos);
    CHECK(say_record("right/CN:1",
                     *json::parse(R"({"enc":{"freezes":[],"pledges":[{"id":"PL-1"}]}})"))
              .zh == "right/CN:1 质押 1 项 (PL-1)、无保全、无入池、无在审申请");
}

TEST_CASE("what is not there whole is not called free") {
    for (const char* value :
         {R"({"id":"x"})", R"({"enc":{}})", R"({"enc":[]})", R"({"enc":"none"})",
          R"({"enc":{"pledges":{}}})", R"({"enc":{"pledges":0,"freezes":false}})"}) {
        INFO(value);
        CHECK(said(value).find("no ") == std::string::npos);
        CHECK(said(value).starts_with("right/CN:1 is on the ledger"));
    }
    CHECK(said(R"({"enc":{"pledges":[]}})") == "right/CN:1 has no pledge");
    CHECK(said(R"({"enc":{"freezes":[],"pledges":[]}})", "pledge/PL-1") ==
          "pledge/PL-1 is on the ledger");
    CHECK(said(R"({"state":"registered","version":4})", "pledge/PL-1") ==
          "pledge/PL-1 is on the ledger, state registered, version 4");
}

TEST_CASE("numbers in groups of three") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'000) == "1,000");
    CHECK(grouped(1'234'567) == "1,234,567");
}

}  // namespace quanlu::proof
