// See right_rules.h. All guards are safe on rights that do not exist: rights_exist speaks for
// those.
#include "ledger/registry/rules/right_rules.h"

#include <algorithm>

#include "ledger/registry/rules/rank_rules.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

constexpr std::size_t kRanksMax = 20;  // pledges over one right: bounds what its proof carries

using RightCheck = std::optional<Refusal> (*)(const Act& act, const std::string& id,
                                              const json::Value& right);

std::optional<Refusal> every_right(const Act& act, RightCheck check) {
    return each_right(act, [&](const std::string& id, const json::Value& right) {
        return check(act, id, right);
    });
}

const json::Array& list_of(const json::Value& right, std::string_view name) {
    static const json::Array kNone;
    const json::Value* enc = right.find("enc");
    const json::Value* list = enc == nullptr ? nullptr : enc->find(name);
    return list == nullptr ? kNone : list->as_array();
}

Refusal frozen(Code code, const std::string& id, const json::Value& freeze) {
    json::Value facts = json::Object{{"right", id}, {"freeze", freeze.string_or("id", "")}};
    if (const json::Value* until = freeze.find("valid_to")) facts.set("until", *until);
    return Refusal(code, "/rights", std::move(facts), where_of(freeze.find("since")));
}

template <Code code>
std::optional<Refusal> check_freeze(const Act& act, const std::string& id, const json::Value& right,
                                    std::string_view scope) {
    const json::Value* freeze = standing_freeze(right, scope, act.now.time);
    if (freeze == nullptr) return std::nullopt;
    return frozen(code, id, *freeze);
}

std::optional<Refusal> each_of(const Act& act, const json::Array& right_ids, RightCheck check) {
    for (const json::Value& id : right_ids) {
        const auto right = act.draft.get(right_state_key(id.as_string()));
        if (right == nullptr) continue;
        if (auto refusal = check(act, id.as_string(), *right)) return refusal;
    }
    return std::nullopt;
}

std::optional<Refusal> release_unfrozen(const Act& act, const std::string& id,
                                        const json::Value& right) {
    return check_freeze<Code::E_FREEZE_BLOCKS_RELEASE>(act, id, right, "block_release");
}

std::optional<Refusal> outside_pools(const Act&, const std::string& id, const json::Value& right) {
    const json::Value* pool = right.find("enc")->find("pool");
    if (pool == nullptr) return std::nullopt;
    return Refusal(Code::E_IN_SECURITIZATION_POOL, "/rights",
                   json::Object{{"right", id}, {"pool", *pool}});
}

void drop(json::Value& enc, std::string_view list, std::string_view id) {
    json::Array kept;
    for (const json::Value& one : enc.find(list)->as_array()) {
        if (one.string_or("id", "") != id) kept.push_back(one);
    }
    enc.set(list, std::move(kept));
}

// A consent given under one pledge must not open a transfer under a later one.
void drop_consents(json::Value& enc, const json::Array& parties) {
    const json::Value* consents = enc.find("consents");
    if (consents == nullptr) return;
    json::Array kept;
    for (const json::Value& one : consents->as_array()) {
        bool gone = false;
        for (const json::Value& party : parties)
            gone = gone || one.string_or("party", "") == party.as_string();
        if (!gone) kept.push_back(one);
    }
    if (kept.empty()) {
        enc.erase("consents");
    } else {
        enc.set("consents", std::move(kept));
    }
}

}  // namespace

std::string right_state_key(std::string_view right_id) {
    return "right/" + std::string(right_id);
}

std::vector<std::string> rights_of(const Act& act) {
    std::vector<std::string> ids;
    if (act.type.name == "right") {
        ids.push_back(act.id);
        const json::Value* together = act.body.find("together");
        if (together == nullptr || !together->is_array()) return ids;
        for (const json::Value& one : together->as_array()) ids.push_back(one.as_string());
        return ids;
    }
    const json::Value& rights = act.field("rights");
    if (!rights.is_array()) return ids;
    for (const json::Value& one : rights.as_array()) ids.push_back(one.as_string());
    return ids;
}

const json::Value* freeze_in_force(const json::Value& right, UnixMillis now) {
    for (const json::Value& freeze : list_of(right, "freezes")) {
        if (freeze.integer_or("until_ms", 0) > now.value) return &freeze;
    }
    return nullptr;
}

