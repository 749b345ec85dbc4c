// an extract of the statutory register contradicts the ledger. The record says so
// ("register_mismatch"), and nothing is done on it, or on what rests on it, before an office has
// looked.
#pragma once

#include <set>

#include "ledger/registry/act.h"
#include "ledger/registry/record_type.h"

namespace quanlu::registry {

// report_mismatch and resolve_mismatch of a mirrored record, in the states `from`.
std::vector<Verb> mirror_verbs(std::string_view from);

// E_REGISTER_MISMATCH while the record carries the mark.
std::optional<chain::Refusal> register_agrees(const json::Value& record);
// The same of every right that the act names.
std::optional<chain::Refusal> rights_agree(Act& act);

// Handle "mismatch:<office that reported it>", while it stands (lists.h).
void list_mismatch(const json::Value& record, std::set<std::string>& handles);

}  // namespace quanlu::registry
