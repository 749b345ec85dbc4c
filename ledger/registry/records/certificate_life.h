// What happens to an issued certificate (B.3): suspension, renewal, revocation, surrender, expiry;
// and what these share with the road to issue in certificate.cpp.
#pragma once

#include <vector>

#include "ledger/registry/act.h"
#include "ledger/registry/record_type.h"

namespace quanlu::registry {

std::optional<chain::Refusal> actor_is_provider(Act& act);  // E_WRONG_AUTHORITY
std::optional<chain::Refusal> actor_is_issuer(Act& act);    // E_WRONG_AUTHORITY
std::optional<chain::Refusal> report_there(Act& act);       // E_MISSING_REPORT
// The assessor and what it stated, into the certificate or into its open renewal.
void store_assessment(Act& act, json::Value& into);
void expire_at_end(Act& act);

std::vector<Verb> certificate_life_verbs();
void certificate_deadline(SystemAct& act, std::string_view what);

}  // namespace quanlu::registry
