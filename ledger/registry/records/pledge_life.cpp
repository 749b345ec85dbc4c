// See pledge_life.h. Where the law asks for both parties, two officers of each must sign the same
// body; nothing changes before the last of them.
#include "ledger/registry/records/pledge_life.h"

#include "ledger/registry/records/pledge_fields.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/filing_rules.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/pledge_grounds.h"
#include "ledger/registry/rules/pledge_rules.h"
#include "ledger/registry/rules/rank_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

std::vector<std::string> party_and_office(const Act& act) {
    return {std::string(act.body.string_or("party", "")),
            std::string(act.record.string_or("office", ""))};
}
// No agent of a syndicate is named on the ledger: what gives security away, all its pledgees sign.
std::vector<std::string> every_pledgee(const Act& act) {
    std::vector<std::string> parties;
    const json::Value& pledgees = act.field("pledgees");
    if (!pledgees.is_array()) return parties;
    for (const json::Value& one : pledgees.as_array()) parties.push_back(one.as_string());
    return parties;
}
std::vector<std::string> old_and_new_pledgee(const Act& act) {
    return {std::string(act.body.string_or("from", "")), std::string(act.body.string_or("to", ""))};
}

std::optional<Refusal> missing(const Act& act, std::string_view name, Code code) {
    if (act.body.find(name) != nullptr) return std::nullopt;
    return Refusal(code, "/" + std::string(name), json::Object{{"needs", name}});
}

// Names the latest change; earlier ones stand in the earlier versions of the record.
void note_change(Act& act) {
    act.record.set(
        "last_change",
        json::Object{{"act", act.verb.name}, {"body", act.body}, {"since", where_json(act.now)}});
}

// amend_party

std::optional<Refusal> named_is_party(Act& act) {
    const std::string_view party = act.body.string_or("party", "");
    if (act.has_party("pledgors", party) || act.has_party("pledgees", party)) return std::nullopt;
    return Refusal(Code::E_NOT_INTERESTED, "/party", json::Object{{"party", party}});
}
std::optional<Refusal> certificate_there(Act& act) {
    return missing(act, "certificate_hash", Code::E_MISSING_EVIDENCE);
}

// amend_terms, extend_term

std::optional<Refusal> new_dates_hold(Act& act) {
    const std::string_view due = act.body.string_or("debt_due", "");
    if (due >= act.text("debt_from")) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/debt_due",
                   json::Object{{"debt_from", act.text("debt_from")}, {"debt_due", due}});
}
// The registration's own term must be extended before the debt grows past it.
std::optional<Refusal> new_debt_within_term(Act& act) {
    return each_right(
        act, [&](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const std::string_view due = act.body.string_or("debt_due", "");
            if (!has_own_term(right.find("fields")->string_or("asset_kind", "")) ||
                due <= act.text("registration_term_to"))
                return std::nullopt;
            return Refusal(
                Code::E_BACKDATED, "/debt_due",
                json::Object{{"right", id},
                             {"debt_due", due},
                             {"registration_term_to", act.text("registration_term_to")}});
        });
}
std::optional<Refusal> new_debt_within_rights(Act& act) {
    return rights_outlive(act, act.body.string_or("debt_due", ""), "debt_due");
}
void amend_terms(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) {
        if (name != "consents") act.fields().set(name, value);
    }
    note_change(act);
}
void waive_rank(Act& act) {
    swap_ranks(act);
    note_change(act);
}

