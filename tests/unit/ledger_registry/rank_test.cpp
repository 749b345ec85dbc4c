// several pledges over one right where the policy allows it.
#include <catch2/catch.hpp>

#include "pledge_desk.h"

namespace quanlu::test {

namespace {

const std::string kMark = "trademark:G812345";

// A mark of firm, and the policy under which marks bear ranks.
MapState with_mark(bool ranked = true) {
    MapState state;
    json::Value body = right_body(state);
    body.set("asset_kind", "trademark");
    body.set("right_no", "G812345");
    body.erase("annual_fee_paid_to");
    REQUIRE(code(state.twice("office", "right.register", "", body)) == "OK");
    if (ranked) {
        state.values["policy/ranked_pledge_trademark"] =
            std::make_shared<const json::Value>(json::Object{
                {"type", "policy"},
                {"id", "ranked_pledge_trademark"},
                {"fields", json::Object{{"name", "ranked_pledge_trademark"},
                                        {"steps", json::Array{json::Object{{"from_height", 0},
                                                                           {"value", 1}}}}}}});
    }
    return state;
}
json::Value body_for(const MapState& state, const std::string& bank) {
    json::Value body = pledge_body(state, bank);
    body.set("rights", json::Array{kMark});
    body.set("registration_term_to", "2035-01-01");
    body.set("appraisal", kSealed);
    return body;
}
std::int64_t rank(const MapState& state, const std::string& id) {
    const auto right = state.get("right/" + kMark);
    for (const json::Value& one : right->find("enc")->find("pledges")->as_array()) {
        if (one.string_or("id", "") == id) return one.integer_or("rank", 0);
    }
    return 0;
}
json::Value waiver(const std::string& to, const json::Array& consents = {}) {
    json::Value body = json::Object{{"to", to}, {"agreement", kSealed}};
    if (!consents.empty()) body.set("consents", consents);
    return body;
}
json::Value consent(const char* party) {
    return json::Object{{"party", party}, {"consent_hash", kHash}};
}

}  // namespace

TEST_CASE("without the policy a second pledge of a mark is refused") {
    MapState state = with_mark(false);
    registered(state, "bank-one", body_for(state, "bank-one"));
    const std::string second = filed(state, "bank-two", body_for(state, "bank-two"));
    CHECK(code(state.act("office", "maker", "pledge.accept", second, {})) == "E_ALREADY_PLEDGED");
}

TEST_CASE("a patent stays exclusive whatever the policy of marks") {
    MapState state = with_mark();
    REQUIRE(code(state.twice("office", "right.register", "", right_body(state))) == "OK");
    registered(state, "bank-one", pledge_body(state, "bank-one"));
    const std::string second = filed(state, "bank-two", pledge_body(state, "bank-two"));
    CHECK(code(state.act("office", "maker", "pledge.accept", second, {})) == "E_ALREADY_PLEDGED");
}

TEST_CASE("ranks follow the order of registration; the first is paid first") {
    MapState state = with_mark();
    const std::string first = registered(state, "bank-one", body_for(state, "bank-one"));
    const std::string second = registered(state, "bank-two", body_for(state, "bank-two"));
    CHECK(rank(state, first) == 1);
    CHECK(rank(state, second) == 2);
    CHECK(state.get("pledge/" + second)->integer_or("rank", 0) == 2);
    // A filing under review is still one at a time.
    const std::string third = filed(state, "lender", body_for(state, "lender"));
    const std::string fourth = filed(state, "custodian", body_for(state, "custodian"));
    REQUIRE(code(state.act("office", "maker", "pledge.accept", third, {})) == "OK");
    CHECK(code(state.act("office", "maker", "pledge.accept", fourth, {})) == "E_RESERVED_BY_OTHER");
    // The transfer of the mark needs both pledgees.
    const json::Value transfer = json::Object{{"to", "other"}, {"agreement", kSealed}};
    REQUIRE(code(state.twice("bank-one", "right.consent", kMark, json::Object{{"to", "other"}})) ==
            "OK");
    CHECK(code(state.act("firm", "maker", "right.transfer", kMark, transfer)) ==
          "E_RESERVED_BY_OTHER");
}

TEST_CASE("a rank is waived by both, and by those whom it harms") {
    MapState state = with_mark();
    const std::string first = registered(state, "bank-one", body_for(state, "bank-one"));
    const std::string second = registered(state, "bank-two", body_for(state, "bank-two"));
    const std::string third = registered(state, "lender", body_for(state, "lender"));
    const auto waive = [&](const std::string& of, const std::vector<std::string>& parties,
                           const json::Value& body) {
        return together(state, parties, "pledge.waive_rank", of, body);
    };
    CHECK(waive(first, {"bank-one"}, waiver("PL-330110-20200101-00000001-0")) == "E_NOT_FOUND");
    CHECK(waive(second, {"bank-two"}, waiver(first)) == "E_BAD_STATE");  // it stands before it
    CHECK(waive(first, {"custodian"}, waiver(second)) == "E_WRONG_AUTHORITY");
    CHECK(waive(first, {"bank-one"}, waiver(third)) == "E_JUNIOR_CONSENT_REQUIRED");
    CHECK(waive(first, {"bank-one", "lender"}, waiver(third, {consent("bank-two")})) == "OK");
    CHECK(rank(state, first) == 3);
    CHECK(rank(state, second) == 2);
    CHECK(rank(state, third) == 1);
    CHECK(state.get("pledge/" + first)->integer_or("rank", 0) == 3);
    CHECK(state.get("pledge/" + third)->integer_or("rank", 0) == 1);
    // Neighbours need nobody else.
    CHECK(waive(second, {"bank-two", "bank-one"}, waiver(first)) == "OK");
    CHECK(rank(state, first) == 2);
}

TEST_CASE("more debt in an earlier rank needs the later ones") {
    MapState state = with_mark();
    const std::string first = registered(state, "bank-one", body_for(state, "bank-one"));
    const std::string second = registered(state, "bank-two", body_for(state, "bank-two"));
    const json::Value fields = *state.get("pledge/" + first)->find("fields");
    const auto amend = [&](const std::string& pledge, const char* bank, std::int64_t more,
                           const json::Array& consents = {}) {
        json::Value body =
            json::Object{{"secured_amount", fields.integer_or("secured_amount", 0) + more},
                         {"debt_due", *fields.find("debt_due")},
                         {"amendment", kSealed}};
        if (!consents.empty()) body.set("consents", consents);
        return together(state, {"firm", bank}, "pledge.amend_terms", pledge, body);
    };
    CHECK(amend(first, "bank-one", 1) == "E_JUNIOR_CONSENT_REQUIRED");
    CHECK(amend(first, "bank-one", -1) == "OK");
    CHECK(amend(first, "bank-one", 1, {consent("bank-two")}) == "OK");
    CHECK(state.get("pledge/" + first)->find("fields")->find("consents") == nullptr);
    CHECK(amend(second, "bank-two", 1) == "OK");  // nobody stands behind it
}

}  // namespace quanlu::test
