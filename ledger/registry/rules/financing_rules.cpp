// See financing_rules.h. The amounts read here are the secured claim of the financing and the
// registered amount of each pledge: where agreement and register differ, the register prevails
// (GuarInt Art 15).
#include "ledger/registry/rules/financing_rules.h"

#include "ledger/registry/record_type.h"
#include "ledger/registry/rules/data_rules.h"
#include "ledger/registry/rules/rank_rules.h"
#include "ledger/registry/rules/receivable_rules.h"
#include "ledger/registry/rules/right_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::string_view kLive = "approved|drawn|partially_repaid|overdue|defaulted|enforcing";
constexpr std::string_view kDrawn = "drawn|partially_repaid|overdue|defaulted|enforcing";
constexpr std::string_view kPledgeAlive =
    "draft|submitted|under_review|correction|registered|enforcing|realised";
constexpr std::string_view kPledgeOver = "cancelled|revoked|refused|withdrawn";
constexpr std::size_t kAlertsMax = 50;       // kept in one financing; the log holds every one
constexpr std::size_t kFinancingsMax = 100;  // live ones on one certificate or receivable

struct Basis {
    std::string_view list, tag;
};
constexpr Basis kBases[] = {
    {"pledge_ids", "pledge/"}, {"receivable_ids", "recv/"}, {"certificate_ids", "cert/"}};

std::string state_key(const Basis& basis, const std::string& id) {
    return std::string(basis.tag) + id;
}

bool holds(const json::Value* list, std::string_view item) {
    if (list == nullptr || !list->is_array()) return false;
    for (const json::Value& one : list->as_array()) {
        if ((one.is_string() ? std::string_view(one.as_string()) : one.string_or("party", "")) ==
            item) {
            return true;
        }
    }
    return false;
}

std::shared_ptr<const json::Value> pledge_of(const Act& act, const std::string& id) {
    return act.draft.get("pledge/" + id);
}

bool lender_in(const Act& act, const json::Value* parties) {
    for (const json::Value& lender : act.field("lenders").as_array()) {
        if (holds(parties, lender.as_string())) return true;
    }
    return false;
}

// What a pledge secures at most: the maximum of a maximum pledge, the amount of a specific one.
std::int64_t secured_by(const json::Value& pledge) {
    const json::Value& fields = *pledge.find("fields");
    const bool maximum = fields.string_or("pledge_kind", "") == "maximum_amount";
    return fields.integer_or(maximum ? "max_amount" : "secured_amount", 0);
}

std::int64_t drawn_on(const Draft& draft, const std::string& pledge) {
    const auto held = draft.get("claims/" + pledge);
    return held == nullptr ? 0 : held->find("fields")->integer_or("drawn", 0);
}

void set_drawn(Draft& draft, const std::string& pledge, std::int64_t drawn,
               const json::Value& lenders) {
    if (drawn == 0) {
        draft.erase("claims/" + pledge);
        return;
    }
    draft.put("claims/" + pledge,
              json::Object{{"type", "finance"},
                           {"id", "claims/" + pledge},
                           {"fields", json::Object{{"drawn", drawn}, {"lenders", lenders}}}});
}

// What the financing being rolled over draws on this pledge: it comes free in the same act.
std::int64_t freed_by_roll_over(const Act& act, const std::string& pledge) {
    const auto old = act.draft.get("fin/" + std::string(act.text("rolls_over")));
    const json::Value* list = old == nullptr ? nullptr : old->find("fields")->find("allocations");
    if (list == nullptr) return 0;
    std::int64_t freed = 0;
    for (const json::Value& one : list->as_array()) {
        if (one.string_or("pledge", "") == pledge) freed += one.integer_or("amount", 0);
    }
    return freed;
}

// A lender that is no pledgee has what the old loan frees and nothing beside it.
std::int64_t room_on(const Act& act, const std::string& id) {
    const auto pledge = pledge_of(act, id);
    if (pledge == nullptr || pledge->find("fields")->string_or("ccy", "") != act.text("ccy"))
        return 0;
    const std::int64_t freed = freed_by_roll_over(act, id);
    const std::int64_t room =
        std::max<std::int64_t>(secured_by(*pledge) - drawn_on(act.draft, id) + freed, 0);
    return lender_in(act, pledge->find("fields")->find("pledgees")) ? room : std::min(room, freed);
}

