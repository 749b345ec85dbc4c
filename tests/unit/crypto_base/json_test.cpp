// The JSON profile (docs/protocol.md 2): what is refused and why, and that what is written is
// canonical. Dates and text forms.
#include <catch2/catch.hpp>
#include <random>

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "crypto/base/json.h"
#include "crypto/base/json_size.h"

namespace quanlu {

TEST_CASE("documents outside the profile are refused with a stable reason") {
    struct Case {
        std::string text;
        const char* reason;
    };
    std::string deep;
    for (int i = 0; i < 17; ++i) deep += "[";
    const Case cases[] = {
        {R"({"a":1,"a":2})", "duplicate_key"},
        {"{\"a\":1,\"\\u0061\":2}", "duplicate_key"},
        {R"({"a":null})", "null"},
        {R"([1.0])", "float"},
        {R"([1e3])", "float"},
        {R"([-0])", "float"},
        {R"([9007199254740992])", "integer_range"},
        {R"([18446744073709551616])", "integer_range"},
        {R"([-9007199254740992])", "integer_range"},
        {R"({"":1})", "empty_key"},
        {R"({"é":1})", "key_not_ascii"},
        {"[\"a\\u0000\"]", "control_character"},
        {"[\"a\nb\"]", "control_character"},
        {"[\"\\u007f\"]", "control_character"},
        {"[\"e\\u0301\"]", "not_nfc"},
        {"[\"\\ud800\"]", "bad_utf8"},
        {"[\"\xc0\x80\"]", "bad_utf8"},
        {deep, "depth"},
        {"{} {}", "trailing"},
        {"{}x", "trailing"},
        {"", "syntax"},
        {"[1,]", "syntax"},
        {std::string("{}\0", 3), "control_character"},
        {std::string("{}\0{\"a\":1}", 10), "control_character"},
        {std::string("\0{}", 3), "control_character"},
        {"\xEF\xBB\xBF{}", "syntax"},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        const auto parsed = json::parse(one.text);
        REQUIRE_FALSE(parsed.ok());
        CHECK(parsed.error().reason == one.reason);
    }
    CHECK(json::parse(std::string(70'000, ' ')).error().reason == "size");
}

TEST_CASE("what is accepted is written canonically and read back the same") {
    const auto value =
        json::parse(R"( {"b":[1,-2,true,"数\/据"],"a":{"z":9007199254740991,"A":""}} )");
    REQUIRE(value.ok());
    const std::string canonical = json::write(*value);
    CHECK(canonical == "{\"a\":{\"A\":\"\",\"z\":9007199254740991},\"b\":[1,-2,true,\"数/据\"]}");
    std::mt19937_64 random(3);
    for (int round = 0; round < 5'000; ++round) {
        json::Value made = json::Object{};
        for (int i = 0; i < 4; ++i) {
            const std::string key(1, static_cast<char>('a' + random() % 26));
            switch (random() % 4) {
                case 0:
                    made.set(key, static_cast<std::int64_t>(random() % 1'000'000) - 500'000);
                    break;
                case 1:
                    made.set(key, random() % 2 == 0);
                    break;
                case 2:
                    made.set(key, std::string("权") + std::to_string(random()));
                    break;
                default:
                    made.set(key, json::Array{json::Object{{"x", 1}}, "y"});
            }
        }
        const std::string text = json::write(made);
        const auto again = json::parse(text);
        REQUIRE(again.ok());
        REQUIRE(*again == made);
        std::string bent = text;
        bent[random() % bent.size()] = static_cast<char>(random());
        const auto odd = json::parse(bent);
        if (odd.ok()) REQUIRE(json::parse(json::write(*odd)).ok());
    }
}

TEST_CASE("a canonical text is bounded before it is written, or known to be unreadable") {
    for (const char* text :
         {"{}", "[]", "[[],{}]", R"({"a":{"A":"","z":9007199254740991},"b":[1,-2,0]})",
          R"(["q\"u\\o","数/据",true,false,-9007199254740991])", R"(["\"\"\"\"\\\\\\\\"])"}) {
        INFO(text);
        const auto value = json::parse(text);
        REQUIRE(value.ok());
        const auto bound = json::size_bound(*value);
        REQUIRE(bound.has_value());
        CHECK(*bound >= json::write(*value).size());
    }
    CHECK_FALSE(json::size_bound(json::kIntegerMax + 1).has_value());
    CHECK_FALSE(json::size_bound(json::Object{{"a", -json::kIntegerMax - 1}}).has_value());
    json::Value deep = 1;
    for (int depth = 0; depth < json::kDepthMax; ++depth) deep = json::Array{deep};
    CHECK(json::size_bound(deep).has_value());
    CHECK_FALSE(json::size_bound(json::Array{deep}).has_value());
}

TEST_CASE("base64url and hex have one text for given bytes") {
    CHECK_FALSE(from_base64url("QQ=="));
    CHECK_FALSE(from_base64url("QR"));  // unused bits set
    CHECK_FALSE(from_base64url("Q"));
    CHECK_FALSE(from_base64url("Q+"));
    CHECK(from_base64url("QQ") == Bytes{65});
    CHECK(from_base64("QQ==") == Bytes{65});
    CHECK_FALSE(from_base64("QQ"));
    CHECK_FALSE(from_hex("AB"));
    CHECK_FALSE(from_hex("a"));
}

TEST_CASE("every day from 1900 to 2999 survives its text, and Shanghai days end at 16:00 UTC") {
    std::int32_t days = date_from_text("1900-01-01")->days;
    for (; days <= date_from_text("2999-12-31")->days; ++days) {
        REQUIRE(date_from_text(to_text(Date{days})) == Date{days});
    }
    CHECK_FALSE(date_from_text("2023-02-29"));
    CHECK_FALSE(date_from_text("2100-02-29"));
    CHECK(date_from_text("2000-02-29"));
    CHECK(to_text(add_months(*date_from_text("2026-08-31"), 6)) == "2027-02-28");
    const auto late = millis_from_rfc3339("2026-11-20T15:59:59.999Z");
    CHECK(to_text(shanghai_date(*late)) == "2026-11-20");
    CHECK(shanghai_day_end(*date_from_text("2026-11-20")).value == late->value + 1);
    CHECK(to_rfc3339(*late) == "2026-11-20T15:59:59.999Z");
}

}  // namespace quanlu
