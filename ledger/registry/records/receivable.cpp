// B.7 receivable with its invoice fingerprint: registered once, confirmed by the buyer, financed up
// to what is left of it, repaid, passed on or bought back (receivable_financing.cpp). The answer to
// a second lender is hit or no hit, never who (rules/receivable_rules).. States:
// docs/registry/receivable.md.
#include <set>

#include "ledger/registry/record_type.h"
#include "ledger/registry/records/receivable_fields.h"
#include "ledger/registry/records/receivable_financing.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/financing_rules.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/receivable_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::int64_t kVoucherDays =
    365;  // policy voucher_max_term_days: 银发〔2025〕77号, at most one year

std::optional<Refusal> facts_hold(Act& act) {
    if (act.text("seller") == act.text("buyer")) {
        return Refusal(Code::E_SCHEMA, "/buyer",
                       json::Object{{"reason", "seller and buyer are two parties"}});
    }
    if (act.record.find("fields")->integer_or("invoice_amount", 0) <= 0) {
        return Refusal(Code::E_SCHEMA, "/invoice_amount", json::Object{{"reason", "above 0"}});
    }
    if (act.text("fp_exact_prior").empty() != act.text("fp_economic_prior").empty()) {
        return Refusal(Code::E_SCHEMA, "/fp_exact_prior",
                       json::Object{{"reason", "both fingerprints under the key before, or none"}});
    }
    std::set<std::string_view> stated;
    for (const char* name : {"fp_exact", "fp_economic", "fp_exact_prior", "fp_economic_prior"}) {
        const std::string_view value = act.text(name);
        if (value.empty() || stated.insert(value).second) continue;
        return Refusal(Code::E_SCHEMA, std::string("/") + name,
                       json::Object{{"reason", "stands twice"}});
    }
    return std::nullopt;
}

std::optional<Refusal> trade_parties_there(Act& act) {
    for (const char* name : {"seller", "buyer"}) {
        if (auto refusal = parties_are_active(act, name)) return refusal;
    }
    return std::nullopt;
}

std::optional<Refusal> invoice_dates_hold(Act& act) {
    const std::string_view made = act.text("invoice_date");
    const std::string_view due = act.text("due_date");
    if (made > to_text(act.today) || due < made) {
        return Refusal(
            Code::E_BACKDATED, "/invoice_date",
            json::Object{{"invoice_date", made}, {"due_date", due}, {"today", to_text(act.today)}});
    }
    if (act.text("invoice_kind") != "bill") return std::nullopt;
    const std::int64_t days =
        policy_value(act.draft, "voucher_max_term_days", act.now.height, kVoucherDays);
    const std::int64_t term = date_from_text(due)->days - date_from_text(made)->days;
    if (term <= days) return std::nullopt;
    return Refusal(
        Code::E_SCHEMA, "/due_date",
        json::Object{{"reason", "term of the voucher"}, {"days", term}, {"days_max", days}});
}

void register_fingerprint(Act& act) {
    const Hits hits = hits_of(act);
    act.fields().set("registrant", act.party());
    act.fields().set("controller", act.text("seller"));
    act.fields().set("control_since_ms", act.now.time.value);
    act.fields().set("control_nonce", 1);
    sum_up(act);
    enter_registration(act);
    // Only the registrant cancels: gone with it standing, it would leave the invoice locked.
    count_open_record(act.draft, act.party(), 1);
    if (hits.same_applicant) {
        act.set_state("registered_duplicate");
        act.warnings.push_back(Code::W_DUPLICATE_REGISTERED);
    }
    if (hits.other_applicant) act.warnings.push_back(Code::W_CROSS_APPLICANT_HIT);
    if (hits.partial) act.warnings.push_back(Code::W_PARTIAL_HIT);
    act.event("invoice.registered", act.id);
    // Both sides learn of the hit from the fingerprint, not of each other.
    if (hits.same_applicant || hits.other_applicant) {
        act.event("fingerprint.hit", std::string(act.text("fp_exact")),
                  json::Object{{"match", "exact"}});
    }
}

std::optional<Refusal> actor_is_registrant(Act& act) {
    if (act.text("registrant") == act.party()) return std::nullopt;
    return Refusal(Code::E_NOT_REGISTRANT, "iss");
}

std::optional<Refusal> no_duplicate_left(Act& act) {
    if (!hits_of(act).same_applicant) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "",
                   json::Object{{"reason", "the earlier registration still stands"}});
}

