// One row of a record type's field table, and the check of a body against a list of rows. The same
// table drives execution, the command line's forms, visibility and the generated documents
// (DESIGN 1.8).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/json.h"
#include "ledger/chain/refusal.h"

namespace quanlu::registry {

enum class FieldKind {
    text,     // UTF-8, at most `max` bytes
    choice,   // one of `choices`, separated by |
    choices,  // list of them, each once
    date,     // yyyy-mm-dd, existing day
    integer,  // min..max
    amount,   // minor units, 0..2^53-1
    boolean,
    hash,      // sha256: or sm3: and 64 hex digits
    hex32,     // 64 hex digits
    party,     // party id
    record,    // id of another record
    right_no,  // number of a right as printed
    ccy,       // ISO 4217
    country,   // ISO 3166-1 alpha-2
    jwk,       // public key
    sealed,    // {"_sd": digest}: only the commitment is on the ledger
    object,    // of `fields`
    objects,   // list of them, at most `max`
    parties,   // list of party ids, each once
    records,   // list of record ids, each once
    hashes,    // list of hashes
};

// Who may read it (DOMAIN B.0): everybody; parties to the record, the registering office and
// auditors; authorities.
enum class Visible { p, c, r };

struct Field {
    std::string_view name;
    FieldKind kind = FieldKind::text;
    bool required = true;
    std::int64_t max = 300;  // bytes, items or value, by kind
    std::string_view choices = "";
    Visible visible = Visible::p;
    std::string_view zh = "";
    const std::vector<Field>* fields = nullptr;  // of object(s)
};
using Fields = std::vector<Field>;

std::string_view to_text(FieldKind kind);
// P, C, R.
std::string_view to_text(Visible visible);
// "a, b?, c": what to fill in, ? on what may be left out.
std::string names_of(const Fields& fields);

// Every member known and well formed, every required one there. E_SCHEMA, E_HASH_FORMAT with the
// JSON pointer.
Status<chain::Refusal> check_fields(const json::Value& body, const Fields& fields);

bool is_party_id(std::string_view text);
bool is_hash_text(std::string_view text);

}  // namespace quanlu::registry
