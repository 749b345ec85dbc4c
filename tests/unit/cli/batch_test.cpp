// Tables into bodies: kinds of cells, lists, objects, and what is no cell of its kind.
#include <catch2/catch.hpp>

#include "cli/commands/batch.h"
#include "cli/csv.h"

namespace quanlu::cli {

namespace {

using registry::Field;
using registry::FieldKind;

const registry::Fields& share_fields() {
    static const registry::Fields fields = {{"party", FieldKind::party},
                                            {"share_ppm", FieldKind::integer, false}};
    return fields;
}
const registry::Fields& fields() {
    static const registry::Fields all = {
        {"title", FieldKind::text},
        {"count", FieldKind::integer},
        {"dual", FieldKind::boolean},
        {"scope", FieldKind::choices},
        {"rights", FieldKind::records},
        {"paper", FieldKind::sealed},
        {"holders", FieldKind::objects, true, 10, "", registry::Visible::p, "", &share_fields()},
        {"bucket", FieldKind::object, true, 0, "", registry::Visible::p, "", &share_fields()}};
    return all;
}

std::string body(const std::map<std::string, std::string>& cells) {
    const auto made = body_of_cells(cells, fields());
    return made.ok() ? json::write(*made) : "bad " + made.error().field;
}

}  // namespace

TEST_CASE("cells become values of their field's kind") {
    CHECK(body({{"title", "7"}, {"count", "7"}, {"dual", "true"}}) ==
          R"({"count":7,"dual":true,"title":"7"})");
    CHECK(body({{"scope", "a;b"}, {"rights", "r"}}) == R"({"rights":["r"],"scope":["a","b"]})");
    CHECK(body({{"holders", "firm-01:400000;firm-02"}}) ==
          R"({"holders":[{"party":"firm-01","share_ppm":400000},{"party":"firm-02"}]})");
    CHECK(body({{"holders", R"([{"party":"x"}])"}}) == R"({"holders":[{"party":"x"}]})");
    CHECK(body({{"scope", R"(["a;b"])"}}) == R"({"scope":["a;b"]})");
    CHECK(body({{"scope", "["}}) == "bad /scope");
    CHECK(body({{"bucket", R"({"party":"x"})"}}) == R"({"bucket":{"party":"x"}})");
    CHECK(body({{"paper", "in clear"}}) == R"({"paper":"in clear"})");
    CHECK(body({{"paper", R"({"_sd":"x"})"}}) == R"({"paper":{"_sd":"x"}})");
    CHECK(body({{"title", ""}, {"count", ""}}) == "{}");
    CHECK(body({{"other", "x"}}) == "{}");  // no field of the act
}

TEST_CASE("a cell that is none of its kind names its column") {
    CHECK(body({{"count", "7.0"}}) == "bad /count");
    CHECK(body({{"count", "9007199254740992"}}) == "bad /count");
    CHECK(body({{"count", " 7"}}) == "bad /count");
    CHECK(body({{"dual", "TRUE"}}) == "bad /dual");
    CHECK(body({{"holders", "a:1:2"}}) == "bad /holders");
    CHECK(body({{"holders", "a:x"}}) == "bad /holders");
    CHECK(body({{"holders", "[{"}}) == "bad /holders");
    CHECK(body({{"bucket", "x"}}) == "bad /bucket");
}

TEST_CASE("a cell for a spreadsheet is no formula and keeps its digits") {
    for (const std::string text : {"=HYPERLINK(\"http://a\")", "+1", "-1", "@SUM(A1)", "＝1", "＋1",
                                   "－1", "＠1", "26330000000012345678"}) {
        INFO(text);
        CHECK(spreadsheet_cell(text) == csv_cell("'" + text));
        CHECK(csv_cell(text).find('\'') == std::string::npos);
    }
    for (const std::string text :
         {"", "a=1", "2026-11-20", "202110010014.1", "123456789012345", "a,b"})
        CHECK(spreadsheet_cell(text) == csv_cell(text));
}

TEST_CASE("a batch that stops sends nobody back to a line that may be filed") {
    const auto row = [](int line, bool is_final) {
        return json::Value(json::Object{{"line", line},
                                        {"record", "patent:1"},
                                        {"tx", "aa"},
                                        {"disclosures", "aa.disclosures.json"},
                                        {"final", is_final}});
    };
    const json::Value done = json::Array{row(2, true), row(3, false)};
    const auto stopped = [&](const char* filed) {
        Failure failure = usage_error("x", "x");
        failure.facts.set("tx", "bb");
        if (*filed != '\0') failure.facts.set("filed", filed);
        return stopped_at(4, done, failure);
    };
    for (const char* filed : {"no", ""}) {
        INFO(filed);
        const Failure failure = stopped(filed);
        CHECK(failure.next_en.find("from this line on") != std::string::npos);
        CHECK(failure.next_en.find("may be filed") == std::string::npos);
    }
    const Failure failure = stopped("perhaps");
    CHECK(failure.next_en.find("from this line on") == std::string::npos);
    CHECK(failure.next_en.find("may be filed") != std::string::npos);
    CHECK(failure.next_zh.find("可能已提交") != std::string::npos);
    // What is done stays known, and only what is final counts.
    CHECK(failure.facts.integer_or("line", 0) == 4);
    CHECK(failure.facts.integer_or("filed_before", 0) == 1);
    CHECK(failure.next_en.find("not final") != std::string::npos);
    REQUIRE(failure.facts.find("lines_before") != nullptr);
    CHECK(*failure.facts.find("lines_before") == done);
    const Failure first = stopped_at(2, json::Array{}, usage_error("x", "x"));
    CHECK(first.facts.find("lines_before") == nullptr);
    CHECK(first.facts.integer_or("filed_before", 1) == 0);
}

TEST_CASE("a header names what it must, may name more, and nothing unknown or twice") {
    const auto columns = [](std::string_view text) {
        const auto rows = parse_csv("t", text, {"a"}, {"b", "c"});
        return rows.ok()
                   ? std::to_string(rows->size()) + " " + std::to_string(rows->front().cells.size())
                   : std::string(rows.error().facts.string_or("reason", ""));
    };
    CHECK(columns("a\n1\n2\n") == "2 1");
    CHECK(columns("b,a\n1,\"x,\"\"y\"\"\n\"\n") == "1 2");
    const std::string wanted = "the header must name exactly a and may name b,c";
    CHECK(columns("b\n1\n") == wanted);
    CHECK(columns("a,a\n1,1\n") == wanted);
    CHECK(columns("a,d\n1,1\n") == wanted);
    CHECK(columns("") == wanted);
}

}  // namespace quanlu::cli
