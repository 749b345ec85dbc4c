// A record type is two tables: fields and verbs (transitions). The engine knows no type by name;
// adding one is a file in records/ and a line in record_types.cpp.
#pragma once

#include <functional>
#include <set>
#include <string_view>
#include <vector>

#include "ledger/registry/act.h"
#include "ledger/registry/field.h"

namespace quanlu::registry {

// Phases of checking, in the one order all nodes keep (end of DOMAIN C). Schema, role, four-eyes,
// version, party state and the record's own existence and state are the engine's; guards stand in
// the rest, ascending.
enum class Phase { identifiers, existence, freeze, pledge, pool, term, amounts, evidence, policy };

struct Guard {
    Phase phase;
    std::string_view rule;  // "R-01", "PM461 ground 4": for documents and for readers
    std::optional<chain::Refusal> (*check)(Act&);
};

enum class Approval {
    one,            // any officer with a business duty
    maker_checker,  // two officers of the acting party, different keys
    every_party,    // two officers of each party that `parties` names
    admin,          // an administrator of the acting party; two when it has two
    quorum,         // administrators of q distinct parties that run members
};

struct Verb {
    std::string_view name;
    std::string_view from;   // states, separated by |; "" creates
    std::string_view to;     // "" keeps the state
    std::string_view roles;  // roles that may act, separated by |; "" any party (the guards decide)
    Approval approval = Approval::one;
    const Fields* body = nullptr;
    std::vector<Guard> guards;
    void (*effect)(Act&) = nullptr;  // after the guards; may change record, other records, events
    std::string_view zh = "";
    std::vector<std::string> (*parties)(const Act&) = nullptr;  // of every_party acts
    bool goes_first = false;      // before all other acts of its block
    bool under_mismatch = false;  // also while the record contradicts the statutory register
};

struct RecordType {
    std::string_view name;  // "pledge": first half of `act`
    std::string_view zh;
    std::string_view tag;     // state key prefix: "pledge/"
    std::string_view prefix;  // of record numbers: "PL"; "" when ids come from the body
    const Fields* fields;     // as stored under "fields"
    std::vector<Verb> verbs;
    // Carries out a deadline `what` of a record of this type.
    void (*deadline)(SystemAct&, std::string_view what) = nullptr;
    // Id of a record that a creating act makes, from its body; nullptr: numbered by the ledger.
    std::string (*id_from_body)(const json::Value& body) = nullptr;
    // Checks and completes a record of a genesis document; nullptr: no such record founds a chain.
    std::optional<chain::Refusal> (*found)(json::Value& record) = nullptr;
    std::string_view plural = "";  // "pledges": what lists of it are called
    // Members beside "fields" that name the parties who acted in it: they may read all of it, and
    // lists find it by them.
    std::vector<std::string_view> actors = {};
    // The one of them, or the field, that names who keeps it and decides objections; "": courts.
    std::string_view keeper = "";
    // "holder:firm-1": what a record is listed under in the map (lists.h), of public fields
    // only, or an own_handle; nullptr: in no list.
    void (*handles)(const json::Value& record, std::set<std::string>& out) = nullptr;
};

const std::vector<RecordType>& record_types();
const RecordType* find_record_type(std::string_view name);
const Verb* find_verb(const RecordType& type, std::string_view name);
// "a|b|c" contains x.
bool in_list(std::string_view list, std::string_view item);

}  // namespace quanlu::registry
