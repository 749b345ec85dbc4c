// The field tables of B.8. Principal, rate, plan and purpose are sealed; in clear to members, and
// shown to the parties only, is what rules read: the secured claim, what is outstanding,
// dates and references (DESIGN D4a).
#pragma once

#include "ledger/registry/field.h"

namespace quanlu::registry {

const Fields& financing_fields();  // as stored
const Fields& propose_body();
const Fields& repay_body();
const Fields& default_body();
const Fields& proceeds_body();

}  // namespace quanlu::registry
