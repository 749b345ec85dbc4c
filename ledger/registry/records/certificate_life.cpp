// See certificate_life.h.
#include "ledger/registry/records/certificate_life.h"

#include "ledger/registry/deadlines.h"
#include "ledger/registry/records/certificate_fields.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/any_record.h"
#include "ledger/registry/rules/data_rules.h"
#include "ledger/registry/rules/financing_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

std::optional<Refusal> actor_is_provider(Act& act) {
    if (act.record.string_or("provider", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"needs", "the provider"}});
}

std::optional<Refusal> actor_is_issuer(Act& act) {
    if (act.text("issuer") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"issuer", act.text("issuer")}});
}

std::optional<Refusal> report_there(Act& act) {
    if (act.body.find("report") != nullptr) return std::nullopt;
    return Refusal(Code::E_MISSING_REPORT, "/report");
}

void store_assessment(Act& act, json::Value& into) {
    for (const auto& [name, value] : act.body.as_object()) into.set(name, value);
    into.set("assessor", act.party());
}

void expire_at_end(Act& act) {
    add_deadline(act.draft, shanghai_day_end(*date_from_text(act.text("valid_to"))), act.key,
                 "expire");
}

namespace {

constexpr int kRenewalMonths = 6;  // renewal in the last six months of the term

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

bool holds(const json::Value& pledge, std::string_view party) {
    for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
        if (pledgee.as_string() == party) return true;
    }
    return false;
}

std::optional<Refusal> actor_is_pledgee(Act& act) {
    for (const json::Value& pledge : pledges_below(act)) {
        if (holds(pledge, act.party())) return std::nullopt;
    }
    return Refusal(Code::E_NOT_INTERESTED, "iss",
                   json::Object{{"needs", "a pledgee of the data right"}});
}

// Under this very pledge: a consent ends with the pledge it was given under (decision 0010).
bool has_consented(const Act& act, const json::Value& pledge, std::string_view party) {
    const json::Value& given = act.field("surrender_consents");
    if (!given.is_array()) return false;
    for (const json::Value& one : given.as_array()) {
        if (one.string_or("party", "") == party &&
            one.string_or("pledge", "") == pledge.string_or("id", ""))
            return true;
    }
    return false;
}

std::optional<Refusal> not_consented_yet(Act& act) {
    for (const json::Value& pledge : pledges_below(act)) {
        if (holds(pledge, act.party()) && !has_consented(act, pledge, act.party()))
            return std::nullopt;
    }
    return Refusal(Code::E_BAD_STATE, "", json::Object{{"reason", "agreed already"}});
}

std::optional<Refusal> pledgees_consent(Act& act) {
    for (const json::Value& pledge : pledges_below(act)) {
        for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
            if (has_consented(act, pledge, pledgee.as_string())) continue;
            return Refusal(
                Code::E_PLEDGEE_CONSENT_REQUIRED, "",
                json::Object{{"pledge", pledge.string_or("id", "")}, {"pledgee", pledgee}},
                where_of(pledge.find("since")));
        }
    }
    return std::nullopt;
}

void assess_renewal(Act& act) {
    store_assessment(act, act.fields()["renewal"]);
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

// Consents given under pledges that have ended go.
void consent_surrender(Act& act) {
    json::Array given;
    for (const json::Value& pledge : pledges_below(act)) {
        for (const json::Value& pledgee : pledge.find("pledgees")->as_array()) {
            const std::string& party = pledgee.as_string();
            if (party != act.party() && !has_consented(act, pledge, party)) continue;
            given.push_back(json::Object{{"party", party}, {"pledge", *pledge.find("id")}});
        }
    }
    act.fields().set("surrender_consents", std::move(given));
}

void surrender(Act& act) {
    act.event("cert.surrendered", act.id);
    tell_who_rests_on_it(act, "surrendered");
}

}  // namespace

void certificate_deadline(SystemAct& act, std::string_view) {
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

std::vector<Verb> certificate_life_verbs() {
    constexpr std::string_view kAuthorities = "cert_center|regulator|court";
    const Guard own{Phase::existence, "B.3", actor_is_provider};
    const Guard issuer{Phase::existence, "B.3", actor_is_issuer};
    const Guard competent{Phase::existence, "B.3", centre_is_issuer};
    const Guard window{Phase::term, "B.3", in_renewal_window};
    const Guard open{Phase::existence, "B.3", renewal_open};
    const Guard live{Phase::existence, "B.3", references_live};
    const Guard right{Phase::existence, "B.3", data_ip_there};
    const Guard free{Phase::freeze, "R-06", data_ip_not_frozen};
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
         {own, live, right, free, window, longer},
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
         {issuer,
          open,
          live,
          right,
          free,
          window,
          longer,
          {Phase::evidence, "B.3", renewal_assessed},
          {Phase::evidence, "B.11", no_open_objection}},
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
         {{Phase::existence, "R-05", actor_is_pledgee},
          {Phase::existence, "R-05", not_consented_yet}},
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

}  // namespace quanlu::registry
