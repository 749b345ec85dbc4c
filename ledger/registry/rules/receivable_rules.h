// The two fingerprint maps and what they answer (DOMAIN B.7, E.6, R-17, R-18).
//
//   invfp/<exact>     {"financed": bool, "id", "registrations": [{"applicant", "month", "n",
//   "status"}], "type"} invec/<economic>  {"id", "registrations": [{"exact", "n"}], "type"}
//
// One value answers "already financed?" with one proof of presence or absence, and names nobody:
// the applicant is a pseudonym that differs from fingerprint to fingerprint, time is a month, no
// record number stands there.
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// How a registration stands in the map. Cancelled and released ones leave it.
inline constexpr std::string_view kRegistered = "registered";
inline constexpr std::string_view kFinanced = "financed";
inline constexpr std::string_view kSettled = "settled";
inline constexpr std::string_view kWrittenOff = "written_off";

// What the map says of the fingerprints of the record under hand, the record's own registration
// left out.
struct Hits {
    bool financed = false;       // an exact one stands financed
    std::string financed_month;  // since when, as a month
    bool same_applicant = false;
    bool other_applicant = false;
    bool partial = false;  // same economic facts under another number
    std::size_t registrations = 0;
};
Hits hits_of(const Act& act);

// Enters, moves or takes out the record's own registration under every fingerprint it states.
void enter_registration(Act& act);
void move_registration(Act& act, std::string_view status);
void drop_registration(Act& act);

// Guards.
std::optional<chain::Refusal> not_financed_before(Act& act);    // R-18 E_DUPLICATE_FINANCED
std::optional<chain::Refusal> room_for_registration(Act& act);  // E_DUPLICATE_SUBMISSION
std::optional<chain::Refusal> partial_hit_explained(Act& act);  // R-18 E_MISSING_EVIDENCE
std::optional<chain::Refusal> not_assigned(Act& act);           // R-17 E_ALREADY_ASSIGNED
std::optional<chain::Refusal> tax_status_holds(Act& act);  // E_INVOICE_VOIDED, E_STALE_TAX_STATUS
std::optional<chain::Refusal> residual_holds(Act& act);    // R-17 E_RESIDUAL_EXCEEDED
std::optional<chain::Refusal> may_be_assigned(Act& act);   // E_ASSIGNMENT_BARRED

// Interests: the live pledges, assignments and discounts of the receivable, under fields.interests.
const json::Array& interests_of(const json::Value& record);
const json::Value* interest_numbered(const json::Value& record, std::int64_t n);
std::int64_t financed_total(const json::Value& record);
bool is_financier(const Act& act, std::string_view party);
// Writes financed_total and residual anew.
void sum_up(Act& act);

}  // namespace quanlu::registry
