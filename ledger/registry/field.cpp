// Bodies come from anybody: nothing is repaired, nothing unknown is stored.
#include "ledger/registry/field.h"

#include <set>

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "crypto/jwk.h"
#include "ledger/registry/ids/country.h"
#include "ledger/registry/ids/currency.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

// Where in the body a check stands: becomes text only for a refusal.
struct Place {
    const Place* parent = nullptr;  // nullptr: the body itself
    std::string_view name;          // of a member; empty: an item of a list
    std::size_t index = 0;

    [[nodiscard]] std::string pointer() const {
        if (parent == nullptr) return "";
        return parent->pointer() + "/" + (name.empty() ? std::to_string(index) : std::string(name));
    }
};

Refusal schema(const Place& place, std::string reason) {
    return Refusal(Code::E_SCHEMA, place.pointer(), json::Object{{"reason", std::move(reason)}});
}

Status<Refusal> check_members(const json::Value& body, const Fields& fields, const Place& place);

bool in_choices(std::string_view choices, std::string_view value) {
    while (!value.empty() && !choices.empty()) {
        const std::size_t bar = choices.find('|');
        if (choices.substr(0, bar) == value) return true;
        if (bar == std::string_view::npos) return false;
        choices.remove_prefix(bar + 1);
    }
    return false;
}

bool is_record_id(std::string_view text) {
    if (text.empty() || text.size() > 128) return false;
    for (const char c : text) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && c != '-' && c != ':' && c != '_' && c != '/') return false;
    }
    return true;
}

bool is_sealed(const json::Value& value) {
    if (!value.is_object() || value.as_object().size() != 1) return false;
    const std::string_view digest = value.string_or("_sd", "");
    const auto bytes = from_base64url(digest);
    return bytes && bytes->size() == 32;
}

Status<Refusal> check_text(const Field& field, const std::string& text, const Place& place) {
    switch (field.kind) {
        case FieldKind::text:
        case FieldKind::right_no:
            if (text.empty() || text.size() > static_cast<std::size_t>(field.max)) {
                return Err(schema(place, "1 to " + std::to_string(field.max) + " bytes"));
            }
            return Unit{};
        case FieldKind::choice:
            if (!in_choices(field.choices, text))
                return Err(schema(place, "one of " + std::string(field.choices)));
            return Unit{};
        case FieldKind::date:
            if (!date_from_text(text)) return Err(schema(place, "an existing day, yyyy-mm-dd"));
            return Unit{};
        case FieldKind::hash:
            if (!is_hash_text(text)) return Err(Refusal(Code::E_HASH_FORMAT, place.pointer()));
            return Unit{};
        case FieldKind::hex32:
            if (!hash_from_hex(text)) return Err(schema(place, "64 hex digits, lower case"));
            return Unit{};
        case FieldKind::party:
            if (!is_party_id(text)) return Err(schema(place, "a party id, [a-z0-9-]{1,64}"));
            return Unit{};
        case FieldKind::record:
            if (!is_record_id(text)) return Err(schema(place, "a record id"));
            return Unit{};
        case FieldKind::ccy:
            if (!is_currency(text)) return Err(schema(place, "an ISO 4217 code"));
            return Unit{};
        case FieldKind::country:
            if (!is_country(text)) return Err(schema(place, "an ISO 3166-1 code"));
            return Unit{};
        case FieldKind::choices:
        case FieldKind::integer:
        case FieldKind::amount:
        case FieldKind::boolean:
        case FieldKind::jwk:
        case FieldKind::sealed:
        case FieldKind::object:
        case FieldKind::objects:
        case FieldKind::parties:
        case FieldKind::records:
        case FieldKind::hashes:
            break;
    }
    ENSURE(false);
}

// Lists of texts: each item checked by the kind of one, each once.
Status<Refusal> check_list(const Field& field, FieldKind one, const json::Value& value,
                           const Place& place) {
    if (!value.is_array()) return Err(schema(place, "a list"));
    const std::size_t limit =
        field.kind == FieldKind::choices ? 32 : static_cast<std::size_t>(field.max);
    if (value.as_array().size() > limit)
        return Err(schema(place, "at most " + std::to_string(limit) + " items"));
    if (field.required && value.as_array().empty()) return Err(schema(place, "at least one item"));
    Field item = field;
    item.kind = one;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const json::Value& each = value.as_array()[i];
        const Place at{&place, "", i};
        if (!each.is_string()) return Err(schema(at, "a string"));
        TRY_VOID(check_text(item, each.as_string(), at));
        if (!seen.insert(each.as_string()).second) return Err(schema(at, "stands twice"));
    }
    return Unit{};
}

