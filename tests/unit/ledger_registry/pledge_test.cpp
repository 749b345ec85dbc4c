// Pledges from draft to cancellation: exclusivity, every patent ground, four eyes, freezes that
// queue and lapse. Each refusal is checked by MapState to have changed nothing.
#include <catch2/catch.hpp>

#include "pledge_desk.h"

namespace quanlu::test {

TEST_CASE(
    "R-01, R-02: the first filing reserves, the first registration excludes, a cancellation "
    "frees") {
    MapState state = with_right();
    const std::string one = filed(state, "bank-one", pledge_body(state, "bank-one"));
    const std::string two = filed(state, "bank-two", pledge_body(state, "bank-two"));
    CHECK(code(state.act("office", "maker", "pledge.accept", one, {})) == "OK");
    const auto reserved = state.act("office", "maker", "pledge.accept", two, {});
    CHECK(code(reserved) == "E_RESERVED_BY_OTHER");
    CHECK(reserved.refusal->facts.string_or("pledge", "") == one);
    CHECK(code(state.act("office", "maker", "pledge.register", one, statutory())) == "OK");
    CHECK(code(state.act("office", "maker", "pledge.register", one, statutory())) == "E_FOUR_EYES");
    const auto done = state.act("office", "checker", "pledge.register", one, statutory());
    CHECK(done.state == "registered");
    const auto refused = state.act("office", "maker", "pledge.accept", two, {});
    CHECK(code(refused) == "E_ALREADY_PLEDGED");
    CHECK(refused.refusal->conflict->height == Height(state.height - 1));
    CHECK(
        state.get("right/patent:2021101234567")->find("enc")->find("pledges")->as_array().size() ==
        1);
    CHECK(code(state.twice("office", "pledge.cancel", one, json::Object{})) ==
          "E_NO_CANCEL_GROUND");
    CHECK(code(state.twice("bank-one", "pledge.request_cancel", one,
                           json::Object{{"ground", "paid"}, {"letter", kSealed}})) == "OK");
    CHECK(code(state.twice("office", "pledge.cancel", one, json::Object{})) == "OK");
    CHECK(code(state.act("office", "maker", "pledge.accept", two, {})) == "OK");
}

TEST_CASE(
    "B.6: both parties put right what the office found lacking, in time, or the filing counts as "
    "withdrawn") {
    MapState state = with_right();
    const std::string id = filed(state, "bank-one", pledge_body(state, "bank-one"));
    REQUIRE(code(state.act("office", "maker", "pledge.accept", id, {})) == "OK");
    const auto request = [&](int days) {
        return json::Object{{"defects", "amount"},
                            {"deadline", to_text(add_days(shanghai_date(state.time), days))}};
    };
    CHECK(code(state.act("office", "maker", "pledge.request_correction", id, request(-1))) ==
          "E_BACKDATED");
    REQUIRE(code(state.act("office", "maker", "pledge.request_correction", id, request(5))) ==
            "OK");
    const auto correct = [](const char* name, const json::Value& value) {
        return json::Object{{"reason", "as asked"}, {name, value}};
    };
    const auto by_firm = [&](const json::Value& body) {
        return code(state.act("firm", "maker", "pledge.correct", id, body));
    };
    CHECK(by_firm(correct("rights", json::Array{kRight})) == "E_SCHEMA");
    CHECK(by_firm(correct("secured_amount", 0)) == "E_CONTRACT_INCOMPLETE");
    CHECK(by_firm(correct("debt_due", "2001-01-01")) == "E_BACKDATED");
    CHECK(code(state.act("other", "maker", "pledge.correct", id, correct("secured_amount", 77))) ==
          "E_WRONG_AUTHORITY");
    REQUIRE(code(state.twice("firm", "pledge.correct", id, correct("secured_amount", 77))) == "OK");
    CHECK(state.get("pledge/" + id)->string_or("state", "") == "correction");
    REQUIRE(code(state.twice("bank-one", "pledge.correct", id, correct("secured_amount", 77))) ==
            "OK");
    CHECK(state.get("pledge/" + id)->string_or("state", "") == "under_review");
    CHECK(state.get("pledge/" + id)->find("fields")->integer_or("secured_amount", 0) == 77);

    // The second request is not met: the day passes, the reservation falls.
    REQUIRE(code(state.act("office", "maker", "pledge.request_correction", id, request(3))) ==
            "OK");
    REQUIRE(code(state.twice("firm", "pledge.correct", id, correct("secured_amount", 78))) == "OK");
    state.time.value += 4 * 86'400'000;
    CHECK(code(state.twice("bank-one", "pledge.correct", id, correct("secured_amount", 78))) ==
          "E_BAD_STATE");
    CHECK(state.get("pledge/" + id)->string_or("state", "") == "withdrawn");
    CHECK(state.get("right/" + kRight)->find("enc")->find("reservation") == nullptr);
    const std::string next = filed(state, "bank-two", pledge_body(state, "bank-two"));
    CHECK(code(state.act("office", "maker", "pledge.accept", next, {})) == "OK");
}

TEST_CASE("B.6: nobody takes back alone what all have signed") {
    MapState state = with_right();
    const std::string id = filed(state, "bank-one", pledge_body(state, "bank-one"));
    REQUIRE(code(state.act("office", "maker", "pledge.accept", id, {})) == "OK");
    const json::Value why = json::Object{{"reason", "changed"}};
    REQUIRE(code(state.twice("firm", "pledge.withdraw", id, why)) == "OK");
    CHECK(state.get("pledge/" + id)->string_or("state", "") == "under_review");
    CHECK(state.get("right/" + kRight)->find("enc")->find("reservation") != nullptr);
    REQUIRE(code(state.twice("bank-one", "pledge.withdraw", id, why)) == "OK");
    CHECK(state.get("pledge/" + id)->string_or("state", "") == "withdrawn");
    CHECK(state.get("right/" + kRight)->find("enc")->find("reservation") == nullptr);
}

TEST_CASE("registration: a fresh register extract and the statutory notice") {
    MapState stale = with_right("source_checked_on", "2026-01-01");
    const std::string old = filed(stale, "bank-one", pledge_body(stale, "bank-one"));
    REQUIRE(code(stale.act("office", "maker", "pledge.accept", old, {})) == "OK");
    CHECK(code(stale.act("office", "maker", "pledge.register", old, statutory())) ==
          "E_STALE_REGISTER_EXTRACT");
    MapState state = with_right();
    const std::string id = filed(state, "bank-two", pledge_body(state, "bank-two"));
    REQUIRE(code(state.act("office", "maker", "pledge.accept", id, {})) == "OK");
    CHECK(code(state.act("office", "maker", "pledge.register", id, json::Object{})) ==
          "E_MISSING_EVIDENCE");
}

TEST_CASE(
    "R-05, R-06: a freeze beats everything in its scope and lapses by block time; a pledgee's "
    "consent opens a transfer") {
    MapState state = with_right();
    const std::string right = "patent:2021101234567";
    const std::string today = to_text(shanghai_date(state.time));
    const auto order = [&](std::int64_t until) {
        return json::Value(json::Object{
            {"order_no", "1"},
            {"case_no", "1"},
            {"ruling_hash", kHash},
            {"assistance_notice_hash", kHash},
            {"rights", json::Array{right}},
            {"scope", json::Array{"block_transfer", "block_new_pledge", "block_release"}},
            {"valid_to", today},
            {"valid_until_ms", until}});
    };
    const json::Value to_other = json::Object{{"to", "other"}, {"agreement", kSealed}};
    json::Value unfounded = order(state.time.value + 60'000);
    unfounded.erase("ruling_hash");
    CHECK(code(state.act("court", "maker", "freeze.serve", "", unfounded)) == "E_MISSING_RULING");
    CHECK(code(state.act("firm", "maker", "freeze.serve", "", order(state.time.value + 60'000))) ==
          "E_ROLE");
    const std::string first =
        state.twice("court", "freeze.serve", "", order(state.time.value + 60'000)).record;
    const std::string second =
        state.twice("court", "freeze.serve", "", order(state.time.value + 200'000)).record;
    CHECK(code(state.act("firm", "maker", "right.transfer", right, to_other)) == "E_ASSET_FROZEN");
    const std::string pledge = filed(state, "bank-one", pledge_body(state, "bank-one"));
    CHECK(code(state.act("office", "maker", "pledge.accept", pledge, {})) == "E_ASSET_FROZEN");
    state.time.value += 70'000;
    CHECK(code(state.act("firm", "maker", "right.transfer", right, to_other)) ==
          "E_ASSET_FROZEN");  // the queued one is active now
    CHECK(state.get("freeze/" + first)->string_or("state", "") == "expired");
    state.time.value += 200'000;
    CHECK(code(state.act("office", "maker", "pledge.accept", pledge, {})) == "OK");
    CHECK(state.get("freeze/" + second)->string_or("state", "") == "expired");
    CHECK(state.get("right/" + right)->find("enc")->find("freezes")->as_array().empty());
    REQUIRE(code(state.twice("office", "pledge.register", pledge, statutory())) == "OK");
    CHECK(code(state.act("firm", "maker", "right.transfer", right, to_other)) ==
          "E_PLEDGEE_CONSENT_REQUIRED");
    CHECK(code(state.twice("bank-two", "right.consent", right, json::Object{{"to", "other"}})) ==
          "E_NOT_INTERESTED");
    CHECK(code(state.twice("bank-one", "right.consent", right, json::Object{{"to", "other"}})) ==
          "OK");
    CHECK(code(state.twice("firm", "right.transfer", right, to_other)) == "OK");
    CHECK(code(state.act("firm", "maker", "right.transfer", right, to_other)) ==
          "E_NOT_REGISTERED_OWNER");
}

TEST_CASE("hostile acts: unknown, misfit, clear where sealed, administrators, stale versions") {
    MapState state = with_right();
    CHECK(code(state.act("firm", "maker", "pledge.nonsense", "", {})) == "E_UNKNOWN_ACT");
    json::Value body = pledge_body(state, "bank-one");
    body.set("main_contract", kHash);
    const auto clear = state.act("firm", "maker", "pledge.draft", "", body);
    CHECK(code(clear) == "E_SCHEMA");
    CHECK(clear.refusal->field == "/main_contract");
    body = pledge_body(state, "bank-one");
    body.set("extra", 1);
    CHECK(code(state.act("firm", "maker", "pledge.draft", "", body)) == "E_SCHEMA");
    body = pledge_body(state, "bank-one");
    body.set("rights", json::Array{"patent:2021101234567", "patent:2021101234567"});
    CHECK(code(state.act("firm", "maker", "pledge.draft", "", body)) == "E_SCHEMA");
    body.set("rights", json::Array{"patent:9999999999999"});
    CHECK(code(state.act("firm", "maker", "pledge.draft", "", body)) == "E_RIGHT_UNKNOWN");
    CHECK(code(state.act("firm", "admin", "pledge.draft", "", pledge_body(state, "bank-one"))) ==
          "E_ADMIN_CANNOT_TRANSACT");
    CHECK(code(state.act("other", "maker", "pledge.draft", "", pledge_body(state, "bank-one"))) ==
          "E_WRONG_AUTHORITY");
    CHECK(code(state.act("firm", "maker", "right.register", "", right_body(state))) == "E_ROLE");
    CHECK(code(state.act("office", "maker", "right.register", "", right_body(state))) ==
          "E_DUPLICATE_RIGHT");
    json::Value wrong = right_body(state);
    wrong.set("right_no", "ZL202110123456.8");
    CHECK(code(state.act("office", "maker", "right.register", "", wrong)) == "E_BAD_RIGHT_NO");
    wrong.set("right_no", "ZL202230000017.2");
    CHECK(code(state.act("office", "maker", "right.register", "", wrong)) == "E_KIND_MISMATCH");
    const std::string id =
        state.act("firm", "maker", "pledge.draft", "", pledge_body(state, "bank-one")).record;
    CHECK(code(state.act("firm", "maker", "pledge.sign", id, {}, 7)) == "E_VERSION_CONFLICT");
    CHECK(code(state.act("office", "maker", "pledge.accept", id, {})) == "E_BAD_STATE");
    CHECK(code(state.act("office", "maker", "pledge.accept", "PL-1", {})) == "E_NOT_FOUND");
    CHECK(code(state.act("firm", "checker", "pledge.sign", id, {})) == "E_FOUR_EYES");
    CHECK(code(state.twice("office", "party.suspend", "firm", json::Object{{"reason", "r"}})) ==
          "OK");
    CHECK(code(state.act("firm", "maker", "pledge.sign", id, {})) == "E_PARTY_NOT_ACTIVE");
}

}  // namespace quanlu::test
