// What every filing with an office keeps: whose it is, corrections in time, rulings of courts.
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// The office that took the filing, once one has. E_WRONG_AUTHORITY
std::optional<chain::Refusal> same_office(Act& act);
// A court, or that office. E_WRONG_AUTHORITY
std::optional<chain::Refusal> office_or_court(Act& act);
// A court that acts shows its ruling as `ruling_hash`. E_MISSING_RULING
std::optional<chain::Refusal> court_shows_ruling(Act& act);

constexpr int kCorrectionWorkingDays = 15;
// The day that a request for correction sets is not past, and no more than 15 working days ahead:
// what is filed holds the rights it names until then. E_BACKDATED
std::optional<chain::Refusal> correction_day_holds(Act& act);
// E_CORRECTION_TIMEOUT: CRP Art 10, whether or not the sweep has been here.
std::optional<chain::Refusal> correction_in_time(Act& act);
// Remembers what is to be put right, and by when.
void open_correction(Act& act);
// Has the day of the open correction gone by?
bool correction_lapsed(const SystemAct& act);

}  // namespace quanlu::registry
