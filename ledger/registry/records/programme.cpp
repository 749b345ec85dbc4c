// B.9 securitization programme (知识产权证券化): one series from its pool to the issue of its
// tranches. What happens afterwards is in programme_life.cpp; what may enter the pool in
// pool_rules.cpp. Decision 0015.
#include <algorithm>
#include <set>

#include "ledger/registry/records/programme_fields.h"
#include "ledger/registry/records/programme_life.h"
#include "ledger/registry/records/types.h"
#include "ledger/registry/rules/amounts.h"
#include "ledger/registry/rules/party_rules.h"
#include "ledger/registry/rules/pool_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

// Parties that a programme names, and the role each must hold ("": any).
struct Part {
    std::string_view name, role;
};
constexpr Part kParts[] = {
    {"custodian", "custodian"},
    {"originator", "originator"},
    {"servicer", ""},
    {"shortfall_payer", "shortfall_payer"},
    {"guarantor", "guarantor"},
    {"law_firm", "assessor"},
    {"rating_agency", "rating_agency"},
    {"appraiser", "appraiser"},
};

std::vector<std::string> originator_and_manager(const Act& act) {
    return {std::string(act.text("originator")), std::string(act.text("plan_manager"))};
}

std::optional<Refusal> parts_filled(Act& act) {
    for (const Part& part : kParts) {
        const std::string_view party = act.text(part.name);
        if (party.empty()) continue;
        const std::string pointer = "/" + std::string(part.name);
        if (auto refusal = party_is_active(act.draft, party, pointer)) return refusal;
        if (part.role.empty() || party_has_role(act.draft, party, part.role)) continue;
        return Refusal(Code::E_ROLE, pointer, json::Object{{"needs", part.role}, {"party", party}});
    }
    if (act.text("custodian") != act.party()) return std::nullopt;
    return Refusal(Code::E_SCHEMA, "/custodian",
                   json::Object{{"reason", "custodian and plan manager are two organisations"}});
}

std::string shelf_key(const Act& act) {
    return "shelf/" +
           std::string(act.body.string_or("exchange_letter", act.text("exchange_letter")));
}

std::optional<Refusal> shelf_agrees(Act& act) {
    const std::int64_t stated = act.body.integer_or("shelf_amount", 0);
    const auto shelf = act.draft.get(shelf_key(act));
    const std::int64_t amount = shelf == nullptr ? stated : shelf->integer_or("amount", 0);
    if (stated > 0 && stated == amount) return std::nullopt;
    return Refusal(Code::E_SHELF_EXCEEDED, "/shelf_amount",
                   json::Object{{"shelf_amount", stated}, {"amount", amount}});
}

std::optional<Refusal> shelf_ahead(Act& act) {
    if (act.body.string_or("shelf_valid_to", "") >= to_text(act.today)) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/shelf_valid_to",
                   json::Object{{"today", to_text(act.today)}});
}

std::optional<Refusal> issued_within_shelf(Act& act) {
    const std::string_view on = act.body.string_or("issued_on", "");
    if (on <= to_text(act.today) && on <= act.text("shelf_valid_to")) return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/issued_on",
                   json::Object{{"today", to_text(act.today)},
                                {"shelf_valid_to", act.text("shelf_valid_to")}});
}

// Names differ, holders' faces of a tranche sum to its face, no holder twice in a tranche.
std::optional<Refusal> faces_agree(Act& act) {
    std::map<std::string_view, std::int64_t> left;
    for (const json::Value& tranche : act.body.find("tranches")->as_array()) {
        const std::int64_t face = tranche.integer_or("face", 0);
        if (face > 0 && left.emplace(tranche.string_or("name", ""), face).second) continue;
        return Refusal(Code::E_SCHEMA, "/tranches",
                       json::Object{{"reason", "names differ and faces are above 0"},
                                    {"tranche", tranche.string_or("name", "")}});
    }
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const json::Value& one : act.body.find("holders")->as_array()) {
        const std::string_view name = one.string_or("tranche", "");
        const std::int64_t face = one.integer_or("face", 0);
        const auto tranche = left.find(name);
        if (tranche == left.end() || face <= 0 || face > tranche->second ||
            !seen.insert({name, one.string_or("holder", "")}).second) {
            return Refusal(Code::E_SCHEMA, "/holders", json::Object{{"holder", one}});
        }
        tranche->second -= face;
    }
    for (const auto& [name, rest] : left) {
        if (rest == 0) continue;
        return Refusal(Code::E_SCHEMA, "/holders",
                       json::Object{{"tranche", name}, {"without_holder", rest}});
    }
    return std::nullopt;
}

std::int64_t holders_named(const Act& act) {
    std::set<std::string_view> holders;
    for (const json::Value& one : act.body.find("holders")->as_array())
        holders.insert(one.string_or("holder", ""));
    return static_cast<std::int64_t>(holders.size());
}

std::optional<Refusal> holders_few(Act& act) {
    const std::int64_t holders = holders_named(act);
    if (holders <= kHoldersMax) return std::nullopt;
    return Refusal(Code::E_TOO_MANY_HOLDERS, "/holders",
                   json::Object{{"holders", holders}, {"most", kHoldersMax}});
}