Status<Refusal> check_value(const Field& field, const json::Value& value, const Place& place) {
    switch (field.kind) {
        case FieldKind::text:
        case FieldKind::right_no:
        case FieldKind::choice:
        case FieldKind::date:
        case FieldKind::hash:
        case FieldKind::hex32:
        case FieldKind::party:
        case FieldKind::record:
        case FieldKind::ccy:
        case FieldKind::country:
            if (!value.is_string()) return Err(schema(place, "a string"));
            return check_text(field, value.as_string(), place);
        case FieldKind::integer:
            if (!value.is_integer() || value.as_integer() < 0 || value.as_integer() > field.max) {
                return Err(schema(place, "an integer, 0 to " + std::to_string(field.max)));
            }
            return Unit{};
        case FieldKind::amount:
            if (!value.is_integer() || value.as_integer() < 0)
                return Err(schema(place, "minor units, from 0"));
            return Unit{};
        case FieldKind::boolean:
            if (!value.is_bool()) return Err(schema(place, "true or false"));
            return Unit{};
        case FieldKind::jwk:
            if (!crypto::key_from_jwk(value))
                return Err(schema(place, "an acceptable Ed25519 JWK"));
            return Unit{};
        case FieldKind::sealed:
            if (!is_sealed(value))
                return Err(schema(place, "sealed: {\"_sd\": digest}, never the clear value"));
            return Unit{};
        case FieldKind::object:
            return check_members(value, *field.fields, place);
        case FieldKind::objects:
            if (!value.is_array()) return Err(schema(place, "a list"));
            if (value.as_array().size() > static_cast<std::size_t>(field.max)) {
                return Err(schema(place, "at most " + std::to_string(field.max) + " items"));
            }
            if (field.required && value.as_array().empty())
                return Err(schema(place, "at least one item"));
            for (std::size_t i = 0; i < value.as_array().size(); ++i) {
                TRY_VOID(check_members(value.as_array()[i], *field.fields, Place{&place, "", i}));
            }
            return Unit{};
        case FieldKind::choices:
            return check_list(field, FieldKind::choice, value, place);
        case FieldKind::parties:
            return check_list(field, FieldKind::party, value, place);
        case FieldKind::records:
            return check_list(field, FieldKind::record, value, place);
        case FieldKind::hashes:
            return check_list(field, FieldKind::hash, value, place);
    }
    ENSURE(false);
}

Status<Refusal> check_members(const json::Value& body, const Fields& fields, const Place& place) {
    if (!body.is_object()) return Err(schema(place, "an object"));
    std::size_t known = 0;
    for (const Field& field : fields) {
        const json::Value* value = body.find(field.name);
        const Place at{&place, field.name};
        if (value == nullptr) {
            if (field.required) return Err(schema(at, "missing"));
            continue;
        }
        ++known;
        TRY_VOID(check_value(field, *value, at));
    }
    if (known == body.as_object().size()) return Unit{};
    for (const auto& [name, value] : body.as_object()) {
        bool found = false;
        for (const Field& field : fields) found = found || field.name == name;
        if (!found) return Err(schema(Place{&place, name}, "not a field of this act"));
    }
    ENSURE(false);
}

}  // namespace

std::string_view to_text(FieldKind kind) {
    static constexpr std::string_view kNames[] = {
        "text", "choice", "choices", "date",    "integer",  "amount",  "boolean",
        "hash", "hex32",  "party",   "record",  "right_no", "ccy",     "country",
        "jwk",  "sealed", "object",  "objects", "parties",  "records", "hashes"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_text(Visible visible) {
    return visible == Visible::p ? "P" : visible == Visible::c ? "C" : "R";
}

std::string names_of(const Fields& fields) {
    std::string out;
    for (const Field& field : fields)
        out += (out.empty() ? "" : ", ") + std::string(field.name) + (field.required ? "" : "?");
    return out;
}

bool is_party_id(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (const char c : text) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
    return true;
}

bool is_hash_text(std::string_view text) {
    if (text.starts_with("sha256:")) return hash_from_hex(text.substr(7)).has_value();
    if (text.starts_with("sm3:")) return hash_from_hex(text.substr(4)).has_value();
    return false;
}

Status<Refusal> check_fields(const json::Value& body, const Fields& fields) {
    return check_members(body, fields, Place{});
}

}  // namespace quanlu::registry
