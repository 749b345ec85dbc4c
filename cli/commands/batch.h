// One act for every line of a table: all lines are checked, here and by a node, before the first is
// filed.
#pragma once

#include "cli/command.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

// The body that a row states. Lists are written a;b;c, lists of objects a:1;b:2 in the order of
// their fields, or either as JSON; an empty cell leaves its field out. Text where a number, a
// boolean or JSON is wanted: E_SCHEMA with the column as field.
Result<json::Value, chain::Refusal> body_of_cells(const std::map<std::string, std::string>& cells,
                                                  const registry::Fields& fields);

// Why a batch stopped at a line, with what became of the lines before (as run_batch() answers) and
// where to go on: from this line only when it was refused (`filed` of file_act()'s facts).
Failure stopped_at(std::size_t line, const json::Value& done, Failure failure);
Result<Answer, Failure> run_batch(Session& session, const Parsed& parsed,
                                  const registry::RecordType& type, const registry::Verb& verb);

}  // namespace quanlu::cli
