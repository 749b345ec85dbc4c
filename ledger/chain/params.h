// Consensus and block parameters on the ledger (DESIGN D9): the rules of the time, hashed into
// every header.
#pragma once

#include <cstdint>

#include "crypto/base/bytes.h"
#include "crypto/base/json.h"
#include "crypto/base/result.h"
#include "crypto/base/tagged.h"

namespace quanlu::chain {

struct Params {
    std::int64_t delta_ms = 500;  // D: bound on delay of a full block with its execution (7.1)
    std::int64_t delta_max_ms = 10'000;  // back-off ends here (R8)
    std::int64_t heartbeat_ms = 5'000;   // idle chain: one block each (R10)
    std::int64_t clock_eps_ms = 2'000;   // eps of R9
    std::int64_t block_tx_max = 4'000;
    std::int64_t block_bytes_max = 4 * 1024 * 1024;
    std::int64_t tx_validity_max_ms = 600'000;     // exp - iat at most; bounds the duplicate window
    std::int64_t deadlines_per_block_max = 1'000;  // expiries carried out by one block
    bool operator==(const Params&) const = default;
};

json::Value to_json(const Params& params);
Result<Params, std::string> params_from_json(
    const json::Value& value);       // unknown member or range: refused
Hash hash_of(const Params& params);  // SHA-256 of the JCS text

}  // namespace quanlu::chain
