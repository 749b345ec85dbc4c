// The banks' key for invoice fingerprints (DOMAIN E.6): 64 hex digits in a file that only its owner
// reads. It never goes to a node.
#pragma once

#include <string>

#include "cli/exit.h"
#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quanlu::cli {

// 32 bytes. Refuses a file that others may read (mode 0600 asked for).
Result<Bytes, Failure> read_fingerprint_key(const std::string& path);

}  // namespace quanlu::cli
