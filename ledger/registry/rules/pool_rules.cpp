// See pool_rules.h.
#include "ledger/registry/rules/pool_rules.h"

#include <algorithm>
#include <map>

#include "crypto/base/checked_math.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/rules/appraisal_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::int64_t kWhole = 1'000'000;                          // ppm
constexpr std::string_view kPerforming = "drawn|partially_repaid";  // of a claim
constexpr std::size_t kEntryRightsMax = 100;
constexpr std::size_t kPoolRightsMax = 2'000;

std::shared_ptr<const json::Value> claim_of(const Act& act) {
    return act.draft.get("fin/" + std::string(act.body.string_or("claim", "")));
}
std::shared_ptr<const json::Value> pledge_of(const Act& act) {
    return act.draft.get("pledge/" + std::string(act.body.string_or("pledge", "")));
}

const json::Array& entries(const json::Value& fields) {
    static const json::Array kNone;
    const json::Value* pool = fields.find("pool");
    return pool == nullptr ? kNone : pool->as_array();
}

bool names(const json::Value* list, std::string_view id) {
    return list != nullptr && list->is_array() &&
           std::any_of(list->as_array().begin(), list->as_array().end(),
                       [&](const json::Value& one) { return one.as_string() == id; });
}

// Calls check(id, right) for each right of the entry's pledge.
template <class Check>
std::optional<Refusal> each_pledged_right(const Act& act, Check&& check) {
    const auto pledge = pledge_of(act);
    if (pledge == nullptr) return std::nullopt;
    for (const json::Value& id : pledge->find("fields")->find("rights")->as_array()) {
        const auto right = act.draft.get(right_state_key(id.as_string()));
        if (right == nullptr) continue;
        if (auto refusal = check(id.as_string(), *right)) return refusal;
    }
    return std::nullopt;
}

Refusal ineligible(const char* pointer, const char* reason, json::Value facts = json::Object{}) {
    facts.set("reason", reason);
    return Refusal(Code::E_NOT_ELIGIBLE, pointer, std::move(facts));
}

// What is pooled already of the body's claim, the entry to be replaced left out.
std::int64_t pooled_of_claim(const Act& act) {
    std::int64_t sum = 0;
    const json::Value* leaving = entry_named(act);
    for (const json::Value& entry : entries(*act.record.find("fields"))) {
        if (is_pooled(entry) && &entry != leaving &&
            entry.string_or("claim", "") == act.body.string_or("claim", ""))
            sum += entry.integer_or("principal_left", 0);
    }
    return sum;
}

std::int64_t valued_under_report(const Act& act) {
    std::int64_t sum = 0;
    const json::Value* leaving = entry_named(act);
    for (const json::Value& entry : entries(*act.record.find("fields"))) {
        if (is_pooled(entry) && &entry != leaving &&
            entry.string_or("appraisal_id", "") == act.body.string_or("appraisal_id", ""))
            sum += entry.integer_or("appraised_value", 0);
    }
    return sum;
}

std::optional<Refusal> claim_fits(const Act& act) {
    const auto claim = claim_of(act);
    if (claim == nullptr) return std::nullopt;
    const json::Value& fields = *claim->find("fields");
    if (!in_list(kPerforming, claim->string_or("state", "")))
        return ineligible("/claim", "the loan is not performing",
                          json::Object{{"state", claim->string_or("state", "")}});
    const json::Array& lenders = fields.find("lenders")->as_array();
    if (lenders.size() != 1 || lenders.front().as_string() != act.text("originator"))
        return ineligible("/claim", "the originator is not its only lender");
    if (fields.string_or("ccy", "") != act.text("ccy"))
        return ineligible("/claim", "another currency");
    if (!names(fields.find("pledge_ids"), act.body.string_or("pledge", "")))
        return ineligible("/pledge", "the loan does not rest on this pledge");
    const std::int64_t principal = act.body.integer_or("principal", 0);
    const std::int64_t left = fields.integer_or("outstanding", 0) - pooled_of_claim(act);
    if (principal > 0 && principal <= left) return std::nullopt;
    return ineligible("/principal", "beyond what is left of the loan",
                      json::Object{{"principal", principal}, {"left", left}});
}

