// The acts of B.7 from consent to write-off: what a lender does with a registered receivable. Money
// is counted in what is outstanding of each interest; the receivable itself moves by reassignment,
// which its receiver accepts (Pudong Arts 7, 8). R-17, CC Arts 445, 545, 546, 766.
#include "ledger/registry/records/receivable_financing.h"

#include "ledger/registry/records/receivable_fields.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/receivable_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::size_t kConsentsMax = 50;   // unused ones; more are noise
constexpr std::size_t kInterestsMax = 20;  // live ones of one receivable
constexpr std::string_view kLenders = "bank|factor";

// Consents: the seller to a financing or a buy-back, a standing financier to what others do with
// the receivable.

std::optional<Refusal> may_consent(Act& act) {
    const std::string_view to = act.body.string_or("act", "");
    const bool seller = act.text("seller") == act.party() && to != "reassign";
    const bool financier = is_financier(act, act.party()) && to != "buy_back";
    if (seller || financier) return std::nullopt;
    return Refusal(Code::E_NOT_INTERESTED, "iss", json::Object{{"act", to}});
}

std::optional<Refusal> consent_is_whole(Act& act) {
    if (act.body.string_or("act", "") == "finance" &&
        (!act.body.find("interest_kind") || !act.body.find("amount"))) {
        return Refusal(Code::E_SCHEMA, "/amount",
                       json::Object{{"reason", "to a financing: interest_kind and amount"}});
    }
    const json::Value& held = act.field("consents");
    if (!held.is_array() || held.as_array().size() < kConsentsMax) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "", json::Object{{"reason", "too many unused consents"}});
}

void consent(Act& act) {
    if (act.record.find("fields")->find("consents") == nullptr)
        act.fields().set("consents", json::Array{});
    json::Value entry = act.body;
    entry.set("party", act.party());
    act.fields()["consents"].push(std::move(entry));
}

bool matches(const json::Value& consent, std::string_view party, std::string_view what,
             std::string_view to) {
    return consent.string_or("party", "") == party && consent.string_or("act", "") == what &&
           consent.string_or("to", "") == to;
}

// For a financing the consent also covers its kind and amount.
bool covers(const json::Value& consent, const Act& act) {
    if (consent.string_or("act", "") != "finance") return true;
    return consent.string_or("interest_kind", "") == act.body.string_or("interest_kind", "") &&
           consent.integer_or("amount", 0) >= act.body.integer_or("amount", 0);
}

bool has_consent(const Act& act, std::string_view party, std::string_view what,
                 std::string_view to) {
    const json::Value& held = act.field("consents");
    if (!held.is_array()) return false;
    for (const json::Value& one : held.as_array()) {
        if (matches(one, party, what, to) && covers(one, act)) return true;
    }
    return false;
}

// A consent is used once.
void use_consents(Act& act, std::string_view what, std::string_view to) {
    const json::Value& held = act.field("consents");
    if (!held.is_array()) return;
    json::Array kept;
    for (const json::Value& one : held.as_array()) {
        if (one.string_or("act", "") != what || one.string_or("to", "") != to) kept.push_back(one);
    }
    act.fields().set("consents", std::move(kept));
}

Refusal needs_consent(std::string_view what, std::string_view whose) {
    return Refusal(Code::E_CONSENT_REQUIRED, "", json::Object{{"act", what}, {"needs", whose}});
}

// Financing.

std::optional<Refusal> seller_consents(Act& act) {
    if (has_consent(act, act.text("seller"), "finance", act.party())) return std::nullopt;
    return needs_consent("finance", "the seller");
}

// A pledged receivable is not assigned without the pledgee (CC Art 445).
std::optional<Refusal> pledgees_let_assign(Act& act) {
    if (act.body.string_or("interest_kind", "") == "pledge") return std::nullopt;
    for (const json::Value& one : interests_of(act.record)) {
        const std::string_view financier = one.string_or("financier", "");
        if (financier == act.party() || has_consent(act, financier, "finance", act.party()))
            continue;
        return needs_consent("finance", "the pledgee");
    }
    return std::nullopt;
}

std::optional<Refusal> room_for_interest(Act& act) {
    if (interests_of(act.record).size() < kInterestsMax) return std::nullopt;
    return Refusal(Code::E_RESIDUAL_EXCEEDED, "",
                   json::Object{{"reason", "too many live interests"}});
}