// Patent and copyright registers know no term of their own to extend (B.6).
std::optional<Refusal> kinds_have_term(Act& act) {
    return each_right(
        act, [](const std::string& id, const json::Value& right) -> std::optional<Refusal> {
            const std::string_view kind = right.find("fields")->string_or("asset_kind", "");
            if (has_own_term(kind)) return std::nullopt;
            return Refusal(Code::E_KIND_MISMATCH, "/rights",
                           json::Object{{"right", id}, {"asset_kind", kind}});
        });
}
std::optional<Refusal> term_grows(Act& act) {
    const std::string_view to = act.body.string_or("registration_term_to", "");
    if (to > act.text("registration_term_to") && to >= act.text("debt_due")) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/registration_term_to",
                   json::Object{{"registration_term_to", act.text("registration_term_to")},
                                {"debt_due", act.text("debt_due")}});
}
std::optional<Refusal> new_term_within_rights(Act& act) {
    return rights_outlive(act, act.body.string_or("registration_term_to", ""),
                          "registration_term_to");
}
void extend_term(Act& act) {
    act.fields().set("registration_term_to", *act.body.find("registration_term_to"));
    note_change(act);
}

// partial_release: only the rights that leave are asked.

bool holds(const json::Array& list, const json::Value& one) {
    for (const json::Value& other : list) {
        if (other == one) return true;
    }
    return false;
}
const json::Array& leaving(const Act& act) {
    static const json::Array kNone;
    const json::Value* rights = act.body.find("rights");
    return rights != nullptr && rights->is_array() ? rights->as_array() : kNone;
}
std::optional<Refusal> leaving_are_pledged(Act& act) {
    for (const json::Value& one : leaving(act)) {
        if (!holds(act.field("rights").as_array(), one))
            return Refusal(Code::E_RIGHT_UNKNOWN, "/rights", json::Object{{"right", one}});
    }
    return std::nullopt;
}
// similar marks that were pledged together leave together.
std::optional<Refusal> similar_marks_leave(Act& act) {
    const json::Array& gone = leaving(act);
    const json::Array& mine = act.field("rights").as_array();
    for (const json::Value& one : mine) {
        const auto right = act.draft.get(right_state_key(one.as_string()));
        const json::Value* similar =
            right == nullptr ? nullptr : right->find("fields")->find("similar_marks");
        if (similar == nullptr) continue;
        for (const json::Value& other : similar->as_array()) {
            if (!holds(mine, other) || holds(gone, one) == holds(gone, other)) continue;
            return Refusal(Code::E_SIMILAR_MARKS_OMITTED, "/rights",
                           json::Object{{"right", one}, {"omitted", other}});
        }
    }
    return std::nullopt;
}
std::optional<Refusal> leaving_free_for_release(Act& act) {
    return free_for_release(act, leaving(act));
}
std::optional<Refusal> leaving_not_pooled(Act& act) {
    return not_pooled(act, leaving(act));
}
std::optional<Refusal> one_right_stays(Act& act) {
    if (leaving(act).size() < act.field("rights").as_array().size()) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/rights",
                   json::Object{{"reason", "at least one right stays; else cancel"}});
}
void partial_release(Act& act) {
    const json::Array& gone = leaving(act);
    json::Array staying;
    for (const json::Value& mine : act.field("rights").as_array()) {
        if (!holds(gone, mine)) staying.push_back(mine);
    }
    release_rights(act, gone);
    act.fields().set("right_count", static_cast<std::int64_t>(staying.size()));
    act.fields().set("rights", std::move(staying));
    note_change(act);
    act.event("pledge.partial_release", act.id, json::Object{{"rights", gone}});
}

// assign_pledge

