// LevelDB under the rules of RELIABILITY E2: paranoid, verified reads, no reused logs, no bloom
// filter, no compression, created only when asked. It is a cache of the block log; damage means
// rebuild, never repair.
#pragma once

#include <string>

#include "crypto/base/result.h"
#include "ledger/kv/kv.h"

namespace quanlu::kv {

// Opens, or with `create` makes, the database in folder `path`. Error: LevelDB's own words.
Result<std::unique_ptr<KvStore>, std::string> open_level_kv(const std::string& path, bool create);

}  // namespace quanlu::kv
