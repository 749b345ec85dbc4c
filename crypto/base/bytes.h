// Bytes as every floor speaks of them: owned, viewed, and the 32-byte hash. No encoding here
// (encode.h).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quanlu {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline BytesView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(BytesView view) {
    return Bytes(view.begin(), view.end());
}
inline void append(Bytes& to, BytesView more) {
    to.insert(to.end(), more.begin(), more.end());
}
inline bool equal(BytesView a, BytesView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// 32 bytes of SHA-256 (or SM3) output, or anything else identified by one. Ordered bytewise.
struct Hash {
    std::array<std::uint8_t, 32> bytes{};

    auto operator<=>(const Hash&) const = default;
    [[nodiscard]] bool is_zero() const { return *this == Hash{}; }
    [[nodiscard]] BytesView view() const { return bytes; }
    // REQUIRES: view.size() == 32.
    static Hash from(BytesView view) {
        Hash hash;
        std::memcpy(hash.bytes.data(), view.data(), hash.bytes.size());
        return hash;
    }
};

}  // namespace quanlu
