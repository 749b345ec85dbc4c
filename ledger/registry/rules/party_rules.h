// What acts ask of the parties they name.
#pragma once

#include "ledger/registry/act.h"

namespace quanlu::registry {

// A named party exists and is active: E_NOT_FOUND, E_PARTY_NOT_ACTIVE.
std::optional<chain::Refusal> party_is_active(const Draft& draft, std::string_view party,
                                              std::string_view pointer);
bool party_has_role(const Draft& draft, std::string_view party, std::string_view role);
// Every party that the record's list field names, as text or under "party".
std::optional<chain::Refusal> parties_are_active(const Act& act, std::string_view list);
// R-30 as far as the ledger knows: the same party, or one has declared the other as affiliated.
bool are_linked(const Draft& draft, std::string_view one, std::string_view other);
// Keeps count of the records in which a party stands as one that may not leave (B.1).
void count_open_record(Draft& draft, std::string_view party, std::int64_t change);

}  // namespace quanlu::registry
