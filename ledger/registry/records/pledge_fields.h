// Field tables of B.6 pledge_registration: what a filing states, and the bodies of its later acts.
#pragma once

#include "ledger/registry/field.h"

namespace quanlu::registry {

const Fields& pledge_fields();  // as stored
const Fields& pledge_draft_body();
const Fields& pledge_register_body();
const Fields& pledge_correction_body();
const Fields& pledge_correct_body();
const Fields& pledge_refuse_body();
const Fields& pledge_request_cancel_body();
const Fields& pledge_cancel_body();
const Fields& pledge_release_body();
const Fields& pledge_amend_party_body();
const Fields& pledge_amend_terms_body();
const Fields& pledge_waive_body();
const Fields& pledge_extend_body();
const Fields& pledge_assign_body();
const Fields& pledge_enforce_body();
const Fields& pledge_realise_body();
const Fields& pledge_court_sale_body();
const Fields& pledge_revoke_body();

}  // namespace quanlu::registry