std::optional<Refusal> value_fits(const Act& act) {
    const std::int64_t value = act.body.integer_or("appraised_value", 0);
    const auto report =
        act.draft.get("appraisal/" + std::string(act.body.string_or("appraisal_id", "")));
    if (report == nullptr) return std::nullopt;
    const json::Value& fields = *report->find("fields");
    if (fields.string_or("ccy", "") != act.text("ccy"))
        return ineligible("/appraisal_id", "another currency");
    const std::int64_t left = fields.integer_or("value", 0) - valued_under_report(act);
    if (value > 0 && value <= left) return std::nullopt;
    return ineligible("/appraised_value", "beyond what is left of the report",
                      json::Object{{"appraised_value", value}, {"left", left}});
}

// Every act on a programme writes its pool anew, and every proof carries it.
std::optional<Refusal> rights_few(const Act& act) {
    const auto pledge = pledge_of(act);
    if (pledge == nullptr) return std::nullopt;
    const std::size_t mine = pledge->find("fields")->find("rights")->as_array().size();
    std::size_t all = mine;
    for (const json::Value& entry : entries(*act.record.find("fields")))
        all += entry.find("rights")->as_array().size();
    if (mine <= kEntryRightsMax && all <= kPoolRightsMax) return std::nullopt;
    return Refusal(Code::E_TOO_LARGE, "/pledge",
                   json::Object{{"rights", mine},
                                {"most", kEntryRightsMax},
                                {"in_pool", all},
                                {"most_in_pool", kPoolRightsMax}});
}

std::optional<Refusal> rights_sound(const Act& act) {
    return each_pledged_right(
        act, [](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const json::Value& fields = *right.find("fields");
            const json::Value* open = right.find("objections");
            const char* reason =
                fields.string_or("legal_status", "") != "in_force" ? "not in force"
                : fields.bool_or("invalidation_pending", false)    ? "invalidation pending"
                : fields.bool_or("ownership_dispute", false)       ? "ownership in dispute"
                : right.find("register_mismatch") != nullptr       ? "register mismatch"
                : open != nullptr && !open->as_array().empty()     ? "an objection is open"
                                                                   : nullptr;
            if (reason == nullptr) return std::nullopt;
            return ineligible("/pledge", reason, json::Object{{"right", id}});
        });
}

}  // namespace

bool is_pooled(const json::Value& entry) {
    return entry.string_or("status", "") != "replaced";
}

const json::Value* entry_named(const Act& act) {
    const json::Value* no = act.body.find("no");
    if (no == nullptr) return nullptr;
    for (const json::Value& entry : entries(*act.record.find("fields"))) {
        if (is_pooled(entry) && *entry.find("no") == *no) return &entry;
    }
    return nullptr;
}

std::optional<Refusal> entry_there(Act& act) {
    if (entry_named(act) != nullptr) return std::nullopt;
    return Refusal(Code::E_NOT_FOUND, "/no", json::Object{{"no", act.body.integer_or("no", 0)}});
}

std::optional<Refusal> entry_exists(Act& act) {
    if (claim_of(act) == nullptr)
        return Refusal(Code::E_NOT_FOUND, "/claim",
                       json::Object{{"id", act.body.string_or("claim", "")}});
    if (pledge_of(act) != nullptr) return std::nullopt;
    return Refusal(Code::E_NOT_FOUND, "/pledge",
                   json::Object{{"id", act.body.string_or("pledge", "")}});
}

std::optional<Refusal> entry_unfrozen(Act& act) {
    return each_pledged_right(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const json::Value* freeze = freeze_in_force(right, act.now.time);
            if (freeze == nullptr) return std::nullopt;
            return Refusal(Code::E_ASSET_FROZEN, "/pledge",
                           json::Object{{"right", id}, {"freeze", freeze->string_or("id", "")}},
                           where_of(freeze->find("since")));
        });
}

