// B.6 pledge_registration: joint filing, reservation, the twelve patent grounds at commit height,
// release. The pledge right itself arises in the statutory register (DOMAIN 0.3): both facts are
// kept apart.
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/pledge_grounds.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const Fields& pledge_fields() {
    static const Fields fields = {
        {"pledge_kind", FieldKind::choice, true, 0, "specific|maximum_amount", Visible::p,
         "质押类型"},
        {"pledgors", FieldKind::parties, true, 50, "", Visible::p, "出质人"},
        {"pledgees", FieldKind::parties, true, 50, "", Visible::p, "质权人"},
        {"debtor", FieldKind::party, true, 0, "", Visible::c, "债务人"},
        {"rights", FieldKind::records, true, 500, "", Visible::p, "出质权利"},
        {"right_count", FieldKind::integer, true, 500, "", Visible::p, "权利数量"},
        {"co_owner_consents", FieldKind::hashes, false, 100, "", Visible::c, "共有人同意书"},
        {"main_contract_no", FieldKind::sealed, true, 0, "", Visible::r, "主合同编号"},
        {"main_contract", FieldKind::sealed, true, 0, "", Visible::r, "主合同"},
        {"pledge_contract", FieldKind::sealed, true, 0, "", Visible::r, "质押合同"},
        {"contract_date", FieldKind::date, true, 0, "", Visible::c, "签订日"},
        {"contract_items", FieldKind::choices, true, 0, kContractItems, Visible::c, "合同必备条款"},
        {"claim_kind", FieldKind::choice, true, 0, "loan|bill|guarantee|trade|other", Visible::c,
         "债权种类"},
        {"secured_amount", FieldKind::amount, true, 0, "", Visible::c, "被担保债权数额"},
        {"max_amount", FieldKind::amount, false, 0, "", Visible::c, "最高额"},
        {"ccy", FieldKind::ccy, true, 0, "", Visible::c, "币种"},
        {"debt_from", FieldKind::date, true, 0, "", Visible::c, "债务起始日"},
        {"debt_due", FieldKind::date, true, 0, "", Visible::c, "债务到期日"},
        {"scope_of_security", FieldKind::choices, true, 0,
         "principal|interest|penalty|damages|realisation_cost", Visible::c, "担保范围"},
        {"licence_before_pledge", FieldKind::sealed, false, 0, "", Visible::c, "质押前许可"},
        {"appraisal", FieldKind::sealed, false, 0, "", Visible::c, "评估报告"},
        {"acknowledgements", FieldKind::choices, false, 0, "dual_filing|invalidation_pending",
         Visible::c, "风险声明"},
        {"registration_term_to", FieldKind::date, false, 0, "", Visible::p, "登记期限"},
    };
    return fields;
}

const Fields& register_body() {
    static const Fields fields = {
        {"statutory_registration_no", FieldKind::text, false, 40, "", Visible::p, "法定登记号"},
        {"statutory_effective_date", FieldKind::date, false, 0, "", Visible::p, "法定生效日"},
        {"statutory_notice_hash", FieldKind::hash, false, 0, "", Visible::p, "质押登记通知书"},
    };
    return fields;
}
const Fields& correction_body() {
    static const Fields fields = {
        {"defects", FieldKind::text, true, 2000, "", Visible::c, "补正事项"},
        {"deadline", FieldKind::date, true, 0, "", Visible::c, "补正期限"}};
    return fields;
}
const Fields& refuse_body() {
    static const Fields fields = {
        {"ground", FieldKind::text, true, 40, "", Visible::p, "不予登记事由"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "说明"}};
    return fields;
}
const Fields& cancel_body() {
    static const Fields fields = {
        {"ground", FieldKind::choice, true, 0, "paid|prepaid|realised|waived|contract_void|other",
         Visible::p, "注销事由"},
        {"letter", FieldKind::sealed, true, 0, "", Visible::c, "解除函"}};
    return fields;
}
const Fields& statutory_body() {
    static const Fields fields = {
        {"statutory_notice_hash", FieldKind::hash, false, 0, "", Visible::p, "注销通知书"}};
    return fields;
}
const Fields& release_body() {
    static const Fields fields = {
        {"rights", FieldKind::records, true, 500, "", Visible::p, "解除的权利"}};
    return fields;
}
const Fields& terms_body() {
    static const Fields fields = {
        {"secured_amount", FieldKind::amount, true, 0, "", Visible::c, "被担保债权数额"},
        {"debt_due", FieldKind::date, true, 0, "", Visible::c, "债务到期日"},
        {"amendment", FieldKind::sealed, true, 0, "", Visible::c, "变更协议"}};
    return fields;
}

