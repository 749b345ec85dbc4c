// The second half of the receivable's table of transitions: consent, finance, repay, reassign, buy
// back, default.
#pragma once

#include <vector>

#include "ledger/registry/record_type.h"

namespace quanlu::registry {

std::vector<Verb> receivable_financing_verbs();

}  // namespace quanlu::registry
