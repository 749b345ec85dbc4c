// Ed25519 public keys as JWK (RFC 8037) and their thumbprint (RFC 7638), which is the `kid` of
// every transaction.
#pragma once

#include <optional>
#include <string>

#include "crypto/base/json.h"
#include "crypto/suite.h"

namespace quanlu::crypto {

// {"crv":"Ed25519","kty":"OKP","x":"<base64url>"}
json::Value to_jwk(const PublicKey& key);
// Exactly the members crv, kty, x (others refused), an acceptable key.
std::optional<PublicKey> key_from_jwk(const json::Value& jwk);
// base64url(SHA-256(JCS of the required members)), 43 characters.
std::string thumbprint(const PublicKey& key);

}  // namespace quanlu::crypto
