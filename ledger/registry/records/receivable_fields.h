// The field tables of B.7: what a receivable holds and what each act on one states. Number, code
// and tax stay sealed; seller, buyer, dates and the amount are in clear to members because rules
// read them (DESIGN D4a), and shown to the parties only.
#pragma once

#include "ledger/registry/field.h"

namespace quanlu::registry {

const Fields& receivable_fields();  // as stored
const Fields& fingerprint_body();   // register_fingerprint
const Fields& finance_body();
const Fields& consent_body();  // {"act", "to", "interest_kind"?, "amount"?}
const Fields& tax_status_body();
const Fields& notice_body();
const Fields& interest_body();         // {"interest"}
const Fields& interest_amount_body();  // {"interest", "amount"}
const Fields& interest_to_body();      // {"interest", "to"}

}  // namespace quanlu::registry
