// Text forms of bytes: hex (lower case) and base64url without padding (RFC 7515 2), both strict:
// exactly one text stands for given bytes, every other text is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"

namespace quanlu {

std::string to_hex(BytesView bytes);
inline std::string to_hex(const Hash& hash) {
    return to_hex(hash.view());
}
// Lower case only, even length. Nothing on anything else.
std::optional<Bytes> from_hex(std::string_view text);
// Exactly 64 lower-case hex digits.
std::optional<Hash> hash_from_hex(std::string_view text);

std::string to_base64url(BytesView bytes);
// No padding, no white space, no '+' or '/', unused low bits zero.
std::optional<Bytes> from_base64url(std::string_view text);

// Standard base64 with padding (RFC 4648 4), for C2SP notes. Strict likewise.
std::string to_base64(BytesView bytes);
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace quanlu
