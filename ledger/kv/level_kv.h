// LevelDB under the rules of RELIABILITY E2: paranoid, verified reads, no reused logs, no bloom
// filter, no compression, created only when asked. It is a cache of the block log; damage means
// rebuild, never repair.
#pragma once

#include <string>

#include "crypto/base/result.h"
#include "ledger/kv/kv.h"

namespace quanlu::kv {

constexpr int kOpenFilesMax = 40;  // tables kept open; mapped: 30 of 4 MB count as memory
// File descriptors one database may hold: those, and as many again for its log, its manifest and
// what a compaction reads and writes.
constexpr std::size_t kDescriptorsMax = 2 * kOpenFilesMax;

struct OpenError {
    std::string what;  // LevelDB's own words
    // The files contradict themselves or are missing, so a rebuild from the block log helps. False:
    // the machine refused (no space, no permission, a second process, a read error), and what is
    // there may be whole.
    bool is_damage = false;
};

// Opens, or with `create` makes, the database in folder `path`. Damage that is met only while it is
// read ends the process, and leaves a note for the next start in this folder.
Result<std::unique_ptr<KvStore>, OpenError> open_level_kv(const std::string& path, bool create);

// Did a read fail here since the database was made?
bool is_suspect(const std::string& path);
// Reads everything once, with every checksum. Whole: the note goes. REQUIRES: not open.
bool can_be_read(const std::string& path);

}  // namespace quanlu::kv
