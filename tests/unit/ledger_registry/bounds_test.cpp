// Bounds of what grows act by act.
#include <catch2/catch.hpp>

#include "pledge_desk.h"

namespace quanlu::test {

namespace {

void plant(MapState& state, const std::string& key, json::Value value) {
    state.values[key] = std::make_shared<const json::Value>(std::move(value));
}

}  // namespace

TEST_CASE("R-05: a pledgee consents to so many receivers, who are there") {
    MapState state = with_right();
    registered(state, "bank-one", pledge_body(state, "bank-one"));
    const auto consent = [&](const char* to) {
        return code(state.twice("bank-one", "right.consent", kRight, json::Object{{"to", to}}));
    };
    CHECK(consent("nobody") == "E_NOT_FOUND");
    json::Value right = *state.get("right/" + kRight);
    json::Array given;
    for (int i = 0; i < 20; ++i)
        given.push_back(json::Object{{"party", i == 0 ? "bank-two" : "bank-one"},
                                     {"to", "firm-" + std::to_string(i)}});
    right["enc"].set("consents", given);
    plant(state, "right/" + kRight, right);
    CHECK(consent("other") == "OK");
    CHECK(consent("firm") == "E_TOO_LARGE");
}

TEST_CASE("B.10: so many orders wait over one right") {
    MapState state = with_right();
    const auto serve = [&] {
        const std::string today = to_text(shanghai_date(state.time));
        return code(state.twice("court", "freeze.serve", "",
                                json::Object{{"order_no", "1"},
                                             {"case_no", "1"},
                                             {"ruling_hash", kHash},
                                             {"assistance_notice_hash", kHash},
                                             {"rights", json::Array{kRight}},
                                             {"scope", json::Array{"block_transfer"}},
                                             {"valid_to", today}}));
    };
    for (int i = 0; i < 100; ++i) REQUIRE(serve() == "OK");
    CHECK(serve() == "E_TOO_LARGE");
}

}  // namespace quanlu::test
