// What happens to a series once its tranches are issued (B.9).
#pragma once

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

std::vector<Verb> programme_life_verbs();

// Who signs: manager and custodian; originator and manager.
std::vector<std::string> manager_and_custodian(const Act& act);
std::optional<chain::Refusal> actor_manages(Act& act);  // E_WRONG_AUTHORITY
// Every right and claim of the pool goes free; the parties' count of open records falls.
void end_programme(Act& act);

}  // namespace quanlu::registry
