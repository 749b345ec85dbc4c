// The field tables of B.9: what a series holds and what each act on it states.
#pragma once

#include "ledger/registry/field.h"

namespace quanlu::registry::programme {

const Fields& stored_fields();
const Fields& set_up_body();
const Fields& entry_body();  // add_asset
const Fields& number_body();
const Fields& shelf_body();
const Fields& issue_body();
const Fields& collect_body();
const Fields& distribute_body();
const Fields& replace_body();
const Fields& default_body();
const Fields& shortfall_body();
const Fields& accelerate_body();
const Fields& clear_body();

}  // namespace quanlu::registry::programme
