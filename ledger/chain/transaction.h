// A transaction is a JWS over strict JSON claims (DESIGN D2; docs/protocol.md 3). Here: its form
// and its names; whose key may sign what is the registry's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/json.h"
#include "crypto/base/result.h"
#include "crypto/base/tagged.h"
#include "crypto/jws.h"
#include "ledger/chain/refusal.h"

namespace quanlu::chain {

inline constexpr std::string_view kTxType = "quanlu-tx+jws";
inline constexpr std::string_view kQueryType = "quanlu-query+jws";
inline constexpr std::int64_t kSecondsMax =
    9'000'000'000'000;  // of `iat`, `exp`: in ms they fit too

struct Tx {
    std::string jws;  // as it came
    Hash id;    // SHA-256 of the signing input: what the signer and the API call the transaction
    Hash hash;  // SHA-256 of the whole text: what blocks list (two signatures, two hashes, one id)
    // SHA-256 of `iss`, a zero byte and `jti`: names what is wanted done, so that it is done once
    // . The same id implies the same operation.
    Hash operation;
    std::string kid;  // thumbprint of the signing key
    std::string iss;  // party id
    std::string
        jti;  // idempotency key, unique for iss within the validity window, 1..64 visible ASCII
    std::int64_t iat = 0;             // seconds since 1970, UTC
    std::int64_t exp = 0;             // seconds; the first second in which it is no longer valid
    std::string act;                  // "pledge.register": record type "." verb
    std::string rec;                  // record id, empty for creations
    std::optional<std::int64_t> ver;  // expected version of the record; absent: do not check
    json::Value body;                 // object
    crypto::Signature signature{};
};

// Form of the JWS and its claims: exactly iss, aud, jti, iat, exp, act, body and, where they apply,
// rec and ver. `chain_id` must be aud's. Codes: E_SCHEMA (field named), E_WRONG_CHAIN, E_TOO_LARGE.
// No signature check.
Result<Tx, Refusal> parse_tx(std::string_view jws, const Hash& chain_id);
// The signature under the key that `kid` names. E_SIGNATURE.
Status<Refusal> check_signature(const Tx& tx, const crypto::PublicKey& key);

// Time window of a transaction against the time of its block: iat - 60 s <= t < exp and exp - iat
// <= validity_max. E_EXPIRED, E_NOT_YET_VALID, E_VALIDITY_TOO_LONG.
Status<Refusal> check_window(const Tx& tx, UnixMillis block_time, std::int64_t validity_max_ms);

// Builds and signs. `ver` < 0: no expected version.
struct TxDraft {
    std::string iss, jti, act, rec;
    std::int64_t iat = 0, exp = 0, ver = -1;
    json::Value body;
};
std::string sign_tx(const crypto::SigningKey& key, const Hash& chain_id, const TxDraft& draft);

}  // namespace quanlu::chain
