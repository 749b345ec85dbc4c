// From what the disk holds to a replica's start (DESIGN 3, a restart): state store compared with
// the block log, what it lacks replayed, the duplicate window read. Shared by the node and the
// simulator. The log is the truth: a store that is ahead of it, or differs, is not repaired but
// rebuilt by the caller.
#pragma once

#include <functional>
#include <string>

#include "ledger/log/block_log.h"
#include "ledger/log/journal.h"
#include "node/replica/replica.h"

namespace quanlu::replica {

struct RecoverError {
    bool rebuild = false;  // drop the state store and call again
    std::string what;
};

// REQUIRES: log opened. `progress(height)` is called now and then while blocks are replayed; may be
// empty.
Result<Recovered, RecoverError> recover(const chain::Genesis& genesis, state::Store& store,
                                        const log::BlockLog& log, log::JournalContent journal,
                                        const std::function<void(Height)>& progress);

}  // namespace quanlu::replica
