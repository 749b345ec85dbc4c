// Many replicas in one thread: virtual time, a network that delays, drops, duplicates, reorders and
// partitions, disks that lose unsynced writes, crashes at any moment, members that lie. One seed is
// one run. Safety phase with faults, then liveness phase on a healed network.
#pragma once

#include <memory>
#include <queue>

#include "ledger/kv/kv.h"
#include "node/replica/recover.h"
#include "tests/sim/disk.h"
#include "tests/sim/oracle.h"

namespace quanlu::sim {

enum class Vice { none, equivocator, nuller, sync_liar };

// What every seed shares: a genesis with its keys and a pool of signed transactions. Made once:
// signing is slow.
struct Scene {
    chain::Genesis genesis;
    std::vector<crypto::SigningKey> keys;
    std::vector<execution::TxPtr> txs;
    static Scene make(std::size_t members);
};

struct Options {
    std::uint64_t seed = 0;
    bool verbose = false;
};

struct Outcome {
    std::optional<std::string> violation;
    std::uint64_t height = 0, messages = 0, crashes = 0;
    std::size_t acknowledged = 0;
    Hash trace;  // of the whole run: the same seed gives the same
};

Outcome run_seed(const Scene& scene, const Options& options);

}  // namespace quanlu::sim
