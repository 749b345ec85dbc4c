// What the offline commands over ledger files share: their one failure, the independent tip, and
// all cores for a replay.
#pragma once

#include <string>

#include "cli/exit.h"
#include "ledger/audit/report.h"

namespace quanlu::cli {

// The files cannot be used: exit 2.
Failure audit_failure(const std::string& reason);
// Two fields from a paper, or a whole answer that anybody kept: its proof must hold, then the block
// it rests on is final. Nothing for an empty path.
Result<std::optional<audit::KnownTip>, Failure> known_tip(const std::string& path,
                                                          const chain::Genesis& genesis);
audit::ForEach on_all_cores();

}  // namespace quanlu::cli