// What the lenders hold in the receivables, by the interests registered there.
std::int64_t held_in_receivables(const Act& act) {
    std::int64_t sum = 0;
    for (const std::string& id : ids_in(act, "receivable_ids")) {
        const auto receivable = act.draft.get("recv/" + id);
        if (receivable == nullptr ||
            receivable->find("fields")->string_or("ccy", "") != act.text("ccy")) {
            continue;
        }
        for (const json::Value& one : interests_of(*receivable)) {
            if (is_lender(act, one.string_or("financier", "")))
                sum += one.integer_or("outstanding", 0);
        }
    }
    return sum;
}

std::int64_t claim_of(const Act& act) {
    return act.record.find("fields")->integer_or("secured_claim", 0);
}

// A financing that has ended no longer counts, so a list of live ones stays short.
json::Array live_ones(const Draft& draft, const json::Value* list) {
    json::Array kept;
    if (list == nullptr) return kept;
    for (const json::Value& one : list->as_array()) {
        const auto financing = draft.get("fin/" + one.as_string());
        if (financing != nullptr && in_list(kLive, financing->string_or("state", "")))
            kept.push_back(one);
    }
    return kept;
}

// First right of a pledge over which an active court freeze stands, or nothing.
std::optional<Refusal> frozen_right(const Act& act, const json::Value& pledge,
                                    const std::string& id) {
    for (const json::Value& right_id : pledge.find("fields")->find("rights")->as_array()) {
        const auto right = act.draft.get(right_state_key(right_id.as_string()));
        if (right == nullptr) continue;
        const json::Value* freeze = freeze_in_force(*right, act.now.time);
        if (freeze == nullptr) continue;
        return Refusal(
            Code::E_MAX_CLAIM_FROZEN, "/pledge_ids",
            json::Object{
                {"pledge", id}, {"right", right_id}, {"freeze", freeze->string_or("id", "")}},
            where_of(freeze->find("since")));
    }
    return std::nullopt;
}

// Another drawn financing of one of these lenders counts the same interest in the receivable
// already.
bool drawn_by_a_lender(const Act& act, const json::Value& receivable) {
    const json::Value* list = receivable.find("fields")->find("financings");
    if (list == nullptr) return false;
    for (const json::Value& id : list->as_array()) {
        if (id.as_string() == act.id || id.as_string() == act.text("rolls_over")) continue;
        const auto other = act.draft.get("fin/" + id.as_string());
        if (other == nullptr || !in_list(kDrawn, other->string_or("state", ""))) continue;
        if (lender_in(act, other->find("fields")->find("lenders"))) return true;
    }
    return false;
}

Refusal not_effective(const std::string& id, const json::Value& pledge, std::string_view why) {
    return Refusal(
        Code::E_PLEDGE_NOT_EFFECTIVE, "/pledge_ids",
        json::Object{{"pledge", id}, {"state", pledge.string_or("state", "")}, {"reason", why}},
        where_of(pledge.find("updated")));
}

}  // namespace

bool alert_financings(Draft& draft, const Moment& now, const json::Value* financings,
                      std::string_view basis, std::string_view why,
                      std::vector<chain::Event>& events) {
    const json::Array told = live_ones(draft, financings);
    for (const json::Value& id : told) {
        const std::string key = "fin/" + id.as_string();
        json::Value financing = *draft.get(key);
        if (financing.find("fields")->find("risk_alerts") == nullptr) {
            financing["fields"].set("risk_alerts", json::Array{});
        }
        json::Value& alerts = financing["fields"]["risk_alerts"];
        if (alerts.as_array().size() < kAlertsMax) {
            alerts.push(json::Object{{"basis", basis}, {"why", why}, {"time_ms", now.time.value}});
        }
        financing.set("version", financing.integer_or("version", 0) + 1);
        financing.set("updated", where_json(now));
        draft.put(key, std::move(financing));
        events.push_back(
            {"finance.risk_alert", id.as_string(),
             json::Object{
                 {"code", chain::name(Code::W_BASIS_LOST)}, {"basis", basis}, {"why", why}}});
    }
    return !told.empty();
}

