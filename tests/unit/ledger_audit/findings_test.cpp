// Reports made of a ledger's lines leave nothing out, however many lines somebody adds to hide one.
#include "ledger/audit/findings.h"

#include <catch2/catch.hpp>

#include "crypto/base/encode.h"
#include "ledger/chain/leaf.h"
#include "map_state.h"

namespace quanlu::audit {

namespace {

const Hash kChain = [] {
    Hash one;
    one.bytes[0] = 7;
    return one;
}();

crypto::SigningKey key_of(std::uint8_t n) {
    return crypto::SigningKey::from_seed({n});
}

// Lines one after the other, as a replay hands them over.
struct Book {
    std::vector<json::Value> rows;
    Findings findings;
    test::MapState state;
    std::int64_t height = 1, time_ms = 1'795'140'000'000;
    std::uint32_t jti = 0;

    explicit Book(About about)
        : findings(about, kChain, [this](const json::Value& row) { rows.push_back(row); }) {}

    chain::Tx act(const std::string& party, std::uint8_t officer, const std::string& act,
                  const std::string& record, const json::Value& body) {
        chain::TxDraft draft;
        draft.iss = party;
        draft.jti = "jti-" + std::to_string(++jti);
        draft.act = act;
        draft.rec = record;
        draft.iat = time_ms / 1'000;
        draft.exp = draft.iat + 600;
        draft.body = body;
        auto tx = chain::parse_tx(chain::sign_tx(key_of(officer), kChain, draft), kChain);
        REQUIRE(tx.ok());
        return *std::move(tx);
    }
    void take(const chain::Tx& tx, const chain::Outcome& outcome) {
        REQUIRE(findings.add(chain::tx_leaf({Height(static_cast<std::uint64_t>(height)), 0},
                                            UnixMillis{time_ms}, tx.jws, tx.id, outcome),
                             state));
    }
    [[nodiscard]] std::vector<json::Value> of(const std::string& pattern) const {
        std::vector<json::Value> found;
        for (const json::Value& row : rows)
            if (row.string_or("pattern", "") == pattern) found.push_back(row);
        return found;
    }
};

chain::Outcome done(const std::string& record, const std::string& to) {
    chain::Outcome outcome;
    outcome.record = record;
    outcome.state = to;
    outcome.version = 1;
    return outcome;
}
chain::Outcome refused(chain::Code code) {
    chain::Outcome outcome;
    outcome.refusal = chain::Refusal(code, "/rights");
    return outcome;
}
json::Value approval(const std::string& party, std::uint8_t officer) {
    return json::Object{{"party", party},
                        {"kid", crypto::thumbprint(key_of(officer).public_key())}};
}
// What the registry says when an act has these approvals.
chain::Event said(bool complete, const std::string& pending, json::Array counted) {
    return {complete ? "approval.complete" : "approval.waiting", "",
            json::Object{{"approvals", std::move(counted)}, {"pending", pending}}};
}
json::Value offer(const std::string& lender, json::Array rights) {
    return json::Object{{"pledgors", json::Array{"firm"}},
                        {"pledgees", json::Array{lender}},
                        {"rights", std::move(rights)}};
}

}  // namespace

TEST_CASE("a second lender among a hundred attempts with the first is reported") {
    Book book(About::duplicates);
    for (int i = 0; i < 130; ++i) {
        const std::string lender = i == 1 ? "bank-two" : "bank-one";
        book.take(book.act("firm", 1, "pledge.draft", "", offer(lender, {"patent:1"})),
                  done("PL-" + std::to_string(i), "draft"));
    }
    book.findings.finish(book.state);
    REQUIRE(book.of("several_lenders").size() == 1);
    const json::Value row = book.of("several_lenders").front();
    CHECK(*row.find("lenders") == json::Value(json::Array{"bank-one", "bank-two"}));
    CHECK(row.integer_or("attempts_in_all", 0) == 130);
    CHECK(row.find("attempts")->as_array().size() == 100);
}

TEST_CASE("a refusal among many attempts is reported; one over three rights is one") {
    Book book(About::duplicates);
    const json::Value three = offer("bank-one", {"patent:1", "patent:2", "patent:3"});
    book.take(book.act("firm", 1, "pledge.draft", "", three),
              refused(chain::Code::E_ALREADY_PLEDGED));
    for (int i = 0; i < 130; ++i)
        book.take(book.act("firm", 1, "pledge.draft", "", offer("bank-one", {"patent:1"})),
                  i == 1 ? refused(chain::Code::E_ALREADY_PLEDGED)
                         : done("PL-" + std::to_string(i), "draft"));
    book.findings.finish(book.state);
    CHECK(book.of("offered_again").size() == 3);
    CHECK(book.of("returning_applicant").empty());  // twice
}

TEST_CASE("an office that is refused when it registers acts for those who filed") {
    Book book(About::duplicates);
    for (int i = 0; i < 3; ++i) {
        const std::string id = "PL-" + std::to_string(i);
        book.state.values["pledge/" + id] = std::make_shared<const json::Value>(
            json::Object{{"id", id}, {"fields", offer("bank-one", {"patent:1"})}});
        chain::Outcome outcome;
        outcome.refusal = chain::Refusal(chain::Code::E_ALREADY_PLEDGED, "/rights",
                                         json::Object{{"right", "patent:1"}});
        book.take(book.act("ipo", 9, "pledge.register", id, json::Object{}), outcome);
    }
    book.findings.finish(book.state);
    REQUIRE(book.of("offered_again").size() == 1);
    CHECK(*book.of("offered_again").front().find("lenders") ==
          json::Value(json::Array{"bank-one"}));
    REQUIRE(book.of("returning_applicant").size() == 1);
    CHECK(book.of("returning_applicant").front().string_or("party", "") == "firm");
}

TEST_CASE("approvals: what lapsed does not count, another party's is not one's own") {
    Book book(About::approvals);
    const auto submit = [&](const std::string& party, std::uint8_t officer, bool is_last,
                            const std::vector<std::uint8_t>& before = {}) {
        chain::Outcome outcome = done("PL-1", is_last ? "registered" : "pending_approval");
        json::Array counted;
        for (const std::uint8_t one : before) counted.push_back(approval(party, one));
        counted.push_back(approval(party, officer));
        outcome.events.push_back(said(is_last, party, std::move(counted)));
        book.take(book.act(party, officer, "pledge.register", "PL-1", json::Object{}), outcome);
        ++book.height;
    };
    submit("ipo", 1, false);
    book.time_ms += 6LL * 86'400'000;  // nobody approved it within five days
    submit("ipo", 2, false);
    submit("other-ipo", 4, false);
    submit("ipo", 3, true, {2});
    REQUIRE(book.rows.size() == 1);
    const json::Array& by = book.rows.front().find("by")->as_array();
    REQUIRE(by.size() == 2);
    CHECK(by[0].string_or("officer", "") == crypto::thumbprint(key_of(2).public_key()));
    CHECK(by[1].string_or("officer", "") == crypto::thumbprint(key_of(3).public_key()));
}

TEST_CASE("approvals: an officer whose word fell before the end is not among those who approved") {
    Book book(About::approvals);
    const auto submit = [&](std::uint8_t officer, bool is_last,
                            const std::vector<std::uint8_t>& counted) {
        const std::string party = "member-" + std::to_string(officer);
        const json::Value body = json::Object{{"from_height", 9}, {"value", 7}};
        chain::Outcome outcome =
            done("approval_ttl_days", is_last ? "in_force" : "pending_approval");
        json::Array given;
        for (const std::uint8_t one : counted)
            given.push_back(approval("member-" + std::to_string(one), one));
        outcome.events.push_back(said(is_last, "p", std::move(given)));
        book.take(book.act(party, officer, "policy.change", "approval_ttl_days", body), outcome);
    };
    // All in one block: the state before it says nothing of them.
    submit(1, false, {1});
    submit(2, false, {1, 2});
    submit(3, false, {2, 3});  // member-1 was suspended
    submit(5, false, {2, 3, 5});
    submit(4, true, {2, 3, 4});  // and member-5, between the last that waited and this one
    REQUIRE(book.rows.size() == 1);
    const json::Array& by = book.rows.front().find("by")->as_array();
    REQUIRE(by.size() == 3);
    CHECK(by[0].string_or("party", "") == "member-2");
    CHECK(by[1].string_or("party", "") == "member-3");
    CHECK(by[2].string_or("party", "") == "member-4");
}

TEST_CASE("a line is read at the size that a transaction's events may give it, and junk is not") {
    Book book(About::approvals);
    const std::string long_line =
        R"({"kind":"genesis","note":")" + std::string(5 * 1024 * 1024, 'x') + "\"}";
    CHECK(book.findings.add(long_line, book.state));
    CHECK_FALSE(book.findings.add(R"({"kind":"tx"})", book.state));
    CHECK_FALSE(book.findings.add("{", book.state));
    CHECK(book.rows.empty());
}

}  // namespace quanlu::audit
