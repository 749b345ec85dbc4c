// The field tables of B.4: what a data-IP registration holds and what each act on one states.
#pragma once

#include "ledger/registry/field.h"

namespace quanlu::registry::data_ip {

const Fields& stored_fields();  // as stored
const Fields& deposit_body();   // deposit; the first of what is stored
const Fields& apply_body();
const Fields& correct_body();
const Fields& correction_body();
const Fields& examine_body();
const Fields& refuse_body();
const Fields& register_body();
const Fields& renew_body();
const Fields& revoke_body();

}  // namespace quanlu::registry::data_ip
