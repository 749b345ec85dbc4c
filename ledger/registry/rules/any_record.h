// Records met by id alone, whatever their type.
#pragma once

#include <optional>
#include <string>

#include "ledger/registry/act.h"

namespace quanlu::registry {

// State key of the record with this id: by the prefix of its number, or as a right. Nothing when no
// type has such ids.
std::optional<std::string> key_of_record(std::string_view id);

// E_OPEN_OBJECTION while an objection against the record acted on is open (B.11).
std::optional<chain::Refusal> no_open_objection(Act& act);

// The party that keeps `record`, as its type says; "" when nobody but a court decides over it.
std::string_view keeper_of(const json::Value& record);

// Does any field of `record` name this party?
bool names_party(const json::Value& record, std::string_view party);

}  // namespace quanlu::registry
