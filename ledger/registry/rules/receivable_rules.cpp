// See receivable_rules.h. Refusals here carry no position: it would lead to the other lender's
// transaction.
#include "ledger/registry/rules/receivable_rules.h"

#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::int64_t kTaxStatusHours = 24;   // policy tax_status_hours_max
constexpr std::size_t kRegistrationsMax = 64;  // of one invoice; bounds what one more rewrites
constexpr std::size_t kNearMax = 256;          // of the same facts under other numbers
constexpr std::int64_t kMillisPerHour = 3'600'000;
constexpr std::size_t kPseudonymDigits = 16;

const json::Array kNone;

const json::Array& list_at(const json::Value* value, std::string_view name) {
    const json::Value* list = value == nullptr ? nullptr : value->find(name);
    return list == nullptr ? kNone : list->as_array();
}

std::vector<std::string> stated(const Act& act, std::initializer_list<const char*> names) {
    std::vector<std::string> out;
    for (const char* name : names) {
        if (!act.text(name).empty()) out.emplace_back(act.text(name));
    }
    return out;
}

// Under the present key and, while keys are changed, under the one before (E.6).
std::vector<std::string> exact_of(const Act& act) {
    return stated(act, {"fp_exact", "fp_exact_prior"});
}
std::vector<std::string> economic_of(const Act& act) {
    return stated(act, {"fp_economic", "fp_economic_prior"});
}

std::string pseudonym(const Act& act, const std::string& exact) {
    const std::string text = "QUANLU-APPLICANT/1|" + exact + "|" + std::string(act.text("seller"));
    return to_hex(crypto::sha256(as_bytes(text))).substr(0, kPseudonymDigits);
}

std::string month_of(Date day) {
    return to_text(day).substr(0, 7);
}

// Number of the record's own registration under a fingerprint; 0 before it has one.
std::int64_t own_number(const Act& act, const std::string& fingerprint) {
    for (const json::Value& slot : list_at(act.record.find("fields"), "fp_slots")) {
        if (slot.string_or("fp", "") == fingerprint) return slot.integer_or("n", 0);
    }
    return 0;
}

json::Value map_value(const Draft& draft, const std::string& key, const std::string& id) {
    if (const auto held = draft.get(key)) return *held;
    return json::Object{
        {"type", "fingerprint"}, {"id", id}, {"next", 1}, {"registrations", json::Array{}}};
}

bool any_financed(const json::Value& value) {
    for (const json::Value& one : list_at(&value, "registrations")) {
        if (one.string_or("status", "") == kFinanced) return true;
    }
    return false;
}

// Appends an entry under `key`, numbers it, remembers the number in the record.
void append(Act& act, const std::string& prefix, const std::string& fingerprint,
            json::Value entry) {
    json::Value value = map_value(act.draft, prefix + fingerprint, fingerprint);
    const std::int64_t n = value.integer_or("next", 1);
    entry.set("n", n);
    value["registrations"].push(std::move(entry));
    value.set("next", n + 1);
    if (prefix == "invfp/") value.set("financed", any_financed(value));
    act.draft.put(prefix + fingerprint, std::move(value));
    if (act.record.find("fields")->find("fp_slots") == nullptr)
        act.fields().set("fp_slots", json::Array{});
    act.fields()["fp_slots"].push(json::Object{{"fp", fingerprint}, {"n", n}});
}

// Keeps the entries for which `keep` says so, after it may have changed them; an empty value leaves
// the map.
template <class Keep>
void rewrite(Act& act, const std::string& prefix, const std::string& fingerprint, Keep&& keep) {
    const auto held = act.draft.get(prefix + fingerprint);
    if (held == nullptr) return;
    const std::int64_t own = own_number(act, fingerprint);
    json::Array kept;
    for (json::Value entry : list_at(held.get(), "registrations")) {
        if (entry.integer_or("n", 0) != own || keep(entry)) kept.push_back(std::move(entry));
    }
    if (kept.empty()) {
        act.draft.erase(prefix + fingerprint);
        return;
    }
    json::Value value = *held;
    value.set("registrations", std::move(kept));
    if (prefix == "invfp/") value.set("financed", any_financed(value));
    act.draft.put(prefix + fingerprint, std::move(value));
}

void look_exact(const Act& act, const std::string& exact, Hits& hits) {
    const auto held = act.draft.get("invfp/" + exact);
    const std::string mine = pseudonym(act, exact);
    for (const json::Value& one : list_at(held.get(), "registrations")) {
        if (one.integer_or("n", 0) == own_number(act, exact)) continue;
        ++hits.registrations;
        (one.string_or("applicant", "") == mine ? hits.same_applicant : hits.other_applicant) =
            true;
        if (one.string_or("status", "") != kFinanced) continue;
        hits.financed = true;
        hits.financed_month = one.string_or("month", "");
    }
}

void look_economic(const Act& act, const std::string& economic, Hits& hits) {
    const std::vector<std::string> own = exact_of(act);
    const auto held = act.draft.get("invec/" + economic);
    for (const json::Value& one : list_at(held.get(), "registrations")) {
        const std::string exact(one.string_or("exact", ""));
        bool mine = false;
        for (const std::string& each : own) mine = mine || each == exact;
        hits.partial = hits.partial || !mine;
    }
}

}  // namespace

Hits hits_of(const Act& act) {
    Hits hits;
    for (const std::string& exact : exact_of(act)) look_exact(act, exact, hits);
    for (const std::string& economic : economic_of(act)) look_economic(act, economic, hits);
    return hits;
}

