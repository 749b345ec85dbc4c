// What happens to a registered pledge: every transition of B.6 by its good path and each of its
// refusals. MapState checks that a refusal changes nothing.
#include <catch2/catch.hpp>

#include "pledge_desk.h"

namespace quanlu::test {

namespace {

const std::vector<std::string> kBoth = {"firm", "bank-one"};

struct Desk {
    MapState state = with_right();
    std::string id;

    Desk() { id = registered(state, "bank-one", pledge_body(state, "bank-one")); }
    [[nodiscard]] const json::Value& pledge() const { return *state.get("pledge/" + id); }
    [[nodiscard]] const json::Value& field(const char* name) const {
        return *pledge().find("fields")->find(name);
    }
    [[nodiscard]] const json::Array& shown() const {
        return state.get("right/" + kRight)->find("enc")->find("pledges")->as_array();
    }
    std::string both(const std::string& act, const json::Value& body) {
        return together(state, kBoth, act, id, body);
    }
    std::string bank(const std::string& act, const json::Value& body) {
        return code(state.twice("bank-one", act, id, body));
    }
    void plant(const std::string& key, json::Value value) {
        state.values[key] = std::make_shared<const json::Value>(std::move(value));
    }
    void plant_in_right(const char* name, json::Value value) {
        json::Value right = *state.get("right/" + kRight);
        right["enc"].set(name, std::move(value));
        plant("right/" + kRight, std::move(right));
    }
    void freeze(const char* scope) {
        REQUIRE(code(state.twice("court", "freeze.serve", "",
                                 json::Object{{"order_no", "1"},
                                              {"case_no", "1"},
                                              {"ruling_hash", kHash},
                                              {"assistance_notice_hash", kHash},
                                              {"rights", json::Array{kRight}},
                                              {"scope", json::Array{scope}},
                                              {"valid_to", to_text(shanghai_date(state.time))},
                                              {"valid_until_ms", state.time.value + 900'000}})) ==
                "OK");
    }
    [[nodiscard]] std::int64_t open(const char* party) const {
        const auto held = state.get(std::string("open/") + party);
        return held == nullptr ? 0 : held->integer_or("n", 0);
    }
};

json::Value without(json::Value body, const char* name) {
    body.erase(name);
    return body;
}
json::Value but(json::Value body, const char* name, json::Value value) {
    body.set(name, std::move(value));
    return body;
}

}  // namespace

TEST_CASE("amend_party: the party and the office sign, a certificate is filed") {
    Desk desk;
    const json::Value body =
        json::Object{{"party", "firm"}, {"what", "name"}, {"certificate_hash", kHash}};
    const std::vector<std::string> signers = {"firm", "office"};
    CHECK(together(desk.state, signers, "pledge.amend_party", desk.id,
                   without(body, "certificate_hash")) == "E_MISSING_EVIDENCE");
    CHECK(code(desk.state.twice("other", "pledge.amend_party", desk.id,
                                but(body, "party", "other"))) == "E_NOT_INTERESTED");
    CHECK(code(desk.state.twice("bank-two", "pledge.amend_party", desk.id, body)) ==
          "E_WRONG_AUTHORITY");
    CHECK(code(desk.state.twice("firm", "pledge.amend_party", desk.id, body)) == "OK");
    CHECK(desk.pledge().find("last_change") == nullptr);  // the office has not signed
    CHECK(code(desk.state.twice("office", "pledge.amend_party", desk.id, body)) == "OK");
    CHECK(desk.pledge().find("last_change")->string_or("act", "") == "amend_party");
}

TEST_CASE("amend_terms: both sides; R-03, R-06, R-09, R-10 hold for the new figures") {
    Desk desk;
    const json::Value body =
        json::Object{{"secured_amount", 90}, {"debt_due", "2031-01-01"}, {"amendment", kSealed}};
    const auto refused = [&](const char* name, const json::Value& value) {
        return desk.both("pledge.amend_terms", but(body, name, value));
    };
    CHECK(refused("secured_amount", 0) == "E_CONTRACT_INCOMPLETE");
    CHECK(refused("secured_amount", -1) == "E_SCHEMA");
    CHECK(refused("debt_due", "2041-03-02") == "E_DEBT_TERM_EXCEEDS_RIGHT");
    CHECK(refused("debt_due", "2020-01-01") == "E_BACKDATED");
    CHECK(refused("debt_due", "2031-02-29") == "E_SCHEMA");
    CHECK(code(desk.state.twice("bank-two", "pledge.amend_terms", desk.id, body)) ==
          "E_WRONG_AUTHORITY");
    desk.plant("claims/" + desk.id, json::Object{{"fields", json::Object{{"drawn", 91}}}});
    CHECK(refused("secured_amount", 90) == "E_EXCEEDS_SECURED_AMOUNT");
    desk.state.values.erase("claims/" + desk.id);
    CHECK(code(desk.state.twice("bank-one", "pledge.amend_terms", desk.id, body)) == "OK");
    CHECK(desk.field("secured_amount").as_integer() == 100);  // the pledgor has not signed
    CHECK(code(desk.state.twice("firm", "pledge.amend_terms", desk.id, body)) == "OK");
    CHECK(desk.field("secured_amount").as_integer() == 90);
    CHECK(desk.field("debt_due").as_string() == "2031-01-01");
    desk.freeze("block_new_pledge");
    CHECK(refused("secured_amount", 95) == "E_ASSET_FROZEN");
}

TEST_CASE("amend_terms: a maximum pledge stays above what it secures") {
    MapState state = with_right();
    json::Value filing = pledge_body(state, "bank-one");
    filing.set("pledge_kind", "maximum_amount");
    filing.set("max_amount", 200);
    const std::string id = registered(state, "bank-one", filing);
    json::Value body =
        json::Object{{"secured_amount", 201}, {"debt_due", "2031-01-01"}, {"amendment", kSealed}};
    CHECK(together(state, kBoth, "pledge.amend_terms", id, body) == "E_EXCEEDS_SECURED_AMOUNT");
    body.set("max_amount", 201);
    CHECK(together(state, kBoth, "pledge.amend_terms", id, body) == "OK");
}

TEST_CASE("extend_term: trademarks and data IP, forward, within the right") {
    Desk desk;
    const json::Value body =
        json::Object{{"registration_term_to", "2035-01-01"}, {"agreement", kSealed}};
    CHECK(desk.both("pledge.extend_term", body) == "E_KIND_MISMATCH");
    json::Value right = *desk.state.get("right/" + kRight);
    right["fields"].set("asset_kind", "trademark");
    desk.plant("right/" + kRight, std::move(right));
    CHECK(desk.both("pledge.extend_term", but(body, "registration_term_to", "2041-03-02")) ==
          "E_DEBT_TERM_EXCEEDS_RIGHT");
    CHECK(desk.both("pledge.extend_term", but(body, "registration_term_to", "2029-12-31")) ==
          "E_BACKDATED");
    CHECK(desk.both("pledge.extend_term", body) == "OK");
    CHECK(desk.field("registration_term_to").as_string() == "2035-01-01");
    CHECK(desk.both("pledge.extend_term", body) == "E_BACKDATED");  // no longer than before
    CHECK(code(desk.state.twice("office", "pledge.extend_term", desk.id, body)) ==
          "E_WRONG_AUTHORITY");
}

TEST_CASE("partial_release: only rights that leave are asked; record and picture agree") {
    Desk desk;
    const std::string second = "patent:2021101234568";
    json::Value right = *desk.state.get("right/" + kRight);
    right.set("id", second);
    desk.plant("right/" + second, right);
    json::Value record = desk.pledge();
    record["fields"].set("rights", json::Array{kRight, second});
    record["fields"].set("right_count", 2);
    desk.plant("pledge/" + desk.id, record);
    const auto release = [&](json::Array rights) {
        return desk.bank("pledge.partial_release", json::Object{{"rights", std::move(rights)}});
    };
    CHECK(release({"patent:9999999999999"}) == "E_RIGHT_UNKNOWN");
    CHECK(release({kRight, second}) == "E_BAD_STATE");
    CHECK(release({second, second}) == "E_SCHEMA");
    CHECK(code(desk.state.twice("firm", "pledge.partial_release", desk.id,
                                json::Object{{"rights", json::Array{second}}})) ==
          "E_WRONG_AUTHORITY");
    desk.plant_in_right("pool", "POOL-1");
    CHECK(release({kRight}) == "E_IN_SECURITIZATION_POOL");
    desk.freeze("block_release");
    CHECK(release({kRight}) == "E_FREEZE_BLOCKS_RELEASE");
    CHECK(release({second}) == "OK");  // the frozen and pooled one stays
    CHECK(desk.field("right_count").as_integer() == 1);
    CHECK(desk.field("rights").as_array().size() == 1);
    CHECK(desk.shown().size() == 1);
    CHECK(desk.state.get("right/" + second)->find("enc")->find("pledges")->as_array().empty());
}

TEST_CASE("assign_pledge: R-23, with the claim, both dates shown, the picture follows") {
    Desk desk;
    const std::string today = to_text(shanghai_date(desk.state.time));
    const json::Value body = json::Object{{"from", "bank-one"},
                                          {"to", "bank-two"},
                                          {"claim_assigned_on", today},
                                          {"claim_assignment", kSealed},
                                          {"debtor_notice", kHash}};
    const auto assign = [&](const json::Value& with) {
        return together(desk.state, {"bank-one", "bank-two"}, "pledge.assign_pledge", desk.id,
                        with);
    };
    CHECK(assign(without(body, "claim_assignment")) == "E_CLAIM_NOT_ASSIGNED");
    CHECK(assign(without(body, "debtor_notice")) == "E_MISSING_EVIDENCE");
    CHECK(assign(but(body, "claim_assigned_on", "2099-01-01")) == "E_BACKDATED");
    CHECK(assign(but(body, "claim_assigned_on", "2020-01-01")) == "E_BACKDATED");
    CHECK(assign(but(body, "to", "firm")) == "E_BAD_STATE");
    CHECK(assign(but(body, "to", "nobody")) == "E_NOT_FOUND");
    CHECK(code(desk.state.twice("bank-two", "pledge.assign_pledge", desk.id,
                                but(body, "from", "other"))) == "E_NOT_INTERESTED");
    CHECK(code(desk.state.twice("other", "pledge.assign_pledge", desk.id, body)) ==
          "E_WRONG_AUTHORITY");
    desk.plant_in_right("pool", "POOL-1");
    CHECK(assign(body) == "E_IN_SECURITIZATION_POOL");
    json::Value right = *desk.state.get("right/" + kRight);
    right["enc"].erase("pool");
    desk.plant("right/" + kRight, right);
    REQUIRE(desk.bank("pledge.request_cancel",
                      json::Object{{"ground", "paid"}, {"letter", kSealed}}) == "OK");
    CHECK(assign(body) == "OK");
    CHECK(desk.field("pledgees").as_array().front().as_string() == "bank-two");
    CHECK(desk.shown().front().find("pledgees")->as_array().front().as_string() == "bank-two");
    const json::Value& change = *desk.pledge().find("last_change");
    CHECK(change.find("body")->string_or("claim_assigned_on", "") == today);
    CHECK(change.find("since") != nullptr);
    CHECK(desk.open("bank-one") == 0);
    CHECK(desk.open("bank-two") == 1);
    // The old pledgee's letter of release does not bind the new one.
    CHECK(code(desk.state.twice("office", "pledge.cancel", desk.id, json::Object{})) ==
          "E_NO_CANCEL_GROUND");
    CHECK(desk.bank("pledge.request_cancel",
                    json::Object{{"ground", "paid"}, {"letter", kSealed}}) == "E_WRONG_AUTHORITY");
}

TEST_CASE("R-05: a consent ends with the pledge it was given under") {
    Desk desk;
    const json::Value to_other = json::Object{{"to", "other"}};
    const json::Value transfer = json::Object{{"to", "other"}, {"agreement", kSealed}};
    REQUIRE(code(desk.state.twice("bank-one", "right.consent", kRight, to_other)) == "OK");
    REQUIRE(code(desk.state.twice("bank-one", "right.consent", kRight, to_other)) == "OK");
    CHECK(desk.state.get("right/" + kRight)->find("enc")->find("consents")->as_array().size() == 1);
    REQUIRE(desk.bank("pledge.request_cancel",
                      json::Object{{"ground", "paid"}, {"letter", kSealed}}) == "OK");
    REQUIRE(code(desk.state.twice("office", "pledge.cancel", desk.id, json::Object{})) == "OK");
    registered(desk.state, "bank-one", pledge_body(desk.state, "bank-one"));
    CHECK(code(desk.state.act("firm", "maker", "right.transfer", kRight, transfer)) ==
          "E_PLEDGEE_CONSENT_REQUIRED");
}

TEST_CASE("right ended: R-20, the pledge is told in the same block and stays registered") {
    Desk desk;
    const auto ended = desk.state.twice(
        "office", "right.update_status", kRight,
        json::Object{{"legal_status", "invalidated"},
                     {"invalidation_pending", false},
                     {"ownership_dispute", false},
                     {"annual_fee_paid_to", "2099-01-01"},
                     {"source_snapshot_hash", kHash},
                     {"source_checked_on", to_text(shanghai_date(desk.state.time))}});
    REQUIRE(code(ended) == "OK");
    CHECK(ended.events.front().type == "pledge.collateral_lost");
    CHECK(desk.pledge().string_or("state", "") == "registered");
    CHECK(desk.pledge().find("flags")->string_or("collateral_lost", "") == "invalidated");
}

TEST_CASE("enforcement: a recorded default, then a sale by agreement or by ruling") {
    Desk desk;
    const json::Value bare = json::Object{{"reason", "unpaid"}};
    const json::Value papers = but(bare, "evidence", json::Array{kHash});
    const json::Value loan = but(bare, "financing", "FN-1");
    const json::Value sale =
        json::Object{{"how", "sale"}, {"sale_record", kHash}, {"proceeds", kSealed}};
    CHECK(desk.both("pledge.realise", sale) == "E_BAD_STATE");
    CHECK(desk.bank("pledge.start_enforcement", bare) == "E_NO_DEFAULT");
    CHECK(desk.bank("pledge.start_enforcement", but(bare, "evidence", json::Array{})) ==
          "E_NO_DEFAULT");
    CHECK(desk.bank("pledge.start_enforcement", loan) == "E_NO_DEFAULT");
    const auto planted = [&](const char* state, const std::string& pledge) {
        desk.plant("fin/FN-1",
                   json::Object{{"state", state},
                                {"fields", json::Object{{"pledge_ids", json::Array{pledge}}}}});
    };
    planted("drawn", desk.id);
    CHECK(desk.bank("pledge.start_enforcement", loan) == "E_NO_DEFAULT");
    planted("defaulted", "PL-OTHER");
    CHECK(desk.bank("pledge.start_enforcement", loan) == "E_NO_DEFAULT");
    // What is drawn on the ledger defaults on the ledger: papers alone do not do.
    desk.plant("claims/" + desk.id, json::Object{{"fields", json::Object{{"drawn", 1}}}});
    CHECK(desk.bank("pledge.start_enforcement", papers) == "E_NO_DEFAULT");
    planted("defaulted", desk.id);
    CHECK(code(desk.state.twice("firm", "pledge.start_enforcement", desk.id, loan)) ==
          "E_WRONG_AUTHORITY");
    CHECK(desk.bank("pledge.start_enforcement", loan) == "OK");
    CHECK(desk.shown().front().string_or("status", "") == "enforcing");

    SECTION("by agreement of both sides") {
        CHECK(code(desk.state.twice("bank-two", "pledge.realise", desk.id, sale)) ==
              "E_WRONG_AUTHORITY");
        CHECK(code(desk.state.twice("bank-one", "pledge.realise", desk.id, sale)) == "OK");
        CHECK(desk.pledge().string_or("state", "") == "enforcing");
        CHECK(code(desk.state.twice("firm", "pledge.realise", desk.id, sale)) == "OK");
        CHECK(desk.pledge().string_or("state", "") == "realised");
        CHECK(desk.shown().front().string_or("status", "") == "realised");
    }
    SECTION("not past a freeze or a pool") {
        desk.plant_in_right("pool", "POOL-1");
        CHECK(desk.both("pledge.realise", sale) == "E_IN_SECURITIZATION_POOL");
        desk.freeze("block_transfer");
        CHECK(desk.both("pledge.realise", sale) == "E_ASSET_FROZEN");
    }
    SECTION("not before a higher rank is paid") {
        desk.plant_in_right("pledges", json::Array{json::Object{{"id", "PL-FIRST"}, {"rank", 1}},
                                                   json::Object{{"id", desk.id}, {"rank", 2}}});
        CHECK(desk.both("pledge.realise", sale) == "E_HIGHER_RANK_UNPAID");
    }
    SECTION("by a court's ruling") {
        const json::Value ruled = but(sale, "ruling_hash", kHash);
        CHECK(code(desk.state.twice("bank-one", "pledge.court_sale", desk.id, ruled)) == "E_ROLE");
        CHECK(code(desk.state.twice("court", "pledge.court_sale", desk.id, sale)) ==
              "E_MISSING_RULING");
        CHECK(code(desk.state.twice("court", "pledge.court_sale", desk.id, ruled)) == "OK");
        CHECK(desk.pledge().string_or("state", "") == "realised");
    }
}

TEST_CASE("cancel: the pledgee's letter, the same office, no lock above") {
    Desk desk;
    const auto cancel = [&] {
        return code(desk.state.twice("office", "pledge.cancel", desk.id, json::Object{}));
    };
    const json::Value letter = json::Object{{"ground", "waived"}, {"letter", kSealed}};
    CHECK(code(desk.state.twice("firm", "pledge.request_cancel", desk.id, letter)) ==
          "E_WRONG_AUTHORITY");
    CHECK(cancel() == "E_NO_CANCEL_GROUND");
    REQUIRE(desk.bank("pledge.request_cancel", letter) == "OK");
    CHECK(code(desk.state.twice("bank-one", "pledge.cancel", desk.id, json::Object{})) == "E_ROLE");
    json::Value record = desk.pledge();
    record.set("office", "elsewhere");
    desk.plant("pledge/" + desk.id, record);
    CHECK(cancel() == "E_WRONG_AUTHORITY");
    record.set("office", "office");
    desk.plant("pledge/" + desk.id, record);
    desk.plant_in_right("pool", "POOL-1");
    CHECK(cancel() == "E_IN_SECURITIZATION_POOL");
    json::Value right = *desk.state.get("right/" + kRight);
    right["enc"].erase("pool");
    desk.plant("right/" + kRight, right);
    CHECK(cancel() == "OK");
    CHECK(desk.shown().empty());
    CHECK(desk.open("bank-one") == 0);
    CHECK(cancel() == "E_BAD_STATE");
}

TEST_CASE("revoke: the registering office by two officers, or a court by its ruling") {
    Desk desk;
    const json::Value body = json::Object{{"ground", "E_OTHER_UNFIT"}, {"reason", "r"}};
    const auto office = [&] {
        return desk.state.act("office", "maker", "pledge.revoke", desk.id, body);
    };
    CHECK(code(desk.state.twice("bank-one", "pledge.revoke", desk.id, body)) == "E_ROLE");
    CHECK(code(desk.state.twice("court", "pledge.revoke", desk.id, body)) == "E_MISSING_RULING");
    json::Value record = desk.pledge();
    record.set("office", "elsewhere");
    desk.plant("pledge/" + desk.id, record);
    CHECK(code(office()) == "E_WRONG_AUTHORITY");
    record.set("office", "office");
    desk.plant("pledge/" + desk.id, record);
    SECTION("office") {
        CHECK(code(office()) == "OK");
        CHECK(code(office()) == "E_FOUR_EYES");
        CHECK(code(desk.state.act("office", "checker", "pledge.revoke", desk.id, body)) == "OK");
    }
    SECTION("court") {
        CHECK(code(desk.state.twice("court", "pledge.revoke", desk.id,
                                    but(body, "ruling_hash", kHash))) == "OK");
    }
    CHECK(desk.pledge().string_or("state", "") == "revoked");
    CHECK(desk.shown().empty());
    // R-21: as if never made; the right is free for another.
    registered(desk.state, "bank-two", pledge_body(desk.state, "bank-two"));
}

TEST_CASE("nobody pledges to itself") {
    MapState state = with_right();
    CHECK(code(state.act("firm", "maker", "pledge.draft", "", pledge_body(state, "firm"))) ==
          "E_SCHEMA");
}

TEST_CASE("a pending act says whose officers it waits for") {
    MapState state = with_right();
    const auto drafted =
        state.act("firm", "maker", "pledge.draft", "", pledge_body(state, "bank-one"));
    REQUIRE(code(drafted) == "OK");
    const auto waiting = [&] {
        for (const auto& [key, value] : state.values) {
            if (key.starts_with("pend/")) return json::write(*value->find("waiting"));
        }
        return std::string("nobody");
    };
    const auto sign = [&](const char* party, const char* duty) {
        REQUIRE(state.act(party, duty, "pledge.sign", drafted.record, {}).ok());
    };
    sign("firm", "maker");
    CHECK(waiting() == R"(["bank-one","firm"])");
    sign("firm", "checker");
    CHECK(waiting() == R"(["bank-one"])");
    sign("bank-one", "maker");
    CHECK(waiting() == R"(["bank-one"])");
    sign("bank-one", "checker");
    CHECK(waiting() == "nobody");
}

TEST_CASE("a freeze stops a transfer that waits for its second officer (R-08)") {
    MapState state = with_right();
    const json::Value transfer = json::Object{{"to", "other"}, {"agreement", kSealed}};
    REQUIRE(state.act("firm", "maker", "right.transfer", kRight, transfer).state ==
            "pending_approval");
    const std::string today = to_text(shanghai_date(state.time));
    REQUIRE(code(state.twice("court", "freeze.serve", "",
                             json::Object{{"order_no", "1"},
                                          {"case_no", "1"},
                                          {"ruling_hash", kHash},
                                          {"assistance_notice_hash", kHash},
                                          {"rights", json::Array{kRight}},
                                          {"holder", "firm"},
                                          {"scope", json::Array{"block_transfer"}},
                                          {"valid_to", today}})) == "OK");
    // The right is another one than the maker saw: nothing is left to approve, nor to begin.
    CHECK(code(state.act("firm", "checker", "right.transfer", kRight, transfer)) == "E_FOUR_EYES");
    CHECK(code(state.act("firm", "maker", "right.transfer", kRight, transfer)) == "E_ASSET_FROZEN");
}

}  // namespace quanlu::test
