// See visibility.h.
#include "node/api/visibility.h"

#include <algorithm>

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "crypto/jws.h"
#include "ledger/registry/lists.h"
#include "ledger/registry/record_type.h"

namespace quanlu::api {

namespace {

using chain::Code;
using chain::Refusal;
constexpr std::string_view kScheme = "Quanlu-JWS ";
constexpr std::size_t kCredentialBytesMax = 2'048;
constexpr std::int64_t kCredentialSeconds = 60;

bool has_private(const registry::Fields& table, const json::Value& fields) {
    return std::any_of(table.begin(), table.end(), [&](const registry::Field& field) {
        return field.visible != registry::Visible::p && field.kind != registry::FieldKind::sealed &&
               fields.find(field.name) != nullptr;
    });
}

bool is_official(const chain::StateReader& state, const std::string& party) {
    const auto held = state.get("party/" + party);
    if (held == nullptr) return false;
    for (const json::Value& role : held->find("fields")->find("roles")->as_array()) {
        if (registry::in_list("ip_office|auditor|regulator|court", role.as_string())) return true;
    }
    return false;
}

}  // namespace

bool names(const json::Value& value, const std::string& text) {
    if (value.is_string()) return value.as_string() == text;
    if (value.is_array()) {
        return std::any_of(value.as_array().begin(), value.as_array().end(),
                           [&](const json::Value& one) { return names(one, text); });
    }
    if (!value.is_object()) return false;
    return std::any_of(value.as_object().begin(), value.as_object().end(),
                       [&](const auto& one) { return names(one.second, text); });
}

Result<Caller, Refusal> caller(const Request& request,
                               std::shared_ptr<const chain::StateReader> state,
                               const Hash& chain_id, std::int64_t wall_ms) {
    if (request.authorization.empty()) return Caller{std::nullopt, false, std::move(state)};
    const auto refuse = [](const std::string& why) {
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
        return refuse("iat, exp: it is " + to_rfc3339(UnixMillis{wall_ms}) + " here");
    chain::Tx asker;
    asker.iss = party;
    asker.kid = parts->kid;
    const auto key = registry::officer_key(*state, asker);
    if (!key || !registry::admit(*state, asker, UnixMillis{wall_ms}).ok() ||
        !crypto::verify_jws(*parts, *key))
        return refuse("key or signature");
    const bool official = is_official(*state, party);
    return Caller{party, official, std::move(state)};
}

bool may_ask(std::string_view key, const Caller& who) {
    constexpr std::string_view kDrawn = "list/finance/drawn:";
    if (who.is_official) return true;
    if (const std::string_view owner = registry::owner_of_list(key); !owner.empty())
        return who.party && *who.party == owner;
    return !key.starts_with(kDrawn) || key.find('/', kDrawn.size()) == std::string_view::npos;
}

bool may_read_all(const std::string& key, const json::Value& value, const Caller& who) {
    if (who.is_official) return true;
    const registry::RecordType* type = registry::find_record_type(value.string_or("type", ""));
    const json::Value* fields = value.find("fields");
    if (type == nullptr || fields == nullptr) {
        if (!registry::owner_of_list(key).empty()) return may_ask(key, who);
        // A count of a few financings would name them.
        if (key.starts_with("list/finance/"))
            return value.integer_or("n", 0) >= registry::kStatisticsLeast;
        return key.starts_with("invfp/") || key.starts_with("invec/") || key.starts_with("sys/") ||
               key.starts_with("list/");
    }
    if (!has_private(*type->fields, *fields)) return true;
    if (!who.party) return false;
    if (names(*fields, *who.party)) return true;
    return std::any_of(type->actors.begin(), type->actors.end(), [&](std::string_view actor) {
        return value.string_or(actor, "") == *who.party;
    });
}

bool may_read_tx(const std::string& jws, const Hash& chain_id, std::string_view record_id,
                 const Caller& who) {
    if (who.is_official) return true;
    const auto tx = chain::parse_tx(jws, chain_id);
    if (!tx.ok()) return false;
    if (who.party && *who.party == tx->iss) return true;
    const std::size_t dot = tx->act.find('.');
    const registry::RecordType* type = registry::find_record_type(tx->act.substr(0, dot));
    if (type == nullptr || dot == std::string::npos) return false;
    const registry::Verb* verb = registry::find_verb(*type, tx->act.substr(dot + 1));
    if (verb == nullptr) return false;
    if (!has_private(*verb->body, tx->body)) return true;
    const std::string id(record_id.empty() ? std::string_view(tx->rec) : record_id);
    const auto record = who.party ? who.state->get(std::string(type->tag) + id) : nullptr;
    return record != nullptr && may_read_all(std::string(type->tag) + id, *record, who);
}

json::Value public_part(const json::Value& value) {
    const registry::RecordType* type = registry::find_record_type(value.string_or("type", ""));
    if (type == nullptr || value.find("fields") == nullptr) return json::Object{};
    json::Value out = value;
    for (const registry::Field& field : *type->fields) {
        if (field.visible != registry::Visible::p) out["fields"].erase(field.name);
    }
    return out;
}

json::Value public_outcome(const json::Value& outcome) {
    json::Value out;
    for (const char* name : {"code", "record", "state", "version"}) {
        if (const json::Value* value = outcome.find(name)) out.set(name, *value);
    }
    return out;
}

}  // namespace quanlu::api
