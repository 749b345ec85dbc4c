// B.3 compliance_certificate (data invoice, 数据发票): scenario, entity, transaction and delivery
// certificates, from application through assessment to issue, and their end. What a certificate
// rests on is judged in rules/data_rules, its fields stand in certificate_fields.h.,
// States: docs/registry/compliance_certificate.md.
#include <algorithm>

#include "ledger/registry/deadlines.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/records/certificate_fields.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/data_rules.h"
#include "ledger/registry/rules/financing_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr int kRenewalMonths = 6;  // renewal in the last six months of the term
constexpr std::int32_t kCorrectionDays =
    31;  // 15 working days never take longer; the calendar is not on the ledger

std::optional<Refusal> actor_is_provider(Act& act) {
    if (act.record.string_or("provider", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"needs", "the provider"}});
}

std::optional<Refusal> actor_is_issuer(Act& act) {
    if (act.text("issuer") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"issuer", act.text("issuer")}});
}

bool actor_has_role(const Act& act, std::string_view role) {
    const auto party = act.draft.get("party/" + act.party());
    for (const json::Value& one : party->find("fields")->find("roles")->as_array()) {
        if (one.as_string() == role) return true;
    }
    return false;
}

// A certificate centre acts on its own certificates only; regulator and court on any.
std::optional<Refusal> centre_is_issuer(Act& act) {
    if (actor_has_role(act, "regulator") || actor_has_role(act, "court")) return std::nullopt;
    return actor_is_issuer(act);
}

std::optional<Refusal> actor_suspended_it(Act& act) {
    const std::string_view by = act.record.find("fields")->find("suspended")->string_or("by", "");
    if (by == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"suspended_by", by}});
}

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
    const std::string_view deadline = act.body.string_or("deadline", "");
    if (deadline < to_text(act.today) || deadline > to_text(add_days(act.today, kCorrectionDays))) {
        return Refusal(Code::E_BACKDATED, "/deadline",
                       json::Object{{"first", to_text(act.today)},
                                    {"last", to_text(add_days(act.today, kCorrectionDays))}});
    }
    const json::Value* last = act.record.find("fields")->find("correction");
    if (last == nullptr || last->string_or("next_from", "") <= to_text(act.today)) {
        return std::nullopt;
    }
    return Refusal(Code::E_BAD_STATE, "",
                   json::Object{{"reason", "one request in 15 working days"},
                                {"next_from", last->string_or("next_from", "")}},
                   where_of(last->find("since")));
}

std::optional<Refusal> correction_in_time(Act& act) {
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

std::optional<Refusal> report_there(Act& act) {
    if (act.body.find("report") != nullptr) return std::nullopt;
    return Refusal(Code::E_MISSING_REPORT, "/report");
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

std::optional<Refusal> in_renewal_window(Act& act) {
    const std::string_view valid_to = act.text("valid_to");
    if (valid_to < to_text(act.today)) {
        return Refusal(Code::E_RENEWAL_WINDOW, "", json::Object{{"valid_to", valid_to}});
    }
    const std::string first = to_text(add_months(*date_from_text(valid_to), -kRenewalMonths));
    if (to_text(act.today) >= first) return std::nullopt;
    return Refusal(Code::E_RENEWAL_WINDOW, "",
                   json::Object{{"first", first}, {"valid_to", valid_to}});
}

// The term asked for lies behind the present one; the basis must reach that far, and retention
// moves with it.
std::optional<Refusal> renewed_term_holds(Act& act) {
    const json::Value* renewal = act.record.find("fields")->find("renewal");
    std::string later(act.body.string_or("valid_to", ""));
    if (later.empty() && renewal != nullptr) later = renewal->string_or("valid_to", "");
    if (later <= act.text("valid_to")) {
        return Refusal(Code::E_BACKDATED, "/valid_to",
                       json::Object{{"valid_to", act.text("valid_to")}});
    }
    Act as_renewed = act;
    as_renewed.fields().set("valid_to", later);
    return term_within_basis(as_renewed);
}

std::optional<Refusal> renewal_open(Act& act) {
    if (act.record.find("fields")->find("renewal") != nullptr) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "",
                   json::Object{{"needs", "the provider's request_renewal"}});
}

std::optional<Refusal> renewal_assessed(Act& act) {
    const json::Value* renewal = act.record.find("fields")->find("renewal");
    if (renewal != nullptr && renewal->find("assessor") != nullptr) return std::nullopt;
    return Refusal(Code::E_MISSING_REPORT, "", json::Object{{"needs", "a new assessment"}});
}

std::optional<Refusal> effective_in_term(Act& act) {
    const std::string_view from = act.body.string_or("effective_from", "");
    const bool fraud = act.body.string_or("ground", "") == "fraud";
    const bool holds = fraud ? from == act.text("valid_from")
                             : from >= act.text("valid_from") && from <= to_text(act.today);
    if (holds) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/effective_from",
                   json::Object{{"valid_from", act.text("valid_from")},
                                {"today", to_text(act.today)},
                                {"reason", fraud ? "fraud: from the start" : "within the term"}});
}

