// Acts over a registered pledge (B.6): changes of party, terms, term, rights and pledgee; then
// enforcement, cancellation and revocation. The filing is in pledge.cpp.
#pragma once

#include <vector>

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

std::vector<Verb> pledge_life_verbs();

}  // namespace quanlu::registry
