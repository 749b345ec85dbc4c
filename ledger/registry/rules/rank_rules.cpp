// See rank_rules.h. A rank belongs to a pledge and a right: two pledges may stand one way over one
// right and the other way over another.
#include "ledger/registry/rules/rank_rules.h"

#include <algorithm>

#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const json::Array& pledges_of(const json::Value& right) {
    return right.find("enc")->find("pledges")->as_array();
}

std::shared_ptr<const json::Value> coming(const Act& act) {
    return act.draft.get("pledge/" + std::string(act.body.string_or("to", "")));
}

bool has_agreed(const Act& act, const json::Value& party) {
    const json::Value* consents = act.body.find("consents");
    if (consents == nullptr) return false;
    const json::Array& given = consents->as_array();
    return std::any_of(given.begin(), given.end(),
                       [&](const json::Value& one) { return *one.find("party") == party; });
}

// Every pledgee of a pledge over `right` whose rank lies inside (above, below) has agreed.
std::optional<Refusal> ranks_agree(const Act& act, const std::string& id, const json::Value& right,
                                   std::int64_t above, std::int64_t below) {
    for (const json::Value& pledge : pledges_of(right)) {
        const std::int64_t rank = pledge.integer_or("rank", 1);
        if (rank <= above || rank >= below) continue;
        for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
            if (has_agreed(act, pledgee)) continue;
            return Refusal(
                Code::E_JUNIOR_CONSENT_REQUIRED, "/consents",
                json::Object{
                    {"right", id}, {"pledge", pledge.string_or("id", "")}, {"pledgee", pledgee}},
                where_of(pledge.find("since")));
        }
    }
    return std::nullopt;
}

}  // namespace

bool ranks_allowed(const Act& act, const json::Value& right) {
    const std::string_view group = kind_group(right.find("fields")->string_or("asset_kind", ""));
    return policy_value(act.draft, "ranked_pledge_" + std::string(group), act.now.height, 0) == 1;
}

std::int64_t rank_on(const json::Value& right, std::string_view pledge_id) {
    for (const json::Value& pledge : pledges_of(right)) {
        if (pledge.string_or("id", "") == pledge_id) return pledge.integer_or("rank", 1);
    }
    return 0;
}

std::int64_t next_rank(const json::Value& right) {
    std::int64_t last = 0;
    for (const json::Value& pledge : pledges_of(right))
        last = std::max(last, pledge.integer_or("rank", 1));
    return last + 1;
}

std::int64_t lowest_rank(const Draft& draft, const json::Value& pledge) {
    std::int64_t lowest = 1;
    for (const json::Value& id : pledge.find("fields")->find("rights")->as_array()) {
        const auto right = draft.get(right_state_key(id.as_string()));
        if (right != nullptr)
            lowest = std::max(lowest, rank_on(*right, pledge.string_or("id", "")));
    }
    return lowest;
}

const Fields& rank_consent_fields() {
    static const Fields fields = {
        {"party", FieldKind::party, true, 0, "", Visible::c, "质权人"},
        {"consent_hash", FieldKind::hash, true, 0, "", Visible::c, "书面同意"}};
    return fields;
}

std::vector<std::string> both_ranks(const Act& act) {
    std::vector<std::string> parties;
    const auto other = coming(act);
    for (const json::Value* pledge : {&act.record, other.get()}) {
        if (pledge == nullptr || pledge->find("fields") == nullptr) continue;
        for (const json::Value& one : pledge->find("fields")->find("pledgees")->as_array())
            parties.push_back(one.as_string());
    }
    return parties;
}

std::optional<Refusal> comes_forward(Act& act) {
    const std::string_view to = act.body.string_or("to", "");
    const auto other = coming(act);
    if (other == nullptr) return Refusal(Code::E_NOT_FOUND, "/to", json::Object{{"id", to}});
    bool later = false;
    for (const std::string& id : rights_of(act)) {
        const auto right = act.draft.get(right_state_key(id));
        if (right == nullptr) continue;
        const std::int64_t its = rank_on(*right, to);
        later = later || (its != 0 && its > rank_on(*right, act.id));
    }
    if (later && other->string_or("state", "") == "registered") return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/to",
                   json::Object{{"needs", "a registered pledge of a later rank over one of these"},
                                {"state", other->string_or("state", "")}});
}

std::optional<Refusal> between_ranks_agree(Act& act) {
    return each_right(act, [&](const std::string& id, const json::Value& right) {
        const std::int64_t its = rank_on(right, act.body.string_or("to", ""));
        return its == 0 ? std::nullopt : ranks_agree(act, id, right, rank_on(right, act.id), its);
    });
}

std::optional<Refusal> later_ranks_agree(Act& act) {
    const json::Value& fields = *act.record.find("fields");
    const auto grows = [&](std::string_view name) {
        return act.body.integer_or(name, 0) > fields.integer_or(name, 0);
    };
    const bool longer = act.body.string_or("debt_due", "") > act.text("debt_due");
    if (!longer && !grows("secured_amount") && !grows("max_amount")) return std::nullopt;
    return each_right(act, [&](const std::string& id, const json::Value& right) {
        return ranks_agree(act, id, right, rank_on(right, act.id), json::kIntegerMax);
    });
}

void swap_ranks(Act& act) {
    const std::string to(act.body.string_or("to", ""));
    const json::Value names = json::Object{{"one", act.id}, {"other", to}};
    for (const std::string& id : rights_of(act)) {
        const auto right = act.draft.get(right_state_key(id));
        if (right == nullptr || rank_on(*right, to) <= rank_on(*right, act.id)) continue;
        change_right(
            act.draft, act.now, id,
            [](json::Value& enc, const json::Value& with) {
                json::Value *one = nullptr, *other = nullptr;
                for (json::Value& pledge : enc["pledges"].as_array()) {
                    if (pledge.string_or("id", "") == with.string_or("one", "")) one = &pledge;
                    if (pledge.string_or("id", "") == with.string_or("other", "")) other = &pledge;
                }
                const json::Value held = *one->find("rank");
                one->set("rank", *other->find("rank"));
                other->set("rank", held);
            },
            names);
    }
    json::Value other = *act.draft.get("pledge/" + to);
    other.set("rank", lowest_rank(act.draft, other));
    other.set("version", other.integer_or("version", 0) + 1);
    other.set("updated", where_json(act.now));
    act.draft.put("pledge/" + to, std::move(other));
    act.record.set("rank", lowest_rank(act.draft, act.record));
    act.event("pledge.rank_waived", act.id, json::Object{{"to", to}});
}

}  // namespace quanlu::registry