std::optional<Refusal> parties_there(Act& act) {
    for (const char* list : {"pledgors", "pledgees", "debtor"}) {
        if (auto refusal = parties_are_active(act, list)) return refusal;
    }
    return std::nullopt;
}

bool is_party_to(const Act& act) {
    return act.has_party("pledgors", act.party()) || act.has_party("pledgees", act.party());
}

std::optional<Refusal> actor_is_party(Act& act) {
    if (is_party_to(act)) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a pledgor or pledgee of this record"}});
}
std::optional<Refusal> actor_is_pledgee(Act& act) {
    if (act.has_party("pledgees", act.party())) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a pledgee of this record"}});
}
std::optional<Refusal> same_office(Act& act) {
    const json::Value* office = act.record.find("office");
    if (office == nullptr || office->as_string() == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"office", *office}});
}
std::optional<Refusal> not_signed_yet(Act& act) {
    const json::Value* signed_by = act.record.find("signed_by");
    if (signed_by == nullptr) return std::nullopt;
    for (const json::Value& one : signed_by->as_array()) {
        if (one.as_string() == act.party())
            return Refusal(Code::E_BAD_STATE, "", json::Object{{"reason", "signed already"}});
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

std::optional<Refusal> amounts_hold(Act& act) {
    const json::Value& fields = *act.record.find("fields");
    const std::int64_t secured = fields.integer_or("secured_amount", 0);
    if (secured <= 0)
        return Refusal(Code::E_CONTRACT_INCOMPLETE, "/secured_amount",
                       json::Object{{"reason", "above 0"}});
    if (fields.string_or("pledge_kind", "") != "maximum_amount") return std::nullopt;
    const std::int64_t max = fields.integer_or("max_amount", 0);
    if (max >= secured) return std::nullopt;
    return Refusal(Code::E_EXCEEDS_SECURED_AMOUNT, "/max_amount",
                   json::Object{{"max_amount", max}, {"secured_amount", secured}});
}

std::optional<Refusal> dates_hold(Act& act) {
    if (act.text("debt_from") <= act.text("debt_due") &&
        act.text("contract_date") <= to_text(act.today))
        return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/debt_from",
                   json::Object{{"debt_from", act.text("debt_from")},
                                {"debt_due", act.text("debt_due")},
                                {"contract_date", act.text("contract_date")}});
}

// Present unless every right is a data IP right, whose only register may be this one (DOMAIN 0.3).
std::optional<Refusal> statutory_there(Act& act) {
    bool data_only = true;
    for (const std::string& id : rights_of(act))
        data_only = data_only && id.starts_with("data_ip:");
    if (data_only) return std::nullopt;
    for (const Field& field : register_body()) {
        if (act.body.find(field.name) == nullptr) {
            return Refusal(Code::E_MISSING_EVIDENCE, "/" + std::string(field.name));
        }
    }
    return std::nullopt;
}

std::optional<Refusal> correction_in_time(Act& act) {
    const json::Value* correction = act.record.find("correction");
    if (correction == nullptr || correction->string_or("deadline", "") >= to_text(act.today))
        return std::nullopt;
    return Refusal(Code::E_CORRECTION_TIMEOUT, "", *correction,
                   where_of(correction->find("since")));
}

std::optional<Refusal> release_requested(Act& act) {
    if (act.record.find("cancel_request") != nullptr) return std::nullopt;
    return Refusal(Code::E_NO_CANCEL_GROUND, "",
                   json::Object{{"needs", "the pledgee's request_cancel"}});
}

std::optional<Refusal> release_keeps_one(Act& act) {
    std::size_t leaving = 0;
    for (const json::Value& one : act.body.find("rights")->as_array()) {
        bool held = false;
        for (const json::Value& mine : act.field("rights").as_array()) held = held || mine == one;
        if (!held) return Refusal(Code::E_RIGHT_UNKNOWN, "/rights", json::Object{{"right", one}});
        ++leaving;
    }
    if (leaving < act.field("rights").as_array().size()) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/rights",
                   json::Object{{"reason", "at least one right stays; else cancel"}});
}

