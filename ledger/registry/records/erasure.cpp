// B.13 erasure_record: a person asks that personal data be erased (PIPL Art 47). On the ledger such
// data are salted commitments only; what is erased are salts and contents at their holders.
// The record is how everybody can tell that all of them did.
#include <algorithm>

#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/any_record.h"
#include "ledger/registry/rules/party_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const Fields& request_body() {
    static const Fields fields = {
        {"subject_ref", FieldKind::sealed, true, 0, "", Visible::r, "个人(加盐承诺)"},
        {"records", FieldKind::records, true, 100, "", Visible::r, "涉及的记录"},
        {"ground", FieldKind::choice, true, 0,
         "purpose_ended|service_ended|consent_withdrawn|unlawful_processing|other_law", Visible::r,
         "删除事由"},
        {"legal_basis", FieldKind::text, true, 500, "", Visible::r, "法律依据"},
        {"holders", FieldKind::parties, true, 50, "", Visible::r, "持有方"},
        {"regulator_notice", FieldKind::hash, true, 0, "", Visible::r, "告知监管凭证"},
    };
    return fields;
}
const Fields& verify_body() {
    static const Fields fields = {
        {"identity_evidence", FieldKind::hash, false, 0, "", Visible::r, "身份核验凭证"}};
    return fields;
}
const Fields& refuse_body() {
    static const Fields fields = {
        {"why", FieldKind::choice, true, 0, "E_RETENTION_PERIOD|E_IDENTITY_UNPROVEN", Visible::r,
         "不予删除事由"},
        {"retained_because", FieldKind::text, true, 500, "", Visible::r, "说明"}};
    return fields;
}
const Fields& declare_body() {
    static const Fields fields = {
        {"locations", FieldKind::sealed, true, 0, "", Visible::r, "已删除的存储位置"},
        {"report_hash", FieldKind::hash, true, 0, "", Visible::r, "删除报告"}};
    return fields;
}
const Fields& declaration_fields() {
    static const Fields fields = {
        {"holder", FieldKind::party, true, 0, "", Visible::r, "持有方"},
        {"locations", FieldKind::sealed, true, 0, "", Visible::r, "已删除的存储位置"},
        {"report_hash", FieldKind::hash, true, 0, "", Visible::r, "删除报告"}};
    return fields;
}
const Fields& erasure_fields() {
    static const Fields fields = [] {
        Fields all = request_body();
        const Fields later = {
            {"identity_evidence", FieldKind::hash, false, 0, "", Visible::r, "身份核验凭证"},
            {"why", FieldKind::text, false, 40, "", Visible::r, "不予删除事由"},
            {"retained_because", FieldKind::text, false, 500, "", Visible::r, "说明"},
            {"declarations", FieldKind::objects, false, 50, "", Visible::r, "各持有方确认",
             &declaration_fields()}};
        all.insert(all.end(), later.begin(), later.end());
        return all;
    }();
    return fields;
}

const json::Array& declarations(const json::Value& record) {
    static const json::Array kNone;
    const json::Value* list = record.find("fields")->find("declarations");
    return list == nullptr ? kNone : list->as_array();
}

bool has_declared(const json::Value& record, std::string_view holder) {
    const json::Array& given = declarations(record);
    return std::any_of(given.begin(), given.end(), [&](const json::Value& one) {
        return one.string_or("holder", "") == holder;
    });
}

std::optional<Refusal> records_there(Act& act) {
    for (const json::Value& id : act.field("records").as_array()) {
        const auto key = key_of_record(id.as_string());
        if (key && act.draft.get(*key) != nullptr) continue;
        return Refusal(Code::E_NOT_FOUND, "/records", json::Object{{"id", id}});
    }
    return std::nullopt;
}
std::optional<Refusal> holders_there(Act& act) {
    return parties_are_active(act, "holders");
}

std::optional<Refusal> own_request(Act& act) {
    if (act.record.string_or("requester", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"requester", act.record.string_or("requester", "")}});
}

