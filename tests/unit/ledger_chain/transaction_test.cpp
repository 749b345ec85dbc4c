// The form of a transaction (docs/protocol.md 3): each claim missing, of another type, at the
// edges; the window.
#include "fixture.h"
#include "ledger/chain/trial.h"

namespace quanlu::chain {

namespace {

json::Value claims() {
    return json::Object{{"iss", "bank-hz"},
                        {"aud", vectors::kChainId},
                        {"jti", "op-1"},
                        {"iat", 1'000},
                        {"exp", 1'300},
                        {"act", "pledge.register"},
                        {"rec", "PL-1"},
                        {"ver", 3},
                        {"body", json::Object{{"a", 1}}}};
}

std::string jws_of(const json::Value& value) {
    return crypto::sign_jws(key_of(0x77), kTxType, value);
}

// Code and field of the refusal, "OK" when there is none.
std::string judge_text(std::string_view jws) {
    const auto tx = parse_tx(jws, *hash_from_hex(vectors::kChainId));
    if (tx.ok()) return "OK";
    return std::string(name(tx.error().code)) +
           (tx.error().field.empty() ? "" : " " + tx.error().field);
}
std::string judge(const json::Value& value) {
    return judge_text(jws_of(value));
}

json::Value with(std::string_view member, json::Value value) {
    json::Value changed = claims();
    changed.set(member, std::move(value));
    return changed;
}
json::Value without(std::string_view member) {
    json::Value changed = claims();
    changed.erase(member);
    return changed;
}

std::string window(std::int64_t iat, std::int64_t exp, std::int64_t block_ms,
                   std::int64_t max_ms = 600'000) {
    Tx tx;
    tx.iat = iat;
    tx.exp = exp;
    const auto checked = check_window(tx, UnixMillis{block_ms}, max_ms);
    return checked.ok() ? "OK" : std::string(name(checked.error().code));
}

}  // namespace

TEST_CASE("a trial is no transaction, and a transaction no trial") {
    const Hash chain = *hash_from_hex(vectors::kChainId);
    const std::string trial = crypto::sign_jws(key_of(0x77), kTrialType, claims());
    CHECK(judge_text(trial) == "E_SCHEMA typ");
    const auto read = parse_trial(trial, chain);
    REQUIRE(read.ok());
    CHECK(read->rec == "PL-1");
    CHECK(read->ver == 3);
    CHECK(check_signature(*read, key_of(0x77).public_key()).ok());
    CHECK_FALSE(parse_trial(jws_of(claims()), chain).ok());
    // Nor does its signature pass under the other name.
    const std::string renamed =
        jws_of(claims()).substr(0, jws_of(claims()).rfind('.')) + trial.substr(trial.rfind('.'));
    const auto forged = parse_tx(renamed, chain);
    REQUIRE(forged.ok());
    CHECK_FALSE(check_signature(*forged, key_of(0x77).public_key()).ok());
    TxDraft draft;
    draft.iss = "bank-hz";
    draft.jti = "op-1";
    draft.act = "pledge.register";
    draft.exp = 300;
    CHECK(judge_text(sign_tx(key_of(0x77), chain, draft)) != "E_SCHEMA typ");
    CHECK(parse_trial(sign_trial(key_of(0x77), chain, draft), chain).ok());
    CHECK(judge_text(sign_trial(key_of(0x77), chain, draft)) == "E_SCHEMA typ");
}

TEST_CASE("a whole transaction is read as it was written") {
    const std::string jws = jws_of(claims());
    const auto tx = parse_tx(jws, *hash_from_hex(vectors::kChainId));
    REQUIRE(tx.ok());
    CHECK(tx->jws == jws);
    CHECK(tx->iss == "bank-hz");
    CHECK(tx->jti == "op-1");
    CHECK(tx->act == "pledge.register");
    CHECK(tx->rec == "PL-1");
    CHECK(tx->ver == 3);
    CHECK(tx->iat == 1'000);
    CHECK(tx->exp == 1'300);
    CHECK(tx->body == json::Value(json::Object{{"a", 1}}));
    CHECK(tx->kid == vectors::kOfficerKid);
    CHECK(check_signature(*tx, key_of(0x77).public_key()).ok());
    const auto other = check_signature(*tx, key_of(0x76).public_key());
    REQUIRE_FALSE(other.ok());
    CHECK(other.error().code == Code::E_SIGNATURE);
    // White space and order are free; the bytes count as they came.
    const std::string loose =
        R"({ "jti":"op-1","iss":"bank-hz","iat":1000,"exp":1300,"body":{},"act":"a.b","aud":")" +
        std::string(vectors::kChainId) + "\"}";
    const std::string head = jws.substr(0, jws.find('.'));
    CHECK(judge_text(head + "." + to_base64url(as_bytes(loose)) + jws.substr(jws.rfind('.'))) ==
          "OK");
}

TEST_CASE("each claim: there, of its type, within its limits") {
    for (const char* member : {"iss", "jti", "act", "iat", "exp", "body"}) {
        CHECK(judge(without(member)) == "E_SCHEMA " + std::string(member));
        CHECK(judge(with(member, true)) == "E_SCHEMA " + std::string(member));
        CHECK(judge(with(member, json::Array{})) == "E_SCHEMA " + std::string(member));
    }
    CHECK(judge(without("rec")) == "OK");
    CHECK(judge(without("ver")) == "OK");
    CHECK(judge(without("aud")) == "E_SCHEMA aud");
    CHECK(judge(with("aud", 1)) == "E_SCHEMA aud");
    CHECK(judge(with("aud", std::string(64, '0'))) == "E_WRONG_CHAIN aud");
    CHECK(judge(with("more", 1)) == "E_SCHEMA");
    CHECK(judge(with("nbf", 1)) == "E_SCHEMA");

    CHECK(judge(with("iss", std::string(64, 'a'))) == "OK");
    for (const std::string& bad : {std::string(), std::string(65, 'a'), std::string("Bank"),
                                   std::string("a b"), std::string("a.b"), std::string("银行")}) {
        CHECK(judge(with("iss", bad)) == "E_SCHEMA iss");
    }
    CHECK(judge(with("jti", "A.z_0:9-")) == "OK");
    CHECK(judge(with("jti", std::string(64, 'x'))) == "OK");
    for (const std::string& bad : {std::string(), std::string(65, 'x'), std::string("a b"),
                                   std::string("a/b"), std::string("号")}) {
        CHECK(judge(with("jti", bad)) == "E_SCHEMA jti");
    }
    CHECK(judge(with("act", "ip_right.refresh_extract")) == "OK");
    for (const char* bad :
         {"", ".", "pledge", "pledge.", ".register", "a.b.c", "A.b", "a b.c", "a.b1"}) {
        CHECK(judge(with("act", bad)) == "E_SCHEMA act");
    }
    CHECK(judge(with("rec", std::string(128, 'r'))) == "OK");
    CHECK(judge(with("rec", std::string(129, 'r'))) == "E_SCHEMA rec");
    CHECK(judge(with("rec", "")) == "E_SCHEMA rec");
    CHECK(judge(with("rec", 5)) == "E_SCHEMA rec");
    CHECK(judge(with("ver", 1)) == "OK");
    for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}})
        CHECK(judge(with("ver", bad)) == "E_SCHEMA ver");
    CHECK(judge(with("ver", "1")) == "E_SCHEMA ver");
    CHECK(judge(with("iat", -1)) == "E_SCHEMA iat");
    CHECK(judge(with("iat", "1000")) == "E_SCHEMA iat");
    CHECK(judge(with("exp", 1'000)) == "E_SCHEMA exp");  // not after iat
    CHECK(judge(with("exp", 999)) == "E_SCHEMA exp");
    CHECK(judge(with("exp", json::kIntegerMax)) == "E_SCHEMA exp");
    CHECK(judge(with("body", json::Object{})) == "OK");
    CHECK(judge(with("body", "x")) == "E_SCHEMA body");
}

TEST_CASE("header, parts and size") {
    const std::string jws = jws_of(claims());
    CHECK(judge_text(crypto::sign_jws(key_of(0x77), kQueryType, claims())) == "E_SCHEMA typ");
    CHECK(judge_text("") == "E_SCHEMA jws");
    CHECK(judge_text("a.b") == "E_SCHEMA jws");
    CHECK(judge_text(jws + ".") == "E_SCHEMA jws");
    CHECK(judge_text(jws + "=") == "E_SCHEMA jws");
    CHECK(judge_text(jws.substr(0, jws.size() - 2)) == "E_SCHEMA jws");
    CHECK(judge_text(" " + jws) == "E_SCHEMA jws");
    CHECK(judge_text(std::string(kTxBytesMax + 1, 'a')) == "E_TOO_LARGE");
    CHECK(judge(with("body", json::Object{{"long", std::string(60'000, 'x')}})) == "E_TOO_LARGE");
    CHECK(judge(with("body", json::Object{{"long", std::string(48'000, 'x')}})) == "OK");
    const std::string tail = jws.substr(jws.find('.'));
    for (
        const char* head :
        {R"({"alg":"none","kid":"xIdtyZ0znKHjQMLOhPv69Y3qDdNTzCTbEzWVtJAi4s4","typ":"quanlu-tx+jws"})",
         R"({"alg":"EdDSA","crit":["x"],"kid":"xIdtyZ0znKHjQMLOhPv69Y3qDdNTzCTbEzWVtJAi4s4","typ":"quanlu-tx+jws"})",
         R"({"alg":"EdDSA","kid":"short","typ":"quanlu-tx+jws"})",
         R"({"alg":"EdDSA","typ":"quanlu-tx+jws"})"}) {
        CHECK(judge_text(to_base64url(as_bytes(head)) + tail) == "E_SCHEMA jws");
    }
    const auto raw = [&](std::string_view payload) {
        return judge_text(jws.substr(0, jws.find('.')) + "." + to_base64url(as_bytes(payload)) +
                          jws.substr(jws.rfind('.')));
    };
    CHECK(raw("[]") == "E_SCHEMA jws");
    CHECK(raw("{\"iss\":\"a\",\"iss\":\"b\"}") == "E_SCHEMA jws");
    CHECK(raw("{\"iss\":\"a\",\"\\u0069ss\":\"b\"}") == "E_SCHEMA jws");
    CHECK(raw("{\"iat\":1.0}") == "E_SCHEMA jws");
    CHECK(raw("{} ") == "E_SCHEMA aud");
    CHECK(raw("{}x") == "E_SCHEMA jws");
}

TEST_CASE(
    "every byte of a transaction is refused when changed, or gives another id or fails its "
    "signature") {
    const std::string jws = vectors::kJws;
    const Hash chain = *hash_from_hex(vectors::kChainId);
    const Hash id = parse_tx(jws, chain)->id;
    for (std::size_t at = 0; at < jws.size(); ++at) {
        for (const char change : {'A', '-', '.', '=', 'z'}) {
            if (jws[at] == change) continue;
            std::string changed = jws;
            changed[at] = change;
            const auto tx = parse_tx(changed, chain);
            if (!tx.ok()) continue;
            const bool holds = check_signature(*tx, key_of(0x77).public_key()).ok();
            if (holds)
                FAIL("byte " << at << " to " << change << " holds, id equal: " << (tx->id == id));
        }
    }
}

TEST_CASE("the validity window at its edges") {
    CHECK(window(1'000, 1'300, 1'000'000) == "OK");
    CHECK(window(1'000, 1'300, 1'299'999) == "OK");
    CHECK(window(1'000, 1'300, 1'300'000) == "E_EXPIRED");
    CHECK(window(1'000, 1'300, 940'000) == "OK");  // the signer's clock a minute ahead
    CHECK(window(1'000, 1'300, 939'999) == "E_NOT_YET_VALID");
    CHECK(window(1'000, 1'600, 1'000'000) == "OK");
    CHECK(window(1'000, 1'601, 1'000'000) == "E_VALIDITY_TOO_LONG");
    CHECK(window(0, 9'000'000'000'000, 0, INT64_MAX) == "OK");
}

}  // namespace quanlu::chain
