// See visibility.h.
#include "node/api/visibility.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/jws.h"
#include "ledger/registry/record_type.h"

namespace quanlu::api {

namespace {

using chain::Code;
using chain::Refusal;
constexpr std::string_view kScheme = "Quanlu-JWS ";
constexpr std::size_t kCredentialBytesMax = 2'048;
constexpr std::int64_t kCredentialSeconds = 60;

bool names_party(const json::Value& value, const std::string& party) {
    if (value.is_string()) return value.as_string() == party;
    if (value.is_array()) {
        return std::any_of(value.as_array().begin(), value.as_array().end(),
                           [&](const json::Value& one) { return names_party(one, party); });
    }
    if (!value.is_object()) return false;
    return std::any_of(value.as_object().begin(), value.as_object().end(),
                       [&](const auto& one) { return names_party(one.second, party); });
}

bool has_private(const registry::Fields& table, const json::Value& fields) {
    return std::any_of(table.begin(), table.end(), [&](const registry::Field& field) {
        return field.visible != registry::Visible::p && field.kind != registry::FieldKind::sealed &&
               fields.find(field.name) != nullptr;
    });
}

}  // namespace

Result<std::optional<std::string>, Refusal> caller(const Request& request,
                                                   const chain::StateReader& state,
                                                   const Hash& chain_id, std::int64_t wall_ms) {
    if (request.authorization.empty()) return std::optional<std::string>();
    const auto refuse = [](const char* why) {
        return Err(Refusal(Code::E_UNAUTHENTICATED, "", json::Object{{"reason", why}}));
    };
    if (!request.authorization.starts_with(kScheme)) return refuse("scheme Quanlu-JWS");
    const auto parts = crypto::parse_jws(
        std::string_view(request.authorization).substr(kScheme.size()), kCredentialBytesMax);
    if (!parts.ok() || parts->typ != chain::kQueryType) return refuse("a quanlu-query+jws");
    const json::Value& claims = parts->claims;
    const std::string party(claims.string_or("iss", ""));
    if (claims.string_or("aud", "") != to_hex(chain_id) || claims.string_or("act", "") != "query")
        return refuse("aud, act");
    if (claims.string_or("method", "") != request.method ||
        claims.string_or("path", "") != request.path)
        return refuse("method, path");
    const std::int64_t iat = claims.integer_or("iat", 0), exp = claims.integer_or("exp", 0);
    if (exp - iat > kCredentialSeconds || exp * 1000 <= wall_ms ||
        iat * 1000 > wall_ms + kCredentialSeconds * 1000)
        return refuse("iat, exp");
    chain::Tx asker;
    asker.iss = party;
    asker.kid = parts->kid;
    const auto key = registry::officer_key(state, asker);
    if (!key || !registry::admit(state, asker, UnixMillis{wall_ms}).ok() ||
        !crypto::verify_jws(*parts, *key))
        return refuse("key or signature");
    return std::optional<std::string>(party);
}

bool may_read_all(const json::Value& record, const std::optional<std::string>& party,
                  const chain::StateReader& state) {
    const registry::RecordType* type = registry::find_record_type(record.string_or("type", ""));
    const json::Value* fields = record.find("fields");
    if (type == nullptr || fields == nullptr || !has_private(*type->fields, *fields)) return true;
    if (!party) return false;
    if (names_party(*fields, *party)) return true;
    for (const char* actor : {"office", "court", "registrant", "provider"}) {
        if (record.string_or(actor, "") == *party) return true;
    }
    const auto held = state.get("party/" + *party);
    if (held == nullptr) return false;
    for (const json::Value& role : held->find("fields")->find("roles")->as_array()) {
        if (registry::in_list("ip_office|auditor|regulator|court", role.as_string())) return true;
    }
    return false;
}

json::Value public_part(const json::Value& record) {
    json::Value out = record;
    const registry::RecordType* type = registry::find_record_type(record.string_or("type", ""));
    if (type == nullptr || record.find("fields") == nullptr) return out;
    for (const registry::Field& field : *type->fields) {
        if (field.visible != registry::Visible::p) out["fields"].erase(field.name);
    }
    return out;
}

}  // namespace quanlu::api
