// B.6 pledge_registration: joint filing, reservation, the patent grounds at commit height. What
// happens to a registered pledge is in pledge_life.cpp. The pledge right itself arises in the
// statutory register (DOMAIN 0.3): both facts are kept apart.
#include "ledger/registry/records/pledge_fields.h"
#include "ledger/registry/records/pledge_life.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/filing_rules.h"
#include "ledger/registry/rules/mirror_rules.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/pledge_grounds.h"
#include "ledger/registry/rules/pledge_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

std::optional<Refusal> parties_there(Act& act) {
    for (const char* list : {"pledgors", "pledgees", "debtor"}) {
        if (auto refusal = parties_are_active(act, list)) return refusal;
    }
    return std::nullopt;
}

// Whoever pledges to itself would shut its creditors out of its own rights.
std::optional<Refusal> sides_differ(Act& act) {
    for (const json::Value& pledgee : act.field("pledgees").as_array()) {
        if (!act.has_party("pledgors", pledgee.as_string())) continue;
        return Refusal(Code::E_SCHEMA, "/pledgees",
                       json::Object{{"reason", "pledgor and pledgee"}, {"party", pledgee}});
    }
    return std::nullopt;
}

std::optional<Refusal> count_holds(Act& act) {
    const auto n = static_cast<std::int64_t>(act.field("rights").as_array().size());
    const std::int64_t said = act.record.find("fields")->integer_or("right_count", 0);
    if (n == said) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/right_count",
                   json::Object{{"rights", n}, {"right_count", said}});
}

std::optional<Refusal> dates_hold(Act& act) {
    const auto after = [&act](std::string_view name) {
        return act.body.string_or(name, act.text(name));
    };
    if (after("debt_from") <= after("debt_due") && after("contract_date") <= to_text(act.today))
        return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/debt_from",
                   json::Object{{"debt_from", after("debt_from")},
                                {"debt_due", after("debt_due")},
                                {"contract_date", after("contract_date")}});
}

// Present unless every right is a data IP right, whose only register may be this one (DOMAIN 0.3).
std::optional<Refusal> statutory_there(Act& act) {
    bool data_only = true;
    for (const std::string& id : rights_of(act))
        data_only = data_only && id.starts_with("data_ip:");
    if (data_only) return std::nullopt;
    for (const Field& field : pledge_register_body()) {
        if (act.body.find(field.name) == nullptr) {
            return Refusal(Code::E_MISSING_EVIDENCE, "/" + std::string(field.name));
        }
    }
    return std::nullopt;
}

void submit(Act& act) {
    act.event("pledge.submitted", act.id,
              json::Object{{"rights", act.field("rights")}, {"pledgees", act.field("pledgees")}});
}

void accept(Act& act) {
    act.record.set("office", act.party());
    reserve_rights(act);
}

// Not put right in time counts as withdrawn (CRP Art 10). A second request has its own day.
void deadline(SystemAct& act, std::string_view) {
    if (!correction_lapsed(act)) return;
    act.record.set("state", "withdrawn");
    unreserve_rights(act.draft, act.now, act.record);
    act.events.push_back(
        {"pledge.withdrawn", act.id,
         json::Object{{"why", "not corrected in time"},
                      {"deadline", *act.record.find("correction")->find("deadline")}}});
}

// What the office found lacking is put right; parties and rights stay, they are reserved.
void correct(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) {
        if (name != "reason") act.fields().set(name, value);
    }
}

void register_it(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
    act.record.set("ledger_registered", where_json(act.now));
    pledge_rights(act);
    for (const json::Value& pledgee : act.field("pledgees").as_array())
        count_open_record(act.draft, pledgee.as_string(), 1);
    act.event("pledge.registered", act.id,
              json::Object{{"rights", act.field("rights")}, {"pledgees", act.field("pledgees")}});
}

void withdraw(Act& act) {
    unreserve_rights(act.draft, act.now, act.record);
}
void refuse(Act& act) {
    act.record.set("refused", act.body);
    unreserve_rights(act.draft, act.now, act.record);
}
}  // namespace

