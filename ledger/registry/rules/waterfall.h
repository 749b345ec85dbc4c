// The order in which a series pays (B.9, R-16), and what each holder receives of a tranche's line.
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// Highest first: the order of a programme that states none. B.9's sixth line is two here, interest
// first.
inline constexpr std::string_view kWaterfallLines =
    "taxes|custody_fees|manager_fees|senior_interest|senior_principal|mezzanine_interest|"
    "mezzanine_principal|late_fees|subordinate";
inline constexpr std::string_view kTrancheClasses = "senior|mezzanine|subordinate";
inline constexpr std::int64_t kDistributionsMax = 120;

// Guard of distribute: lines in order, of tranches there are, nothing paid below a line that is
// short or left out, E_WATERFALL_ORDER; sums and what is outstanding, E_WATERFALL_UNBALANCED.
std::optional<chain::Refusal> waterfall_holds(Act& act);

// What each holder of `tranche` receives of `amount`: by face, rounded down, the rest to the
// largest holder, ties to the lowest id. [{"holder", "amount"}] by holder id.
json::Array shares_of(const json::Value& programme_fields, std::string_view tranche,
                      std::int64_t amount);

}  // namespace quanlu::registry
