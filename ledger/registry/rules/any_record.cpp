// See any_record.h.
#include "ledger/registry/rules/any_record.h"

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

std::optional<std::string> key_of_record(std::string_view id) {
    for (const RecordType& type : record_types()) {
        if (!type.prefix.empty() && id.size() > type.prefix.size() && id.starts_with(type.prefix) &&
            id[type.prefix.size()] == '-')
            return std::string(type.tag) + std::string(id);
    }
    if (id.find(':') == std::string_view::npos) return std::nullopt;
    return "right/" + std::string(id);
}

std::optional<chain::Refusal> no_open_objection(Act& act) {
    const json::Value* open = act.record.find("objections");
    if (open == nullptr || open->as_array().empty()) return std::nullopt;
    const json::Value& first = open->as_array().front();
    return chain::Refusal(
        chain::Code::E_OPEN_OBJECTION, "",
        json::Object{{"objection", first.string_or("id", "")},
                     {"open", static_cast<std::int64_t>(open->as_array().size())}},
        where_of(first.find("since")));
}

namespace {

bool says_party(const json::Value& value, const Fields& table, std::string_view party) {
    for (const Field& field : table) {
        const json::Value* held = value.find(field.name);
        if (held == nullptr) continue;
        if (field.kind == FieldKind::party && held->as_string() == party) return true;
        if (field.kind == FieldKind::parties) {
            for (const json::Value& one : held->as_array()) {
                if (one.as_string() == party) return true;
            }
        }
        if (field.kind == FieldKind::object && says_party(*held, *field.fields, party)) return true;
        if (field.kind == FieldKind::objects) {
            for (const json::Value& one : held->as_array()) {
                if (says_party(one, *field.fields, party)) return true;
            }
        }
    }
    return false;
}

}  // namespace

std::string_view keeper_of(const json::Value& record) {
    const RecordType* type = find_record_type(record.string_or("type", ""));
    if (type == nullptr || type->keeper.empty()) return "";
    const json::Value* fields = record.find("fields");
    const std::string_view in_fields = fields == nullptr ? "" : fields->string_or(type->keeper, "");
    return record.string_or(type->keeper, in_fields);
}

bool names_party(const json::Value& record, std::string_view party) {
    const RecordType* type = find_record_type(record.string_or("type", ""));
    const json::Value* fields = record.find("fields");
    return type != nullptr && fields != nullptr && says_party(*fields, *type->fields, party);
}

}  // namespace quanlu::registry