std::optional<Refusal> actor_is_buyer(Act& act) {
    if (act.text("buyer") == act.party()) return std::nullopt;
    return Refusal(Code::E_BUYER_SIGNATURE, "iss", json::Object{{"needs", "the buyer"}});
}

void confirm(Act& act) {
    act.fields().set("buyer_confirmation", json::Object{{"status", "confirmed"},
                                                        {"party", act.party()},
                                                        {"time_ms", act.now.time.value}});
}

void cancel(Act& act) {
    drop_registration(act);
    count_open_record(act.draft, act.party(), -1);
}

// Tax status, from a verifier.

std::optional<Refusal> checked_before_now(Act& act) {
    if (act.body.integer_or("checked_at_ms", 0) <= act.now.time.value) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/checked_at_ms",
                   json::Object{{"now_ms", act.now.time.value}});
}

// What was found later stands: an older "valid" does not cover a "voided".
std::optional<Refusal> checked_after_last(Act& act) {
    const json::Value& held = act.field("tax_status");
    const std::int64_t last = held.is_object() ? held.integer_or("checked_at_ms", 0) : 0;
    if (last == 0 || act.body.integer_or("checked_at_ms", 0) > last) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/checked_at_ms", json::Object{{"last_ms", last}});
}

// Nobody vouches for an invoice of its own.
std::optional<Refusal> verifier_is_third(Act& act) {
    const std::string& party = act.party();
    const bool involved = act.text("seller") == party || act.text("buyer") == party ||
                          act.text("registrant") == party || is_financier(act, party);
    if (!involved) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a verifier that is no party to it"}});
}

void report_tax_status(Act& act) {
    json::Value status = act.body;
    status.set("checker", act.party());
    act.fields().set("tax_status", std::move(status));
    const std::string_view said = act.body.string_or("status", "");
    act.event("invoice.tax_status", act.id, json::Object{{"status", said}});
    if ((said != "voided" && said != "red_flushed") || interests_of(act.record).empty()) return;
    act.fields().set("void_alert", true);
    act.event("invoice.void_alert", act.id, json::Object{{"status", said}});
    if (alert_financings(act.draft, act.now, act.record.find("fields")->find("financings"), act.id,
                         said, act.events)) {
        act.warnings.push_back(Code::W_BASIS_LOST);
    }
}

constexpr std::string_view kOpen =
    "registered_unique|registered_duplicate|confirmed|financed|defaulted|enforcing";
constexpr std::string_view kLenders = "bank|factor";

std::vector<Verb> verbs_of_registration() {
    return {
        {"register_fingerprint",
         "",
         "registered_unique",
         kLenders,
         Approval::maker_checker,
         &fingerprint_body(),
         {{Phase::identifiers, "B.7", facts_hold},
          {Phase::existence, "B.7", trade_parties_there},
          {Phase::pledge, "R-18", not_financed_before},
          {Phase::pledge, "B.7", room_for_registration},
          {Phase::term, "B.7", invoice_dates_hold},
          {Phase::evidence, "R-18", partial_hit_explained}},
         register_fingerprint,
         "登记指纹"},
        {"recheck",
         "registered_duplicate",
         "registered_unique",
         kLenders,
         Approval::one,
         &empty_body(),
         {{Phase::existence, "B.7", actor_is_registrant},
          {Phase::pledge, "R-18", not_financed_before},
          {Phase::pledge, "B.7", no_duplicate_left}},
         nullptr,
         "复查重复"},
        {"confirm",
         "registered_unique",
         "confirmed",
         "",
         Approval::maker_checker,
         &empty_body(),
         {{Phase::existence, "GuarInt Art 61", actor_is_buyer}},
         confirm,
         "债务人确认"},
        {"report_tax_status",
         kOpen,
         "",
         "evidence_node",
         Approval::one,
         &tax_status_body(),
         {{Phase::existence, "B.7", verifier_is_third},
          {Phase::term, "B.7", checked_before_now},
          {Phase::term, "B.7", checked_after_last}},
         report_tax_status,
         "报告发票状态"},
        {"cancel",
         "registered_unique|registered_duplicate|confirmed",
         "cancelled",
         "",
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.7", actor_is_registrant}},
         cancel,
         "注销登记"},
    };
}

}  // namespace

RecordType receivable_type() {
    RecordType type{
        "invoice", "应收账款", "recv/", "RV", &receivable_fields(), verbs_of_registration(),
        nullptr,   nullptr};
    type.plural = "receivables";
    for (Verb& verb : receivable_financing_verbs()) type.verbs.push_back(std::move(verb));
    return type;
}

}  // namespace quanlu::registry