std::optional<Refusal> from_holds(Act& act) {
    const std::string_view from = act.body.string_or("from", "");
    if (act.has_party("pledgees", from)) return std::nullopt;
    return Refusal(Code::E_NOT_INTERESTED, "/from", json::Object{{"party", from}});
}
std::optional<Refusal> to_is_new(Act& act) {
    const std::string_view to = act.body.string_or("to", "");
    if (auto refusal = party_is_active(act.draft, to, "/to")) return refusal;
    if (!act.has_party("pledgees", to) && !act.has_party("pledgors", to)) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/to",
                   json::Object{{"reason", "a party of this pledge already"}, {"party", to}});
}
std::optional<Refusal> assigned_in_time(Act& act) {
    const std::string_view day = act.body.string_or("claim_assigned_on", "");
    if (day >= act.text("contract_date") && day <= to_text(act.today)) return std::nullopt;
    return Refusal(
        Code::E_BACKDATED, "/claim_assigned_on",
        json::Object{{"contract_date", act.text("contract_date")}, {"claim_assigned_on", day}});
}
// the pledge follows the claim; a pledge without the claim it secures is nothing.
std::optional<Refusal> claim_assigned(Act& act) {
    return missing(act, "claim_assignment", Code::E_CLAIM_NOT_ASSIGNED);
}
std::optional<Refusal> debtor_told(Act& act) {
    return missing(act, "debtor_notice", Code::E_MISSING_EVIDENCE);
}
void assign_pledge(Act& act) {
    const json::Value& from = *act.body.find("from");
    const json::Value& to = *act.body.find("to");
    json::Array pledgees;
    for (const json::Value& one : act.field("pledgees").as_array())
        pledgees.push_back(one == from ? to : one);
    act.fields().set("pledgees", std::move(pledgees));
    // The releasing party's request does not bind the new one.
    act.record.erase("cancel_request");
    note_change(act);
    show_pledge(act, act.state());
    count_open_record(act.draft, from.as_string(), -1);
    count_open_record(act.draft, to.as_string(), 1);
    act.event("pledge.assigned", act.id,
              json::Object{{"from", from},
                           {"to", to},
                           {"claim_assigned_on", *act.body.find("claim_assigned_on")}});
}

// start_enforcement, realise, court_sale

// A default of a financing on this ledger, or papers of one outside it. Where claims are drawn on
// the ledger, the ledger must know the default.
std::optional<Refusal> default_recorded(Act& act) {
    const std::string_view id = act.body.string_or("financing", "");
    if (!id.empty()) {
        const auto loan = act.draft.get("fin/" + std::string(id));
        const json::Value* rests =
            loan == nullptr ? nullptr : loan->find("fields")->find("pledge_ids");
        if (rests != nullptr && holds(rests->as_array(), json::Value(act.id)) &&
            in_list("defaulted|enforcing", loan->string_or("state", "")))
            return std::nullopt;
    } else if (act.draft.get("claims/" + act.id) == nullptr) {
        const json::Value* papers = act.body.find("evidence");
        if (papers != nullptr && !papers->as_array().empty()) return std::nullopt;
    }
    return Refusal(Code::E_NO_DEFAULT, "/financing",
                   json::Object{{"financing", id}, {"needs", "a recorded default"}});
}
void start_enforcement(Act& act) {
    act.record.set("enforcement", act.body);
    show_pledge(act, act.state());
}
void realise(Act& act) {
    act.record.set("realisation", act.body);
    show_pledge(act, act.state());
}

// request_cancel, cancel, revoke

std::optional<Refusal> release_requested(Act& act) {
    if (act.record.find("cancel_request") != nullptr) return std::nullopt;
    return Refusal(Code::E_NO_CANCEL_GROUND, "",
                   json::Object{{"needs", "every pledgee's request_cancel"}});
}
void request_cancel(Act& act) {
    act.record.set("cancel_request", json::Object{{"party", act.party()},
                                                  {"ground", *act.body.find("ground")},
                                                  {"letter", *act.body.find("letter")},
                                                  {"since", where_json(act.now)}});
}
void end_pledge(Act& act) {
    release_rights(act, act.field("rights").as_array());
    for (const json::Value& pledgee : act.field("pledgees").as_array())
        count_open_record(act.draft, pledgee.as_string(), -1);
    act.event("pledge." + std::string(act.verb.to), act.id,
              json::Object{{"rights", act.field("rights")}});
}
void revoke(Act& act) {
    act.record.set("revocation", act.body);
    end_pledge(act);
}

}  // namespace