std::optional<Refusal> kind_is_whole(Act& act) {
    const std::string_view kind = act.body.string_or("interest_kind", "");
    if (kind == "assignment" && act.body.find("recourse") == nullptr) {
        return Refusal(Code::E_SCHEMA, "/recourse",
                       json::Object{{"reason", "factoring says with or without recourse"}});
    }
    if (kind == "discount") return std::nullopt;
    for (const char* name : {"zdw_registration_no", "zdw_registered_on", "zdw_term_to"}) {
        if (act.body.find(name) == nullptr)
            return Refusal(Code::E_MISSING_EVIDENCE, std::string("/") + name);
    }
    const std::string_view on = act.body.string_or("zdw_registered_on", "");
    const std::string_view to = act.body.string_or("zdw_term_to", "");
    const std::string month = to_text(add_months(*date_from_text(on), 1));
    const std::string decades = to_text(add_years(*date_from_text(on), 30));
    if (on <= to_text(act.today) && to >= to_text(act.today) && to >= month && to <= decades)
        return std::nullopt;
    return Refusal(
        Code::E_BACKDATED, "/zdw_term_to",
        json::Object{{"registered_on", on}, {"term_to", to}, {"least", month}, {"most", decades}});
}

void finance(Act& act) {
    json::Value interest = act.body;
    interest.erase("interest_kind");
    interest.erase("debtor_notice");
    const std::int64_t n = act.record.integer_or("interest_count", 0) + 1;
    act.record.set("interest_count", n);
    interest.set("n", n);
    interest.set("kind", *act.body.find("interest_kind"));
    interest.set("financier", act.party());
    interest.set("assigner", act.text("seller"));
    interest.set("outstanding", *act.body.find("amount"));
    interest.set("since_ms", act.now.time.value);
    if (act.record.find("fields")->find("interests") == nullptr)
        act.fields().set("interests", json::Array{});
    act.fields()["interests"].push(std::move(interest));
    act.fields().set("interest_kind", *act.body.find("interest_kind"));
    if (const json::Value* notice = act.body.find("debtor_notice"))
        act.fields().set("debtor_notice", *notice);
    if (act.body.string_or("interest_kind", "") != "pledge") {
        act.fields().set("controller", act.party());
        act.fields().set("control_since_ms", act.now.time.value);
        act.fields().set("control_nonce",
                         act.record.find("fields")->integer_or("control_nonce", 0) + 1);
    }
    use_consents(act, "finance", act.party());
    sum_up(act);
    move_registration(act, kFinanced);
    // From the first interest on the financiers answer for it, no longer who registered it.
    if (n == 1) count_open_record(act.draft, act.text("registrant"), -1);
    count_open_record(act.draft, act.party(), 1);
    act.event("invoice.financed", act.id);
}

// Acts on one interest.

std::optional<Refusal> interest_is_own(Act& act) {
    const json::Value* interest = interest_numbered(act.record, act.body.integer_or("interest", 0));
    if (interest == nullptr) {
        return Refusal(Code::E_NOT_FOUND, "/interest",
                       json::Object{{"interest", act.body.integer_or("interest", 0)}});
    }
    if (interest->string_or("financier", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "the financier of this interest"}});
}

std::optional<Refusal> not_overpaid(Act& act) {
    const json::Value* interest = interest_numbered(act.record, act.body.integer_or("interest", 0));
    const std::int64_t outstanding =
        interest == nullptr ? 0 : interest->integer_or("outstanding", 0);
    const std::int64_t amount = act.body.integer_or("amount", 0);
    if (amount <= 0) return Refusal(Code::E_SCHEMA, "/amount", json::Object{{"reason", "above 0"}});
    if (amount <= outstanding) return std::nullopt;
    return Refusal(Code::E_OVERPAID, "/amount",
                   json::Object{{"amount", amount}, {"outstanding", outstanding}});
}

