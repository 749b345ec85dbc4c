// What a guard or an effect sees while one transaction is carried out: the state with this act's
// own writes on top, the actor, the record acted on, the moment. Nothing reaches the ledger unless
// the whole act succeeds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/base/civil_time.h"
#include "ledger/registry/draft.h"
#include "ledger/registry/registry.h"

namespace quanlu::registry {

struct Verb;
struct RecordType;

struct Act {
    Draft& draft;
    const chain::Tx& tx;
    const json::Value& body;
    Moment now;
    Date today;  // block date in Asia/Shanghai
    const RecordType& type;
    const Verb& verb;
    std::string id;      // of the record
    std::string key;     // its state key
    json::Value record;  // working copy of the whole value; written back by the engine
    std::vector<chain::Event> events;
    std::vector<chain::Code> warnings;

    [[nodiscard]] const std::string& party() const { return tx.iss; }
    // Fields of the record.
    [[nodiscard]] const json::Value& field(std::string_view name) const;
    json::Value& fields() { return record["fields"]; }
    [[nodiscard]] std::string_view text(
        std::string_view name) const;  // of the record's fields, "" when absent
    // True when the list field holds this party, as a string or under "party".
    [[nodiscard]] bool has_party(std::string_view list, std::string_view party) const;
    void event(std::string type_, std::string record_, json::Value facts = {});
    void set_state(std::string_view state) { record.set("state", state); }
    [[nodiscard]] std::string_view state() const { return record.string_or("state", ""); }
};

// A deadline being carried out: no transaction, no actor.
struct SystemAct {
    Draft& draft;
    Moment now;
    Date today;
    std::string id, key;
    json::Value record;
    std::vector<chain::Event> events;
};

// A policy switch in force at a height; the fallback when nobody set it.
std::int64_t policy_value(const Draft& draft, std::string_view name, Height height,
                          std::int64_t fallback);

json::Value where_json(const Moment& now);
// Where a record was made or registered, read back for a refusal.
std::optional<chain::Where> where_of(const json::Value* value);

}  // namespace quanlu::registry
