// Ranks of pledges over one right, where policy ranked_pledge_<kind> allows more than one (R-03,
// by order of registration on this ledger, changed only by those whom it harms.
#pragma once

#include "ledger/registry/act.h"
#include "ledger/registry/field.h"

namespace quanlu::registry {

// May a right of its kind bear several pledges at this height?
bool ranks_allowed(const Act& act, const json::Value& right);
// 1 is the highest; 0 when the pledge does not stand over the right.
std::int64_t rank_on(const json::Value& right, std::string_view pledge_id);
// Of a pledge that is registered now.
std::int64_t next_rank(const json::Value& right);
// The lowest that the pledge has over any of its rights: what its record shows.
std::int64_t lowest_rank(const Draft& draft, const json::Value& pledge);

// [{"party", "consent_hash"}]: what pledgees of other ranks have signed.
const Fields& rank_consent_fields();

// Guards of waive_rank, whose body names the pledge that comes forward in "to".
std::optional<chain::Refusal> comes_forward(Act& act);        // E_NOT_FOUND, E_BAD_STATE
std::optional<chain::Refusal> between_ranks_agree(Act& act);  // R-04 E_JUNIOR_CONSENT_REQUIRED
// Guard of amend_terms: later ranks agree to more or longer debt. E_JUNIOR_CONSENT_REQUIRED
std::optional<chain::Refusal> later_ranks_agree(Act& act);
// Pledgees of both pledges.
std::vector<std::string> both_ranks(const Act& act);
void swap_ranks(Act& act);

}  // namespace quanlu::registry
