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

namespace {

// Facts, when they stand there, are an object.
bool take_facts(const json::Value& from, json::Value& to) {
    const json::Value* facts = from.find("facts");
    if (facts == nullptr) return true;
    if (!facts->is_object()) return false;
    to = *facts;
    return true;
}

bool take_refusal(const json::Value& value, Code code, Outcome& outcome) {
    Refusal refusal(code, std::string(value.string_or("field", "")));
    if (!take_facts(value, refusal.facts)) return false;
    if (const json::Value* at = value.find("at")) {
        const std::int64_t height = at->integer_or("height", -1),
                           index = at->integer_or("index", -1);
        if (height < 0 || index < 0 || index > UINT32_MAX) return false;
        refusal.conflict =
            Where{Height(static_cast<std::uint64_t>(height)), static_cast<std::uint32_t>(index)};
    }
    outcome.refusal = std::move(refusal);
    return true;
}

bool take_events(const json::Value& value, Outcome& outcome) {
    const json::Value* events = value.find("events");
    if (events == nullptr) return true;
    if (!events->is_array()) return false;
    for (const json::Value& one : events->as_array()) {
        auto event = event_from_json(one);
        if (!event) return false;
        outcome.events.push_back(std::move(*event));
    }
    return true;
}

bool take_warnings(const json::Value& value, Outcome& outcome) {
    const json::Value* warnings = value.find("warnings");
    if (warnings == nullptr) return true;
    if (!warnings->is_array()) return false;
    for (const json::Value& one : warnings->as_array()) {
        const auto warning = one.is_string() ? code_from_name(one.as_string()) : std::nullopt;
        if (!warning || *warning == Code::ok) return false;
        outcome.warnings.push_back(*warning);
    }
    return true;
}

}  // namespace

std::optional<Event> event_from_json(const json::Value& value) {
    Event event{
        std::string(value.string_or("type", "")), std::string(value.string_or("record", "")), {}};
    if (!value.is_object() || !take_facts(value, event.facts) || to_json(event) != value)
        return std::nullopt;
    return event;
}

std::optional<Outcome> outcome_from_json(const json::Value& value) {
    const auto code = code_from_name(value.string_or("code", ""));
    if (!code) return std::nullopt;
    Outcome outcome;
    if (*code == Code::ok) {
        outcome.record = value.string_or("record", "");
        outcome.version = value.integer_or("version", 0);
        outcome.state = value.string_or("state", "");
        if (!take_warnings(value, outcome) || !take_events(value, outcome)) return std::nullopt;
    } else if (!take_refusal(value, *code, outcome)) {
        return std::nullopt;
    }
    // Whatever was not understood, or was spelled otherwise, shows here.
    if (to_json(outcome) != value) return std::nullopt;
    return outcome;
}

}  // namespace quanlu::chain