// Takes `amount` off an interest, closes it at nothing; the last one closed ends the record in
// `ended`.
void reduce(Act& act, std::int64_t amount, std::string_view ended, std::string_view registration) {
    const std::int64_t n = act.body.integer_or("interest", 0);
    json::Array kept;
    for (json::Value interest : interests_of(act.record)) {
        if (interest.integer_or("n", 0) == n) {
            const std::int64_t left = interest.integer_or("outstanding", 0) - amount;
            if (left == 0) {
                count_open_record(act.draft, interest.string_or("financier", ""), -1);
                continue;
            }
            interest.set("outstanding", left);
        }
        kept.push_back(std::move(interest));
    }
    const bool over = kept.empty();
    act.fields().set("interests", std::move(kept));
    act.fields().erase("transfer");
    sum_up(act);
    if (!over) return;
    act.set_state(ended);
    if (registration.empty()) {
        drop_registration(act);
    } else {
        move_registration(act, registration);
    }
    act.event("invoice." + std::string(ended), act.id);
}

std::int64_t whole_of(const Act& act) {
    return interest_numbered(act.record, act.body.integer_or("interest", 0))
        ->integer_or("outstanding", 0);
}

void repay(Act& act) {
    reduce(act, act.body.integer_or("amount", 0), "settled", kSettled);
}

// Control goes back with what carried it; a pledge never did, and another's assignment may stand.
void buy_back(Act& act) {
    use_consents(act, "buy_back", act.party());
    const json::Value* interest = interest_numbered(act.record, act.body.integer_or("interest", 0));
    if (interest->string_or("kind", "") != "pledge") {
        act.fields().set("controller", act.text("seller"));
        act.fields().set("control_since_ms", act.now.time.value);
        act.fields().set("control_nonce",
                         act.record.find("fields")->integer_or("control_nonce", 0) + 1);
    }
    reduce(act, whole_of(act), "released", "");
}

void write_off(Act& act) {
    reduce(act, whole_of(act), "written_off", kWrittenOff);
}

std::optional<Refusal> seller_buys_back(Act& act) {
    if (has_consent(act, act.text("seller"), "buy_back", act.party())) return std::nullopt;
    return needs_consent("buy_back", "the seller");
}

std::optional<Refusal> others_let_reassign(Act& act) {
    const std::string_view to = act.body.string_or("to", "");
    for (const json::Value& one : interests_of(act.record)) {
        const std::string_view financier = one.string_or("financier", "");
        if (financier == act.party() || has_consent(act, financier, "reassign", to)) continue;
        return needs_consent("reassign", "the other financier");
    }
    return std::nullopt;
}

std::optional<Refusal> receiver_fit(Act& act) {
    const std::string_view to = act.body.string_or("to", "");
    if (auto refusal = party_is_active(act.draft, to, "/to")) return refusal;
    if (to == act.party())
        return Refusal(Code::E_SCHEMA, "/to", json::Object{{"reason", "another party"}});
    if (party_has_role(act.draft, to, "bank") || party_has_role(act.draft, to, "factor"))
        return std::nullopt;
    return Refusal(Code::E_ROLE, "/to", json::Object{{"needs", "bank|factor"}});
}

void reassign(Act& act) {
    act.fields().set("transfer", act.body);
}

std::optional<Refusal> transfer_is_to_actor(Act& act) {
    const json::Value& transfer = act.field("transfer");
    if (transfer.find("to") == nullptr) {
        return Refusal(Code::E_BAD_STATE, "", json::Object{{"reason", "no transfer is open"}});
    }
    if (transfer.string_or("to", "") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "the receiver of the transfer"}});
}

void accept_transfer(Act& act) {
    const std::int64_t n = act.field("transfer").integer_or("interest", 0);
    for (json::Value& interest : act.fields()["interests"].as_array()) {
        if (interest.integer_or("n", 0) != n) continue;
        const std::string from(interest.string_or("financier", ""));
        interest.set("assigner", from);
        interest.set("financier", act.party());
        count_open_record(act.draft, from, -1);
        count_open_record(act.draft, act.party(), 1);
        if (interest.string_or("kind", "") != "pledge") act.fields().set("controller", act.party());
    }
    act.fields().set("control_since_ms", act.now.time.value);
    act.fields().set("control_nonce",
                     act.record.find("fields")->integer_or("control_nonce", 0) + 1);
    act.fields().erase("transfer");
    use_consents(act, "reassign", act.party());
    act.event("invoice.reassigned", act.id);
}

void reject_transfer(Act& act) {
    act.fields().erase("transfer");
}

