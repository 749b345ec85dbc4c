// Bodies of acts from files a person writes: sealed fields are given in clear in the file, leave
// this machine only as salted commitments, and their disclosures are kept beside it for court and
// auditor (DESIGN D4).
#pragma once

#include <string>
#include <vector>

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
// Names of the fields of `body` that are sealed.
std::vector<std::string> sealed_in(const json::Value& body);
// What a file of disclosures (TX.disclosures.json) opens of `body`: name -> value. A usage_error
// when it is no list of them, or one opens no field of this body.
Result<json::Value, Failure> open_sealed(const json::Value& body, const std::string& disclosures);
// JSON or TOML by the file's name.
Result<json::Value, Failure> read_body(const std::string& path);

}  // namespace quanlu::cli
