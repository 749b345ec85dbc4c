// Ed25519 by libsodium. A change of its version is a consensus change (DESIGN D6): the vector tests
// say so first.
#include "crypto/suite.h"

#include <sodium.h>

#include <cstring>

#include "crypto/base/check.h"

namespace quanlu::crypto {

namespace {

void start_sodium() {
    static const int started = sodium_init();
    ENSURE(started >= 0, "libsodium does not start");
}

}  // namespace

struct SigningKey::Secret {
    unsigned char* bytes;
    Secret() : bytes(static_cast<unsigned char*>(sodium_malloc(crypto_sign_SECRETKEYBYTES))) {
        ENSURE(bytes != nullptr, "no locked memory for a key");
    }
    ~Secret() { sodium_free(bytes); }  // wipes
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
};

SigningKey::SigningKey() : secret_(std::make_unique<Secret>()) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::from_seed(const std::array<std::uint8_t, 32>& seed) {
    start_sodium();
    SigningKey key;
    crypto_sign_seed_keypair(key.public_.data(), key.secret_->bytes, seed.data());
    return key;
}

SigningKey SigningKey::generate() {
    start_sodium();
    SigningKey key;
    crypto_sign_keypair(key.public_.data(), key.secret_->bytes);
    return key;
}

Signature SigningKey::sign(BytesView message) const {
    Signature signature{};
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_->bytes);
    return signature;
}

std::array<std::uint8_t, 32> SigningKey::seed() const {
    std::array<std::uint8_t, 32> seed{};
    crypto_sign_ed25519_sk_to_seed(seed.data(), secret_->bytes);
    return seed;
}

bool verify(const PublicKey& key, BytesView message, const Signature& signature) {
    start_sodium();
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       key.data()) == 0;
}

bool is_acceptable(const PublicKey& key) {
    start_sodium();
    // Canonical, on the curve, in the main subgroup, not of small order.
    return crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

std::optional<SuiteId> suite_from_text(std::string_view text) {
    if (text == "intl") return SuiteId::intl;
    return std::nullopt;
}

std::string_view to_text(SuiteId suite) {
    ENSURE(suite == SuiteId::intl);
    return "intl";
}

}  // namespace quanlu::crypto
