// What falls due, by block time: buckets by minute in the map, a cursor, exact milliseconds (DESIGN
// 4, E17). Rules never depend on the sweep's lag: they compare times themselves.
#pragma once

#include <string_view>

#include "ledger/registry/draft.h"
#include "ledger/registry/registry.h"

namespace quanlu::registry {

// Remembers that `what` falls due for the record under `key` at `at`.
void add_deadline(Draft& draft, UnixMillis at, std::string_view key, std::string_view what);

}  // namespace quanlu::registry
