// What the offline commands over ledger files share: their one failure, and all cores for a replay.
#pragma once

#include <string>

#include "cli/exit.h"
#include "ledger/audit/replay.h"

namespace quanlu::cli {

// The files cannot be used: exit 2.
Failure audit_failure(const std::string& reason);
audit::ForEach on_all_cores();

}  // namespace quanlu::cli