std::optional<Refusal> identity_shown(Act& act) {
    if (act.body.find("identity_evidence") != nullptr) return std::nullopt;
    return Refusal(Code::E_IDENTITY_UNPROVEN, "/identity_evidence");
}

std::optional<Refusal> holder_declares(Act& act) {
    if (act.has_party("holders", act.party())) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"holders", act.field("holders")}});
}
std::optional<Refusal> not_declared_yet(Act& act) {
    if (!has_declared(act.record, act.party())) return std::nullopt;
    return Refusal(Code::E_DUPLICATE_SUBMISSION, "iss", json::Object{{"holder", act.party()}});
}

// What a statute keeps is restricted until then, not destroyed (PIPL Art 47, last paragraph).
std::optional<Refusal> retention_over(Act& act) {
    for (const json::Value& id : act.field("records").as_array()) {
        const auto key = key_of_record(id.as_string());
        const auto record = key ? act.draft.get(*key) : nullptr;
        if (record == nullptr) continue;
        const std::string_view until =
            record->find("fields")->string_or("record_retention_until", "");
        if (until <= to_text(act.today)) continue;
        return Refusal(Code::E_RETENTION_PERIOD, "/records",
                       json::Object{{"id", id}, {"until", until}});
    }
    return std::nullopt;
}

std::optional<Refusal> everybody_declared(Act& act) {
    json::Array missing;
    for (const json::Value& holder : act.field("holders").as_array()) {
        if (!has_declared(act.record, holder.as_string())) missing.push_back(holder);
    }
    if (missing.empty()) return std::nullopt;
    return Refusal(Code::E_ERASURE_INCOMPLETE, "", json::Object{{"missing", std::move(missing)}});
}

void request(Act& act) {
    act.record.set("requester", act.party());
}
void keep_body(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
}
void declare(Act& act) {
    if (act.fields().find("declarations") == nullptr)
        act.fields().set("declarations", json::Array{});
    json::Value given = act.body;
    given.set("holder", act.party());
    act.fields()["declarations"].push(std::move(given));
}

}  // namespace

RecordType erasure_type() {
    const Guard own{Phase::existence, "B.13", own_request};
    RecordType type{"erasure", "个人信息删除", "erasure/", "ER", &erasure_fields(),
                    {},        nullptr,        nullptr};
    type.plural = "erasures";
    type.actors = {"requester"};
    type.verbs = {
        {"request",
         "",
         "requested",
         "dpo",
         Approval::maker_checker,
         &request_body(),
         {{Phase::existence, "B.13", records_there}, {Phase::existence, "B.13", holders_there}},
         request,
         "申请删除"},
        {"verify",
         "requested",
         "verified",
         "dpo",
         Approval::maker_checker,
         &verify_body(),
         {own, {Phase::evidence, "PIPL Art 47", identity_shown}},
         keep_body,
         "核验身份"},
        {"refuse",
         "requested|verified",
         "refused",
         "dpo",
         Approval::maker_checker,
         &refuse_body(),
         {own},
         keep_body,
         "不予删除"},
        {"restrict",
         "verified",
         "restricted",
         "dpo",
         Approval::maker_checker,
         &empty_body(),
         {own},
         nullptr,
         "限制处理"},
        {"declare",
         "restricted",
         "",
         "",
         Approval::maker_checker,
         &declare_body(),
         {{Phase::existence, "B.13", holder_declares},
          {Phase::existence, "B.13", not_declared_yet},
          {Phase::term, "PIPL Art 47", retention_over}},
         declare,
         "确认已删除"},
        {"erase",
         "restricted",
         "erased",
         "dpo",
         Approval::maker_checker,
         &empty_body(),
         {own, {Phase::evidence, "B.13", everybody_declared}},
         nullptr,
         "删除完成"},
        {"confirm",
         "erased",
         "confirmed",
         "regulator",
         Approval::maker_checker,
         &empty_body(),
         {},
         nullptr,
         "监管确认"},
    };
    return type;
}

}  // namespace quanlu::registry