const json::Value* standing_freeze(const json::Value& right, std::string_view scope,
                                   UnixMillis now) {
    for (const json::Value& freeze : list_of(right, "freezes")) {
        if (freeze.integer_or("until_ms", 0) <= now.value) continue;
        for (const json::Value& bit : freeze.find("scope")->as_array()) {
            if (bit.as_string() == scope) return &freeze;
        }
    }
    return nullptr;
}

std::optional<Refusal> rights_exist(Act& act) {
    for (const std::string& id : rights_of(act)) {
        if (act.draft.get(right_state_key(id)) == nullptr) {
            return Refusal(Code::E_RIGHT_UNKNOWN, "/rights", json::Object{{"right", id}});
        }
    }
    return std::nullopt;
}

std::optional<Refusal> rights_free_for_new_pledge(Act& act) {
    return every_right(act, [](const Act& a, const std::string& id, const json::Value& right) {
        return check_freeze<Code::E_ASSET_FROZEN>(a, id, right, "block_new_pledge");
    });
}
std::optional<Refusal> rights_free_for_transfer(Act& act) {
    return every_right(act, [](const Act& a, const std::string& id, const json::Value& right) {
        return check_freeze<Code::E_ASSET_FROZEN>(a, id, right, "block_transfer");
    });
}
std::optional<Refusal> rights_free_for_surrender(Act& act) {
    return every_right(act, [](const Act& a, const std::string& id, const json::Value& right) {
        return check_freeze<Code::E_ASSET_FROZEN>(a, id, right, "block_surrender");
    });
}
std::optional<Refusal> rights_free_for_release(Act& act) {
    return every_right(act, release_unfrozen);
}
std::optional<Refusal> free_for_release(const Act& act, const json::Array& right_ids) {
    return each_of(act, right_ids, release_unfrozen);
}

std::optional<Refusal> rights_not_pledged(Act& act) {
    return every_right(act,
                       [](const Act& a, const std::string& id,
                          const json::Value& right) -> std::optional<Refusal> {
                           const json::Array& pledges = list_of(right, "pledges");
                           const bool room = pledges.size() < kRanksMax;
                           for (const json::Value& pledge : pledges) {
                               if (pledge.string_or("id", "") == a.id) continue;
                               if (room && ranks_allowed(a, right)) continue;
                               return Refusal(Code::E_ALREADY_PLEDGED, "/rights",
                                              json::Object{{"right", id},
                                                           {"pledge", pledge.string_or("id", "")},
                                                           {"pledgees", *pledge.find("pledgees")},
                                                           {"since", *pledge.find("since")}},
                                              where_of(pledge.find("since")));
                           }
                           return std::nullopt;
                       });
}

std::optional<Refusal> rights_not_reserved(Act& act) {
    return every_right(
        act,
        [](const Act& a, const std::string& id,
           const json::Value& right) -> std::optional<Refusal> {
            const json::Value* held = right.find("enc")->find("reservation");
            if (held == nullptr || held->string_or("pledge", "") == a.id) return std::nullopt;
            return Refusal(Code::E_RESERVED_BY_OTHER, "/rights",
                           json::Object{{"right", id}, {"pledge", held->string_or("pledge", "")}},
                           where_of(held->find("since")));
        });
}

std::optional<Refusal> rights_not_pooled(Act& act) {
    return every_right(act, outside_pools);
}
std::optional<Refusal> not_pooled(const Act& act, const json::Array& right_ids) {
    return each_of(act, right_ids, outside_pools);
}

std::optional<Refusal> higher_ranks_ended(Act& act) {
    return every_right(
        act,
        [](const Act& a, const std::string& id,
           const json::Value& right) -> std::optional<Refusal> {
            const std::int64_t rank = rank_on(right, a.id);
            for (const json::Value& pledge : list_of(right, "pledges")) {
                if (pledge.integer_or("rank", 1) >= rank) continue;
                return Refusal(Code::E_HIGHER_RANK_UNPAID, "/rights",
                               json::Object{{"right", id}, {"pledge", pledge.string_or("id", "")}},
                               where_of(pledge.find("since")));
            }
            return std::nullopt;
        });
}

