// The digest is over the text as given, so no canonical form has to be agreed on later.
#include "crypto/sealed.h"

#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::crypto {

std::string make_disclosure(std::string_view name, const json::Value& value, BytesView salt) {
    const json::Value triple = json::Array{to_base64url(salt), name, value};
    return to_base64url(as_bytes(json::write(triple)));
}

std::optional<Disclosure> parse_disclosure(std::string_view disclosure) {
    const auto bytes = from_base64url(disclosure);
    if (!bytes) return std::nullopt;
    const auto triple = json::parse(as_text(*bytes));
    if (!triple.ok() || !triple->is_array() || triple->as_array().size() != 3) return std::nullopt;
    const json::Array& parts = triple->as_array();
    if (!parts[0].is_string() || !parts[1].is_string()) return std::nullopt;
    return Disclosure{parts[0].as_string(), parts[1].as_string(), parts[2]};
}

std::string disclosure_digest(std::string_view disclosure) {
    return to_base64url(sha256(as_bytes(disclosure)).view());
}

}  // namespace quanlu::crypto
