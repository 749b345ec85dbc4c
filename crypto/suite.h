// The signature suite a chain is founded with (genesis `suite`): one interface, one verdict on edge
// cases. Suite 1 "intl": Ed25519 with libsodium's strict verdict (small-order keys and
// non-canonical points refused, S < L), SHA-256. Suite 2 "gm" (SM2, SM3) has its number reserved
// and no code yet.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "crypto/base/bytes.h"

namespace quanlu::crypto {

enum class SuiteId : std::uint16_t { intl = 1 };

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

// A secret key in locked memory, wiped at the end.
class SigningKey {
public:
    // From the 32-byte RFC 8032 seed.
    static SigningKey from_seed(const std::array<std::uint8_t, 32>& seed);
    static SigningKey generate();  // from the operating system's generator
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    [[nodiscard]] const PublicKey& public_key() const { return public_; }
    [[nodiscard]] Signature sign(BytesView message) const;
    // The 32-byte seed, for writing an encrypted key file. The caller wipes it.
    [[nodiscard]] std::array<std::uint8_t, 32> seed() const;

private:
    SigningKey();
    struct Secret;
    std::unique_ptr<Secret> secret_;
    PublicKey public_{};
};

// Strict Ed25519 (DESIGN D6): the verdict of libsodium 1.0.18, pinned vector by vector in tests.
bool verify(const PublicKey& key, BytesView message, const Signature& signature);

// Screen at registration: canonical encoding, on the curve, not of small order, in the prime-order
// group.
bool is_acceptable(const PublicKey& key);

// Genesis spelling: "intl".
std::optional<SuiteId> suite_from_text(std::string_view text);
std::string_view to_text(SuiteId suite);

}  // namespace quanlu::crypto
