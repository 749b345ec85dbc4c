// B.3 compliance_certificate (data invoice, 数据发票): scenario, entity, transaction and delivery
// certificates, from application through assessment to issue; their later life is in
// certificate_life.cpp. What a certificate rests on is judged in rules/data_rules, its fields stand
// in certificate_fields.h.. States: docs/registry/compliance_certificate.md.
#include <algorithm>

#include "ledger/registry/deadlines.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/records/certificate_fields.h"
#include "ledger/registry/records/certificate_life.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/any_record.h"
#include "ledger/registry/rules/data_rules.h"
#include "ledger/registry/rules/filing_rules.h"
#include "ledger/registry/rules/financing_rules.h"
#include "ledger/registry/rules/right_rules.h"
#include "ledger/registry/rules/working_days.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::int32_t kCorrectionLeast = 21;  // where no calendar says which: they take no fewer

std::optional<Refusal> supersedes_own(Act& act) {
    const std::string_view id = act.text("supersedes");
    if (id.empty()) return std::nullopt;
    const auto old = certificate_of(act.draft, id);
    if (old == nullptr) return Refusal(Code::E_NOT_FOUND, "/supersedes", json::Object{{"id", id}});
    if (old->string_or("provider", "") != provider_of(act)) {
        return Refusal(Code::E_WRONG_AUTHORITY, "/supersedes",
                       json::Object{{"needs", "its provider"}});
    }
    if (old->find("fields")->string_or("certificate_kind", "") != act.text("certificate_kind")) {
        return Refusal(Code::E_KIND_MISMATCH, "/supersedes", json::Object{{"id", id}});
    }
    if (is_live_certificate(*old, act.today)) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/supersedes",
                   json::Object{{"id", id}, {"state", old->string_or("state", "")}});
}

// A successor ends the old one as surrender does. Over a live pledge or loan it takes nothing away:
// the same data, no shorter; the other road is surrender, which asks the pledgees.
std::optional<Refusal> successor_covers(Act& act) {
    const auto old = certificate_of(act.draft, act.text("supersedes"));
    if (old == nullptr) return std::nullopt;
    const json::Value& before = *old->find("fields");
    const auto same = [&](std::string_view name) {
        return before.string_or(name, "") == act.text(name);
    };
    if (same("asset_id") && same("data_ip_right") &&
        act.text("valid_to") >= before.string_or("valid_to", ""))
        return std::nullopt;
    const auto right = act.draft.get(right_state_key(before.string_or("data_ip_right", "")));
    const bool pledged =
        right != nullptr && !right->find("enc")->find("pledges")->as_array().empty();
    if (!pledged && !any_live_financing(act.draft, before.find("financings"))) return std::nullopt;
    return Refusal(Code::E_PLEDGEE_CONSENT_REQUIRED, "/supersedes",
                   json::Object{{"reason", "the same data, and no earlier end"},
                                {"asset_id", before.string_or("asset_id", "")},
                                {"data_ip_right", before.string_or("data_ip_right", "")},
                                {"valid_to", before.string_or("valid_to", "")}});
}

bool correction_open(const Act& act) {
    const json::Value* correction = act.record.find("fields")->find("correction");
    return correction != nullptr && correction->bool_or("open", false);
}

std::optional<Refusal> no_open_correction(Act& act) {
    if (!correction_open(act)) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "", json::Object{{"reason", "a correction is open"}},
                   where_of(act.record.find("fields")->find("correction")->find("since")));
}

// One request in any span of 15 working days.
std::optional<Refusal> correction_due(Act& act) {
    if (auto refusal = correction_day_holds(act)) return refusal;
    const json::Value* last = act.record.find("fields")->find("correction");
    if (last == nullptr || last->string_or("next_from", "") <= to_text(act.today)) {
        return std::nullopt;
    }
    return Refusal(Code::E_BAD_STATE, "",
                   json::Object{{"reason", "one request in 15 working days"},
                                {"next_from", last->string_or("next_from", "")}},
                   where_of(last->find("since")));
}

std::optional<Refusal> cert_correction_in_time(Act& act) {
    if (!correction_open(act)) {
        return Refusal(Code::E_BAD_STATE, "", json::Object{{"reason", "no correction is open"}});
    }
    const json::Value& correction = *act.record.find("fields")->find("correction");
    if (correction.string_or("deadline", "") >= to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_CORRECTION_TIMEOUT, "",
                   json::Object{{"deadline", correction.string_or("deadline", "")}},
                   where_of(correction.find("since")));
}

