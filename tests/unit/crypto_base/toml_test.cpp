// toml++ behind its door: what once ended the process is a refusal with a place.
#include "crypto/base/toml.h"

#include <catch2/catch.hpp>

namespace quanlu::base {

TEST_CASE("malformed TOML is refused, whatever the library makes of it") {
    const std::string zero("b=2026-11-20T\0:", 15);
    const std::pair<std::string, std::int64_t> cases[] = {{"[[[", 1},
                                                          {"[.", 1},
                                                          {"p=[}", 1},
                                                          {zero, 1},
                                                          {"a=1\nc = \xD0\x93", 2},
                                                          {"\xEF\xBB\xBF"
                                                           "a=1",
                                                           1},
                                                          {"a=\"x\ny\"", 1},
                                                          {"a=1\na=2", 2},
                                                          {"a = 3'''k\xEF\xB3\xBFk'''", 1},
                                                          {"a = [3.'\xD0\x93']", 1},
                                                          {"a='x\xD0\x93", 1}};
    for (const auto& [text, line] : cases) {
        INFO(text);
        const auto table = parse_toml(text);
        REQUIRE_FALSE(table.ok());
        CHECK(table.error().line == line);
        CHECK_FALSE(table.error().reason.empty());
    }
}

TEST_CASE("other scripts stand in strings and comments") {
    const auto table = parse_toml(
        "# \xE6\x8B\x9B\na = \"\xE6\x8B\x9B\\\"\xE6\x8B\x9B\" # \xE6\x8B\x9B\nb = '\xE6\x8B\x9B'\n"
        "c = \"\"\"\n\xE6\x8B\x9B \"\" \xE6\x8B\x9B\"\"\"\nd = '''\n\xE6\x8B\x9B'''\n[e]\nf = 1\n");
    REQUIRE(table.ok());
    CHECK(table->size() == 5);
    CHECK((*table)["a"].value<std::string>() == "\xE6\x8B\x9B\"\xE6\x8B\x9B");
    CHECK((*table)["e"]["f"].value<std::int64_t>() == 1);
}

}  // namespace quanlu::base
