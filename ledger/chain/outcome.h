// What became of a transaction or of a block's deadlines: OK with record, version, warnings and
// events, or a refusal. Its JSON is part of the log leaf (DESIGN D5a), so every word of it is
// consensus.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/chain/refusal.h"

namespace quanlu::chain {

struct Event {
    std::string type;    // "pledge.registered"
    std::string record;  // record id
    json::Value facts;   // object
};

struct Outcome {
    std::optional<Refusal> refusal;  // set: nothing was changed
    std::string record;              // id of the record acted on (also of a new one)
    std::int64_t version = 0;        // its version after the act
    std::string state;  // its state after the act; "pending_approval" while one approval waits
    std::vector<Code> warnings;
    std::vector<Event> events;
    [[nodiscard]] bool ok() const { return !refusal.has_value(); }
};

json::Value to_json(const Event& event);
json::Value to_json(const Outcome& outcome);
// Strict: anything that would not be written again exactly so is refused.
std::optional<Event> event_from_json(const json::Value& value);
std::optional<Outcome> outcome_from_json(const json::Value& value);

}  // namespace quanlu::chain