// Puts the changes into the working copy, so that the guards behind judge the corrected content.
std::optional<Refusal> merge_changes(Act& act) {
    for (const auto& [name, value] : act.body.find("changes")->as_object()) {
        act.fields().set(name, value);
    }
    return std::nullopt;
}

std::optional<Refusal> notice_over(Act& act) {
    const auto scenario = certificate_of(act.draft, act.text("scenario_ref"));
    const std::int64_t days =
        scenario == nullptr ? 0 : scenario->find("fields")->integer_or("notice_days", 0);
    if (days == 0) return std::nullopt;
    const std::string_view to = act.text("notice_to");
    if (!to.empty() && to < to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_NOTICE_PERIOD_OPEN, "",
                   json::Object{{"notice_days", days}, {"notice_to", to}});
}

std::optional<Refusal> receipt_signed(Act& act) {
    if (act.text("certificate_kind") != "delivery" || act.field("delivery_receipt").find("party")) {
        return std::nullopt;
    }
    return Refusal(Code::E_MISSING_PARTY_SIGNATURE, "",
                   json::Object{{"needs", act.text("recipient")}});
}

std::optional<Refusal> actor_receives(Act& act) {
    if (act.text("certificate_kind") != "delivery") {
        return Refusal(Code::E_BAD_STATE, "", json::Object{{"needs", "a delivery certificate"}});
    }
    if (act.text("recipient") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"needs", act.text("recipient")}});
}

std::optional<Refusal> received_as_stated(Act& act) {
    const std::string_view stated = act.field("delivery_digest").string_or("root", "");
    if (stated == act.body.string_or("root", "")) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/root",
                   json::Object{{"reason", "differs from delivery_digest"}, {"stated", stated}});
}

void apply_it(Act& act) {
    act.record.set("provider", act.party());
    act.fields().set("certificate_version", 1);
    if (const auto transaction = certificate_of(act.draft, act.text("transaction_ref"))) {
        act.fields().set("recipient", *transaction->find("fields")->find("recipient"));
    }
    if (const auto old = certificate_of(act.draft, act.text("supersedes"))) {
        act.fields().set("certificate_version",
                         old->find("fields")->integer_or("certificate_version", 1) + 1);
    }
}

void request_correction(Act& act) {
    json::Value correction = act.body;
    correction.set("since", where_json(act.now));
    correction.set("open", true);
    correction.set("next_from",
                   to_text(working_days_after(act.draft, act.today, kCorrectionWorkingDays,
                                              kCorrectionLeast)));
    act.fields().set("correction", std::move(correction));
}

void correct(Act& act) {
    act.fields()["correction"].set("open", false);
    act.fields().erase("delivery_receipt");  // what was signed for is no longer what stands here
}

void assess(Act& act) {
    store_assessment(act, act.fields());
}
void publish(Act& act) {
    const auto scenario = certificate_of(act.draft, act.text("scenario_ref"));
    const std::int64_t days =
        scenario == nullptr ? 0 : scenario->find("fields")->integer_or("notice_days", 0);
    act.fields().set("notice_from", to_text(act.today));
    act.fields().set("notice_to", to_text(add_days(act.today, static_cast<std::int32_t>(days))));
}

void acknowledge_delivery(Act& act) {
    act.fields().set("delivery_receipt",
                     json::Object{{"party", act.party()}, {"time_ms", act.now.time.value}});
}

void refuse(Act& act) {
    act.fields().set("refused_ground", *act.body.find("ground"));
    act.fields().set("refused_reason", *act.body.find("reason"));
}

void end_superseded(Act& act) {
    const std::string key = "cert/" + std::string(act.text("supersedes"));
    const auto held = act.draft.get(key);
    if (held == nullptr) return;
    json::Value old = *held;
    old.set("state", "superseded");
    old["fields"].set("superseded_by", act.id);
    old.set("version", old.integer_or("version", 0) + 1);
    old.set("updated", where_json(act.now));
    // What rests on the old one rests on the new one from here on.
    if (const json::Value* financings = old.find("fields")->find("financings")) {
        act.fields().set("financings", *financings);
    }
    act.draft.put(key, std::move(old));
    act.event("cert.superseded", std::string(act.text("supersedes")), json::Object{{"by", act.id}});
}

void issue(Act& act) {
    act.fields().set("issue_date", to_text(act.today));
    end_superseded(act);
    expire_at_end(act);
    act.event(
        "cert.issued", act.id,
        json::Object{{"kind", act.text("certificate_kind")}, {"valid_to", act.text("valid_to")}});
}