std::optional<Refusal> entry_pledged(Act& act) {
    const auto pledge = pledge_of(act);
    if (pledge == nullptr) return std::nullopt;
    const std::string_view id = act.body.string_or("pledge", "");
    if (pledge->string_or("state", "") != "registered") {
        return Refusal(Code::E_PLEDGE_NOT_EFFECTIVE, "/pledge",
                       json::Object{{"pledge", id}, {"state", pledge->string_or("state", "")}},
                       where_of(pledge->find("updated")));
    }
    const json::Array& pledgees = pledge->find("fields")->find("pledgees")->as_array();
    if (pledgees.size() != 1 || pledgees.front().as_string() != act.text("originator")) {
        return Refusal(Code::E_ALREADY_PLEDGED_ELSEWHERE, "/pledge",
                       json::Object{{"pledge", id}, {"pledgees", pledgees}},
                       where_of(pledge->find("ledger_registered")));
    }
    return each_pledged_right(
        act, [&](const std::string& right_id, const json::Value& right) -> std::optional<Refusal> {
            const json::Value& enc = *right.find("enc");
            for (const json::Value& other : enc.find("pledges")->as_array()) {
                if (other.string_or("id", "") == id) continue;
                return Refusal(Code::E_ALREADY_PLEDGED_ELSEWHERE, "/pledge",
                               json::Object{{"right", right_id},
                                            {"pledge", other.string_or("id", "")},
                                            {"pledgees", *other.find("pledgees")}},
                               where_of(other.find("since")));
            }
            const json::Value* held = enc.find("reservation");
            if (held == nullptr) return std::nullopt;
            return Refusal(
                Code::E_RESERVED_BY_OTHER, "/pledge",
                json::Object{{"right", right_id}, {"pledge", held->string_or("pledge", "")}},
                where_of(held->find("since")));
        });
}

std::optional<Refusal> entry_unpooled(Act& act) {
    const auto elsewhere = act.draft.get("pooled/" + std::string(act.body.string_or("claim", "")));
    if (elsewhere != nullptr && elsewhere->string_or("programme", "") != act.id) {
        return Refusal(Code::E_IN_OTHER_POOL, "/claim",
                       json::Object{{"claim", act.body.string_or("claim", "")},
                                    {"programme", elsewhere->string_or("programme", "")}},
                       where_of(elsewhere->find("since")));
    }
    return each_pledged_right(
        act, [](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const json::Value* pool = right.find("enc")->find("pool");
            if (pool == nullptr) return std::nullopt;
            return Refusal(Code::E_IN_OTHER_POOL, "/pledge",
                           json::Object{{"right", id}, {"programme", pool->string_or("id", "")}},
                           where_of(pool->find("since")));
        });
}

std::optional<Refusal> entry_appraised(Act& act) {
    const auto claim = claim_of(act);
    const auto pledge = pledge_of(act);
    if (claim == nullptr || pledge == nullptr) return std::nullopt;
    return report_holds(
        act, act.body.string_or("appraisal_id", ""),
        pledge->find("fields")->find("rights")->as_array(),
        {std::string(claim->find("fields")->string_or("borrower", "")),
         std::string(act.text("originator")), std::string(act.text("plan_manager"))});
}

std::optional<Refusal> entry_eligible(Act& act) {
    const std::int64_t held = act.record.integer_or("entries", 0);
    if (held >= kPoolMax)
        return Refusal(Code::E_TOO_LARGE, "", json::Object{{"entries", held}, {"most", kPoolMax}});
    if (auto refusal = rights_few(act)) return refusal;
    if (auto refusal = rights_sound(act)) return refusal;
    if (auto refusal = claim_fits(act)) return refusal;
    return value_fits(act);
}

std::optional<Refusal> pool_pledged(Act& act) {
    bool any = false;
    for (const json::Value& entry : entries(*act.record.find("fields"))) {
        if (!is_pooled(entry)) continue;
        any = true;
        const std::string id(entry.string_or("pledge", ""));
        const auto pledge = act.draft.get("pledge/" + id);
        if (pledge != nullptr && pledge->string_or("state", "") == "registered") continue;
        return Refusal(Code::E_PLEDGE_NOT_EFFECTIVE, "",
                       json::Object{{"no", *entry.find("no")}, {"pledge", id}});
    }
    if (any) return std::nullopt;
    return ineligible("", "the pool is empty");
}

std::optional<Refusal> pool_claims_stand(Act& act) {
    std::map<std::string_view, std::int64_t> parts;  // by claim, at most 500 x 2^53
    for (const json::Value& entry : entries(*act.record.find("fields"))) {
        if (is_pooled(entry))
            parts[entry.string_or("claim", "")] += entry.integer_or("principal_left", 0);
    }
    for (const auto& [id, part] : parts) {
        const auto claim = act.draft.get("fin/" + std::string(id));
        const std::string_view state = claim->string_or("state", "");
        const std::int64_t left = claim->find("fields")->integer_or("outstanding", 0);
        if (in_list(kPerforming, state) && part <= left) continue;
        return ineligible("", "the loan no longer covers its parts",
                          json::Object{{"claim", id}, {"state", state}, {"left", left}});
    }
    return std::nullopt;
}