RecordType pledge_type() {
    const std::vector<Guard> filing = {{Phase::existence, "B.6", rights_exist},
                                       {Phase::existence, "R-27", rights_agree},
                                       {Phase::existence, "B.6", parties_there}};
    const std::vector<Guard> grounds = {
        {Phase::existence, "B.6", same_office},
        {Phase::existence, "B.6", rights_exist},
        {Phase::existence, "R-27", rights_agree},
        {Phase::existence, "B.1", parties_there},
        {Phase::existence, "PM461 ground 1", ground_owner},
        {Phase::existence, "PM461 grounds 2, 3, 5", ground_status},
        {Phase::existence, "R-24", ground_similar_marks},
        {Phase::existence, "PM461 ground 4", ground_fee},
        {Phase::existence, "PM461 ground 5", ground_dispute},
        {Phase::existence, "PLR Art 145", extract_fresh},
        {Phase::freeze, "R-06, PM461 ground 5", rights_free_for_new_pledge},
        {Phase::pledge, "R-01, PM461 ground 9", rights_not_pledged},
        {Phase::pledge, "R-02", rights_not_reserved},
        {Phase::pool, "R-12", rights_not_pooled},
        {Phase::term, "R-09, PM461 ground 6", ground_term},
        {Phase::term, "B.6", ground_registration_term},
        {Phase::amounts, "R-10", amounts_hold},
        {Phase::amounts, "PM461 Art 7, B.5", appraisal_holds},
        {Phase::evidence, "PM461 ground 7", ground_contract},
        {Phase::evidence, "R-22, PM461 ground 8", ground_coowners},
        {Phase::evidence, "PM461 grounds 10, 11", ground_acknowledged},
        {Phase::evidence, "B.6, CRP Art 6", ground_kind_papers},
    };
    std::vector<Guard> registering = grounds;
    registering.push_back({Phase::evidence, "PM461 Art 11", statutory_there});
    std::vector<Guard> drafting = filing;
    drafting.insert(drafting.begin(), {Phase::existence, "B.6", actor_is_party});
    drafting.push_back({Phase::existence, "B.6", sides_differ});
    drafting.push_back({Phase::term, "R-03", dates_hold});
    drafting.push_back({Phase::amounts, "B.6", count_holds});
    drafting.push_back({Phase::amounts, "R-10", amounts_hold});
    drafting.push_back({Phase::amounts, "PM461 Art 7, B.5", appraisal_holds});
    RecordType type{"pledge", "知识产权质押", "pledge/", "PL", &pledge_fields(),
                    {},       deadline,       nullptr};
    type.plural = "pledges";
    type.actors = {"office"};
    type.keeper = "office";
    // From its registration on: a draft says what somebody wishes.
    type.handles = [](const json::Value& record, std::set<std::string>& out) {
        if (record.find("ledger_registered") == nullptr) return;
        const json::Value& fields = *record.find("fields");
        for (const json::Value& one : fields.find("pledgors")->as_array())
            out.insert("pledgor:" + one.as_string());
        for (const json::Value& one : fields.find("pledgees")->as_array())
            out.insert("pledgee:" + one.as_string());
        list_mismatch(record, out);
    };
    type.verbs = {
        {"draft", "", "draft", "", Approval::one, &pledge_draft_body(), drafting, nullptr, "起草"},
        {"sign",
         "draft",
         "submitted",
         "",
         Approval::every_party,
         &empty_body(),
         {},
         submit,
         "签署",
         both_sides},
        {"accept",
         "submitted",
         "under_review",
         "ip_office",
         Approval::one,
         &empty_body(),
         {{Phase::existence, "B.6", rights_exist},
          {Phase::existence, "R-27", rights_agree},
          {Phase::existence, "PM461 ground 1", ground_owner},
          {Phase::existence, "R-24", ground_similar_marks},
          {Phase::freeze, "R-06", rights_free_for_new_pledge},
          {Phase::pledge, "R-01", rights_not_pledged},
          {Phase::pledge, "R-02", rights_not_reserved},
          {Phase::pool, "R-12", rights_not_pooled}},
         accept,
         "受理"},
        {"request_correction",
         "under_review",
         "correction",
         "ip_office",
         Approval::one,
         &pledge_correction_body(),
         {{Phase::existence, "B.6", same_office},
          {Phase::term, "CRP Art 10", correction_day_holds}},
         open_correction,
         "通知补正"},
        {"correct",
         "correction",
         "under_review",
         "",
         Approval::every_party,
         &pledge_correct_body(),
         {{Phase::term, "CRP Art 10", correction_in_time},
          {Phase::term, "R-03", dates_hold},
          {Phase::amounts, "R-10", amounts_hold}},
         correct,
         "补正",
         both_sides},
        {"withdraw",
         "draft|submitted|under_review|correction",
         "withdrawn",
         "",
         Approval::every_party,
         &reason_body(),
         {},
         withdraw,
         "撤回",
         both_sides},
        {"refuse",
         "submitted|under_review|correction",
         "refused",
         "ip_office",
         Approval::maker_checker,
         &pledge_refuse_body(),
         {{Phase::existence, "B.6", same_office}},
         refuse,
         "不予登记"},
        {"register", "under_review", "registered", "ip_office", Approval::maker_checker,
         &pledge_register_body(), registering, register_it, "登记"},
    };
    for (Verb& verb : mirror_verbs("registered|enforcing|realised"))
        type.verbs.push_back(std::move(verb));
    for (Verb& verb : pledge_life_verbs()) type.verbs.push_back(std::move(verb));
    return type;
}

}  // namespace quanlu::registry