std::optional<Refusal> terms_within(Act& act) {
    Act later = act;
    later.fields().set("debt_due", *act.body.find("debt_due"));
    return ground_term(later);
}

void sign(Act& act) {
    if (act.record.find("signed_by") == nullptr) act.record.set("signed_by", json::Array{});
    act.record["signed_by"].push(act.party());
    std::size_t needed = 0;
    for (const char* list : {"pledgors", "pledgees"}) {
        for (const json::Value& party : act.field(list).as_array()) {
            bool done = false;
            for (const json::Value& one : act.record.find("signed_by")->as_array())
                done = done || one == party;
            needed += done ? 0 : 1;
        }
    }
    if (needed == 0) act.set_state("submitted");
    act.event(
        needed == 0 ? "pledge.submitted" : "pledge.signed", act.id,
        json::Object{{"party", act.party()}, {"waiting_for", static_cast<std::int64_t>(needed)}});
}

void accept(Act& act) {
    act.record.set("office", act.party());
    reserve_rights(act);
}

void request_correction(Act& act) {
    json::Value correction = act.body;
    correction.set("since", where_json(act.now));
    act.record.set("correction", std::move(correction));
}

void register_it(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
    act.record.set("rank", 1);
    act.record.set("ledger_registered", where_json(act.now));
    pledge_rights(act);
    for (const json::Value& pledgee : act.field("pledgees").as_array())
        count_open_record(act.draft, pledgee.as_string(), 1);
    act.event("pledge.registered", act.id,
              json::Object{{"rights", act.field("rights")}, {"pledgees", act.field("pledgees")}});
}

void withdraw(Act& act) {
    unreserve_rights(act);
}
void refuse(Act& act) {
    act.record.set("refused", act.body);
    unreserve_rights(act);
}
void request_cancel(Act& act) {
    act.record.set("cancel_request", json::Object{{"party", act.party()},
                                                  {"ground", *act.body.find("ground")},
                                                  {"letter", *act.body.find("letter")},
                                                  {"since", where_json(act.now)}});
}
void end_pledge(Act& act) {
    release_rights(act);
    for (const json::Value& pledgee : act.field("pledgees").as_array())
        count_open_record(act.draft, pledgee.as_string(), -1);
    act.event("pledge." + std::string(act.verb.to), act.id,
              json::Object{{"rights", act.field("rights")}});
}

void partial_release(Act& act) {
    json::Array staying;
    const json::Array leaving = act.body.find("rights")->as_array();
    for (const json::Value& mine : act.field("rights").as_array()) {
        bool goes = false;
        for (const json::Value& one : leaving) goes = goes || one == mine;
        if (!goes) staying.push_back(mine);
    }
    act.fields().set("rights", leaving);
    release_rights(act);
    act.fields().set("rights", std::move(staying));
    act.event("pledge.partial_release", act.id, json::Object{{"rights", leaving}});
}

void amend_terms(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
}
void start_enforcement(Act& act) {
    act.record.set("enforcement", act.body);
}

}  // namespace

