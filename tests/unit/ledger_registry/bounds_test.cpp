// What an act leaves behind can be read again: bounds of what grows act by act, and behind them
// the one check of everything that is written.
#include <catch2/catch.hpp>

#include "ledger/chain/leaf.h"
#include "pledge_desk.h"

namespace quanlu::test {

namespace {

void plant(MapState& state, const std::string& key, json::Value value) {
    state.values[key] = std::make_shared<const json::Value>(std::move(value));
}

json::Value status(const MapState& state) {
    return json::Object{{"legal_status", "in_force"},
                        {"invalidation_pending", false},
                        {"ownership_dispute", false},
                        {"source_snapshot_hash", kHash},
                        {"source_checked_on", to_text(shanghai_date(state.time))}};
}

}  // namespace

TEST_CASE("an act that would count past what a record can hold changes nothing") {
    MapState state = with_right();
    const std::string id = filed(state, "bank-one", pledge_body(state, "bank-one"));
    REQUIRE(code(state.act("office", "maker", "pledge.accept", id, {})) == "OK");
    plant(state, "open/bank-one", json::Object{{"n", json::kIntegerMax}});
    const chain::Outcome outcome = state.twice("office", "pledge.register", id, statutory());
    CHECK(code(outcome) == "E_TOO_LARGE");
    CHECK(state.get("pledge/" + id)->string_or("state", "") == "under_review");
    plant(state, "open/bank-one", json::Object{{"n", json::kIntegerMax - 1}});
    CHECK(code(state.act("office", "checker", "pledge.register", id, statutory())) == "OK");
}

TEST_CASE("an act that would leave a value no reader takes changes nothing") {
    const auto of_size = [](std::size_t bytes) {
        MapState state = with_right();
        json::Value right = *state.get("right/" + kRight);
        right["fields"].set("title", std::string(bytes, 'x'));
        plant(state, "right/" + kRight, std::move(right));
        return code(state.twice("office", "right.update_status", kRight, status(state)));
    };
    CHECK(of_size(63 * json::kSizeMax) == "E_TOO_LARGE");
    CHECK(of_size(63 * json::kSizeMax - 4'096) == "OK");
}

TEST_CASE("facts that nobody could read are left out, the code stands") {
    MapState state = with_right();
    json::Value right = *state.get("right/" + kRight);
    right.set("version", json::kIntegerMax);
    plant(state, "right/" + kRight, right);
    const auto conflict = [&] {
        return state.act("office", "maker", "right.update_status", kRight, status(state), 1);
    };
    CHECK(conflict().refusal->facts.integer_or("found", 0) == json::kIntegerMax);
    right.set("version", json::kIntegerMax + 1);
    plant(state, "right/" + kRight, right);
    const chain::Outcome outcome = conflict();
    CHECK(code(outcome) == "E_VERSION_CONFLICT");
    CHECK(json::parse(chain::outcome_text(outcome)).ok());
}

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