void change_right(Draft& draft, const Moment& now, std::string_view right_id,
                  void (*change)(json::Value&, const json::Value&), const json::Value& with) {
    const std::string key = right_state_key(right_id);
    const auto held = draft.get(key);
    if (held == nullptr) return;
    json::Value right = *held;
    change(right["enc"], with);
    right.set("version", right.integer_or("version", 0) + 1);
    right.set("updated", where_json(now));
    draft.put(key, std::move(right));
}

void reserve_rights(Act& act) {
    const json::Value reservation =
        json::Object{{"pledge", act.id}, {"since", where_json(act.now)}};
    for (const std::string& id : rights_of(act)) {
        change_right(
            act.draft, act.now, id,
            [](json::Value& enc, const json::Value& with) { enc.set("reservation", with); },
            reservation);
    }
}

void unreserve_rights(Draft& draft, const Moment& now, const json::Value& pledge) {
    for (const json::Value& right : pledge.find("fields")->find("rights")->as_array()) {
        change_right(
            draft, now, right.as_string(),
            [](json::Value& enc, const json::Value& with) {
                const json::Value* held = enc.find("reservation");
                if (held != nullptr && held->string_or("pledge", "") == with.as_string())
                    enc.erase("reservation");
            },
            *pledge.find("id"));
    }
}

void pledge_rights(Act& act) {
    json::Value entry = json::Object{{"id", act.id},
                                     {"status", "registered"},
                                     {"pledgees", act.field("pledgees")},
                                     {"since", where_json(act.now)}};
    std::int64_t lowest = 1;
    for (const std::string& id : rights_of(act)) {
        const auto right = act.draft.get(right_state_key(id));
        const std::int64_t rank = right == nullptr ? 1 : next_rank(*right);
        entry.set("rank", rank);
        lowest = std::max(lowest, rank);
        change_right(
            act.draft, act.now, id,
            [](json::Value& enc, const json::Value& with) {
                enc.erase("reservation");
                enc["pledges"].push(with);
            },
            entry);
    }
    act.record.set("rank", lowest);
}

void release_rights(Act& act, const json::Array& right_ids) {
    const json::Value with = json::Object{{"id", act.id}, {"pledgees", act.field("pledgees")}};
    for (const json::Value& id : right_ids) {
        change_right(
            act.draft, act.now, id.as_string(),
            [](json::Value& enc, const json::Value& gone) {
                drop(enc, "pledges", gone.string_or("id", ""));
                drop_consents(enc, gone.find("pledgees")->as_array());
            },
            with);
    }
}

void show_pledge(Act& act, std::string_view status) {
    const json::Value with =
        json::Object{{"id", act.id}, {"pledgees", act.field("pledgees")}, {"status", status}};
    for (const std::string& id : rights_of(act)) {
        change_right(
            act.draft, act.now, id,
            [](json::Value& enc, const json::Value& shown) {
                json::Array before;
                for (json::Value& entry : enc["pledges"].as_array()) {
                    if (entry.string_or("id", "") != shown.string_or("id", "")) continue;
                    before = entry.find("pledgees")->as_array();
                    entry.set("pledgees", *shown.find("pledgees"));
                    entry.set("status", *shown.find("status"));
                }
                if (before != shown.find("pledgees")->as_array()) drop_consents(enc, before);
            },
            with);
    }
}

void tell_pledgees(Draft& draft, const Moment& now, const json::Value& right, std::string_view why,
                   std::vector<chain::Event>& events) {
    for (const json::Value& entry : list_of(right, "pledges")) {
        const std::string id(entry.string_or("id", ""));
        const auto held = draft.get("pledge/" + id);
        if (held == nullptr) continue;
        json::Value pledge = *held;
        pledge["flags"].set("collateral_lost", why);
        pledge.set("version", pledge.integer_or("version", 0) + 1);
        pledge.set("updated", where_json(now));
        draft.put("pledge/" + id, std::move(pledge));
        events.push_back({"pledge.collateral_lost", id,
                          json::Object{{"right", *right.find("id")},
                                       {"why", why},
                                       {"pledgees", *entry.find("pledgees")}}});
    }
}

}  // namespace quanlu::registry