void enter_registration(Act& act) {
    for (const std::string& exact : exact_of(act)) {
        append(act, "invfp/", exact,
               json::Object{{"applicant", pseudonym(act, exact)},
                            {"month", month_of(act.today)},
                            {"status", kRegistered}});
    }
    for (const std::string& economic : economic_of(act)) {
        append(act, "invec/", economic, json::Object{{"exact", act.text("fp_exact")}});
    }
}

void move_registration(Act& act, std::string_view status) {
    for (const std::string& exact : exact_of(act)) {
        rewrite(act, "invfp/", exact, [&](json::Value& entry) {
            entry.set("status", status);
            entry.set("month", month_of(act.today));
            return true;
        });
    }
}

void drop_registration(Act& act) {
    for (const std::string& exact : exact_of(act)) {
        rewrite(act, "invfp/", exact, [](json::Value&) { return false; });
    }
    for (const std::string& economic : economic_of(act)) {
        rewrite(act, "invec/", economic, [](json::Value&) { return false; });
    }
}

std::optional<Refusal> not_financed_before(Act& act) {
    const Hits hits = hits_of(act);
    if (!hits.financed) return std::nullopt;
    return Refusal(
        Code::E_DUPLICATE_FINANCED, "/fp_exact",
        json::Object{{"match", "exact"}, {"status", kFinanced}, {"since", hits.financed_month}});
}

std::optional<Refusal> room_for_registration(Act& act) {
    if (hits_of(act).registrations >= kRegistrationsMax) {
        return Refusal(Code::E_DUPLICATE_SUBMISSION, "/fp_exact",
                       json::Object{{"reason", "too many live registrations of one invoice"}});
    }
    for (const std::string& economic : economic_of(act)) {
        const auto held = act.draft.get("invec/" + economic);
        if (list_at(held.get(), "registrations").size() < kNearMax) continue;
        return Refusal(Code::E_DUPLICATE_SUBMISSION, "/fp_economic",
                       json::Object{{"reason", "too many live registrations of the same facts"}});
    }
    return std::nullopt;
}

std::optional<Refusal> partial_hit_explained(Act& act) {
    if (!hits_of(act).partial || act.field("partial_hit_reason").find("_sd") != nullptr) {
        return std::nullopt;
    }
    return Refusal(
        Code::E_MISSING_EVIDENCE, "/partial_hit_reason",
        json::Object{{"match", "partial"}, {"warning", chain::name(Code::W_PARTIAL_HIT)}});
}

std::optional<Refusal> not_assigned(Act& act) {
    for (const json::Value& one : interests_of(act.record)) {
        if (one.string_or("kind", "") == "pledge") continue;
        return Refusal(Code::E_ALREADY_ASSIGNED, "",
                       json::Object{{"kind", one.string_or("kind", "")}});
    }
    return std::nullopt;
}

std::optional<Refusal> tax_status_holds(Act& act) {
    const json::Value& tax = act.field("tax_status");
    const std::string_view status = tax.string_or("status", "unknown");
    if (status == "voided" || status == "red_flushed") {
        return Refusal(Code::E_INVOICE_VOIDED, "", json::Object{{"tax_status", status}});
    }
    const std::int64_t hours =
        policy_value(act.draft, "tax_status_hours_max", act.now.height, kTaxStatusHours);
    const std::int64_t checked = tax.integer_or("checked_at_ms", 0);
    const bool fresh = act.now.time.value - checked <= hours * kMillisPerHour;
    if (status == "valid" && fresh) return std::nullopt;
    return Refusal(
        Code::E_STALE_TAX_STATUS, "",
        json::Object{{"tax_status", status}, {"checked_at_ms", checked}, {"hours_max", hours}});
}

std::optional<Refusal> residual_holds(Act& act) {
    const std::int64_t amount = act.body.integer_or("amount", 0);
    const std::int64_t residual =
        act.record.find("fields")->integer_or("invoice_amount", 0) - financed_total(act.record);
    if (amount > 0 && amount <= residual) return std::nullopt;
    if (amount <= 0) return Refusal(Code::E_SCHEMA, "/amount", json::Object{{"reason", "above 0"}});
    return Refusal(Code::E_RESIDUAL_EXCEEDED, "/amount",
                   json::Object{{"amount", amount}, {"residual", residual}});
}

// A ban agreed between the parties does not bind third parties where money is owed (CC Art 545);
// one by law does.
std::optional<Refusal> may_be_assigned(Act& act) {
    if (act.text("assignment_bar") != "law") return std::nullopt;
    return Refusal(Code::E_ASSIGNMENT_BARRED, "", json::Object{{"assignment_bar", "law"}});
}

const json::Array& interests_of(const json::Value& record) {
    return list_at(record.find("fields"), "interests");
}

const json::Value* interest_numbered(const json::Value& record, std::int64_t n) {
    for (const json::Value& one : interests_of(record)) {
        if (one.integer_or("n", 0) == n) return &one;
    }
    return nullptr;
}

std::int64_t financed_total(const json::Value& record) {
    std::int64_t total = 0;
    for (const json::Value& one : interests_of(record)) total += one.integer_or("outstanding", 0);
    return total;
}

bool is_financier(const Act& act, std::string_view party) {
    for (const json::Value& one : interests_of(act.record)) {
        if (one.string_or("financier", "") == party) return true;
    }
    return false;
}

void sum_up(Act& act) {
    const std::int64_t total = financed_total(act.record);
    act.fields().set("financed_total", total);
    act.fields().set("residual",
                     act.record.find("fields")->integer_or("invoice_amount", 0) - total);
}

}  // namespace quanlu::registry
