// Who may act on a pledge, and what its figures must hold whenever they are stated or changed.
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// Every pledgor and pledgee.
std::vector<std::string> both_sides(const Act& act);

std::optional<chain::Refusal> actor_is_party(Act& act);    // E_WRONG_AUTHORITY
std::optional<chain::Refusal> actor_is_pledgee(Act& act);  // E_WRONG_AUTHORITY

// The figures a pledge would hold; `body` wins over the record where it states one.
std::optional<chain::Refusal> amounts_hold(Act& act);  // E_CONTRACT_INCOMPLETE, R-10
// B.5, R-30, where a report is named: E_NOT_FOUND, E_APPRAISAL_EXPIRED,
// E_APPRAISAL_SUBJECT_MISMATCH, E_APPRAISER_CONFLICT.
std::optional<chain::Refusal> appraisal_holds(Act& act);
// E_EXCEEDS_SECURED_AMOUNT: R-10, what is drawn on the ledger stays within what is secured.
std::optional<chain::Refusal> drawn_within(Act& act);
// E_DEBT_TERM_EXCEEDS_RIGHT, R-09: does every right live on `day`, stated at `pointer`?
std::optional<chain::Refusal> rights_outlive(const Act& act, std::string_view day,
                                             std::string_view pointer);

}  // namespace quanlu::registry
