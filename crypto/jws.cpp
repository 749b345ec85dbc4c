// Three base64url parts, a header of exactly three members, strict claims.
#include "crypto/jws.h"

#include "crypto/base/encode.h"
#include "crypto/jwk.h"

namespace quanlu::crypto {

namespace {

JwsError fail(std::string reason, std::string detail = {}) {
    return {std::move(reason), std::move(detail)};
}

constexpr std::size_t kHeaderBytesMax = 512;

}  // namespace

Result<JwsParts, JwsError> parse_jws(std::string_view text, std::size_t size_max) {
    if (text.size() > size_max) return Err(fail("size"));
    const std::size_t first = text.find('.');
    if (first == std::string_view::npos) return Err(fail("not_compact"));
    const std::size_t second = text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
        return Err(fail("not_compact"));
    }
    const auto header = from_base64url(text.substr(0, first));
    const auto payload = from_base64url(text.substr(first + 1, second - first - 1));
    const auto signature = from_base64url(text.substr(second + 1));
    if (!header || !payload || !signature) return Err(fail("base64url"));
    if (signature->size() != 64) return Err(fail("signature_length"));
    auto head = json::parse(as_text(*header), kHeaderBytesMax);
    if (!head.ok()) return Err(fail("header", head.error().reason));
    if (!head->is_object() || head->as_object().size() != 3) return Err(fail("header", "members"));
    if (head->string_or("alg", "") != "EdDSA") return Err(fail("alg"));
    JwsParts parts;
    parts.kid = head->string_or("kid", "");
    parts.typ = head->string_or("typ", "");
    if (parts.kid.size() != 43 || parts.typ.empty()) return Err(fail("header", "kid, typ"));
    auto claims = json::parse(as_text(*payload), size_max);
    if (!claims.ok()) return Err(fail("claims", claims.error().reason));
    if (!claims->is_object()) return Err(fail("claims", "not an object"));
    parts.claims = std::move(claims).value();
    parts.signing_input = text.substr(0, second);
    std::memcpy(parts.signature.data(), signature->data(), parts.signature.size());
    return parts;
}

bool verify_jws(const JwsParts& parts, const PublicKey& key) {
    return verify(key, as_bytes(parts.signing_input), parts.signature);
}

std::string sign_jws(const SigningKey& key, std::string_view typ, const json::Value& claims) {
    const json::Value header =
        json::Object{{"alg", "EdDSA"}, {"kid", thumbprint(key.public_key())}, {"typ", typ}};
    std::string text = to_base64url(as_bytes(json::write(header))) + "." +
                       to_base64url(as_bytes(json::write(claims)));
    const Signature signature = key.sign(as_bytes(text));
    return text + "." + to_base64url(signature);
}

}  // namespace quanlu::crypto
