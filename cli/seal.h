// Bodies of acts from files a person writes: sealed fields are given in clear in the file, leave
// this machine only as salted commitments, and their disclosures are kept beside it for court and
// auditor (DESIGN D4).
#pragma once

#include "cli/exit.h"
#include "crypto/base/result.h"
#include "ledger/registry/field.h"

namespace quanlu::cli {

struct Sealed {
    json::Value body;
    json::Array disclosures;  // of the fields that were sealed
};

// Seals every field of kind `sealed` that stands in clear.
Sealed seal(const json::Value& clear, const registry::Fields& fields);
// JSON or TOML by the file's name.
Result<json::Value, Failure> read_body(const std::string& path);

}  // namespace quanlu::cli
