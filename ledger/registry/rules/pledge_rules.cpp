// See pledge_rules.h.
#include "ledger/registry/rules/pledge_rules.h"

#include "ledger/registry/rules/appraisal_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

namespace {

// The figure after this act.
std::int64_t after(const Act& act, std::string_view name) {
    return act.body.integer_or(name, act.record.find("fields")->integer_or(name, 0));
}

bool is_maximum(const Act& act) {
    return act.text("pledge_kind") == "maximum_amount";
}

}  // namespace

std::vector<std::string> both_sides(const Act& act) {
    std::vector<std::string> parties;
    for (const char* list : {"pledgors", "pledgees"}) {
        const json::Value& value = act.field(list);
        if (!value.is_array()) continue;
        for (const json::Value& one : value.as_array()) parties.push_back(one.as_string());
    }
    return parties;
}
std::optional<Refusal> actor_is_party(Act& act) {
    if (act.has_party("pledgors", act.party()) || act.has_party("pledgees", act.party()))
        return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a pledgor or pledgee of this record"}});
}

std::optional<Refusal> actor_is_pledgee(Act& act) {
    if (act.has_party("pledgees", act.party())) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a pledgee of this record"}});
}

std::optional<Refusal> amounts_hold(Act& act) {
    const std::int64_t secured = after(act, "secured_amount");
    if (secured <= 0)
        return Refusal(Code::E_CONTRACT_INCOMPLETE, "/secured_amount",
                       json::Object{{"reason", "above 0"}});
    if (!is_maximum(act)) return std::nullopt;
    const std::int64_t max = after(act, "max_amount");
    if (max >= secured) return std::nullopt;
    return Refusal(Code::E_EXCEEDS_SECURED_AMOUNT, "/max_amount",
                   json::Object{{"max_amount", max}, {"secured_amount", secured}});
}

std::optional<Refusal> appraisal_holds(Act& act) {
    const std::string id(act.body.string_or("appraisal_id", act.text("appraisal_id")));
    if (id.empty()) return std::nullopt;
    std::vector<std::string> parties = both_sides(act);
    parties.emplace_back(act.text("debtor"));
    return report_holds(act, id, act.field("rights").as_array(), parties);
}

std::optional<Refusal> drawn_within(Act& act) {
    const auto claims = act.draft.get("claims/" + act.id);
    if (claims == nullptr) return std::nullopt;
    const std::int64_t drawn = claims->find("fields")->integer_or("drawn", 0);
    const std::string_view cap = is_maximum(act) ? "max_amount" : "secured_amount";
    if (after(act, cap) >= drawn) return std::nullopt;
    return Refusal(Code::E_EXCEEDS_SECURED_AMOUNT, "/" + std::string(cap),
                   json::Object{{std::string(cap), after(act, cap)}, {"drawn", drawn}});
}

std::optional<Refusal> rights_outlive(const Act& act, std::string_view day,
                                      std::string_view pointer) {
    return each_right(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const std::string_view expiry = right.find("fields")->string_or("expiry_date", "9999");
            if (day <= expiry) return std::nullopt;
            return Refusal(
                Code::E_DEBT_TERM_EXCEEDS_RIGHT, "/" + std::string(pointer),
                json::Object{{"right", id}, {"expiry_date", expiry}, {std::string(pointer), day}});
        });
}

}  // namespace quanlu::registry
