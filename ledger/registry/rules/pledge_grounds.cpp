// See pledge_grounds.h. Every ground is asked at commit height, on the rights as they stand then.
#include "ledger/registry/rules/pledge_grounds.h"

#include <algorithm>

#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/rules/pledge_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

namespace {

constexpr std::int64_t kExtractDays =
    30;  // policy extract_days_max: a register extract older than this is stale

// Calls check(right id, fields of the right) for each right there is.
template <class Check>
std::optional<Refusal> each(Act& act, Check&& check) {
    return each_right(act, [&](const std::string& id, const json::Value& right) {
        return check(id, *right.find("fields"));
    });
}

bool acknowledged(const Act& act, std::string_view what) {
    const json::Value& list = act.field("acknowledgements");
    if (!list.is_array()) return false;
    for (const json::Value& one : list.as_array()) {
        if (one.as_string() == what) return true;
    }
    return false;
}

json::Value right_facts(const std::string& id) {
    return json::Object{{"right", id}};
}

std::optional<Refusal> each_entry(Act& act, EntryGround ground) {
    const std::string today = to_text(act.today);
    return each(act, [&](const std::string& id, const json::Value& right) {
        return ground(id, right, today);
    });
}

}  // namespace

// Ground 1: the pledgors are the registered holders; ground 8: all co-owners pledge or have
// consented.
std::optional<Refusal> ground_owner(Act& act) {
    return each(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            bool any = false;
            for (const json::Value& holder : right.find("holders")->as_array()) {
                any = any || act.has_party("pledgors", holder.string_or("party", ""));
            }
            if (any) return std::nullopt;
            return Refusal(Code::E_NOT_REGISTERED_OWNER, "/pledgors",
                           json::Object{{"right", id}, {"holders", *right.find("holders")}});
        });
}
std::optional<Refusal> ground_coowners(Act& act) {
    return each(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            std::size_t others = 0;
            for (const json::Value& holder : right.find("holders")->as_array()) {
                if (!act.has_party("pledgors", holder.string_or("party", ""))) ++others;
            }
            const json::Value& consents = act.field("co_owner_consents");
            if (others == 0 || (consents.is_array() && consents.as_array().size() >= others))
                return std::nullopt;
            return Refusal(
                Code::E_COOWNER_CONSENT_MISSING, "/co_owner_consents",
                json::Object{{"right", id}, {"missing", static_cast<std::int64_t>(others)}});
        });
}
namespace {

bool share_a_holder(const json::Value& one, const json::Value& other) {
    for (const json::Value& mine : one.find("holders")->as_array()) {
        for (const json::Value& theirs : other.find("holders")->as_array()) {
            if (*mine.find("party") == *theirs.find("party")) return true;
        }
    }
    return false;
}

}  // namespace

// The office says which marks are similar; those of the same holder that live go together.
std::optional<Refusal> ground_similar_marks(Act& act) {
    const std::vector<std::string> named = rights_of(act);
    return each(act,
                [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
                    const json::Value* similar = right.find("similar_marks");
                    if (similar == nullptr) return std::nullopt;
                    for (const json::Value& mark : similar->as_array()) {
                        const std::string& other = mark.as_string();
                        if (std::find(named.begin(), named.end(), other) != named.end()) continue;
                        const auto held = act.draft.get(right_state_key(other));
                        if (held == nullptr) continue;
                        const json::Value& fields = *held->find("fields");
                        if (fields.string_or("legal_status", "") != "in_force" ||
                            !share_a_holder(right, fields))
                            continue;
                        return Refusal(Code::E_SIMILAR_MARKS_OMITTED, "/rights",
                                       json::Object{{"right", id}, {"omitted", other}});
                    }
                    return std::nullopt;
                });
}
// Grounds 2, 3 and the suspended state of 5.
std::optional<Refusal> entry_status(const std::string& id, const json::Value& right,
                                    const std::string& today) {
    const std::string_view status = right.string_or("legal_status", "");
    const std::string_view expiry = right.string_or("expiry_date", "9999");
    if (status == "pending" || (kind_group(right.string_or("asset_kind", "")) == "patent" &&
                                right.find("grant_date") == nullptr)) {
        return Refusal(Code::E_RIGHT_NOT_GRANTED, "/rights", right_facts(id));
    }
    if (status == "suspended") return Refusal(Code::E_RIGHT_SUSPENDED, "/rights", right_facts(id));
    if ((status == "in_force" || status == "fee_grace") && expiry >= today) return std::nullopt;
    return Refusal(Code::E_RIGHT_TERMINATED, "/rights",
                   json::Object{{"right", id}, {"legal_status", status}, {"expiry_date", expiry}});
}
// Ground 4.
std::optional<Refusal> entry_fee(const std::string& id, const json::Value& right,
                                 const std::string& today) {
    if (kind_group(right.string_or("asset_kind", "")) != "patent") return std::nullopt;
    const std::string_view paid = right.string_or("annual_fee_paid_to", "");
    if (right.string_or("legal_status", "") != "fee_grace" && paid >= today) return std::nullopt;
    return Refusal(Code::E_ANNUAL_FEE_OVERDUE, "/rights",
                   json::Object{{"right", id}, {"paid_to", paid}});
}
// Ground 5, the dispute behind a suspension; CRP Art 12.
std::optional<Refusal> entry_dispute(const std::string& id, const json::Value& right,
                                     const std::string& /*today*/) {
    if (!right.bool_or("ownership_dispute", false)) return std::nullopt;
    return Refusal(Code::E_OWNERSHIP_DISPUTE, "/rights", right_facts(id));
}

