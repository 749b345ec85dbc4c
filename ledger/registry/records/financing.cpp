// B.8 financing_event: a loan on pledges, receivables and certificates, from proposal to the duty
// to release them. Checked when proposed, again when approved, again when drawn; what changed in
// between decides. Not here: the pledges' own machine (pledge.cpp).
// States: docs/registry/financing.md.
#include "ledger/registry/deadlines.h"
#include "ledger/registry/ids/ascii.h"
#include "ledger/registry/lists.h"
#include "ledger/registry/record_type.h"
#include "ledger/registry/records/financing_fields.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/financing_rules.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/working_days.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

// An originator lends what its own programme pools (B.9); the guards know which loans those are.
constexpr std::string_view kLenders = "bank|factor|originator";

constexpr int kReleaseWorkingDays = 10;
constexpr std::int32_t kReleaseDays = 14;  // where no calendar says which

// Which collateral each kind cannot do without.
struct KindNeeds {
    std::string_view kind, list;
};
constexpr KindNeeds kNeeds[] = {
    {"ip_pledge_loan", "pledge_ids"},
    {"ip_abs_underlying_loan", "pledge_ids"},
    {"receivable_pledge", "receivable_ids"},
    {"factoring", "receivable_ids"},
};

std::optional<Refusal> kind_is_backed(Act& act) {
    std::size_t backed = 0;
    for (const char* list : {"pledge_ids", "receivable_ids", "certificate_ids"}) {
        backed += ids_in(act, list).empty() ? 0 : 1;
    }
    if (backed == 0 || (act.text("kind") == "mixed_pledge" && backed < 2)) {
        return Refusal(
            Code::E_SCHEMA, "/pledge_ids",
            json::Object{{"reason", "pledge, receivable or certificate; two of them when mixed"}});
    }
    for (const KindNeeds& need : kNeeds) {
        if (act.text("kind") == need.kind && ids_in(act, need.list).empty()) {
            return Refusal(Code::E_SCHEMA, "/" + std::string(need.list),
                           json::Object{{"kind", need.kind}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> figures_hold(Act& act) {
    const json::Value& bucket = act.field("statistics_bucket");
    const std::string year = std::to_string(bucket.integer_or("year", 0));
    if (bucket.string_or("kind", "") != act.text("kind") ||
        year != act.text("draw_date").substr(0, 4) ||
        !digits_of_length(bucket.string_or("district", ""), 6, 6)) {
        return Refusal(
            Code::E_SCHEMA, "/statistics_bucket",
            json::Object{{"reason", "kind and year of this financing, district of six digits"}});
    }
    if (act.record.find("fields")->integer_or("secured_claim", 0) > 0) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/secured_claim", json::Object{{"reason", "above 0"}});
}

std::optional<Refusal> parties_fit(Act& act) {
    for (const char* list : {"lenders", "borrower", "guarantors"}) {
        if (auto refusal = parties_are_active(act, list)) return refusal;
    }
    for (const json::Value& lender : act.field("lenders").as_array()) {
        if (lender.as_string() == act.text("borrower")) {
            return Refusal(Code::E_SCHEMA, "/lenders",
                           json::Object{{"reason", "a lender is not the borrower"}});
        }
        const bool may_lend = party_has_role(act.draft, lender.as_string(), "bank") ||
                              party_has_role(act.draft, lender.as_string(), "factor") ||
                              (act.text("kind") == "ip_abs_underlying_loan" &&
                               party_has_role(act.draft, lender.as_string(), "originator"));
        if (!may_lend) {
            return Refusal(Code::E_ROLE, "/lenders",
                           json::Object{{"needs", "bank|factor"}, {"party", lender}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> actor_takes_part(Act& act) {
    if (is_lender(act, act.party()) || act.text("borrower") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a lender or the borrower"}});
}
std::optional<Refusal> actor_lends(Act& act) {
    if (is_lender(act, act.party())) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a lender of this financing"}});
}

std::optional<Refusal> dates_hold(Act& act) {
    if (act.text("signed_on") <= to_text(act.today) &&
        act.text("signed_on") <= act.text("draw_date") &&
        act.text("draw_date") < act.text("due_date")) {
        return std::nullopt;
    }
    return Refusal(Code::E_BACKDATED, "/draw_date",
                   json::Object{{"signed_on", act.text("signed_on")},
                                {"draw_date", act.text("draw_date")},
                                {"due_date", act.text("due_date")},
                                {"today", to_text(act.today)}});
}

std::optional<Refusal> draw_day_reached(Act& act) {
    if (act.text("draw_date") <= to_text(act.today) && to_text(act.today) <= act.text("due_date")) {
        return std::nullopt;
    }
    return Refusal(
        Code::E_BACKDATED, "/draw_date",
        json::Object{{"draw_date", act.text("draw_date")}, {"today", to_text(act.today)}});
}

// The old loan is the same borrower's and not over.
std::optional<Refusal> old_loan_stands(Act& act) {
    const std::string_view id = act.text("rolls_over");
    if (id.empty()) return std::nullopt;
    const auto old = act.draft.get("fin/" + std::string(id));
    if (old == nullptr) return Refusal(Code::E_NOT_FOUND, "/rolls_over", json::Object{{"id", id}});
    if (old->find("fields")->string_or("borrower", "") != act.text("borrower")) {
        return Refusal(Code::E_WRONG_AUTHORITY, "/rolls_over",
                       json::Object{{"needs", "the same borrower"}});
    }
    if (in_list("drawn|partially_repaid|overdue", old->string_or("state", ""))) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "/rolls_over",
                   json::Object{{"id", id}, {"state", old->string_or("state", "")}},
                   where_of(old->find("updated")));
}

// What a pool lives on is not paid off by another loan: its claim leaves the pool first.
std::optional<Refusal> old_loan_unpooled(Act& act) {
    const std::string_view id = act.text("rolls_over");
    const auto pooled = id.empty() ? nullptr : act.draft.get("pooled/" + std::string(id));
    if (pooled == nullptr) return std::nullopt;
    return Refusal(Code::E_IN_SECURITIZATION_POOL, "/rolls_over",
                   json::Object{{"id", id}, {"programme", pooled->string_or("programme", "")}},
                   where_of(pooled->find("since")));
}

std::optional<Refusal> old_lenders_agree(Act& act) {
    const std::string_view id = act.text("rolls_over");
    const auto old = id.empty() ? nullptr : act.draft.get("fin/" + std::string(id));
    if (old == nullptr) return std::nullopt;
    for (const json::Value& lender : old->find("fields")->find("lenders")->as_array()) {
        if (is_lender(act, lender.as_string()) || agreed(act, lender.as_string())) continue;
        return Refusal(Code::E_CONSENT_REQUIRED, "/rolls_over", json::Object{{"needs", lender}});
    }
    return std::nullopt;
}

// Borrower, lenders, guarantors, and whoever owns or is owed what the financing rests on.
bool has_interest(const Act& act, const std::string& party) {
    if (act.text("borrower") == party || is_lender(act, party) ||
        act.has_party("guarantors", party))
        return true;
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = act.draft.get("pledge/" + id);
        for (const json::Value& one : pledge->find("fields")->find("pledgors")->as_array()) {
            if (one.as_string() == party) return true;
        }
    }
    for (const std::string& id : ids_in(act, "receivable_ids")) {
        if (act.draft.get("recv/" + id)->find("fields")->string_or("seller", "") == party)
            return true;
    }
    for (const std::string& id : ids_in(act, "certificate_ids")) {
        if (act.draft.get("cert/" + id)->string_or("provider", "") == party) return true;
    }
    const auto old = act.draft.get("fin/" + std::string(act.text("rolls_over")));
    if (old == nullptr) return false;
    for (const json::Value& lender : old->find("fields")->find("lenders")->as_array()) {
        if (lender.as_string() == party) return true;
    }
    return false;
}

std::optional<Refusal> may_consent(Act& act) {
    if (!has_interest(act, act.party())) return Refusal(Code::E_NOT_INTERESTED, "iss");
    if (!agreed(act, act.party())) return std::nullopt;
    return Refusal(Code::E_BAD_STATE, "", json::Object{{"reason", "agreed already"}});
}

std::optional<Refusal> not_overpaid(Act& act) {
    const std::int64_t outstanding = act.record.find("fields")->integer_or("outstanding", 0);
    const std::int64_t amount = act.body.integer_or("amount", 0);
    if (amount <= 0) return Refusal(Code::E_SCHEMA, "/amount", json::Object{{"reason", "above 0"}});
    if (amount <= outstanding) return std::nullopt;
    return Refusal(Code::E_OVERPAID, "/amount",
                   json::Object{{"amount", amount}, {"outstanding", outstanding}});
}

std::optional<Refusal> past_due(Act& act) {
    if (act.text("due_date") < to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_NO_DEFAULT, "", json::Object{{"due_date", act.text("due_date")}});
}

std::optional<Refusal> overdue_recorded(Act& act) {
    if (act.state() == "overdue") return std::nullopt;
    return Refusal(Code::E_NO_DEFAULT, "",
                   json::Object{{"state", act.state()}, {"due_date", act.text("due_date")}});
}

std::optional<Refusal> collateral_released(Act& act) {
    if (collateral_is_free(act.draft, act.record)) return std::nullopt;
    return Refusal(
        Code::E_BAD_STATE, "",
        json::Object{{"reason", "a pledge or an interest in a receivable still stands"}});
}

void propose(Act& act) {
    act.fields().set("proposer", act.party());
    act.record.set("checked", where_json(act.now));
}

void consent(Act& act) {
    if (act.record.find("fields")->find("consents") == nullptr)
        act.fields().set("consents", json::Array{});
    act.fields()["consents"].push(act.party());
}

void approve(Act& act) {
    act.record.set("approved", where_json(act.now));
    rest_on_basis(act);
}

// The old loan ends; its share of every pledge comes free for the new one.
void end_old_loan(Act& act) {
    const std::string key = "fin/" + std::string(act.text("rolls_over"));
    const auto held = act.draft.get(key);
    if (held == nullptr) return;
    json::Value old = *held;
    give_back_claims(act.draft, old, 0);
    old["fields"].set("outstanding", 0);
    old["fields"].set("rolled_into", act.id);
    old.set("state", "rolled_over");
    old.set("version", old.integer_or("version", 0) + 1);
    old.set("updated", where_json(act.now));
    act.draft.put(key, std::move(old));
    act.event("finance.rolled_over", std::string(act.text("rolls_over")),
              json::Object{{"into", act.id}});
}

void draw(Act& act) {
    json::Array allocations = spread_claim(act);
    end_old_loan(act);
    draw_claims(act, std::move(allocations));
    act.fields().set("outstanding", *act.record.find("fields")->find("secured_claim"));
    add_deadline(act.draft, shanghai_day_end(*date_from_text(act.text("due_date"))), act.key,
                 "overdue");
    act.event("finance.drawn", act.id,
              json::Object{{"statistics_bucket", act.field("statistics_bucket")}});
}

// From here on the lenders owe the release of what secured the loan.
void open_release_duty(Act& act) {
    const Date due = working_days_after(act.draft, act.today, kReleaseWorkingDays, kReleaseDays);
    act.fields().set("release_duty", json::Object{{"due", to_text(due)}, {"overdue", false}});
    add_deadline(act.draft, shanghai_day_end(due), act.key, "release");
    act.event("finance.release_duty", act.id, json::Object{{"due", to_text(due)}});
}

void reduce(Act& act, std::int64_t amount) {
    const std::int64_t left = act.record.find("fields")->integer_or("outstanding", 0) - amount;
    act.fields().set("outstanding", left);
    give_back_claims(act.draft, act.record, left);
}

void repay(Act& act) {
    reduce(act, act.body.integer_or("amount", 0));
    const bool whole = act.record.find("fields")->integer_or("outstanding", 0) == 0;
    if (whole) {
        act.set_state("repaid");
        open_release_duty(act);
    } else if (act.state() == "drawn") {
        act.set_state("partially_repaid");
    }
    act.event(whole ? "finance.repaid" : "finance.partially_repaid", act.id);
}

void declare_default(Act& act) {
    act.fields().set("debtor_notice", *act.body.find("debtor_notice"));
    act.event("finance.defaulted", act.id);
}

void recover(Act& act) {
    act.fields().set("proceeds", *act.body.find("proceeds"));
    reduce(act, act.body.integer_or("amount", 0));
    give_back_claims(act.draft, act.record, 0);  // the rest, if any, is no longer secured
    open_release_duty(act);
    act.event("finance.recovered", act.id);
}

void write_off(Act& act) {
    give_back_claims(act.draft, act.record, 0);
    act.event("finance.written_off", act.id);
}

void close(Act& act) {
    if (act.field("release_duty").bool_or("overdue", false) ||
        act.field("release_duty").string_or("due", "9999") < to_text(act.today)) {
        act.warnings.push_back(Code::W_CANCEL_OVERDUE);
    }
    act.event("finance.closed", act.id);
}

void fall_overdue(SystemAct& act) {
    if (!in_list("drawn|partially_repaid", act.record.string_or("state", ""))) return;
    act.record.set("state", "overdue");
    act.events.push_back({"finance.overdue", act.id, {}});
}

void check_release(SystemAct& act) {
    if (!in_list("repaid|recovered", act.record.string_or("state", ""))) return;
    if (collateral_is_free(act.draft, act.record)) {
        act.record.set("state", "closed");
        act.events.push_back({"finance.closed", act.id, {}});
        return;
    }
    act.record["fields"]["release_duty"].set("overdue", true);
    act.events.push_back({"finance.release_overdue", act.id,
                          json::Object{{"code", chain::name(Code::W_CANCEL_OVERDUE)}}});
}

void deadline(SystemAct& act, std::string_view what) {
    if (what == "overdue") fall_overdue(act);
    if (what == "release") check_release(act);
}

std::vector<Verb> verbs_until_draw() {
    const std::vector<Guard> collateral = {{Phase::existence, "B.8", parties_fit},
                                           {Phase::existence, "B.8", basis_exists},
                                           {Phase::existence, "B.8", old_loan_stands},
                                           {Phase::pledge, "B.8", basis_is_live},
                                           {Phase::pledge, "CC Art 547", lenders_hold_pledges}};
    const Guard unpooled{Phase::pool, "R-12", old_loan_unpooled};
    const std::vector<Guard> terms = {{Phase::term, "R-09", debt_within_rights}};
    std::vector<Guard> proposing = {{Phase::identifiers, "B.8", kind_is_backed},
                                    {Phase::identifiers, "B.8", figures_hold},
                                    {Phase::existence, "B.8", actor_takes_part}};
    proposing.insert(proposing.end(), collateral.begin(), collateral.end());
    proposing.push_back(unpooled);
    proposing.push_back({Phase::term, "B.8", dates_hold});
    proposing.insert(proposing.end(), terms.begin(), terms.end());
    std::vector<Guard> approving = {{Phase::existence, "B.8", actor_lends}};
    approving.insert(approving.end(), collateral.begin(), collateral.end());
    std::vector<Guard> drawing = approving;
    approving.push_back(unpooled);
    approving.insert(approving.end(), terms.begin(), terms.end());
    approving.push_back({Phase::amounts, "B.8", room_under_basis});
    approving.push_back({Phase::evidence, "B.8, GuarInt Art 16", owners_consent});
    approving.push_back({Phase::evidence, "B.8", old_lenders_agree});
    drawing.push_back({Phase::pledge, "CC Art 444", pledges_registered});
    drawing.push_back({Phase::pledge, "R-18", receivables_financed});
    drawing.push_back(unpooled);
    drawing.push_back({Phase::term, "B.8", draw_day_reached});
    drawing.insert(drawing.end(), terms.begin(), terms.end());
    drawing.push_back({Phase::amounts, "R-10, Seiz2020 Art 25", claims_not_fixed});
    drawing.push_back({Phase::amounts, "R-10, GuarInt Art 15", claim_is_secured});
    drawing.push_back({Phase::evidence, "B.8, GuarInt Art 16", owners_consent});
    return {
        {"propose", "", "proposed", "", Approval::one, &propose_body(), proposing, propose, "提出"},
        {"consent",
         "proposed|approved",
         "",
         "",
         Approval::maker_checker,
         &empty_body(),
         {{Phase::existence, "B.8", may_consent}},
         consent,
         "同意"},
        {"approve", "proposed", "approved", kLenders, Approval::maker_checker, &empty_body(),
         approving, approve, "审批"},
        {"draw", "approved", "drawn", kLenders, Approval::maker_checker, &empty_body(), drawing,
         draw, "放款"},
    };
}

std::vector<Verb> verbs_after_draw() {
    constexpr std::string_view kRunning = "drawn|partially_repaid|overdue";
    const Guard lends{Phase::existence, "B.8", actor_lends};
    const Guard within{Phase::amounts, "B.8", not_overpaid};
    return {
        {"repay",
         kRunning,
         "",
         kLenders,
         Approval::maker_checker,
         &repay_body(),
         {lends, within},
         repay,
         "还款"},
        {"mark_overdue",
         "drawn|partially_repaid",
         "overdue",
         kLenders,
         Approval::one,
         &empty_body(),
         {lends, {Phase::term, "B.8", past_due}},
         nullptr,
         "标记逾期"},
        {"declare_default",
         kRunning,
         "defaulted",
         kLenders,
         Approval::maker_checker,
         &default_body(),
         {lends, {Phase::term, "CC Art 436", overdue_recorded}},
         declare_default,
         "宣布违约"},
        {"enforce",
         "defaulted",
         "enforcing",
         kLenders,
         Approval::maker_checker,
         &reason_body(),
         {lends},
         nullptr,
         "实现担保"},
        {"recover",
         "enforcing",
         "recovered",
         kLenders,
         Approval::maker_checker,
         &proceeds_body(),
         {lends, {Phase::pledge, "CC Art 414", higher_ranks_paid}, within},
         recover,
         "受偿"},
        {"write_off",
         "enforcing",
         "written_off",
         kLenders,
         Approval::maker_checker,
         &reason_body(),
         {lends},
         write_off,
         "核销"},
        {"close",
         "repaid|recovered",
         "closed",
         "",
         Approval::one,
         &empty_body(),
         {{Phase::existence, "B.8", actor_takes_part}, {Phase::pledge, "B.8", collateral_released}},
         close,
         "办结"},
    };
}

}  // namespace

RecordType financing_type() {
    RecordType type{"finance",           "融资事项",         "fin/",   "FE",
                    &financing_fields(), verbs_until_draw(), deadline, nullptr};
    type.plural = "financing";
    // From the draw on: public totals by the public bucket alone, and what its own parties ask for.
    type.handles = [](const json::Value& record, std::set<std::string>& out) {
        const json::Value& fields = *record.find("fields");
        if (fields.find("allocations") == nullptr) return;
        const json::Value& bucket = *fields.find("statistics_bucket");
        for (const std::string_view district : {bucket.string_or("district", ""), kEverywhere})
            out.insert(statistics_handle(bucket.integer_or("year", 0), district,
                                         bucket.string_or("kind", ""),
                                         bucket.string_or("amount_band", "")));
        out.insert(own_handle("borrower", fields.string_or("borrower", "")));
        for (const json::Value& one : fields.find("lenders")->as_array())
            out.insert(own_handle("lender", one.as_string()));
    };
    for (Verb& verb : verbs_after_draw()) type.verbs.push_back(std::move(verb));
    return type;
}

}  // namespace quanlu::registry