// R-14, and what is issued is backed by claims.
std::optional<Refusal> amount_holds(Act& act) {
    const std::int64_t amount = act.body.integer_or("issue_amount", 0);
    std::optional<std::int64_t> faces = 0;
    for (const json::Value& tranche : act.body.find("tranches")->as_array()) {
        if (faces) faces = sum_within(*faces, tranche.integer_or("face", 0));
    }
    const auto shelf = act.draft.get(shelf_key(act));
    const std::int64_t left =
        shelf == nullptr ? 0 : shelf->integer_or("amount", 0) - shelf->integer_or("used", 0);
    if (faces != amount || amount > left) {
        return Refusal(
            Code::E_SHELF_EXCEEDED, "/issue_amount",
            json::Object{{"issue_amount", amount}, {"faces", faces.value_or(-1)}, {"left", left}});
    }
    const std::int64_t principal = pool_sum(*act.record.find("fields"), "principal");
    if (amount <= principal) return std::nullopt;
    return Refusal(Code::E_ADVANCE_RATE, "/issue_amount",
                   json::Object{{"issue_amount", amount}, {"principal", principal}});
}

void set_up(Act& act) {
    act.fields().set("plan_manager", act.party());
    act.fields().set("cash", 0);
    count_pool(act.fields());
    for (const char* name : {"plan_manager", "custodian", "originator", "servicer"})
        count_open_record(act.draft, act.text(name), 1);
}

void add_asset(Act& act) {
    enter_pool(act, "eligible");
}
void drop_asset(Act& act) {
    const json::Value entry = *entry_named(act);
    leave_pool(act, entry);
    json::Array& pool = act.fields()["pool"].as_array();
    pool.erase(std::find(pool.begin(), pool.end(), entry));
    count_pool(act.fields());
    act.event("pool.left", act.id,
              json::Object{{"no", *entry.find("no")}, {"rights", *entry.find("rights")}});
}

void approve_shelf(Act& act) {
    for (const auto& [name, value] : act.body.as_object()) act.fields().set(name, value);
    const std::string key = shelf_key(act);
    if (act.draft.get(key) != nullptr) return;
    act.draft.put(key,
                  json::Object{{"amount", act.body.integer_or("shelf_amount", 0)}, {"used", 0}});
}

void issue(Act& act) {
    const std::string key = shelf_key(act);
    json::Value shelf = *act.draft.get(key);
    const std::int64_t amount = act.body.integer_or("issue_amount", 0);
    shelf.set("used", shelf.integer_or("used", 0) + amount);
    act.draft.put(key, std::move(shelf));
    json::Value& fields = act.fields();
    for (const auto& [name, value] : act.body.as_object()) fields.set(name, value);
    for (json::Value& tranche : fields["tranches"].as_array())
        tranche.set("outstanding", tranche.integer_or("face", 0));
    for (json::Value& entry : fields["pool"].as_array()) entry.set("status", "performing");
    fields.set("investors", holders_named(act));
    act.event("programme.issued", act.id,
              json::Object{{"issue_amount", amount},
                           {"advance_rate_ppm", fields.integer_or("advance_rate_ppm", 0)}});
}

void abandon(Act& act) {
    end_programme(act);
    act.event("programme.abandoned", act.id);
}

}  // namespace

RecordType programme_type() {
    const Guard manages{Phase::existence, "B.9", actor_manages};
    RecordType type{"programme", "知识产权证券化", "programme/", "SP", &programme::stored_fields(),
                    {},          nullptr,          nullptr};
    type.plural = "programmes";
    type.verbs = {
        {"set_up",
         "",
         "preparing",
         "plan_manager",
         Approval::maker_checker,
         &programme::set_up_body(),
         {{Phase::existence, "B.9", parts_filled}},
         set_up,
         "设立准备"},
        {"add_asset",
         "preparing",
         "",
         "originator|plan_manager",
         Approval::every_party,
         &programme::entry_body(),
         {{Phase::existence, "B.9", entry_exists},
          {Phase::freeze, "R-06", entry_unfrozen},
          {Phase::pledge, "R-11", entry_pledged},
          {Phase::pool, "R-11", entry_unpooled},
          {Phase::term, "B.5, R-30", entry_appraised},
          {Phase::amounts, "B.9", entry_eligible}},
         add_asset,
         "资产入池",
         originator_and_manager},
        {"drop_asset",
         "preparing",
         "",
         "originator|plan_manager",
         Approval::every_party,
         &programme::number_body(),
         {{Phase::existence, "B.9", entry_there}},
         drop_asset,
         "资产出池",
         originator_and_manager},
        {"approve_shelf",
         "preparing",
         "shelf",
         "plan_manager",
         Approval::maker_checker,
         &programme::shelf_body(),
         {manages, {Phase::term, "B.9", shelf_ahead}, {Phase::amounts, "R-14", shelf_agrees}},
         approve_shelf,
         "取得无异议函"},
        {"issue_tranches",
         "shelf",
         "issued",
         "",
         Approval::every_party,
         &programme::issue_body(),
         {{Phase::existence, "B.9", faces_agree},
          {Phase::pledge, "B.9", pool_pledged},
          {Phase::term, "B.9", issued_within_shelf},
          {Phase::amounts, "B.9", pool_claims_stand},
          {Phase::amounts, "R-14", amount_holds},
          {Phase::amounts, "R-13", advance_rate_holds},
          {Phase::amounts, "B.9", holders_few}},
         issue,
         "发行设立",
         manager_and_custodian},
        {"abandon",
         "preparing|shelf",
         "abandoned",
         "plan_manager",
         Approval::maker_checker,
         &reason_body(),
         {manages},
         abandon,
         "放弃发行"},
    };
    for (Verb& verb : programme_life_verbs()) type.verbs.push_back(std::move(verb));
    return type;
}

}  // namespace quanlu::registry
