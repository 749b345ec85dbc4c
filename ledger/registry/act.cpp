// See act.h, record_type.h: what guards and effects read, and the policy in force.
#include "ledger/registry/act.h"

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

bool in_list(std::string_view list, std::string_view item) {
    while (!list.empty()) {
        const std::size_t bar = list.find('|');
        if (list.substr(0, bar) == item) return true;
        if (bar == std::string_view::npos) return false;
        list.remove_prefix(bar + 1);
    }
    return false;
}

const RecordType* find_record_type(std::string_view name) {
    for (const RecordType& type : record_types()) {
        if (type.name == name) return &type;
    }
    return nullptr;
}

const Verb* find_verb(const RecordType& type, std::string_view name) {
    for (const Verb& verb : type.verbs) {
        if (verb.name == name) return &verb;
    }
    return nullptr;
}

const json::Value& Act::field(std::string_view name) const {
    static const json::Value kNothing;
    const json::Value* fields = record.find("fields");
    const json::Value* value = fields == nullptr ? nullptr : fields->find(name);
    return value == nullptr ? kNothing : *value;
}

std::string_view Act::text(std::string_view name) const {
    const json::Value& value = field(name);
    return value.is_string() ? std::string_view(value.as_string()) : std::string_view();
}

bool Act::has_party(std::string_view list, std::string_view party) const {
    const json::Value& value = field(list);
    if (value.is_string()) return value.as_string() == party;
    if (!value.is_array()) return false;
    for (const json::Value& one : value.as_array()) {
        if (one.is_string() ? one.as_string() == party : one.string_or("party", "") == party) {
            return true;
        }
    }
    return false;
}

void Act::event(std::string type_, std::string record_, json::Value facts) {
    events.push_back({std::move(type_), std::move(record_), std::move(facts)});
}

json::Value where_json(const Moment& now) {
    return json::Object{
        {"height", now.height.value}, {"index", now.index}, {"time", now.time.value}};
}

std::optional<chain::Where> where_of(const json::Value* value) {
    if (value == nullptr || !value->is_object()) return std::nullopt;
    return chain::Where{Height(static_cast<std::uint64_t>(value->integer_or("height", 0))),
                        static_cast<std::uint32_t>(value->integer_or("index", 0))};
}

std::int64_t policy_value(const Draft& draft, std::string_view name, Height height,
                          std::int64_t fallback) {
    const auto policy = draft.get("policy/" + std::string(name));
    if (policy == nullptr) return fallback;
    std::int64_t value = fallback;
    for (const json::Value& step : policy->find("fields")->find("steps")->as_array()) {
        if (step.integer_or("from_height", 0) > static_cast<std::int64_t>(height.value)) break;
        value = step.integer_or("value", fallback);
    }
    return value;
}

}  // namespace quanlu::registry
