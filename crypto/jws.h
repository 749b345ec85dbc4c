// Compact JWS (RFC 7515) with EdDSA, the form of every transaction and query credential (DESIGN
// D2). The protected header is exactly {"alg":"EdDSA","kid":...,"typ":...}; any other member, order
// or spelling that is not JCS is accepted only if strict JSON says the same three members (signers
// use their own libraries).
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/json.h"
#include "crypto/base/result.h"
#include "crypto/suite.h"

namespace quanlu::crypto {

struct JwsParts {
    std::string kid;                 // RFC 7638 thumbprint of the signing key
    std::string typ;                 // "quanlu-tx+jws" or "quanlu-query+jws"
    json::Value claims;              // strict JSON object
    std::string_view signing_input;  // view into the text given to parse_jws: header "." payload
    Signature signature{};
};

struct JwsError {
    std::string reason;  // "not_compact", "base64url", "header", "alg", "claims",
                         // "signature_length", "size"
    std::string detail;
};

// Takes the three parts apart; checks form only, no signature. size_max in bytes of the whole text.
Result<JwsParts, JwsError> parse_jws(std::string_view text, std::size_t size_max);
// True when the signature is that of `key` over the signing input.
bool verify_jws(const JwsParts& parts, const PublicKey& key);
// Signs claims (written as JCS) under `key`.
std::string sign_jws(const SigningKey& key, std::string_view typ, const json::Value& claims);

}  // namespace quanlu::crypto