// What is judged at application, again after a correction, and again when the certificate is
// issued.
std::vector<Guard> basis_guards() {
    return {{Phase::identifiers, "B.3", kind_fields_there},
            {Phase::identifiers, "B.3, NDSR Art 12", cert_dates_hold},
            {Phase::existence, "B.3", issuer_competent},
            {Phase::existence, "B.3", cert_parties_there},
            {Phase::existence, "B.3", asset_there},
            {Phase::existence, "B.3", references_live},
            {Phase::existence, "B.3", data_ip_there},
            {Phase::freeze, "R-06", data_ip_not_frozen},
            {Phase::term, "R-09", term_within_basis},
            {Phase::evidence, "DSL Art 32", source_is_lawful},
            {Phase::evidence, "DSL Art 33", chain_unbroken},
            {Phase::evidence, "GB/T 43697", grade_allows},
            {Phase::evidence, "B.3", digest_agrees}};
}

// Both lists in the order of phases.
std::vector<Guard> with(std::vector<Guard> guards, const std::vector<Guard>& more) {
    guards.insert(guards.end(), more.begin(), more.end());
    std::stable_sort(guards.begin(), guards.end(),
                     [](const Guard& a, const Guard& b) { return a.phase < b.phase; });
    return guards;
}

std::vector<Verb> verbs_until_issue() {
    const Guard own{Phase::existence, "B.3", actor_is_provider};
    const Guard issuer{Phase::existence, "B.3", actor_is_issuer};
    const Guard independent{Phase::evidence, "R-30", assessor_independent};
    const Guard settled{Phase::existence, "B.3", no_open_correction};
    const Guard report{Phase::evidence, "B.3", report_there};
    const Guard covers{Phase::pledge, "R-05", successor_covers};
    return {
        {"apply", "", "applied", "", Approval::maker_checker, &cert_apply_body(),
         with({{Phase::existence, "B.3", supersedes_own}, covers}, basis_guards()), apply_it,
         "申请"},
        {"request_correction",
         "applied",
         "",
         "cert_center",
         Approval::one,
         &cert_correction_body(),
         {issuer, settled, {Phase::term, "B.3", correction_due}},
         request_correction,
         "通知补正"},
        {"correct", "applied", "", "", Approval::maker_checker, &cert_correct_body(),
         with({{Phase::identifiers, "B.3", merge_changes},
               own,
               {Phase::term, "B.3", cert_correction_in_time},
               {Phase::existence, "B.3", supersedes_own},
               covers},
              basis_guards()),
         correct, "补正"},
        {"assess",
         "applied",
         "assessed",
         "assessor",
         Approval::maker_checker,
         &cert_assess_body(),
         {settled, independent, report},
         assess,
         "合规评估"},
        {"publish",
         "assessed",
         "",
         "cert_center",
         Approval::one,
         &empty_body(),
         {issuer},
         publish,
         "公示"},
        {"acknowledge_delivery",
         "applied|assessed",
         "",
         "",
         Approval::one,
         &cert_receipt_body(),
         {{Phase::existence, "B.3", actor_receives}, {Phase::evidence, "B.3", received_as_stated}},
         acknowledge_delivery,
         "签收"},
        {"refuse",
         "applied|assessed",
         "refused",
         "cert_center",
         Approval::maker_checker,
         &cert_refuse_body(),
         {issuer},
         refuse,
         "不予签发"},
        {"issue", "assessed", "issued", "cert_center", Approval::maker_checker, &empty_body(),
         with({issuer,
               {Phase::existence, "B.3", supersedes_own},
               covers,
               {Phase::evidence, "B.3", notice_over},
               {Phase::evidence, "B.11", no_open_objection},
               {Phase::evidence, "B.3", receipt_signed}},
              basis_guards()),
         issue, "签发"},
    };
}

}  // namespace

RecordType certificate_type() {
    RecordType type{"cert",
                    "数据合规流通证书",
                    "cert/",
                    "DI",
                    &cert_fields(),
                    verbs_until_issue(),
                    certificate_deadline,
                    nullptr};
    type.plural = "certificates";
    type.actors = {"provider"};
    type.keeper = "issuer";
    type.handles = [](const json::Value& record, std::set<std::string>& out) {
        const json::Value& fields = *record.find("fields");
        if (fields.find("issue_date") == nullptr) return;
        out.insert("provider:" + std::string(record.string_or("provider", "")));
        // Whoever holds the delivered file asks by its digest which certificate speaks of it.
        if (const json::Value* digest = fields.find("delivery_digest"))
            out.insert("delivered:" + std::string(digest->string_or("root", "")));
    };
    for (Verb& verb : certificate_life_verbs()) type.verbs.push_back(std::move(verb));
    return type;
}

}  // namespace quanlu::registry
