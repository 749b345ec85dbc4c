// Form of a transaction: docs/protocol.md 3. What costs least is refused first.
#include "ledger/chain/transaction.h"

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/chain/block.h"
#include "ledger/chain/trial.h"

namespace quanlu::chain {

namespace {

constexpr std::int64_t kClockSlackMs =
    60'000;  // signers' clocks run ahead of the ledger's by up to a minute

Refusal schema(std::string field, std::string reason) {
    return Refusal(Code::E_SCHEMA, std::move(field), json::Object{{"reason", std::move(reason)}});
}

bool is_party_id(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (const char c : text) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
    return true;
}

bool is_jti(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (const char c : text) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && c != '.' && c != '_' && c != ':' && c != '-') return false;
    }
    return true;
}

bool is_act(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (text.size() > 64 || dot == std::string_view::npos || dot == 0 || dot + 1 == text.size())
        return false;
    for (const char c : text) {
        if (!((c >= 'a' && c <= 'z') || c == '_' || c == '.')) return false;
    }
    return text.find('.', dot + 1) == std::string_view::npos;
}

Result<std::string, Refusal> take_string(const json::Value& claims, std::string_view name) {
    const json::Value* value = claims.find(name);
    if (value == nullptr) return Err(schema(std::string(name), "missing"));
    if (!value->is_string()) return Err(schema(std::string(name), "not a string"));
    return value->as_string();
}

Result<std::int64_t, Refusal> take_time(const json::Value& claims, std::string_view name) {
    const json::Value* value = claims.find(name);
    if (value == nullptr || !value->is_integer())
        return Err(schema(std::string(name), "integer seconds"));
    if (value->as_integer() < 0 || value->as_integer() > kSecondsMax) {
        return Err(schema(std::string(name), "out of range"));
    }
    return value->as_integer();
}

Result<Tx, Refusal> parse_typed(std::string_view jws, const Hash& chain_id, std::string_view typ) {
    if (jws.size() > kTxBytesMax) {
        return Err(Refusal(Code::E_TOO_LARGE, "",
                           json::Object{{"bytes", static_cast<std::int64_t>(jws.size())},
                                        {"bytes_max", static_cast<std::int64_t>(kTxBytesMax)}}));
    }
    auto parsed = crypto::parse_jws(jws, kTxBytesMax);
    if (!parsed.ok()) {
        return Err(Refusal(
            Code::E_SCHEMA, "jws",
            json::Object{{"reason", parsed.error().reason}, {"detail", parsed.error().detail}}));
    }
    crypto::JwsParts& parts = *parsed;
    if (parts.typ != typ) return Err(schema("typ", std::string(typ)));
    json::Value& claims = parts.claims;
    Tx tx;
    TRY(const std::string aud, take_string(claims, "aud"));
    if (aud != to_hex(chain_id)) {
        return Err(Refusal(Code::E_WRONG_CHAIN, "aud",
                           json::Object{{"expected", to_hex(chain_id)}, {"found", aud}}));
    }
    TRY(tx.iss, take_string(claims, "iss"));
    if (!is_party_id(tx.iss)) return Err(schema("iss", "[a-z0-9-]{1,64}"));
    TRY(tx.jti, take_string(claims, "jti"));
    if (!is_jti(tx.jti)) return Err(schema("jti", "[A-Za-z0-9._:-]{1,64}"));
    TRY(tx.act, take_string(claims, "act"));
    if (!is_act(tx.act)) return Err(schema("act", "type.verb"));
    TRY(tx.iat, take_time(claims, "iat"));
    TRY(tx.exp, take_time(claims, "exp"));
    if (tx.exp <= tx.iat) return Err(schema("exp", "after iat"));
    std::size_t members = 7;
    if (claims.find("rec") != nullptr) {
        TRY(tx.rec, take_string(claims, "rec"));
        if (tx.rec.empty() || tx.rec.size() > 128) return Err(schema("rec", "1..128 bytes"));
        ++members;
    }
    if (const json::Value* ver = claims.find("ver")) {
        if (!ver->is_integer() || ver->as_integer() < 1)
            return Err(schema("ver", "integer from 1"));
        tx.ver = ver->as_integer();
        ++members;
    }
    const json::Value* body = claims.find("body");
    if (body == nullptr || !body->is_object()) return Err(schema("body", "object"));
    if (claims.as_object().size() != members) return Err(schema("", "a member that is not known"));
    tx.body = std::move(claims["body"]);
    tx.jws = jws;
    tx.id = crypto::sha256(as_bytes(parts.signing_input));
    tx.hash = crypto::sha256(as_bytes(jws));
    static constexpr std::uint8_t kSeparator[1] = {0};  // occurs in neither name
    tx.operation = crypto::sha256({as_bytes(tx.iss), BytesView(kSeparator), as_bytes(tx.jti)});
    tx.kid = std::move(parts.kid);
    tx.signature = parts.signature;
    return tx;
}

std::string sign_typed(const crypto::SigningKey& key, const Hash& chain_id, const TxDraft& draft,
                       std::string_view typ) {
    json::Value claims = json::Object{
        {"iss", draft.iss}, {"aud", to_hex(chain_id)}, {"jti", draft.jti},  {"iat", draft.iat},
        {"exp", draft.exp}, {"act", draft.act},        {"body", draft.body}};
    if (!draft.rec.empty()) claims.set("rec", draft.rec);
    if (draft.ver >= 0) claims.set("ver", draft.ver);
    return crypto::sign_jws(key, typ, claims);
}

}  // namespace

Result<Tx, Refusal> parse_tx(std::string_view jws, const Hash& chain_id) {
    return parse_typed(jws, chain_id, kTxType);
}

Result<Tx, Refusal> parse_trial(std::string_view jws, const Hash& chain_id) {
    return parse_typed(jws, chain_id, kTrialType);
}

Status<Refusal> check_signature(const Tx& tx, const crypto::PublicKey& key) {
    const std::string_view input = std::string_view(tx.jws).substr(0, tx.jws.rfind('.'));
    if (crypto::verify(key, as_bytes(input), tx.signature)) return Unit{};
    return Err(Refusal(Code::E_SIGNATURE, "", json::Object{{"kid", tx.kid}}));
}

Status<Refusal> check_window(const Tx& tx, UnixMillis block_time, std::int64_t validity_max_ms) {
    const auto refuse = [&](Code code, const char* field) {
        return Err(Refusal(
            code, field,
            json::Object{{"block_time", block_time.value}, {"iat", tx.iat}, {"exp", tx.exp}}));
    };
    if ((tx.exp - tx.iat) * 1000 > validity_max_ms) return refuse(Code::E_VALIDITY_TOO_LONG, "exp");
    if (block_time.value >= tx.exp * 1000) return refuse(Code::E_EXPIRED, "exp");
    if (tx.iat * 1000 - kClockSlackMs > block_time.value)
        return refuse(Code::E_NOT_YET_VALID, "iat");
    return Unit{};
}

std::string sign_tx(const crypto::SigningKey& key, const Hash& chain_id, const TxDraft& draft) {
    return sign_typed(key, chain_id, draft, kTxType);
}

std::string sign_trial(const crypto::SigningKey& key, const Hash& chain_id, const TxDraft& draft) {
    return sign_typed(key, chain_id, draft, kTrialType);
}

}  // namespace quanlu::chain
