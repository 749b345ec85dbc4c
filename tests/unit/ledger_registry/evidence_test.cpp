// B.11 to B.13: what a search answers, who filed what, how many objections one record bears.
#include <catch2/catch.hpp>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "pledge_desk.h"

namespace quanlu::test {

namespace {

std::string digest(const json::Value& value) {
    return "sha256:" + to_hex(crypto::sha256(as_bytes(json::write(value))));
}
// RFC 9162 2.1.1, written out for two leaves.
Hash leaf(const json::Value& line) {
    return crypto::sha256(as_bytes(std::string(1, '\0') + json::write(line)));
}
std::string root(const Hash& left, const Hash& right) {
    const std::string text = std::string(1, '\1') + std::string(as_text(left.view())) +
                             std::string(as_text(right.view()));
    return "sha256:" + to_hex(crypto::sha256(as_bytes(text)));
}

}  // namespace

TEST_CASE("a search answers with the digest of each right's value and the root over them") {
    MapState state = with_right();
    registered(state, "bank-one", pledge_body(state, "bank-one"));
    const std::string unknown = "patent:2021109999999";
    const json::Value right = *state.get("right/" + kRight);
    const auto outcome =
        state.act("firm", "maker", "search.request", "",
                  json::Object{{"rights", json::Array{kRight, unknown}}, {"purpose", "loan"}});
    REQUIRE(code(outcome) == "OK");
    const json::Value record = *state.get("search/" + outcome.record);
    const json::Array lines = record.find("result")->as_array();
    REQUIRE(lines.size() == 2);
    CHECK(*lines[0].find("known") == json::Value(true));
    CHECK(lines[0].integer_or("burdens", -1) == 1);
    CHECK(lines[0].string_or("value", "") == digest(right));
    CHECK(*lines[1].find("known") == json::Value(false));
    CHECK(lines[1].find("value") == nullptr);
    CHECK(record.integer_or("result_count", -1) == 1);
    CHECK(record.string_or("result_root", "") == root(leaf(lines[0]), leaf(lines[1])));
    CHECK(record.string_or("requester", "") == "firm");
}

TEST_CASE("a search names few rights: each is hashed whole by every member") {
    MapState state = with_right();
    json::Array many;
    for (int i = 0; i < 21; ++i) many.push_back("patent:20211000000" + std::to_string(10 + i));
    const auto ask = [&](const json::Array& rights) {
        return code(state.act("firm", "maker", "search.request", "",
                              json::Object{{"rights", rights}, {"purpose", "loan"}}));
    };
    CHECK(ask(many) == "E_QUERY_TOO_BROAD");
    many.pop_back();
    CHECK(ask(many) == "OK");
}

TEST_CASE("an anchor says who filed it, and that its custodian is there") {
    MapState state = with_right();
    json::Value body = json::Object{{"hash", kHash},
                                    {"media_type", "application/pdf"},
                                    {"byte_length", 1},
                                    {"custodian", "office"}};
    const auto outcome = state.act("firm", "maker", "anchor.file", "", body);
    REQUIRE(code(outcome) == "OK");
    CHECK(state.get("anchor/" + outcome.record)->string_or("created_by", "") == "firm");
    body.set("custodian", "nobody");
    CHECK(code(state.act("firm", "maker", "anchor.file", "", body)) != "OK");
}

TEST_CASE("one record bears 64 open objections") {
    MapState state = with_right();
    const json::Value body = json::Object{{"against", kRight}, {"ground", "wrong_owner"}};
    json::Array open;
    for (int i = 0; i < 63; ++i)
        open.push_back(json::Object{{"id", "OB-" + std::to_string(i)}, {"objector", "somebody"}});
    const auto bearing = [&](const json::Array& list) {
        json::Value right = *state.get("right/" + kRight);
        right.set("objections", list);
        state.values["right/" + kRight] = std::make_shared<const json::Value>(right);
    };
    bearing(open);
    open.push_back(open.back());
    MapState full = state;
    CHECK(code(state.twice("firm", "objection.file", "", body)) == "OK");
    CHECK(state.get("right/" + kRight)->find("objections")->as_array().size() == 64);
    bearing(open);
    CHECK(code(state.act("firm", "maker", "objection.file", "", body)) == "E_TOO_LARGE");
}

TEST_CASE("an office decides over what it keeps, another office does not, a court does") {
    for (const std::string decider : {"office", "office-two", "court"}) {
        MapState state = with_right();
        const auto filed = state.twice("firm", "objection.file", "",
                                       json::Object{{"against", kRight}, {"ground", "forged"}});
        REQUIRE(code(filed) == "OK");
        REQUIRE(code(state.twice("firm", "objection.show_litigation", filed.record,
                                 json::Object{{"suit_or_arbitration_notice_hash", kHash}})) ==
                "OK");
        const json::Value ruling = json::Object{{"reason", "shown"}, {"ruling_hash", kHash}};
        CHECK(code(state.twice(decider, "objection.uphold", filed.record, ruling)) ==
              (decider == "office-two" ? "E_WRONG_AUTHORITY" : "OK"));
    }
}

}  // namespace quanlu::test