std::int64_t pool_sum(const json::Value& programme_fields, std::string_view name) {
    std::int64_t sum = 0;  // at most 500 x 2^53
    for (const json::Value& entry : entries(programme_fields))
        sum += is_pooled(entry) ? entry.integer_or(name, 0) : 0;
    return sum;
}

namespace {

std::int64_t rate_ppm(std::int64_t principal, std::int64_t appraised) {
    if (appraised == 0) return 0;
    return std::min(mul_div_floor(principal, kWhole, appraised).value_or(json::kIntegerMax),
                    json::kIntegerMax);
}

}  // namespace

std::int64_t advance_rate_ppm(const json::Value& programme_fields) {
    return rate_ppm(pool_sum(programme_fields, "principal"),
                    pool_sum(programme_fields, "appraised_value"));
}

std::optional<Refusal> advance_rate_holds(Act& act) {
    const json::Value& fields = *act.record.find("fields");
    const json::Value* leaving = entry_named(act);
    const auto after = [&](std::string_view name) {
        return pool_sum(fields, name) + act.body.integer_or(name, 0) -
               (leaving == nullptr ? 0 : leaving->integer_or(name, 0));
    };
    const std::int64_t rate = rate_ppm(after("principal"), after("appraised_value"));
    const std::int64_t cap = fields.integer_or("advance_rate_cap_ppm", 0);
    if (rate <= cap) return std::nullopt;
    return Refusal(Code::E_ADVANCE_RATE, "/principal",
                   json::Object{{"advance_rate_ppm", rate}, {"cap_ppm", cap}});
}

void enter_pool(Act& act, std::string_view status) {
    const json::Value since = where_json(act.now);
    const json::Value mark = json::Object{{"id", act.id}, {"since", since}};
    const auto claim = claim_of(act);
    const auto pledge = pledge_of(act);
    const json::Array rights = pledge->find("fields")->find("rights")->as_array();
    for (const json::Value& id : rights) {
        change_right(
            act.draft, act.now, id.as_string(),
            [](json::Value& enc, const json::Value& with) { enc.set("pool", with); }, mark);
    }
    const std::string key = "pooled/" + std::string(act.body.string_or("claim", ""));
    const auto held = act.draft.get(key);
    json::Value pooled =
        held == nullptr ? json::Object{{"programme", act.id}, {"since", since}} : *held;
    pooled.set("entries", pooled.integer_or("entries", 0) + 1);
    act.draft.put(key, std::move(pooled));

    const std::int64_t no = act.record.integer_or("entries", 0) + 1;  // never used again
    act.record.set("entries", no);  // moves the members: the reference below comes after
    json::Value& fields = act.fields();
    if (fields.find("pool") == nullptr) fields.set("pool", json::Array{});
    json::Array& pool = fields["pool"].as_array();
    pool.push_back(json::Object{{"no", no},
                                {"status", status},
                                {"enterprise", *claim->find("fields")->find("borrower")},
                                {"rights", rights},
                                {"claim", *act.body.find("claim")},
                                {"pledge", *act.body.find("pledge")},
                                {"principal", *act.body.find("principal")},
                                {"principal_left", *act.body.find("principal")},
                                {"collected", 0},
                                {"appraised_value", *act.body.find("appraised_value")},
                                {"appraisal_id", *act.body.find("appraisal_id")}});
    count_pool(fields);
    act.event("pool.entered", act.id, json::Object{{"no", no}, {"rights", rights}});
}

void leave_pool(Act& act, const json::Value& entry) {
    for (const json::Value& id : entry.find("rights")->as_array()) {
        change_right(
            act.draft, act.now, id.as_string(),
            [](json::Value& enc, const json::Value&) { enc.erase("pool"); }, json::Value());
    }
    const std::string key = "pooled/" + std::string(entry.string_or("claim", ""));
    const auto held = act.draft.get(key);
    if (held == nullptr) return;
    json::Value pooled = *held;
    pooled.set("entries", pooled.integer_or("entries", 0) - 1);
    if (pooled.integer_or("entries", 0) > 0) {
        act.draft.put(key, std::move(pooled));
    } else {
        act.draft.erase(key);
    }
}

void count_pool(json::Value& programme_fields) {
    std::int64_t count = 0;
    for (const json::Value& entry : entries(programme_fields)) count += is_pooled(entry) ? 1 : 0;
    programme_fields.set("asset_count", count);
    programme_fields.set("advance_rate_ppm", advance_rate_ppm(programme_fields));
}

}  // namespace quanlu::registry