// Live pledges over the data IP right the certificate speaks of.
json::Array pledges_below(const Act& act) {
    const std::string_view right_id = act.text("data_ip_right");
    const auto right = right_id.empty() ? nullptr : act.draft.get(right_state_key(right_id));
    if (right == nullptr) return {};
    return right->find("enc")->find("pledges")->as_array();
}

std::optional<Refusal> actor_is_pledgee(Act& act) {
    for (const json::Value& pledge : pledges_below(act)) {
        for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
            if (pledgee.as_string() == act.party()) return std::nullopt;
        }
    }
    return Refusal(Code::E_NOT_INTERESTED, "iss",
                   json::Object{{"needs", "a pledgee of the data right"}});
}

std::optional<Refusal> pledgees_consent(Act& act) {
    for (const json::Value& pledge : pledges_below(act)) {
        for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
            if (act.has_party("surrender_consents", pledgee.as_string())) continue;
            return Refusal(
                Code::E_PLEDGEE_CONSENT_REQUIRED, "",
                json::Object{{"pledge", pledge.string_or("id", "")}, {"pledgee", pledgee}},
                where_of(pledge.find("since")));
        }
    }
    return std::nullopt;
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
                   to_text(add_days(act.today, 21)));  // 15 working days are three weeks
    act.fields().set("correction", std::move(correction));
}

void correct(Act& act) {
    act.fields()["correction"].set("open", false);
    act.fields().erase("delivery_receipt");  // what was signed for is no longer what stands here
}

void store_assessment(Act& act, json::Value& into) {
    for (const auto& [name, value] : act.body.as_object()) into.set(name, value);
    into.set("assessor", act.party());
}
void assess(Act& act) {
    store_assessment(act, act.fields());
}
void assess_renewal(Act& act) {
    store_assessment(act, act.fields()["renewal"]);
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

void expire_at_end(Act& act) {
    add_deadline(act.draft, shanghai_day_end(*date_from_text(act.text("valid_to"))), act.key,
                 "expire");
}

void issue(Act& act) {
    act.fields().set("issue_date", to_text(act.today));
    end_superseded(act);
    expire_at_end(act);
    act.event(
        "cert.issued", act.id,
        json::Object{{"kind", act.text("certificate_kind")}, {"valid_to", act.text("valid_to")}});
}

void suspend(Act& act) {
    act.fields().set("suspended",
                     json::Object{{"by", act.party()}, {"since", where_json(act.now)}});
}
void resume(Act& act) {
    act.fields().erase("suspended");
}

void request_renewal(Act& act) {
    act.fields().set("renewal", json::Object{{"valid_to", *act.body.find("valid_to")},
                                             {"since", where_json(act.now)}});
}

void renew(Act& act) {
    const json::Value renewal = *act.record.find("fields")->find("renewal");
    for (const auto& [name, value] : renewal.as_object()) {
        if (name != "since") act.fields().set(name, value);
    }
    const std::string least =
        to_text(add_years(*date_from_text(act.text("valid_to")), 3));  // NDSR Art 12
    if (act.text("record_retention_until") < least)
        act.fields().set("record_retention_until", least);
    act.fields().set("certificate_version",
                     act.record.find("fields")->integer_or("certificate_version", 1) + 1);
    act.fields().erase("renewal");
    expire_at_end(act);
}

// R-19 and B.3: financings get risk_alert, pledgees of the data right are told; neither stops the
// act.
void tell_who_rests_on_it(Act& act, std::string_view why) {
    const json::Value* financings = act.record.find("fields")->find("financings");
    if (alert_financings(act.draft, act.now, financings, act.id, why, act.events)) {
        act.warnings.push_back(Code::W_BASIS_LOST);
    }
    for (const json::Value& pledge : pledges_below(act)) {
        act.event(
            "pledge.certificate_lost", std::string(pledge.string_or("id", "")),
            json::Object{
                {"certificate", act.id}, {"pledgees", *pledge.find("pledgees")}, {"why", why}});
    }
    if (!pledges_below(act).empty()) act.warnings.push_back(Code::W_PLEDGE_OUTSTANDING);
}

void revoke(Act& act) {
    act.fields().set("revoked_ground", *act.body.find("ground"));
    act.fields().set("revoked_from", *act.body.find("effective_from"));
    act.fields().set("revoked_reason", *act.body.find("reason"));
    act.event("cert.revoked", act.id, json::Object{{"ground", *act.body.find("ground")}});
    tell_who_rests_on_it(act, "revoked");
}

void consent_surrender(Act& act) {
    if (act.record.find("fields")->find("surrender_consents") == nullptr) {
        act.fields().set("surrender_consents", json::Array{});
    }
    act.fields()["surrender_consents"].push(act.party());
}

void surrender(Act& act) {
    act.event("cert.surrendered", act.id);
    tell_who_rests_on_it(act, "surrendered");
}

void deadline(SystemAct& act, std::string_view) {
    const std::string_view state = act.record.string_or("state", "");
    // A renewal moved the end: the earlier deadline finds a later day and does nothing.
    if ((state != "issued" && state != "suspended") ||
        act.record.find("fields")->string_or("valid_to", "") >= to_text(act.today)) {
        return;
    }
    act.record.set("state", "expired");
    act.events.push_back({"cert.expired", act.id, {}});
    alert_financings(act.draft, act.now, act.record.find("fields")->find("financings"), act.id,
                     "expired", act.events);
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
    return {
        {"apply", "", "applied", "", Approval::maker_checker, &cert_apply_body(),
         with({{Phase::existence, "B.3", supersedes_own}}, basis_guards()), apply_it, "申请"},
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
               {Phase::term, "B.3", correction_in_time},
               {Phase::existence, "B.3", supersedes_own}},
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
               {Phase::evidence, "B.3", notice_over},
               {Phase::evidence, "B.3", receipt_signed}},
              basis_guards()),
         issue, "签发"},
    };
}

