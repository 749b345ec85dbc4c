// The tables of the data, receivable and financing records hold together: order of guards, names in
// both languages, bodies inside the record's own table.
#include <catch2/catch.hpp>
#include <set>

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

namespace {

constexpr std::string_view kTypes[] = {"asset", "cert", "invoice", "finance", "pledge", "right"};

void named_in_chinese(const Fields& fields) {
    for (const Field& field : fields) {
        INFO(field.name);
        CHECK_FALSE(field.zh.empty());
        CHECK((field.fields == nullptr) ==
              (field.kind != FieldKind::object && field.kind != FieldKind::objects));
        if (field.fields != nullptr) named_in_chinese(*field.fields);
    }
}

}  // namespace

TEST_CASE("guards stand in the fixed order of phases (end of DOMAIN C)") {
    for (const std::string_view name : kTypes) {
        const RecordType* type = find_record_type(name);
        REQUIRE(type != nullptr);
        for (const Verb& verb : type->verbs) {
            for (std::size_t i = 1; i < verb.guards.size(); ++i) {
                INFO(name << "." << verb.name << " guard " << i << " " << verb.guards[i].rule);
                CHECK(verb.guards[i - 1].phase <= verb.guards[i].phase);
            }
            for (const Guard& guard : verb.guards) CHECK_FALSE(guard.rule.empty());
        }
    }
}

TEST_CASE("fields and verbs are named in Chinese, verbs once each") {
    for (const std::string_view name : kTypes) {
        const RecordType* type = find_record_type(name);
        std::set<std::string_view> seen;
        named_in_chinese(*type->fields);
        for (const Verb& verb : type->verbs) {
            INFO(name << "." << verb.name);
            CHECK_FALSE(verb.zh.empty());
            CHECK(seen.insert(verb.name).second);
            REQUIRE(verb.body != nullptr);
            named_in_chinese(*verb.body);
        }
    }
}

TEST_CASE(
    "what a creating act states is sealed, public or shown to the parties as the record's table "
    "says") {
    for (const std::string_view name : kTypes) {
        const RecordType* type = find_record_type(name);
        for (const Field& stated : *type->verbs.front().body) {
            INFO(name << " " << stated.name);
            bool found = false;
            for (const Field& stored : *type->fields) {
                if (stored.name != stated.name) continue;
                found = true;
                CHECK(stored.kind == stated.kind);
                CHECK(stored.visible == stated.visible);
            }
            CHECK(found);
        }
    }
}

}  // namespace quanlu::registry
