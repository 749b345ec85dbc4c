// The field tables of B.3: what a certificate holds and what each act on one states. Which kind of
// certificate states which field is in rules/data_rules (kind_fields_there). What no rule reads and
// is not public is sealed (DESIGN D4a).
#pragma once

#include "ledger/registry/field.h"

namespace quanlu::registry {

const Fields&
cert_fields();  // as stored: the application, what others added, what the ledger wrote
const Fields& cert_apply_body();
const Fields& cert_assess_body();
const Fields&
cert_correct_body();  // {"changes": any fields of the application but kind and issuer}
const Fields& cert_correction_body();
const Fields& cert_refuse_body();
const Fields& cert_renewal_body();
const Fields& cert_revoke_body();
const Fields& cert_receipt_body();

}  // namespace quanlu::registry
