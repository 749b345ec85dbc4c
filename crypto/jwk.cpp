// RFC 8037 keys and RFC 7638 names.
#include "crypto/jwk.h"

#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::crypto {

json::Value to_jwk(const PublicKey& key) {
    return json::Object{{"crv", "Ed25519"}, {"kty", "OKP"}, {"x", to_base64url(key)}};
}

std::optional<PublicKey> key_from_jwk(const json::Value& jwk) {
    if (!jwk.is_object() || jwk.as_object().size() != 3) return std::nullopt;
    if (jwk.string_or("crv", "") != "Ed25519" || jwk.string_or("kty", "") != "OKP")
        return std::nullopt;
    const std::optional<Bytes> x = from_base64url(jwk.string_or("x", ""));
    if (!x || x->size() != 32) return std::nullopt;
    PublicKey key{};
    std::memcpy(key.data(), x->data(), key.size());
    if (!is_acceptable(key)) return std::nullopt;
    return key;
}

std::string thumbprint(const PublicKey& key) {
    return to_base64url(sha256(as_bytes(json::write(to_jwk(key)))).view());
}

}  // namespace quanlu::crypto
