// An approval is worth what its giver is worth when the act is carried out (DOMAIN B.14, Q-01), and
// is given for the record as it stood then.
#include <catch2/catch.hpp>

#include "pledge_desk.h"

namespace quanlu::test {

namespace {

// A registered pledge of firm to bank-one.
struct Desk {
    MapState state = with_right();
    std::string pledge = registered(state, "bank-one", pledge_body(state, "bank-one"));
    chain::Event counted;  // the last event of the last act

    std::string sign(const char* party, const char* duty, const char* act, const std::string& id,
                     const json::Value& body) {
        const chain::Outcome outcome = state.act(party, duty, act, id, body);
        if (outcome.ok()) counted = outcome.events.back();
        return outcome.ok() ? outcome.state : code(outcome);
    }
    void revoke(const std::string& party, const std::string& duty) {
        const std::string kid = crypto::thumbprint(MapState::key(party, duty).public_key());
        REQUIRE(state.act(party, "admin", "party.revoke_officer", party, json::Object{{"kid", kid}})
                    .ok());
    }
};

json::Value terms(std::int64_t amount) {
    return json::Object{
        {"secured_amount", amount}, {"debt_due", "2030-01-01"}, {"amendment", kSealed}};
}

}  // namespace

TEST_CASE("approvals of a party that was suspended meanwhile count no more") {
    Desk desk;
    const auto sign = [&](const char* party, const char* duty) {
        return desk.sign(party, duty, "pledge.amend_terms", desk.pledge, terms(200));
    };
    // With stolen keys.
    CHECK(sign("bank-one", "maker") == "pending_approval");
    CHECK(sign("bank-one", "checker") == "pending_approval");
    REQUIRE(code(desk.state.twice("bank-one", "party.report_compromise", "bank-one",
                                  json::Object{{"reason", "stolen"}})) == "OK");
    CHECK(sign("firm", "maker") == "pending_approval");
    CHECK(sign("firm", "checker") == "pending_approval");
    REQUIRE(code(desk.state.twice("office", "party.resume", "bank-one",
                                  json::Object{{"reason", "new keys"}})) == "OK");
    CHECK(sign("bank-one", "checker") == "E_FOUR_EYES");  // a maker first
    CHECK(sign("bank-one", "maker") == "pending_approval");
    CHECK(desk.counted.type == "approval.waiting");
    const std::string pending(desk.counted.facts.string_or("pending", "none"));
    CHECK(sign("bank-one", "checker") == "registered");

    // The ledger says whose word it was in the end.
    CHECK(desk.counted.type == "approval.complete");
    CHECK(desk.counted.facts.string_or("pending", "") == pending);
    const auto kid = [](const char* party, const char* duty) {
        return json::Value(
            json::Object{{"kid", crypto::thumbprint(MapState::key(party, duty).public_key())},
                         {"party", party}});
    };
    CHECK(*desk.counted.facts.find("approvals") ==
          json::Value(json::Array{kid("firm", "maker"), kid("firm", "checker"),
                                  kid("bank-one", "maker"), kid("bank-one", "checker")}));
}

TEST_CASE("with one key of a party that is revoked its approvals fall, and no other's") {
    Desk desk;
    const auto sign = [&](const char* party, const char* duty) {
        return desk.sign(party, duty, "pledge.amend_terms", desk.pledge, terms(200));
    };
    CHECK(sign("bank-one", "maker") == "pending_approval");
    CHECK(sign("bank-one", "checker") == "pending_approval");
    CHECK(sign("firm", "maker") == "pending_approval");
    desk.revoke("bank-one", "maker");
    CHECK(sign("firm", "checker") == "pending_approval");
    // The checker that is left approved what nobody proposes any more.
    CHECK(sign("bank-one", "checker") == "E_FOUR_EYES");
}

TEST_CASE("an approval is for the version that it was given for") {
    Desk desk;
    const auto sign = [&](const char* party, const char* duty, std::int64_t amount) {
        return desk.sign(party, duty, "pledge.amend_terms", desk.pledge, terms(amount));
    };
    CHECK(sign("firm", "maker", 200) == "pending_approval");
    CHECK(sign("firm", "checker", 200) == "pending_approval");
    CHECK(together(desk.state, {"firm", "bank-one"}, "pledge.amend_terms", desk.pledge,
                   terms(150)) == "OK");
    CHECK(sign("bank-one", "maker", 200) == "pending_approval");
    CHECK(sign("bank-one", "checker", 200) == "pending_approval");
    CHECK(sign("firm", "maker", 200) == "pending_approval");
    CHECK(sign("firm", "checker", 200) == "registered");
}

}  // namespace quanlu::test