std::optional<Refusal> actor_is_financier(Act& act) {
    if (is_financier(act, act.party())) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", "a financier of this receivable"}});
}

std::optional<Refusal> past_due(Act& act) {
    if (act.text("due_date") < to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_NO_DEFAULT, "", json::Object{{"due_date", act.text("due_date")}});
}

std::optional<Refusal> default_recorded(Act& act) {
    if (act.state() == "defaulted") return std::nullopt;
    return Refusal(Code::E_NO_DEFAULT, "", json::Object{{"state", act.state()}});
}

std::optional<Refusal> notice_not_ahead(Act& act) {
    if (act.body.string_or("date", "") <= to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/date", json::Object{{"today", to_text(act.today)}});
}

void notify_debtor(Act& act) {
    act.fields().set("debtor_notice", act.body);
}

}  // namespace

std::vector<Verb> receivable_financing_verbs() {
    constexpr std::string_view kLive = "financed|defaulted|enforcing";
    const Guard own{Phase::existence, "B.7", interest_is_own};
    return {
        {"consent",
         "registered_unique|confirmed|financed|defaulted",
         "",
         "",
         Approval::maker_checker,
         &consent_body(),
         {{Phase::existence, "B.7", may_consent}, {Phase::amounts, "B.7", consent_is_whole}},
         consent,
         "同意"},
        {"finance",
         "registered_unique|confirmed|financed",
         "financed",
         kLenders,
         Approval::maker_checker,
         &finance_body(),
         {{Phase::pledge, "R-18", not_financed_before},
          {Phase::pledge, "R-17", not_assigned},
          {Phase::term, "B.7", tax_status_holds},
          {Phase::amounts, "R-17", residual_holds},
          {Phase::amounts, "B.7", room_for_interest},
          {Phase::evidence, "CC Art 545", may_be_assigned},
          {Phase::evidence, "B.7", seller_consents},
          {Phase::evidence, "CC Art 445", pledgees_let_assign},
          {Phase::evidence, "UMR Art 2", kind_is_whole}},
         finance,
         "融资"},
        {"notify_debtor",
         kLive,
         "",
         kLenders,
         Approval::one,
         &notice_body(),
         {{Phase::existence, "CC Art 546", actor_is_financier},
          {Phase::term, "B.7", notice_not_ahead}},
         notify_debtor,
         "通知债务人"},
        {"repay",
         kLive,
         "",
         kLenders,
         Approval::maker_checker,
         &interest_amount_body(),
         {own, {Phase::amounts, "B.7", not_overpaid}},
         repay,
         "还款"},
        {"reassign",
         "financed",
         "",
         kLenders,
         Approval::maker_checker,
         &interest_to_body(),
         {own,
          {Phase::existence, "B.7", receiver_fit},
          {Phase::evidence, "CC Art 445", others_let_reassign}},
         reassign,
         "再转让"},
        {"accept_transfer",
         "financed",
         "",
         kLenders,
         Approval::maker_checker,
         &empty_body(),
         {{Phase::existence, "Pudong Art 7", transfer_is_to_actor}},
         accept_transfer,
         "接受转让"},
        {"reject_transfer",
         "financed",
         "",
         kLenders,
         Approval::one,
         &empty_body(),
         {{Phase::existence, "Pudong Art 7", transfer_is_to_actor}},
         reject_transfer,
         "拒绝转让"},
        {"buy_back",
         "financed|defaulted",
         "",
         kLenders,
         Approval::maker_checker,
         &interest_body(),
         {own, {Phase::evidence, "CC Art 766", seller_buys_back}},
         buy_back,
         "回购"},
        {"default",
         "financed",
         "defaulted",
         kLenders,
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.7", actor_is_financier}, {Phase::term, "B.7", past_due}},
         nullptr,
         "违约"},
        {"enforce",
         "financed|defaulted",
         "enforcing",
         kLenders,
         Approval::maker_checker,
         &reason_body(),
         {{Phase::existence, "B.7", actor_is_financier}, {Phase::term, "B.7", default_recorded}},
         nullptr,
         "实现权益"},
        {"write_off",
         "enforcing",
         "",
         kLenders,
         Approval::maker_checker,
         &interest_body(),
         {own},
         write_off,
         "核销"},
    };
}

}  // namespace quanlu::registry