std::vector<Verb> verbs_after_issue() {
    constexpr std::string_view kAuthorities = "cert_center|regulator|court";
    const Guard own{Phase::existence, "B.3", actor_is_provider};
    const Guard issuer{Phase::existence, "B.3", actor_is_issuer};
    const Guard competent{Phase::existence, "B.3", centre_is_issuer};
    const Guard window{Phase::term, "B.3", in_renewal_window};
    const Guard open{Phase::existence, "B.3", renewal_open};
    const Guard live{Phase::existence, "B.3", references_live};
    const Guard longer{Phase::term, "R-09", renewed_term_holds};
    return {
        {"suspend",
         "issued",
         "suspended",
         kAuthorities,
         Approval::maker_checker,
         &reason_body(),
         {competent},
         suspend,
         "中止"},
        {"resume",
         "suspended",
         "issued",
         kAuthorities,
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.3", actor_suspended_it}},
         resume,
         "恢复"},
        {"request_renewal",
         "issued",
         "",
         "",
         Approval::maker_checker,
         &cert_renewal_body(),
         {own, live, window, longer},
         request_renewal,
         "申请续展"},
        {"assess_renewal",
         "issued",
         "",
         "assessor",
         Approval::maker_checker,
         &cert_assess_body(),
         {open,
          {Phase::evidence, "R-30", assessor_independent},
          {Phase::evidence, "B.3", report_there}},
         assess_renewal,
         "续展评估"},
        {"renew",
         "issued",
         "",
         "cert_center",
         Approval::maker_checker,
         &empty_body(),
         {issuer, open, live, window, longer, {Phase::evidence, "B.3", renewal_assessed}},
         renew,
         "续展"},
        {"revoke",
         "issued|suspended",
         "revoked",
         kAuthorities,
         Approval::maker_checker,
         &cert_revoke_body(),
         {competent, {Phase::term, "B.3", effective_in_term}},
         revoke,
         "撤销"},
        {"consent_surrender",
         "issued",
         "",
         "",
         Approval::maker_checker,
         &empty_body(),
         {{Phase::existence, "R-05", actor_is_pledgee}},
         consent_surrender,
         "同意注销"},
        {"surrender",
         "issued",
         "surrendered",
         "",
         Approval::maker_checker,
         &reason_body(),
         {own, {Phase::pledge, "R-05", pledgees_consent}},
         surrender,
         "注销"},
    };
}

}  // namespace

RecordType certificate_type() {
    RecordType type{"cert",         "数据合规流通证书",  "cert/",  "DI",
                    &cert_fields(), verbs_until_issue(), deadline, nullptr};
    for (Verb& verb : verbs_after_issue()) type.verbs.push_back(std::move(verb));
    return type;
}

}  // namespace quanlu::registry
