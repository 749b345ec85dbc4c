// See json_schema.h. Every kind of field has one form here and one in ledger/registry/field.cpp.
#include "cli/schema/json_schema.h"

namespace quanlu::cli {

namespace {

using registry::Field;
using registry::FieldKind;

constexpr std::int64_t kChoicesMax = 32;

json::Value of_fields(const registry::Fields& fields);

json::Value pattern(std::string_view regex) {
    return json::Object{{"type", "string"}, {"pattern", regex}};
}

json::Value choice_of(std::string_view choices) {
    json::Array list;
    while (!choices.empty()) {
        const std::size_t bar = choices.find('|');
        list.emplace_back(choices.substr(0, bar));
        choices.remove_prefix(bar == std::string_view::npos ? choices.size() : bar + 1);
    }
    return json::Object{{"enum", std::move(list)}};
}

json::Value list_of(const Field& field, json::Value items, std::int64_t max, bool unique) {
    json::Value list =
        json::Object{{"type", "array"}, {"items", std::move(items)}, {"maxItems", max}};
    if (field.required) list.set("minItems", 1);
    if (unique) list.set("uniqueItems", true);
    return list;
}

json::Value of_kind(const Field& field, FieldKind kind) {
    switch (kind) {
        case FieldKind::text:
        case FieldKind::right_no:
            return json::Object{{"type", "string"}, {"minLength", 1}, {"maxLength", field.max}};
        case FieldKind::choice:
            return choice_of(field.choices);
        case FieldKind::date: {
            json::Value day = pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
            day.set("format", "date");
            return day;
        }
        case FieldKind::integer:
            return json::Object{{"type", "integer"}, {"minimum", 0}, {"maximum", field.max}};
        case FieldKind::amount:
            return json::Object{{"type", "integer"},
                                {"minimum", 0},
                                {"maximum", 9'007'199'254'740'991},
                                {"description", "minor units"}};
        case FieldKind::boolean:
            return json::Object{{"type", "boolean"}};
        case FieldKind::hash:
            return pattern("^(sha256|sm3):[0-9a-f]{64}$");
        case FieldKind::hex32:
            return pattern("^[0-9a-f]{64}$");
        case FieldKind::party:
            return pattern("^[a-z0-9-]{1,64}$");
        case FieldKind::record:
            return pattern("^[A-Za-z0-9:_/-]{1,128}$");
        case FieldKind::ccy:
            return pattern("^[A-Z]{3}$");
        case FieldKind::country:
            return pattern("^[A-Z]{2}$");
        case FieldKind::jwk:
            return json::Object{{"type", "object"}, {"description", "public key, RFC 8037"}};
        case FieldKind::sealed:
            return json::Object{
                {"type", "object"},
                {"description", "commitment; the content is kept and disclosed by its holder"},
                {"properties", json::Object{{"_sd", pattern("^[A-Za-z0-9_-]{43}$")}}},
                {"required", json::Array{"_sd"}},
                {"additionalProperties", false}};
        case FieldKind::object:
            return of_fields(*field.fields);
        case FieldKind::objects:
            return list_of(field, of_fields(*field.fields), field.max, false);
        case FieldKind::choices:
            return list_of(field, of_kind(field, FieldKind::choice), kChoicesMax, true);
        case FieldKind::parties:
            return list_of(field, of_kind(field, FieldKind::party), field.max, true);
        case FieldKind::records:
            return list_of(field, of_kind(field, FieldKind::record), field.max, true);
        case FieldKind::hashes:
            return list_of(field, of_kind(field, FieldKind::hash), field.max, true);
    }
    ENSURE(false);
}

json::Value of_fields(const registry::Fields& fields) {
    json::Value properties = json::Object{};
    json::Array required;
    for (const Field& field : fields) {
        json::Value one = of_kind(field, field.kind);
        if (!field.zh.empty()) one.set("title", field.zh);
        properties.set(std::string(field.name), std::move(one));
        if (field.required) required.emplace_back(field.name);
    }
    return json::Object{{"type", "object"},
                        {"properties", std::move(properties)},
                        {"required", std::move(required)},
                        {"additionalProperties", false}};
}

}  // namespace

json::Value json_schema(const registry::RecordType& type, const registry::Verb& verb) {
    json::Value schema = of_fields(*verb.body);
    const std::string act = std::string(type.name) + "." + std::string(verb.name);
    schema.set("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.set("$id", "urn:quanlu:act:" + act);
    schema.set("title", act + " " + std::string(type.zh) + ":" + std::string(verb.zh));
    return schema;
}

}  // namespace quanlu::cli
