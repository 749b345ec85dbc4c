// JSON Schema (draft 2020-12) of an act's body, from the same table that the ledger checks it with.
#pragma once

#include "ledger/registry/record_type.h"

namespace quanlu::cli {

// What a schema cannot say (check digits, existing days, rules across records) the ledger still
// checks: a body that fits may be refused, one that does not fit is.
json::Value json_schema(const registry::RecordType& type, const registry::Verb& verb);

}  // namespace quanlu::cli
