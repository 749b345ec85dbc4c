// What every act over a right asks: does it exist, is it frozen, pledged, reserved, pooled; and the
// changes of its encumbrance picture. A right's value holds the whole picture under "enc", so that
// one proof answers a bank.
#pragma once

#include "ledger/registry/act.h"
#include "ledger/registry/record_type.h"

namespace quanlu::registry {

std::string right_state_key(std::string_view right_id);

// Rights named by an act or a record: the list under `rights` of the record; for acts on a right
// that one, and what goes along with it (`together`).
std::vector<std::string> rights_of(const Act& act);

// Calls check(id, right) for each right of the act that exists, in the order named, up to the first
// refusal. Copies nothing.
template <class Check>
std::optional<chain::Refusal> each_right(const Act& act, Check&& check) {
    const auto ask = [&](const std::string& id) -> std::optional<chain::Refusal> {
        const auto right = act.draft.get(right_state_key(id));
        if (right == nullptr) return std::nullopt;
        return check(id, *right);
    };
    const bool is_right = act.type.name == "right";
    if (is_right) {
        if (auto refusal = ask(act.id)) return refusal;
    }
    // Of an act on a right: what goes along with it.
    const json::Value* rights = is_right ? act.body.find("together") : &act.field("rights");
    if (rights == nullptr || !rights->is_array()) return std::nullopt;
    for (const json::Value& one : rights->as_array()) {
        if (auto refusal = ask(one.as_string())) return refusal;
    }
    return std::nullopt;
}

// Guards. Each looks at every right the act names, in the order named, and answers for the first
// that refuses.
std::optional<chain::Refusal> rights_exist(Act& act);                // E_RIGHT_UNKNOWN
std::optional<chain::Refusal> rights_free_for_new_pledge(Act& act);  // R-06 E_ASSET_FROZEN
std::optional<chain::Refusal> rights_free_for_transfer(Act& act);
std::optional<chain::Refusal> rights_free_for_release(
    Act& act);  // E_FREEZE_BLOCKS_RELEASE
std::optional<chain::Refusal> rights_free_for_surrender(Act& act);
std::optional<chain::Refusal> rights_not_pledged(Act& act);         // R-01 E_ALREADY_PLEDGED
std::optional<chain::Refusal> rights_not_reserved(Act& act);        // R-02 E_RESERVED_BY_OTHER
std::optional<chain::Refusal> rights_not_pooled(Act& act);          // R-12 E_IN_SECURITIZATION_POOL

// CC Art 414: no live pledge of a higher rank. E_HIGHER_RANK_UNPAID
std::optional<chain::Refusal> higher_ranks_ended(Act& act);

// The same over a list of right ids that an act names.
std::optional<chain::Refusal> free_for_release(const Act& act, const json::Array& right_ids);
std::optional<chain::Refusal> not_pooled(const Act& act, const json::Array& right_ids);

// The freeze in force over the right at `now`, or nullptr: the first in the queue that has not
// lapsed. Its written status is not asked, so a late sweep leaves no gap for a transfer.
const json::Value* freeze_in_force(const json::Value& right, UnixMillis now);
// The first of all that have not lapsed, wherever in the queue, whose scope holds `scope`, or
// nullptr: a narrow order does not open what a wider one behind it forbids.
const json::Value* standing_freeze(const json::Value& right, std::string_view scope,
                                   UnixMillis now);

// Changes to enc; the right's version rises, its "updated" is now.
void change_right(Draft& draft, const Moment& now, std::string_view right_id,
                  void (*change)(json::Value& enc, const json::Value& with),
                  const json::Value& with);
void reserve_rights(Act& act);
// `pledge`: the whole record that holds the reservations.
void unreserve_rights(Draft& draft, const Moment& now, const json::Value& pledge);
void pledge_rights(Act& act);
// The pledge leaves these rights; consents its pledgees gave end with it.
void release_rights(Act& act, const json::Array& right_ids);
// Writes the pledge's pledgees and status anew into the picture of each of its rights.
void show_pledge(Act& act, std::string_view status);
// The right itself has ended or moved by law: every pledge over it is told.
void tell_pledgees(Draft& draft, const Moment& now, const json::Value& right, std::string_view why,
                   std::vector<chain::Event>& events);

}  // namespace quanlu::registry