bool any_live_financing(const Draft& draft, const json::Value* financings) {
    return !live_ones(draft, financings).empty();
}

std::vector<std::string> ids_in(const Act& act, std::string_view list) {
    std::vector<std::string> out;
    const json::Value& ids = act.field(list);
    if (!ids.is_array()) return out;
    for (const json::Value& one : ids.as_array()) out.push_back(one.as_string());
    return out;
}

bool is_lender(const Act& act, std::string_view party) {
    return act.has_party("lenders", party);
}

bool agreed(const Act& act, std::string_view party) {
    return act.text("proposer") == party || act.has_party("consents", party);
}

std::optional<Refusal> basis_exists(Act& act) {
    for (const Basis& basis : kBases) {
        for (const std::string& id : ids_in(act, basis.list)) {
            if (act.draft.get(state_key(basis, id)) != nullptr) continue;
            return Refusal(Code::E_NOT_FOUND, "/" + std::string(basis.list),
                           json::Object{{"id", id}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> basis_is_live(Act& act) {
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = pledge_of(act, id);
        if (pledge == nullptr || in_list(kPledgeAlive, pledge->string_or("state", ""))) continue;
        return not_effective(id, *pledge, "the pledge has ended");
    }
    for (const std::string& id : ids_in(act, "certificate_ids")) {
        const auto certificate = certificate_of(act.draft, id);
        if (certificate == nullptr || is_live_certificate(*certificate, act.today)) continue;
        return Refusal(Code::E_BASIS_EXPIRED, "/certificate_ids",
                       json::Object{{"id", id}, {"state", certificate->string_or("state", "")}},
                       where_of(certificate->find("updated")));
    }
    for (const std::string& id : ids_in(act, "receivable_ids")) {
        const auto receivable = act.draft.get("recv/" + id);
        if (receivable == nullptr) continue;
        const std::string_view state = receivable->string_or("state", "");
        if (in_list("registered_unique|confirmed|financed", state)) continue;
        return Refusal(Code::E_BAD_STATE, "/receivable_ids",
                       json::Object{{"id", id}, {"state", state}},
                       where_of(receivable->find("updated")));
    }
    return std::nullopt;
}

// A pledge secures its pledgees' claims. One that the old loan draws on keeps its rank for the new
// lender (GuarInt Art 16).
std::optional<Refusal> lenders_hold_pledges(Act& act) {
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = pledge_of(act, id);
        if (pledge == nullptr || lender_in(act, pledge->find("fields")->find("pledgees")) ||
            freed_by_roll_over(act, id) > 0)
            continue;
        return Refusal(Code::E_CLAIM_NOT_ASSIGNED, "/pledge_ids",
                       json::Object{{"pledge", id}, {"needs", "a lender among its pledgees"}});
    }
    return std::nullopt;
}

std::optional<Refusal> owners_consent(Act& act) {
    const std::string_view borrower = act.text("borrower");
    if (!agreed(act, borrower)) {
        return Refusal(Code::E_CONSENT_REQUIRED, "/borrower", json::Object{{"needs", borrower}});
    }
    const bool rolling = !act.text("rolls_over").empty();
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = pledge_of(act, id);
        if (pledge == nullptr) continue;
        const json::Value& fields = *pledge->find("fields");
        // The pledgor signed for this debtor; another debtor, or another loan, is another promise.
        if (fields.string_or("debtor", "") == borrower && !rolling) continue;
        for (const json::Value& pledgor : fields.find("pledgors")->as_array()) {
            if (agreed(act, pledgor.as_string())) continue;
            return Refusal(Code::E_PLEDGOR_CONSENT_REQUIRED, "/pledge_ids",
                           json::Object{{"pledge", id}, {"pledgor", pledgor}});
        }
    }
    for (const auto& [list, owner] :
         {std::pair{"receivable_ids", "seller"}, std::pair{"certificate_ids", "provider"}}) {
        for (const std::string& id : ids_in(act, list)) {
            const std::string tag = std::string_view(owner) == "seller" ? "recv/" : "cert/";
            const auto record = act.draft.get(tag + id);
            if (record == nullptr) continue;
            const std::string party(tag == "recv/" ? record->find("fields")->string_or(owner, "")
                                                   : record->string_or(owner, ""));
            if (party == borrower || agreed(act, party)) continue;
            return Refusal(Code::E_CONSENT_REQUIRED, "/" + std::string(list),
                           json::Object{{"id", id}, {"needs", party}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> debt_within_rights(Act& act) {
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = pledge_of(act, id);
        if (pledge == nullptr) continue;
        for (const json::Value& right_id : pledge->find("fields")->find("rights")->as_array()) {
            const auto right = act.draft.get(right_state_key(right_id.as_string()));
            if (right == nullptr) continue;
            const std::string_view expiry = right->find("fields")->string_or("expiry_date", "9999");
            if (act.text("due_date") <= expiry) continue;
            return Refusal(
                Code::E_DEBT_TERM_EXCEEDS_RIGHT, "/due_date",
                json::Object{{"pledge", id}, {"right", right_id}, {"expiry_date", expiry}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> room_under_basis(Act& act) {
    for (const Basis& basis : kBases) {
        if (basis.tag == "pledge/") continue;
        for (const std::string& id : ids_in(act, basis.list)) {
            const auto held = act.draft.get(state_key(basis, id));
            if (held == nullptr) continue;
            if (live_ones(act.draft, held->find("fields")->find("financings")).size() <
                kFinancingsMax)
                continue;
            return Refusal(
                Code::E_SCHEMA, "/" + std::string(basis.list),
                json::Object{{"id", id}, {"reason", "too many live financings rest on it"}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> pledges_registered(Act& act) {
    const bool gap = act.record.find("fields")->bool_or("unsecured_gap", false);
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = pledge_of(act, id);
        if (pledge == nullptr) continue;
        if (pledge->string_or("state", "") != "registered")
            return not_effective(id, *pledge, "not registered");
        const std::string_view effective =
            pledge->find("fields")->string_or("statutory_effective_date", "");
        if (gap || effective <= act.text("draw_date")) continue;
        return not_effective(id, *pledge,
                             "takes effect after the draw date; declare unsecured_gap");
    }
    return std::nullopt;
}

std::optional<Refusal> receivables_financed(Act& act) {
    for (const std::string& id : ids_in(act, "receivable_ids")) {
        const auto receivable = act.draft.get("recv/" + id);
        if (receivable == nullptr) continue;
        Act at_receivable = act;
        at_receivable.record = *receivable;
        if (hits_of(at_receivable).financed || drawn_by_a_lender(act, *receivable)) {
            return Refusal(Code::E_DUPLICATE_FINANCED, "/receivable_ids",
                           json::Object{{"id", id}, {"match", "exact"}});
        }
        bool held = false;
        for (const json::Value& one : interests_of(*receivable)) {
            held = held || is_lender(act, one.string_or("financier", ""));
        }
        if (held) continue;
        return Refusal(Code::E_PLEDGE_NOT_EFFECTIVE, "/receivable_ids",
                       json::Object{{"id", id}, {"needs", "a lender's registered interest in it"}});
    }
    return std::nullopt;
}

std::optional<Refusal> claims_not_fixed(Act& act) {
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = pledge_of(act, id);
        if (pledge == nullptr ||
            pledge->find("fields")->string_or("pledge_kind", "") != "maximum_amount") {
            continue;
        }
        if (auto refusal = frozen_right(act, *pledge, id)) return refusal;
    }
    return std::nullopt;
}

std::optional<Refusal> claim_is_secured(Act& act) {
    // A financing on certificates alone has no registered amount to keep within.
    if (ids_in(act, "pledge_ids").empty() && ids_in(act, "receivable_ids").empty())
        return std::nullopt;
    std::int64_t room = held_in_receivables(act);
    for (const std::string& id : ids_in(act, "pledge_ids")) room += room_on(act, id);
    if (claim_of(act) <= room) return std::nullopt;
    return Refusal(
        Code::E_EXCEEDS_SECURED_AMOUNT, "/secured_claim",
        json::Object{{"secured_claim", claim_of(act)}, {"room", room}, {"ccy", act.text("ccy")}});
}

std::optional<Refusal> higher_ranks_paid(Act& act) {
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const auto pledge = pledge_of(act, id);
        if (pledge == nullptr) continue;
        for (const json::Value& right_id : pledge->find("fields")->find("rights")->as_array()) {
            const auto right = act.draft.get(right_state_key(right_id.as_string()));
            if (right == nullptr) continue;
            for (const json::Value& other : right->find("enc")->find("pledges")->as_array()) {
                if (other.string_or("id", "") == id ||
                    other.integer_or("rank", 1) >= rank_on(*right, id)) {
                    continue;
                }
                return Refusal(
                    Code::E_HIGHER_RANK_UNPAID, "",
                    json::Object{{"right", right_id}, {"pledge", other.string_or("id", "")}},
                    where_of(other.find("since")));
            }
        }
    }
    return std::nullopt;
}

void rest_on_basis(Act& act) {
    for (const Basis& basis : kBases) {
        if (basis.tag == "pledge/") continue;
        for (const std::string& id : ids_in(act, basis.list)) {
            const std::string key = state_key(basis, id);
            json::Value record = *act.draft.get(key);
            json::Array list = live_ones(act.draft, record.find("fields")->find("financings"));
            list.push_back(act.id);
            record["fields"].set("financings", std::move(list));
            record.set("version", record.integer_or("version", 0) + 1);
            record.set("updated", where_json(act.now));
            act.draft.put(key, std::move(record));
        }
    }
}

json::Array spread_claim(const Act& act) {
    std::int64_t left = claim_of(act);
    json::Array allocations;
    for (const std::string& id : ids_in(act, "pledge_ids")) {
        const std::int64_t part = std::min(left, room_on(act, id));
        if (part == 0) continue;
        allocations.push_back(json::Object{{"pledge", id}, {"amount", part}});
        left -= part;
    }
    return allocations;
}

void draw_claims(Act& act, json::Array allocations) {
    for (const json::Value& one : allocations) {
        const std::string id(one.string_or("pledge", ""));
        set_drawn(act.draft, id, drawn_on(act.draft, id) + one.integer_or("amount", 0),
                  act.field("lenders"));
    }
    act.fields().set("allocations", std::move(allocations));
}

void give_back_claims(Draft& draft, json::Value& financing, std::int64_t keep) {
    const json::Value& fields = *financing.find("fields");
    const json::Value* held = fields.find("allocations");
    if (held == nullptr) return;
    json::Array list = held->as_array();
    std::int64_t excess = -keep;
    for (const json::Value& one : list) excess += one.integer_or("amount", 0);
    while (excess > 0) {
        const std::int64_t drawn = list.back().integer_or("amount", 0);
        const std::int64_t part = std::min(excess, drawn);
        const std::string pledge(list.back().string_or("pledge", ""));
        set_drawn(draft, pledge, drawn_on(draft, pledge) - part, *fields.find("lenders"));
        excess -= part;
        list.back().set("amount", drawn - part);
        if (part == drawn) list.pop_back();
    }
    financing["fields"].set("allocations", std::move(list));
}

bool collateral_is_free(const Draft& draft, const json::Value& financing) {
    const json::Value& fields = *financing.find("fields");
    if (const json::Value* pledges = fields.find("pledge_ids")) {
        for (const json::Value& id : pledges->as_array()) {
            const auto pledge = draft.get("pledge/" + id.as_string());
            if (!in_list(kPledgeOver, pledge->string_or("state", ""))) return false;
        }
    }
    if (const json::Value* receivables = fields.find("receivable_ids")) {
        for (const json::Value& id : receivables->as_array()) {
            const auto receivable = draft.get("recv/" + id.as_string());
            for (const json::Value& one : interests_of(*receivable)) {
                if (holds(fields.find("lenders"), one.string_or("financier", ""))) return false;
            }
        }
    }
    return true;
}

}  // namespace quanlu::registry
