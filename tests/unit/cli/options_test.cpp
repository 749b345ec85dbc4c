// Numbers that people give, and disclosures that open what was sealed.
#include <catch2/catch.hpp>

#include "cli/numbers.h"
#include "cli/seal.h"

namespace quanlu::cli {

TEST_CASE("an option's number is all of its text, and one that it can take") {
    CHECK(number_in("0", 0, 60) == 0);
    CHECK(number_in("60", 0, 60) == 60);
    CHECK(number_in("9007199254740991", 1, kNumberMax) == kNumberMax);
    for (const std::string text :
         {"", "12x", "x12", " 12", "12 ", "2026-11-20", "1,200", "-1", "+1", "null", "1.0", "1e3",
          "0x10", "61", "18446744073709551617", "\xEF\xBC\x91"}) {
        INFO(text);
        CHECK(number_in(text, 0, 60) == std::nullopt);
        Parsed parsed;
        parsed.values["--wait"] = {text};
        const auto n = number_of(parsed, "--wait", 0, 60);
        REQUIRE_FALSE(n.ok());
        CHECK(n.error().exit == Exit::usage);
        CHECK(n.error().en.find("--wait") != std::string::npos);
        parsed.values["--at-height"] = {text};
        CHECK(at_height_query(parsed).ok() == (text == "61"));
    }
    CHECK(number_in("0", 1, kNumberMax) == std::nullopt);
    CHECK(number_in("9007199254740992", 1, kNumberMax) == std::nullopt);
    CHECK_FALSE(number_of(Parsed(), "--wait", 0, 60).ok());
    CHECK(*at_height_query(Parsed()) == "");
    Parsed parsed;
    parsed.values["--at-height"] = {"7"};
    CHECK(*at_height_query(parsed) == "?at_height=7");
    CHECK(*at_height_query(parsed, '&') == "&at_height=7");
    CHECK(*at_height_of(parsed) == Height(7));
}

TEST_CASE("disclosures open the fields that they sealed, and no others") {
    static const registry::Fields fields = {{"a", registry::FieldKind::sealed},
                                            {"b", registry::FieldKind::sealed},
                                            {"c", registry::FieldKind::text}};
    const json::Value clear = json::Object{{"a", "one"}, {"b", 2}, {"c", "three"}};
    const Sealed sealed = seal(clear, fields), again = seal(clear, fields);
    CHECK(sealed.body != again.body);  // which is why an act is approved as it was filed
    CHECK(sealed_in(sealed.body) == std::vector<std::string>{"a", "b"});
    const auto opened = open_sealed(sealed.body, json::write(sealed.disclosures));
    REQUIRE(opened.ok());
    CHECK(*opened == json::Value(json::Object{{"a", "one"}, {"b", 2}}));
    CHECK(*open_sealed(sealed.body, "[]") == json::Value(json::Object{}));
    CHECK_FALSE(open_sealed(sealed.body, json::write(again.disclosures)).ok());
    CHECK_FALSE(open_sealed(clear, json::write(sealed.disclosures)).ok());
    for (const char* text : {"", "{}", "[1]", "[\"x\"]", "[[]]", "\"x\""}) {
        INFO(text);
        CHECK_FALSE(open_sealed(sealed.body, text).ok());
    }
}

}  // namespace quanlu::cli
