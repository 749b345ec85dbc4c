#include "cli/foreign.h"

#include <catch2/catch.hpp>

#include "cli/output.h"

namespace quanlu::cli {

namespace {

HttpAnswer answer_of(long status, std::string body) {
    HttpAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

}  // namespace

TEST_CASE("what a node sent is read whatever its shape") {
    const json::Value value = json::Object{{"a", json::Array{1, 2}}, {"o", json::Object{{"x", 7}}}};
    CHECK(array_in(value, "a").size() == 2);
    CHECK(array_in(value, "o").empty());
    CHECK(array_in(value, "none").empty());
    CHECK(object_in(value, "o").integer_or("x", 0) == 7);
    CHECK(object_in(value, "a").as_object().empty());
    for (const json::Value& odd :
         {json::Value(3), json::Value("text"), json::Value(json::Array{})}) {
        CHECK(array_in(odd, "a").empty());
        CHECK(object_in(odd, "o").as_object().empty());
    }
}

TEST_CASE("an answer of another shape is a failure that can be tried again elsewhere") {
    for (const char* body : {"", "null", "[]", "3", "{\"items\":{}}", "{\"items\":7}"}) {
        const auto page = page_of(answer_of(200, body));
        REQUIRE_FALSE(page.ok());
        CHECK(page.error().exit == Exit::unreachable);
        CHECK_FALSE(page.error().next_en.empty());
    }
    CHECK_FALSE(body_of(answer_of(500, "{}")).ok());
    CHECK(page_of(answer_of(200, "{\"items\":[]}")).ok());
    for (const char* facts : {"7", "[]", "\"x\"", "{\"a\":1}"}) {
        const auto refused = body_of(answer_of(
            409, std::string("{\"code\":\"E_ALREADY_PLEDGED\",\"at\":7,\"facts\":") + facts + "}"));
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == "E_ALREADY_PLEDGED");
    }
}

TEST_CASE("what is printed drives no terminal and turns no line around") {
    CHECK(printable("a\x1b[31mb\u009b\u202ec\u2067") == "a?[31mb??c?");
    CHECK(printable("权录 é") == "权录 é");
    const std::string text = json::write(json::Value(json::Object{{"name", "a\u009b\u202eb权"}}));
    CHECK(printable_json(text) == "{\"name\":\"a\\u009b\\u202eb权\"}");
    CHECK(json::write(*json::parse(printable_json(text))) == text);
}

}  // namespace quanlu::cli
