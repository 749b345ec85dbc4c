// Both directions of the outcome's JSON (docs/protocol.md 6).
#include "ledger/chain/outcome.h"

namespace quanlu::chain {

json::Value to_json(const Outcome& outcome) {
    if (outcome.refusal) return to_json(*outcome.refusal);
    json::Value out;
    out.set("code", "OK");
    if (!outcome.record.empty()) out.set("record", outcome.record);
    if (outcome.version != 0) out.set("version", outcome.version);
    if (!outcome.state.empty()) out.set("state", outcome.state);
    if (!outcome.warnings.empty()) {
        json::Array warnings;
        for (const Code code : outcome.warnings) warnings.emplace_back(name(code));
        out.set("warnings", std::move(warnings));
    }
    if (!outcome.events.empty()) {
        json::Array events;
        for (const Event& event : outcome.events) events.push_back(to_json(event));
        out.set("events", std::move(events));
    }
    return out;
}

json::Value to_json(const Event& event) {
    json::Value out;
    out.set("type", event.type);
    out.set("record", event.record);
    if (!event.facts.as_object().empty()) out.set("facts", event.facts);
    return out;
}

std::optional<Outcome> outcome_from_json(const json::Value& value) {
    const auto code = code_from_name(value.string_or("code", ""));
    if (!code) return std::nullopt;
    Outcome outcome;
    if (*code != Code::ok) {
        Refusal refusal(*code, std::string(value.string_or("field", "")));
        if (const json::Value* facts = value.find("facts")) refusal.facts = *facts;
        if (const json::Value* at = value.find("at")) {
            refusal.conflict = Where{Height(static_cast<std::uint64_t>(at->integer_or("height", 0))),
                                     static_cast<std::uint32_t>(at->integer_or("index", 0))};
        }
        outcome.refusal = std::move(refusal);
        return outcome;
    }
    outcome.record = value.string_or("record", "");
    outcome.version = value.integer_or("version", 0);
    outcome.state = value.string_or("state", "");
    if (const json::Value* warnings = value.find("warnings"); warnings != nullptr && warnings->is_array()) {
        for (const json::Value& one : warnings->as_array()) {
            const auto warning = one.is_string() ? code_from_name(one.as_string()) : std::nullopt;
            if (!warning) return std::nullopt;
            outcome.warnings.push_back(*warning);
        }
    }
    if (const json::Value* events = value.find("events"); events != nullptr && events->is_array()) {
        for (const json::Value& one : events->as_array()) {
            const json::Value* facts = one.find("facts");
            outcome.events.push_back({std::string(one.string_or("type", "")), std::string(one.string_or("record", "")),
                                      facts == nullptr ? json::Value() : *facts});
        }
    }
    return outcome;
}

}  // namespace quanlu::chain
