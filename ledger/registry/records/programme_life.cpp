// See programme_life.h. Cash comes in by collection, goes out by distribution; between them the
// account holds it.
#include "ledger/registry/records/programme_life.h"

#include <algorithm>

#include "crypto/base/checked_math.h"
#include "ledger/registry/records/programme_fields.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/amounts.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/pool_rules.h"
#include "ledger/registry/rules/waterfall.h"

namespace quanlu::registry {

using chain::Code;
using chain::Refusal;

std::vector<std::string> manager_and_custodian(const Act& act) {
    return {std::string(act.text("plan_manager")), std::string(act.text("custodian"))};
}

std::optional<Refusal> actor_manages(Act& act) {
    if (act.text("plan_manager") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss",
                   json::Object{{"needs", act.text("plan_manager")}});
}

void end_programme(Act& act) {
    if (const json::Value* pool = act.record.find("fields")->find("pool")) {
        const json::Array entries = pool->as_array();
        for (const json::Value& entry : entries) {
            if (is_pooled(entry)) leave_pool(act, entry);
        }
    }
    for (const char* name : {"plan_manager", "custodian", "originator", "servicer"})
        count_open_record(act.draft, act.text(name), -1);
}

namespace {

constexpr std::int64_t kWhole = 1'000'000;  // ppm

std::vector<std::string> replacing_parties(const Act& act) {
    std::vector<std::string> parties = manager_and_custodian(act);
    parties.emplace_back(act.text("originator"));
    return parties;
}

const json::Array& list_of(const Act& act, std::string_view name) {
    static const json::Array kNone;
    const json::Value* list = act.record.find("fields")->find(name);
    return list == nullptr ? kNone : list->as_array();
}

json::Value& entry_of(Act& act) {
    json::Array& pool = act.fields()["pool"].as_array();
    return *std::find_if(pool.begin(), pool.end(), [&](const json::Value& entry) {
        return *entry.find("no") == *act.body.find("no");
    });
}

std::int64_t outstanding(const json::Value& fields) {
    std::int64_t sum = 0;
    for (const json::Value& tranche : fields.find("tranches")->as_array())
        sum += tranche.integer_or("outstanding", 0);
    return sum;
}

std::optional<Refusal> actor_services(Act& act) {
    if (act.text("servicer") == act.party()) return std::nullopt;
    return Refusal(Code::E_WRONG_AUTHORITY, "iss", json::Object{{"needs", act.text("servicer")}});
}

std::optional<Refusal> received_by_now(Act& act) {
    if (act.body.string_or("received_on", "") <= to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/received_on", json::Object{{"today", to_text(act.today)}});
}

// No more principal than the claim holds; account and entry stay countable: what was distributed
// has left the account, not what the entry collected.
std::optional<Refusal> collection_fits(Act& act) {
    const json::Value* entry = entry_named(act);
    if (entry == nullptr) return std::nullopt;
    const std::int64_t amount = act.body.integer_or("amount", 0);
    const std::int64_t left = entry->integer_or("principal_left", 0);
    const bool is_principal = act.body.string_or("kind", "") == "principal";
    const bool fits =
        sum_within(act.record.find("fields")->integer_or("cash", 0), amount).has_value() &&
        sum_within(entry->integer_or("collected", 0), amount).has_value();
    if (amount > 0 && fits && (!is_principal || amount <= left)) return std::nullopt;
    return Refusal(Code::E_WATERFALL_UNBALANCED, "/amount",
                   json::Object{{"amount", amount}, {"principal_left", left}});
}

std::optional<Refusal> pay_date_next(Act& act) {
    const json::Array& before = list_of(act, "distributions");
    const std::string_view last =
        before.empty() ? std::string_view() : before.back().string_or("pay_date", "");
    const std::string_view day = act.body.string_or("pay_date", "");
    if (day > last && day >= act.text("issued_on") && day <= to_text(act.today))
        return std::nullopt;
    return Refusal(
        Code::E_BACKDATED, "/pay_date",
        json::Object{
            {"last", last}, {"issued_on", act.text("issued_on")}, {"today", to_text(act.today)}});
}

std::optional<Refusal> room_for_another(const Act& act, std::string_view list) {
    const auto n = static_cast<std::int64_t>(list_of(act, list).size());
    if (n < kDistributionsMax) return std::nullopt;
    return Refusal(Code::E_TOO_LARGE, "", json::Object{{"most", kDistributionsMax}});
}
std::optional<Refusal> room_for_distribution(Act& act) {
    return room_for_another(act, "distributions");
}
std::optional<Refusal> room_for_call(Act& act) {
    return room_for_another(act, "shortfalls");
}

// A replacement is worth no less than what it replaces, and all of them stay under the cap.
std::optional<Refusal> replacement_fits(Act& act) {
    const json::Value* leaving = entry_named(act);
    if (leaving == nullptr) return std::nullopt;
    for (const char* name : {"principal", "appraised_value"}) {
        const std::int64_t before = leaving->integer_or(name, 0);
        if (act.body.integer_or(name, 0) >= before) continue;
        return Refusal(Code::E_NOT_ELIGIBLE, "/" + std::string(name),
                       json::Object{{"reason", "below what it replaces"}, {"needs", before}});
    }
    const json::Value& fields = *act.record.find("fields");
    const auto replaced =
        sum_within(fields.integer_or("replaced", 0), leaving->integer_or("principal", 0));
    const std::int64_t cap = mul_div_floor(fields.integer_or("issue_amount", 0),
                                           fields.integer_or("replacement_cap_ppm", 0), kWhole)
                                 .value_or(0);
    if (replaced && *replaced <= cap) return std::nullopt;
    json::Value facts = json::Object{{"cap", cap}};
    if (replaced) facts.set("replaced", *replaced);
    return Refusal(Code::E_REPLACEMENT_CAP, "/no", std::move(facts));
}

std::optional<Refusal> overdue_enough(Act& act) {
    const std::int64_t days = act.body.integer_or("days_overdue", 0);
    const std::int64_t needed = act.record.find("fields")->integer_or("default_after_days", 0);
    if (days >= needed) return std::nullopt;
    return Refusal(Code::E_NO_TRIGGER, "/days_overdue",
                   json::Object{{"days_overdue", days}, {"default_after_days", needed}});
}

std::optional<Refusal> shortfall_before_pay_date(Act& act) {
    const std::string_view day = act.body.string_or("shortfall_date", "");
    if (day < act.body.string_or("pay_date", "")) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/shortfall_date",
                   json::Object{{"pay_date", act.body.string_or("pay_date", "")}});
}

std::optional<Refusal> cash_falls_short(Act& act) {
    const std::int64_t cash = act.record.find("fields")->integer_or("cash", 0);
    const std::int64_t needed = act.body.integer_or("needed", 0);
    if (needed > cash && !act.text("shortfall_payer").empty()) return std::nullopt;
    return Refusal(
        Code::E_NO_SHORTFALL, "/needed",
        json::Object{
            {"needed", needed}, {"cash", cash}, {"shortfall_payer", act.text("shortfall_payer")}});
}

// What the ledger knows it reads; the rest is shown by a document.
std::optional<Refusal> trigger_shown(Act& act) {
    const std::string_view trigger = act.body.string_or("trigger", "");
    const json::Value& fields = *act.record.find("fields");
    if (trigger == "default_rate") {
        std::int64_t defaulted = 0;
        for (const json::Value& entry : list_of(act, "pool")) {
            if (entry.string_or("status", "") == "defaulted")
                defaulted += entry.integer_or("principal", 0);
        }
        const std::int64_t all = pool_sum(fields, "principal");
        const std::int64_t rate = all == 0 ? 0 : mul_div_floor(defaulted, kWhole, all).value_or(0);
        const std::int64_t needed = fields.integer_or("default_rate_trigger_ppm", 0);
        if (rate >= needed) return std::nullopt;
        return Refusal(Code::E_NO_TRIGGER, "/trigger",
                       json::Object{{"default_rate_ppm", rate}, {"trigger_ppm", needed}});
    }
    if (trigger == "shortfall_payer_failed") {
        for (const json::Value& call : list_of(act, "shortfalls")) {
            if (call.integer_or("paid", 0) < call.integer_or("amount", 0) &&
                call.string_or("shortfall_date", "") < to_text(act.today))
                return std::nullopt;
        }
        return Refusal(Code::E_NO_TRIGGER, "/trigger",
                       json::Object{{"needs", "a call unpaid after its day"}});
    }
    if (act.body.find("evidence") != nullptr) return std::nullopt;
    return Refusal(Code::E_NO_TRIGGER, "/evidence", json::Object{{"needs", "the document's hash"}});
}

std::optional<Refusal> nothing_outstanding(Act& act) {
    const json::Value& fields = *act.record.find("fields");
    const std::int64_t cash = fields.integer_or("cash", 0);
    const std::int64_t left = outstanding(fields);
    if (cash == 0 && (left == 0 || act.body.find("assets_sold") != nullptr)) return std::nullopt;
    return Refusal(Code::E_TRANCHE_OUTSTANDING, "",
                   json::Object{{"outstanding", left}, {"cash", cash}});
}

void collect(Act& act) {
    const std::int64_t amount = act.body.integer_or("amount", 0);
    json::Value& fields = act.fields();
    fields.set("cash", fields.integer_or("cash", 0) + amount);
    json::Value& entry = entry_of(act);
    entry.set("collected", entry.integer_or("collected", 0) + amount);
    if (in_list("interest|penalty", act.body.string_or("kind", ""))) return;
    const std::int64_t left = entry.integer_or("principal_left", 0);
    entry.set("principal_left", left - std::min(left, amount));
    if (left <= amount) entry.set("status", "repaid");
}

// Other credits pay what the shortfall payer was called for, oldest call first.
void pay_calls(json::Value& fields, std::int64_t credits) {
    if (fields.find("shortfalls") == nullptr) return;
    for (json::Value& call : fields["shortfalls"].as_array()) {
        const std::int64_t open = call.integer_or("amount", 0) - call.integer_or("paid", 0);
        const std::int64_t part = std::min(open, credits);
        call.set("paid", call.integer_or("paid", 0) + part);
        credits -= part;
    }
}

void distribute(Act& act) {
    json::Value& fields = act.fields();
    const json::Array& lines = act.body.find("lines")->as_array();
    json::Array payouts;
    for (const json::Value& line : lines) {
        const std::string_view name = line.string_or("line", "");
        const std::string_view paid_to = line.string_or("tranche", "");
        const std::int64_t paid = line.integer_or("paid", 0);
        if (paid_to.empty() || paid == 0) continue;
        for (json::Value& tranche : fields["tranches"].as_array()) {
            if (tranche.string_or("name", "") != paid_to || name.ends_with("_interest")) continue;
            // The residual tranche is paid down by what it receives; the rest is its yield.
            const std::int64_t left = tranche.integer_or("outstanding", 0);
            tranche.set("outstanding", left - std::min(left, paid));
        }
        for (const json::Value& share : shares_of(fields, paid_to, paid)) {
            json::Value payout = share;
            payout.set("line", name);
            payout.set("tranche", paid_to);
            payouts.push_back(std::move(payout));
        }
    }
    const std::int64_t collected = act.body.integer_or("collected", 0);
    fields.set("cash", fields.integer_or("cash", 0) - collected);
    pay_calls(fields, act.body.integer_or("other_credits", 0));
    const auto n = static_cast<std::int64_t>(list_of(act, "distributions").size()) + 1;
    json::Value distribution = act.body;
    distribution.set("n", n);
    distribution.set("outstanding", outstanding(fields));
    if (n == 1) fields.set("distributions", json::Array{});
    fields["distributions"].push(std::move(distribution));
    const std::string id = act.id + "/" + std::to_string(n);
    // Typed "programme", so that it is shown to those it names and to officials.
    act.draft.put("payout/" + id,
                  json::Object{{"type", "programme"},
                               {"id", id},
                               {"made", where_json(act.now)},
                               {"fields", json::Object{{"plan_manager", act.text("plan_manager")},
                                                       {"custodian", act.text("custodian")},
                                                       {"payouts", std::move(payouts)}}}});
    act.event("programme.distributed", act.id,
              json::Object{{"n", n}, {"pay_date", *act.body.find("pay_date")}});
}

void replace(Act& act) {
    const json::Value leaving = *entry_named(act);
    enter_pool(act, "performing");  // in first, then out
    leave_pool(act, leaving);
    entry_of(act).set("status", "replaced");
    json::Value& fields = act.fields();
    fields.set("replaced", fields.integer_or("replaced", 0) + leaving.integer_or("principal", 0));
    count_pool(fields);
    act.event("pool.left", act.id,
              json::Object{{"no", *leaving.find("no")}, {"rights", *leaving.find("rights")}});
}

void mark_default(Act& act) {
    entry_of(act).set("status", "defaulted");
    act.event("pool.defaulted", act.id, json::Object{{"no", *act.body.find("no")}});
}

void call_shortfall(Act& act) {
    json::Value& fields = act.fields();
    const std::int64_t amount = act.body.integer_or("needed", 0) - fields.integer_or("cash", 0);
    if (fields.find("shortfalls") == nullptr) fields.set("shortfalls", json::Array{});
    fields["shortfalls"].push(json::Object{{"pay_date", *act.body.find("pay_date")},
                                           {"shortfall_date", *act.body.find("shortfall_date")},
                                           {"amount", amount},
                                           {"paid", 0}});
    act.event("programme.shortfall_called", act.id,
              json::Object{{"payer", act.text("shortfall_payer")}, {"amount", amount}});
}

void accelerate(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
    act.event("programme.accelerated", act.id,
              json::Object{{"trigger", *act.body.find("trigger")}});
}

void clear(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
    end_programme(act);
    act.event("programme.cleared", act.id);
}

}  // namespace

std::vector<Verb> programme_life_verbs() {
    constexpr std::string_view kRunning = "issued|accelerated";
    const Guard there{Phase::existence, "B.9", entry_there};
    const Guard serves{Phase::existence, "B.9", actor_services};
    return {
        {"collect",
         kRunning,
         "",
         "",
         Approval::maker_checker,
         &programme::collect_body(),
         {serves,
          there,
          {Phase::term, "B.9", received_by_now},
          {Phase::amounts, "R-16", collection_fits}},
         collect,
         "归集"},
        {"distribute",
         kRunning,
         "",
         "",
         Approval::every_party,
         &programme::distribute_body(),
         {{Phase::term, "B.9", pay_date_next},
          {Phase::amounts, "R-16", waterfall_holds},
          {Phase::amounts, "B.9", room_for_distribution}},
         distribute,
         "分配",
         manager_and_custodian},
        {"replace_asset",
         "issued",
         "",
         "",
         Approval::every_party,
         &programme::replace_body(),
         {there,
          {Phase::existence, "B.9", entry_exists},
          {Phase::freeze, "R-06", entry_unfrozen},
          {Phase::pledge, "R-11", entry_pledged},
          {Phase::pool, "R-11", entry_unpooled},
          {Phase::term, "B.5, R-30", entry_appraised},
          {Phase::amounts, "R-15", entry_eligible},
          {Phase::amounts, "R-15", replacement_fits},
          {Phase::amounts, "R-13", advance_rate_holds}},
         replace,
         "资产置换",
         replacing_parties},
        {"asset_default",
         kRunning,
         "",
         "",
         Approval::maker_checker,
         &programme::default_body(),
         {serves, there, {Phase::amounts, "B.9", overdue_enough}},
         mark_default,
         "资产违约"},
        {"call_shortfall",
         kRunning,
         "",
         "plan_manager",
         Approval::maker_checker,
         &programme::shortfall_body(),
         {{Phase::existence, "B.9", actor_manages},
          {Phase::term, "B.9", shortfall_before_pay_date},
          {Phase::amounts, "B.9", cash_falls_short},
          {Phase::amounts, "B.9", room_for_call}},
         call_shortfall,
         "要求差额支付"},
        {"accelerate",
         "issued",
         "accelerated",
         "",
         Approval::every_party,
         &programme::accelerate_body(),
         {{Phase::evidence, "B.9", trigger_shown}},
         accelerate,
         "加速清偿",
         manager_and_custodian},
        {"clear",
         kRunning,
         "cleared",
         "",
         Approval::every_party,
         &programme::clear_body(),
         {{Phase::amounts, "B.9", nothing_outstanding}},
         clear,
         "清算",
         manager_and_custodian},
    };
}

}  // namespace quanlu::registry
