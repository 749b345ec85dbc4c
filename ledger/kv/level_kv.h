// LevelDB under the rules of RELIABILITY E2: paranoid, verified reads, no reused logs, no bloom
// filter, no compression, created only when asked. It is a cache of the block log; damage means
// rebuild, never repair.
#pragma once

#include <string>

#include "crypto/base/result.h"
#include "ledger/kv/kv.h"

namespace quanlu::kv {

struct OpenError {
    std::string what;  // LevelDB's own words
    // The files contradict themselves or are missing, so a rebuild from the block log helps. False:
    // the machine refused (no space, no permission, a second process, a read error), and what is
    // there may be whole.
    bool is_damage = false;
};

// Opens, or with `create` makes, the database in folder `path`.
Result<std::unique_ptr<KvStore>, OpenError> open_level_kv(const std::string& path, bool create);

}  // namespace quanlu::kv
