// Numbers that people give as options.
#include <catch2/catch.hpp>

#include "cli/numbers.h"

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

}  // namespace quanlu::cli