RecordType pledge_type() {
    const std::vector<Guard> filing = {{Phase::existence, "B.6", rights_exist},
                                       {Phase::existence, "B.6", parties_there}};
    const std::vector<Guard> grounds = {
        {Phase::existence, "B.6", same_office},
        {Phase::existence, "B.6", rights_exist},
        {Phase::existence, "B.1", parties_there},
        {Phase::existence, "PM461 ground 1", ground_owner},
        {Phase::existence, "PM461 grounds 2, 3, 5", ground_status},
        {Phase::existence, "PM461 ground 4", ground_fee},
        {Phase::existence, "PM461 ground 5", ground_dispute},
        {Phase::existence, "PLR Art 145", extract_fresh},
        {Phase::freeze, "R-06, PM461 ground 5", rights_free_for_new_pledge},
        {Phase::pledge, "R-01, PM461 ground 9", rights_not_pledged},
        {Phase::pledge, "R-02", rights_not_reserved},
        {Phase::pool, "R-12", rights_not_pooled},
        {Phase::term, "R-09, PM461 ground 6", ground_term},
        {Phase::amounts, "R-10", amounts_hold},
        {Phase::evidence, "PM461 ground 7", ground_contract},
        {Phase::evidence, "R-22, PM461 ground 8", ground_coowners},
        {Phase::evidence, "PM461 grounds 10, 11", ground_acknowledged},
    };
    std::vector<Guard> registering = grounds;
    registering.push_back({Phase::evidence, "PM461 Art 11", statutory_there});
    std::vector<Guard> drafting = filing;
    drafting.insert(drafting.begin(), {Phase::existence, "B.6", actor_is_party});
    drafting.push_back({Phase::term, "R-03", dates_hold});
    drafting.push_back({Phase::amounts, "B.6", count_holds});
    drafting.push_back({Phase::amounts, "R-10", amounts_hold});
    RecordType type{"pledge", "知识产权质押", "pledge/", "PL", &pledge_fields(),
                    {},       nullptr,        nullptr};
    type.verbs = {
        {"draft", "", "draft", "", Approval::one, &pledge_fields(), drafting, nullptr, "起草"},
        {"sign",
         "draft",
         "",
         "",
         Approval::maker_checker,
         &empty_body(),
         {{Phase::existence, "B.6", actor_is_party}, {Phase::existence, "B.6", not_signed_yet}},
         sign,
         "签署"},
        {"accept",
         "submitted",
         "under_review",
         "ip_office",
         Approval::one,
         &empty_body(),
         {{Phase::existence, "B.6", rights_exist},
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
         &correction_body(),
         {{Phase::existence, "B.6", same_office}},
         request_correction,
         "通知补正"},
        {"correct",
         "correction",
         "under_review",
         "",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.6", actor_is_party},
          {Phase::term, "CRP Art 10", correction_in_time}},
         nullptr,
         "补正"},
        {"withdraw",
         "draft|submitted|under_review|correction",
         "withdrawn",
         "",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.6", actor_is_party}},
         withdraw,
         "撤回"},
        {"refuse",
         "submitted|under_review",
         "refused",
         "ip_office",
         Approval::maker_checker,
         &refuse_body(),
         {{Phase::existence, "B.6", same_office}},
         refuse,
         "不予登记"},
        {"register", "under_review", "registered", "ip_office", Approval::maker_checker,
         &register_body(), registering, register_it, "登记"},
        {"amend_terms",
         "registered",
         "",
         "",
         Approval::maker_checker,
         &terms_body(),
         {{Phase::existence, "B.6", actor_is_pledgee}, {Phase::term, "R-09", terms_within}},
         amend_terms,
         "变更条款"},
        {"partial_release",
         "registered",
         "",
         "",
         Approval::maker_checker,
         &release_body(),
         {{Phase::existence, "B.6", actor_is_pledgee},
          {Phase::freeze, "R-06", rights_free_for_release},
          {Phase::pool, "R-25", rights_not_pooled},
          {Phase::amounts, "B.6", release_keeps_one}},
         partial_release,
         "部分解除"},
        {"start_enforcement",
         "registered",
         "enforcing",
         "",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.6", actor_is_pledgee}},
         start_enforcement,
         "启动实现质权"},
        {"realise",
         "enforcing",
         "realised",
         "",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.6", actor_is_pledgee}},
         nullptr,
         "实现质权"},
        {"request_cancel",
         "registered|enforcing|realised",
         "",
         "",
         Approval::maker_checker,
         &cancel_body(),
         {{Phase::existence, "B.6", actor_is_pledgee}},
         request_cancel,
         "申请注销"},
        {"cancel",
         "registered|enforcing|realised",
         "cancelled",
         "ip_office",
         Approval::maker_checker,
         &statutory_body(),
         {{Phase::existence, "B.6", same_office},
          {Phase::freeze, "R-25", rights_free_for_release},
          {Phase::pool, "R-25", rights_not_pooled},
          {Phase::evidence, "CC Art 393", release_requested}},
         end_pledge,
         "注销"},
        {"revoke",
         "registered|enforcing",
         "revoked",
         "ip_office|court",
         Approval::maker_checker,
         &refuse_body(),
         {},
         end_pledge,
         "撤销"},
    };
    return type;
}

}  // namespace quanlu::registry
