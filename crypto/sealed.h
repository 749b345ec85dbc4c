// Sealed fields as salted commitments in the SD-JWT form (RFC 9901 4.2; DESIGN D4): the ledger
// holds the digest, the parties hold the disclosure. Destroying every copy of the disclosure erases
// the field and keeps proofs valid.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/json.h"

namespace quanlu::crypto {

inline constexpr std::size_t kSaltBytes = 16;  // RFC 9901 9.3: 128 bits

struct Disclosure {
    std::string salt;  // base64url
    std::string name;
    json::Value value;
};

// base64url(JCS of [salt, name, value]).
std::string make_disclosure(std::string_view name, const json::Value& value, BytesView salt);
std::optional<Disclosure> parse_disclosure(std::string_view disclosure);
// base64url(SHA-256(ASCII of the disclosure)), 43 characters: what `_sd` holds.
std::string disclosure_digest(std::string_view disclosure);

}  // namespace quanlu::crypto
