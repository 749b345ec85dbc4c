// The twelve grounds on which a patent pledge is refused (DOMAIN B.6, PM461), by their numbers:
// each at registration, at commit height, with its code; and each gone again once it is cured.
#include <catch2/catch.hpp>

#include "pledge_desk.h"

namespace quanlu::test {

namespace {

// A filing under review; what stands in the way is changed in the right or in the filing.
struct Review {
    MapState state = with_right();
    json::Value filing = pledge_body(state, "bank-one");
    std::string id;

    void right(const char* name, json::Value value) {
        json::Value whole = *state.get("right/" + kRight);
        whole["fields"].set(name, std::move(value));
        state.values["right/" + kRight] = std::make_shared<const json::Value>(std::move(whole));
    }
    void accept() {
        id = filed(state, "bank-one", filing);
        REQUIRE(code(state.act("office", "maker", "pledge.accept", id, {})) == "OK");
    }
    std::string registering() {
        return code(state.act("office", "maker", "pledge.register", id, statutory()));
    }
    // The filing is in order; then the right changes under review, and back.
    void checks(const char* name, const json::Value& bad, const std::string& expected) {
        accept();
        const auto held = state.get("right/" + kRight);
        const json::Value good = *held->find("fields")->find(name);
        right(name, bad);
        CHECK(registering() == expected);
        right(name, good);
        CHECK(registering() == "OK");
    }
};

json::Array holders(std::initializer_list<const char*> parties) {
    json::Array list;
    for (const char* party : parties) list.push_back(json::Object{{"party", party}});
    return list;
}

}  // namespace

TEST_CASE("patent ground 1: the pledgor is not the patentee recorded") {
    Review().checks("holders", holders({"other"}), "E_NOT_REGISTERED_OWNER");
}
TEST_CASE("patent ground 2: the patent has ended or was declared invalid") {
    for (const char* status : {"terminated", "invalidated", "expired", "surrendered"})
        Review().checks("legal_status", status, "E_RIGHT_TERMINATED");
    Review().checks("expiry_date", "2020-01-01", "E_RIGHT_TERMINATED");
}
TEST_CASE("patent ground 3: not yet granted") {
    Review().checks("legal_status", "pending", "E_RIGHT_NOT_GRANTED");
}
TEST_CASE("patent ground 4: the annual fee is not paid") {
    Review().checks("annual_fee_paid_to", "2024-01-01", "E_ANNUAL_FEE_OVERDUE");
    Review().checks("legal_status", "fee_grace", "E_ANNUAL_FEE_OVERDUE");
}
TEST_CASE("patent ground 5: suspended, disputed or preserved by a court") {
    Review().checks("legal_status", "suspended", "E_RIGHT_SUSPENDED");
    Review().checks("ownership_dispute", true, "E_OWNERSHIP_DISPUTE");
    Review review;
    review.accept();
    REQUIRE(code(review.state.twice(
                "court", "freeze.serve", "",
                json::Object{{"order_no", "1"},
                             {"case_no", "1"},
                             {"ruling_hash", kHash},
                             {"assistance_notice_hash", kHash},
                             {"rights", json::Array{kRight}},
                             {"scope", json::Array{"block_new_pledge"}},
                             {"valid_to", to_text(shanghai_date(review.state.time))}})) == "OK");
    CHECK(review.registering() == "E_ASSET_FROZEN");
}
TEST_CASE("patent ground 6: the debt term is longer than the right") {
    Review().checks("expiry_date", "2029-12-31", "E_DEBT_TERM_EXCEEDS_RIGHT");
    Review review;  // the last day itself is inside
    review.accept();
    review.right("expiry_date", "2030-01-01");
    CHECK(review.registering() == "OK");
}
TEST_CASE("patent ground 7: the contract lacks an item of Art 8") {
    for (const char* gone : {"identity", "claim", "term", "right", "scope"}) {
        Review review;
        json::Array items;
        for (const char* item : {"identity", "claim", "term", "right", "scope"}) {
            if (std::string(item) != gone) items.push_back(item);
        }
        review.filing.set("contract_items", std::move(items));
        review.accept();
        CHECK(review.registering() == "E_CONTRACT_INCOMPLETE");
    }
}
TEST_CASE("patent ground 8: a co-owner has not consented") {
    Review().checks("holders", holders({"firm", "other"}), "E_COOWNER_CONSENT_MISSING");
}
TEST_CASE("patent ground 9: already pledged and within the pledge") {
    Review review;
    review.accept();
    const auto held = review.state.get("right/" + kRight);
    json::Value pledged = *held;
    pledged["enc"]["pledges"].push(json::Object{
        {"id", "PL-FIRST"}, {"pledgees", json::Array{"bank-two"}}, {"since", json::Object{}}});
    review.state.values["right/" + kRight] =
        std::make_shared<const json::Value>(std::move(pledged));
    CHECK(review.registering() == "E_ALREADY_PLEDGED");
    review.state.values["right/" + kRight] = held;
    CHECK(review.registering() == "OK");
}
TEST_CASE("patent ground 10: a same-day invention application, unless acknowledged") {
    Review().checks("dual_filing", true, "E_DUAL_FILING_UNACKNOWLEDGED");
    Review review;
    review.filing.set("acknowledgements", json::Array{"dual_filing"});
    review.accept();
    review.right("dual_filing", true);
    CHECK(review.registering() == "OK");
}
TEST_CASE("patent ground 11: invalidation pending, unless acknowledged") {
    Review().checks("invalidation_pending", true, "E_INVALIDATION_UNACKNOWLEDGED");
    Review review;
    review.filing.set("acknowledgements", json::Array{"invalidation_pending"});
    review.accept();
    review.right("invalidation_pending", true);
    CHECK(review.registering() == "OK");
}
TEST_CASE("patent ground 12: another ground, stated by two officers; the reservation goes") {
    Review review;
    review.accept();
    const json::Value other = json::Object{{"ground", "E_OTHER_UNFIT"}, {"reason", "r"}};
    CHECK(code(review.state.act("office", "maker", "pledge.refuse", review.id,
                                json::Object{{"ground", "E_NOBODY"}, {"reason", "r"}})) ==
          "E_SCHEMA");
    CHECK(code(review.state.act("office", "maker", "pledge.refuse", review.id, other)) == "OK");
    CHECK(code(review.state.act("office", "maker", "pledge.refuse", review.id, other)) ==
          "E_FOUR_EYES");
    CHECK(code(review.state.act("office", "checker", "pledge.refuse", review.id, other)) == "OK");
    const auto held = review.state.get("pledge/" + review.id);
    CHECK(held->string_or("state", "") == "refused");
    CHECK(held->find("refused")->string_or("ground", "") == "E_OTHER_UNFIT");
    CHECK(review.state.get("right/" + kRight)->find("enc")->find("reservation") == nullptr);
}

TEST_CASE("R-06: a waiting freeze holds from the instant the first lapses, swept or not") {
    MapState state = with_right();
    json::Value right = *state.get("right/" + kRight);
    const auto entry = [&](const char* id, const char* status, std::int64_t until) {
        return json::Object{{"id", id},
                            {"status", status},
                            {"scope", json::Array{"block_transfer"}},
                            {"until_ms", until}};
    };
    right["enc"].set("freezes", json::Array{entry("FZ-1", "active", state.time.value - 1),
                                            entry("FZ-2", "queued", state.time.value + 60'000)});
    state.values["right/" + kRight] = std::make_shared<const json::Value>(right);
    const auto refused = state.act("firm", "maker", "right.transfer", kRight,
                                   json::Object{{"to", "other"}, {"agreement", kSealed}});
    REQUIRE(code(refused) == "E_ASSET_FROZEN");
    CHECK(refused.refusal->facts.string_or("freeze", "") == "FZ-2");
}

}  // namespace quanlu::test
