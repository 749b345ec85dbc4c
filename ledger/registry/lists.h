// Lists in the state map (decision 0019): of each type that has `handles`, every record that ever
// stood under a handle, in the order it came there.
//
//   list/<type>/<handle>      {"n": entries}
//   list/<type>/<handle>/<i>  {"id": record id}, i from 1
//
// The head says how many there are, so whoever holds head and entries with their proofs knows that
// none was left out. Entries are never taken away: what a record says now is asked of the record.
#pragma once

#include <string>
#include <string_view>

#include "ledger/chain/state_reader.h"

namespace quanlu::registry {

std::string list_key(std::string_view type, std::string_view handle);
// Of an entry; `i` from 1.
std::string list_entry_key(std::string_view type, std::string_view handle, std::int64_t i);

// "name:" and the digest of a legal name, exact to the byte: names are no keys of the map.
std::string name_handle(std::string_view legal_name);

// Drawn financings of a year, a district (six digits, or kEverywhere), a kind and an amount band.
inline constexpr std::string_view kEverywhere = "all";
std::string statistics_handle(std::int64_t year, std::string_view district, std::string_view kind,
                              std::string_view amount_band);
// Of fewer than this the public learns no count (DOMAIN D).
inline constexpr std::int64_t kStatisticsLeast = 5;

// Of a record whose parties are nobody else's business: "own:<part>:<party>". Its list is served to
// that party and to officials.
inline constexpr std::string_view kOwn = "own:";
std::string own_handle(std::string_view part, std::string_view party);
// The party a list key of an own_handle speaks of; empty for every other key.
std::string_view owner_of_list(std::string_view key);

// Enters the records among `writes` under the handles that they have now and had not in `before`.
void enter_lists(const chain::StateReader& before, chain::Writes& writes);

}  // namespace quanlu::registry
