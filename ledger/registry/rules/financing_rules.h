// What a financing rests on, and what it does to the records it rests on (DOMAIN B.8, R-09, R-10,
//
//
//   claims/<pledge>   how much of the pledge's secured amount live financings draw on; typed
//   "finance", so that it is
//                     shown to the lenders and nobody else
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// every live financing in the list gets risk_alert; no default follows by itself.
// `financings` is the list kept in the fields of a certificate or receivable, or nullptr. True when
// one was told.
bool alert_financings(Draft& draft, const Moment& now, const json::Value* financings,
                      std::string_view basis, std::string_view why,
                      std::vector<chain::Event>& events);

// Whether one of such a list is live.
bool any_live_financing(const Draft& draft, const json::Value* financings);

// Ids in one of the financing's lists: pledge_ids, receivable_ids, certificate_ids.
std::vector<std::string> ids_in(const Act& act, std::string_view list);
bool is_lender(const Act& act, std::string_view party);
// Who agreed to this financing: the proposer, and everybody who consented.
bool agreed(const Act& act, std::string_view party);

// Guards of approve and draw; the first two also of propose.
std::optional<chain::Refusal> basis_exists(Act& act);  // E_NOT_FOUND
std::optional<chain::Refusal> basis_is_live(
    Act& act);  // E_PLEDGE_NOT_EFFECTIVE, E_BASIS_EXPIRED, E_BAD_STATE
std::optional<chain::Refusal> lenders_hold_pledges(Act& act);  // E_CLAIM_NOT_ASSIGNED
std::optional<chain::Refusal> owners_consent(
    Act& act);  // E_PLEDGOR_CONSENT_REQUIRED, E_CONSENT_REQUIRED
std::optional<chain::Refusal> debt_within_rights(Act& act);  // R-09 E_DEBT_TERM_EXCEEDS_RIGHT
std::optional<chain::Refusal> room_under_basis(
    Act& act);  // E_SCHEMA: a record carries a bounded number of financings
// Guards of draw.
std::optional<chain::Refusal> pledges_registered(Act& act);  // E_PLEDGE_NOT_EFFECTIVE
std::optional<chain::Refusal> receivables_financed(
    Act& act);  // R-18 E_DUPLICATE_FINANCED, E_PLEDGE_NOT_EFFECTIVE
std::optional<chain::Refusal> claims_not_fixed(Act& act);  // R-10 E_MAX_CLAIM_FROZEN
std::optional<chain::Refusal> claim_is_secured(Act& act);  // R-10 E_EXCEEDS_SECURED_AMOUNT
// Guard of recover: nobody stands before the lender on a pledged right.
std::optional<chain::Refusal> higher_ranks_paid(Act& act);  // E_HIGHER_RANK_UNPAID

// Puts the financing on the list of each certificate and receivable it rests on, for R-19.
void rest_on_basis(Act& act);
// How the claim spreads over the pledges in the order named; what is left rests on the lenders'
// interests in the receivables. Asked while the loan to be rolled over still stands.
json::Array spread_claim(const Act& act);
// Draws these parts on their pledges, after the old loan has given back its own.
void draw_claims(Act& act, json::Array allocations);
// Gives back what is drawn above `keep`, last pledge first.
void give_back_claims(Draft& draft, json::Value& financing, std::int64_t keep);
// Every pledge has ended and no lender holds an interest in a receivable any more.
bool collateral_is_free(const Draft& draft, const json::Value& financing);

}  // namespace quanlu::registry
