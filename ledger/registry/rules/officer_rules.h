// Officers of a party: keys, duties, dates (DOMAIN B.1, B.14). An administrator manages the other
// officers and does no business, so its key carries no other duty; its own key changes only by a
// quorum of the consortium. A revoked key stays listed, so that it is known as revoked.
#pragma once

#include "ledger/registry/act.h"
#include "ledger/registry/field.h"

namespace quanlu::registry {

const Fields& officer_fields();

// A list of officers as a body brings it: E_SCHEMA, E_BACKDATED. `roles`: of the party.
std::optional<chain::Refusal> check_officers(const json::Array& officers, const json::Value& roles);
// Gives each officer of a new party the name of its key.
void name_keys(json::Array& officers);

// Guards. `officer` and `kid` are members of the act's body.
std::optional<chain::Refusal> own_party(Act& act);         // E_WRONG_AUTHORITY
std::optional<chain::Refusal> new_officer_fits(Act& act);  // E_SCHEMA, E_BACKDATED
std::optional<chain::Refusal> new_is_no_admin(Act& act);   // E_WRONG_AUTHORITY
std::optional<chain::Refusal> new_is_admin(Act& act);      // E_SCHEMA
std::optional<chain::Refusal> officer_known(Act& act);     // E_UNKNOWN_KEY, E_KEY_NOT_IN_FORCE
std::optional<chain::Refusal> old_is_no_admin(Act& act);   // E_WRONG_AUTHORITY
std::optional<chain::Refusal> room_for_officer(Act& act);  // E_TOO_LARGE

// Effects.
void add_officer(Act& act);
void revoke_officer(Act& act);
void rotate_officer(Act& act);
void replace_admin(Act& act);

}  // namespace quanlu::registry
