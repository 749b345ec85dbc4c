// See party_rules.h.
#include "ledger/registry/rules/party_rules.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

std::optional<Refusal> party_is_active(const Draft& draft, std::string_view party,
                                       std::string_view pointer) {
    const auto held = draft.get("party/" + std::string(party));
    if (held == nullptr)
        return Refusal(Code::E_NOT_FOUND, std::string(pointer), json::Object{{"party", party}});
    if (held->string_or("state", "") == "active") return std::nullopt;
    return Refusal(Code::E_PARTY_NOT_ACTIVE, std::string(pointer),
                   json::Object{{"party", party}, {"state", held->string_or("state", "")}},
                   where_of(held->find("updated")));
}

bool party_has_role(const Draft& draft, std::string_view party, std::string_view role) {
    const auto held = draft.get("party/" + std::string(party));
    if (held == nullptr) return false;
    for (const json::Value& one : held->find("fields")->find("roles")->as_array()) {
        if (one.as_string() == role) return true;
    }
    return false;
}

std::optional<Refusal> parties_are_active(const Act& act, std::string_view list) {
    const json::Value& value = act.field(list);
    const std::string pointer = "/" + std::string(list);
    if (value.is_string()) return party_is_active(act.draft, value.as_string(), pointer);
    if (!value.is_array()) return std::nullopt;
    for (const json::Value& one : value.as_array()) {
        const std::string_view party =
            one.is_string() ? std::string_view(one.as_string()) : one.string_or("party", "");
        if (auto refusal = party_is_active(act.draft, party, pointer)) return refusal;
    }
    return std::nullopt;
}

namespace {

bool affiliated(const Draft& draft, std::string_view one, std::string_view other) {
    const auto held = draft.get("party/" + std::string(one));
    const json::Value* list = held == nullptr ? nullptr : held->find("fields")->find("affiliates");
    if (list == nullptr) return false;
    for (const json::Value& party : list->as_array()) {
        if (party.as_string() == other) return true;
    }
    return false;
}

}  // namespace

bool are_linked(const Draft& draft, std::string_view one, std::string_view other) {
    return one == other || affiliated(draft, one, other) || affiliated(draft, other, one);
}

void count_open_record(Draft& draft, std::string_view party, std::int64_t change) {
    const std::string key = "open/" + std::string(party);
    const auto held = draft.get(key);
    draft.put(key, json::Object{{"n", (held == nullptr ? 0 : held->integer_or("n", 0)) + change}});
}

}  // namespace quanlu::registry
