// What may enter the pool of a series and how it leaves (R-11 to R-15, B.9). A right in a pool says
// so in its own value ("enc"/"pool"), a claim under pooled/CLAIM: both are found without the
// programme.
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

inline constexpr std::int64_t kPoolMax = 500;  // entries of one series, those that left included
inline constexpr std::int64_t kHoldersMax = 200;

// Guards of an entry: the body names claim, pledge, principal, appraised value and report.
std::optional<chain::Refusal> entry_exists(Act& act);     // E_NOT_FOUND
std::optional<chain::Refusal> entry_unfrozen(Act& act);   // E_ASSET_FROZEN
std::optional<chain::Refusal> entry_pledged(Act& act);    // E_PLEDGE_NOT_EFFECTIVE and, R-11,
                                                          // E_ALREADY_PLEDGED_ELSEWHERE,
                                                          // E_RESERVED_BY_OTHER
std::optional<chain::Refusal> entry_unpooled(Act& act);   // R-11 E_IN_OTHER_POOL
std::optional<chain::Refusal> entry_appraised(Act& act);  // B.5, R-30
std::optional<chain::Refusal> entry_eligible(Act& act);   // E_NOT_ELIGIBLE, E_TOO_LARGE

// The entry that the body names by "no", still in the pool; nullptr otherwise.
const json::Value* entry_named(const Act& act);
std::optional<chain::Refusal> entry_there(Act& act);  // E_NOT_FOUND
// Every entry's pledge is registered. E_PLEDGE_NOT_EFFECTIVE
std::optional<chain::Refusal> pool_pledged(Act& act);
// Every entry's claim is performing and still covers the parts of it that are pooled.
// E_NOT_ELIGIBLE
std::optional<chain::Refusal> pool_claims_stand(Act& act);

// Is it in the pool (neither replaced nor dropped)?
bool is_pooled(const json::Value& entry);
// Sums over what is in the pool, of "principal", "principal_left" or "appraised_value".
std::int64_t pool_sum(const json::Value& programme_fields, std::string_view name);
// floor(principal x 10^6 / appraised) of the pool; 0 of an empty one.
std::int64_t advance_rate_ppm(const json::Value& programme_fields);
// The same with the body's entry in, and the one it replaces out. E_ADVANCE_RATE
std::optional<chain::Refusal> advance_rate_holds(Act& act);

void enter_pool(Act& act, std::string_view status);
// The rights and the claim leave; the entry itself is the caller's to change.
void leave_pool(Act& act, const json::Value& entry);
// Writes asset_count and advance_rate_ppm anew.
void count_pool(json::Value& programme_fields);

}  // namespace quanlu::registry
