// SHA-256 the fast way (one fetched digest, one reused context per thread) and SM3 for
// fingerprints.
#pragma once

#include <initializer_list>

#include "crypto/base/bytes.h"

namespace quanlu::crypto {

Hash sha256(BytesView data);
// Hash of the concatenation, without making it.
Hash sha256(std::initializer_list<BytesView> parts);
Hash sm3(BytesView data);
// HMAC over SHA-256 / SM3 (RFC 2104). For invoice fingerprints (DOMAIN E.6) outside the ledger.
Hash hmac_sha256(BytesView key, BytesView data);
Hash hmac_sm3(BytesView key, BytesView data);

}  // namespace quanlu::crypto