std::vector<Verb> pledge_life_verbs() {
    return {
        {"amend_party",
         "registered",
         "",
         "",
         Approval::every_party,
         &pledge_amend_party_body(),
         {{Phase::existence, "B.6", named_is_party}, {Phase::evidence, "B.6", certificate_there}},
         note_change,
         "变更当事人",
         party_and_office},
        {"amend_terms",
         "registered",
         "",
         "",
         Approval::every_party,
         &pledge_amend_terms_body(),
         {{Phase::freeze, "R-06", rights_free_for_new_pledge},
          {Phase::term, "R-03", new_dates_hold},
          {Phase::term, "R-09", new_debt_within_rights},
          {Phase::term, "B.6", new_debt_within_term},
          {Phase::amounts, "R-10", amounts_hold},
          {Phase::amounts, "R-10", drawn_within},
          {Phase::evidence, "R-04, CC Art 409", later_ranks_agree}},
         amend_terms,
         "变更条款",
         both_sides},
        {"extend_term",
         "registered",
         "",
         "",
         Approval::every_party,
         &pledge_extend_body(),
         {{Phase::existence, "B.6", kinds_have_term},
          {Phase::term, "R-03", term_grows},
          {Phase::term, "R-09", new_term_within_rights}},
         extend_term,
         "延期",
         both_sides},
        {"partial_release",
         "registered",
         "",
         "",
         Approval::every_party,
         &pledge_release_body(),
         {{Phase::existence, "B.6", leaving_are_pledged},
          {Phase::existence, "R-24", similar_marks_leave},
          {Phase::freeze, "R-06", leaving_free_for_release},
          {Phase::pool, "R-25", leaving_not_pooled},
          {Phase::amounts, "B.6", one_right_stays}},
         partial_release,
         "部分解除",
         every_pledgee},
        {"waive_rank",
         "registered",
         "",
         "",
         Approval::every_party,
         &pledge_waive_body(),
         {{Phase::existence, "R-04", comes_forward},
          {Phase::evidence, "R-04, CC Art 409", between_ranks_agree}},
         waive_rank,
         "让与顺位",
         both_ranks},
        {"assign_pledge",
         "registered",
         "",
         "",
         Approval::every_party,
         &pledge_assign_body(),
         {{Phase::existence, "B.6", from_holds},
          {Phase::existence, "B.6", to_is_new},
          {Phase::pool, "R-12", rights_not_pooled},
          {Phase::term, "R-03", assigned_in_time},
          {Phase::evidence, "R-23, CC Art 547", claim_assigned},
          {Phase::evidence, "CC Art 546", debtor_told}},
         assign_pledge,
         "转让质权",
         old_and_new_pledgee},
        {"start_enforcement",
         "registered",
         "enforcing",
         "",
         Approval::maker_checker,
         &pledge_enforce_body(),
         {{Phase::existence, "B.6", actor_is_pledgee},
          {Phase::evidence, "CC Art 436", default_recorded}},
         start_enforcement,
         "启动实现质权"},
        {"realise",
         "enforcing",
         "realised",
         "",
         Approval::every_party,
         &pledge_realise_body(),
         {{Phase::freeze, "R-06", rights_free_for_transfer},
          {Phase::pledge, "CC Art 414", higher_ranks_ended},
          {Phase::pool, "R-12", rights_not_pooled}},
         realise,
         "协议实现质权",
         both_sides},
        {"court_sale",
         "enforcing",
         "realised",
         "court",
         Approval::maker_checker,
         &pledge_court_sale_body(),
         {{Phase::pledge, "CC Art 414", higher_ranks_ended},
          {Phase::evidence, "B.6", court_shows_ruling}},
         realise,
         "司法拍卖变卖"},
        {"request_cancel",
         "registered|enforcing|realised",
         "",
         "",
         Approval::every_party,
         &pledge_request_cancel_body(),
         {},
         request_cancel,
         "申请注销",
         every_pledgee},
        {"cancel",
         "registered|enforcing|realised",
         "cancelled",
         "ip_office",
         Approval::maker_checker,
         &pledge_cancel_body(),
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
         &pledge_revoke_body(),
         {{Phase::existence, "B.6", office_or_court},
          {Phase::evidence, "R-21", court_shows_ruling}},
         revoke,
         "撤销"},
    };
}

}  // namespace quanlu::registry
