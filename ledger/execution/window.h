// The duplicate window on disk (docs/formats/state-db.md, `r`): a start reads the operations of the
// last minutes instead of parsing their transactions again, which at full load took longer than
// everything else of a restart together.
#pragma once

#include "ledger/execution/executor.h"

namespace quanlu::execution {

// Adds the operations of one block, and now and then lets go of blocks whose operations have all
// lapsed by its time. `reader` holds what was committed before it.
void add_window(const Executed& executed, const kv::Reader& reader, kv::Batch& batch);

// The settled window after block `applied`. Nothing when a block of it is missing or unreadable:
// the tables are from elsewhere and have to be made anew.
std::optional<RecentPtr> load_window(const kv::Reader& reader, Height applied);

}  // namespace quanlu::execution