std::optional<Refusal> ground_status(Act& act) {
    return each_entry(act, entry_status);
}
std::optional<Refusal> ground_fee(Act& act) {
    return each_entry(act, entry_fee);
}
std::optional<Refusal> ground_dispute(Act& act) {
    return each_entry(act, entry_dispute);
}
std::optional<Refusal> extract_fresh(Act& act) {
    const auto days = static_cast<std::int32_t>(
        policy_value(act.draft, "extract_days_max", act.now.height, kExtractDays));
    return each(act,
                [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
                    const std::string_view checked = right.string_or("source_checked_on", "");
                    if (checked >= to_text(add_days(act.today, -days))) return std::nullopt;
                    return Refusal(Code::E_STALE_REGISTER_EXTRACT, "/rights",
                                   json::Object{{"right", id},
                                                {"checked_on", checked},
                                                {"days_max", static_cast<std::int64_t>(days)}});
                });
}
// Ground 6, R-09.
std::optional<Refusal> ground_term(Act& act) {
    return rights_outlive(act, act.text("debt_due"), "debt_due");
}
// Ground 7.
std::optional<Refusal> ground_contract(Act& act) {
    const json::Value& items = act.field("contract_items");
    if (items.is_array() && items.as_array().size() == 5) return std::nullopt;
    return Refusal(Code::E_CONTRACT_INCOMPLETE, "/contract_items",
                   json::Object{{"needs", kContractItems}, {"found", items}});
}
// Grounds 10 and 11.
std::optional<Refusal> ground_acknowledged(Act& act) {
    return each(act,
                [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
                    for (const auto& [name, code] : kRisks) {
                        if (right.bool_or(name, false) && !acknowledged(act, name))
                            return Refusal(code, "/acknowledgements", right_facts(id));
                    }
                    return std::nullopt;
                });
}

// What kinds ask beyond the common grounds (B.6, decision 0020).

bool has_own_term(std::string_view asset_kind) {
    return asset_kind == "trademark" || asset_kind == "data_ip";
}
std::optional<Refusal> ground_registration_term(Act& act) {
    return each(act,
                [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
                    if (!has_own_term(right.string_or("asset_kind", ""))) return std::nullopt;
                    const std::string_view to = act.text("registration_term_to");
                    const std::string_view expiry = right.string_or("expiry_date", "9999");
                    if (to >= act.text("debt_due") && to <= expiry) return std::nullopt;
                    const Code code = to.empty()                  ? Code::E_CONTRACT_INCOMPLETE
                                      : to < act.text("debt_due") ? Code::E_BACKDATED
                                                                  : Code::E_DEBT_TERM_EXCEEDS_RIGHT;
                    return Refusal(code, "/registration_term_to",
                                   json::Object{{"right", id},
                                                {"registration_term_to", to},
                                                {"debt_due", act.text("debt_due")},
                                                {"expiry_date", expiry}});
                });
}
std::optional<Refusal> ground_kind_papers(Act& act) {
    return each(act,
                [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
                    const std::string_view kind = right.string_or("asset_kind", "");
                    const auto lacks = [&](std::string_view name) {
                        return act.record.find("fields")->find(name) == nullptr;
                    };
                    const char* missing = nullptr;
                    if (kind == "trademark" && lacks("appraisal_id") && lacks("appraisal"))
                        missing = "appraisal";
                    if (kind.starts_with("copyright_") && lacks("licence_before_pledge"))
                        missing = "licence_before_pledge";
                    if (missing == nullptr) return std::nullopt;
                    return Refusal(Code::E_MISSING_EVIDENCE, "/" + std::string(missing),
                                   json::Object{{"right", id}, {"needs", missing}});
                });
}

}  // namespace quanlu::registry
