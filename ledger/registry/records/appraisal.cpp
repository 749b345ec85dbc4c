// B.5 appraisal_report: what an independent appraiser found some rights worth on a base date. The
// report itself stays with its holder; its hash stands here. Not here: what rests on it
// (pledge.cpp).
#include "ledger/registry/deadlines.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const Fields& appraisal_fields() {
    static const Fields fields = {
        {"report_no", FieldKind::text, true, 64, "", Visible::c, "报告编号"},
        {"appraiser_license", FieldKind::text, true, 64, "", Visible::c, "评估资质证号"},
        {"subject_rights", FieldKind::records, true, 500, "", Visible::c, "评估对象"},
        {"value", FieldKind::amount, true, 0, "", Visible::c, "评估价值"},
        {"ccy", FieldKind::ccy, true, 0, "", Visible::c, "币种"},
        {"base_date", FieldKind::date, true, 0, "", Visible::c, "评估基准日"},
        {"valid_to", FieldKind::date, true, 0, "", Visible::c, "有效期至"},
        {"method", FieldKind::choice, true, 0, "cost|market|income", Visible::c, "评估方法"},
        {"purpose", FieldKind::choice, true, 0, "pledge|securitization|transfer|enforcement",
         Visible::c, "评估目的"},
        {"report_hash", FieldKind::hash, true, 0, "", Visible::r, "报告哈希"},
    };
    return fields;
}

const Fields& supersede_body() {
    static const Fields fields = {{"by", FieldKind::record, true, 0, "", Visible::c, "新报告"}};
    return fields;
}

std::optional<Refusal> subjects_exist(Act& act) {
    for (const json::Value& id : act.field("subject_rights").as_array()) {
        if (act.draft.get(right_state_key(id.as_string())) == nullptr)
            return Refusal(Code::E_RIGHT_UNKNOWN, "/subject_rights", json::Object{{"right", id}});
    }
    return std::nullopt;
}

// An appraiser values nothing that it, or who is linked to it, holds.
std::optional<Refusal> appraiser_holds_none(Act& act) {
    for (const json::Value& id : act.field("subject_rights").as_array()) {
        const auto right = act.draft.get(right_state_key(id.as_string()));
        if (right == nullptr) continue;
        for (const json::Value& holder : right->find("fields")->find("holders")->as_array()) {
            const std::string_view party = holder.string_or("party", "");
            if (!are_linked(act.draft, act.party(), party)) continue;
            return Refusal(Code::E_APPRAISER_CONFLICT, "/subject_rights",
                           json::Object{{"right", id}, {"holder", party}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> term_holds(Act& act) {
    const std::string_view base = act.text("base_date");
    const std::string_view to = act.text("valid_to");
    if (base > to_text(act.today) || to < to_text(act.today)) {
        return Refusal(Code::E_BACKDATED, "/base_date",
                       json::Object{{"base_date", base}, {"valid_to", to}});
    }
    const std::string last = to_text(add_years(*date_from_text(base), 1));
    if (to <= last) return std::nullopt;
    return Refusal(Code::E_TERM_TOO_LONG, "/valid_to",
                   json::Object{{"valid_to", to}, {"last", last}});
}

std::optional<Refusal> value_above_zero(Act& act) {
    if (act.record.find("fields")->integer_or("value", 0) > 0) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/value", json::Object{{"reason", "above 0"}});
}

std::optional<Refusal> own_report(Act& act) {
    if (act.record.string_or("appraiser", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"appraiser", act.record.string_or("appraiser", "")}});
}

// Another report of this appraiser over the same rights, in force.
std::optional<Refusal> successor_fits(Act& act) {
    const std::string by(act.body.string_or("by", ""));
    const auto next = act.draft.get("appraisal/" + by);
    if (next == nullptr || by == act.id)
        return Refusal(Code::E_NOT_FOUND, "/by", json::Object{{"id", by}});
    if (next->string_or("appraiser", "") != act.party() ||
        next->string_or("state", "") != "issued") {
        return Refusal(Code::E_APPRAISAL_EXPIRED, "/by",
                       json::Object{{"id", by}, {"state", next->string_or("state", "")}});
    }
    if (*next->find("fields")->find("subject_rights") == act.field("subject_rights"))
        return std::nullopt;
    return Refusal(Code::E_APPRAISAL_SUBJECT_MISMATCH, "/by", json::Object{{"id", by}});
}

void issue(Act& act) {
    act.record.set("appraiser", act.party());
    add_deadline(act.draft, shanghai_day_end(*date_from_text(act.text("valid_to"))), act.key,
                 "valid_to");
    act.event("appraisal.issued", act.id, json::Object{{"appraiser", act.party()}});
}
void supersede(Act& act) {
    act.record.set("superseded_by", *act.body.find("by"));
}

void deadline(SystemAct& act, std::string_view) {
    if (act.record.string_or("state", "") != "issued") return;
    if (act.record.find("fields")->string_or("valid_to", "") >= to_text(act.today)) return;
    act.record.set("state", "expired");
    act.events.push_back({"appraisal.expired", act.id, {}});
}

}  // namespace

RecordType appraisal_type() {
    RecordType type{"appraisal",         "评估报告", "appraisal/", "AP",
                    &appraisal_fields(), {},         deadline,     nullptr};
    type.plural = "appraisals";
    type.actors = {"appraiser"};
    type.verbs = {
        {"issue",
         "",
         "issued",
         "appraiser",
         Approval::maker_checker,
         &appraisal_fields(),
         {{Phase::existence, "B.5", subjects_exist},
          {Phase::term, "B.5", term_holds},
          {Phase::amounts, "B.5", value_above_zero},
          {Phase::evidence, "R-30", appraiser_holds_none}},
         issue,
         "出具"},
        {"supersede",
         "issued",
         "superseded",
         "appraiser",
         Approval::maker_checker,
         &supersede_body(),
         {{Phase::existence, "B.5", own_report}, {Phase::evidence, "B.5", successor_fits}},
         supersede,
         "更新"},
        {"withdraw",
         "issued",
         "withdrawn",
         "appraiser",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.5", own_report}},
         nullptr,
         "撤回"},
    };
    return type;
}

}  // namespace quanlu::registry
