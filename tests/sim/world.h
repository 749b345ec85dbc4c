// Many replicas in one thread: virtual time, a network that delays, drops, duplicates, reorders,
// repeats and partitions, disks that lose unsynced writes, crashes between any two deeds, members
// that lie or lose their memory. One seed is one run: a safety phase with faults, then a liveness
// phase on a healed network in which every story must come to its end.
#pragma once

#include <optional>
#include <string>

#include "crypto/base/bytes.h"
#include "tests/sim/swarm.h"

namespace quanlu::sim {

struct Options {
    std::uint64_t seed = 0;
    bool verbose = false;
    Swarm::Wish wish;
    bool keep_ledger = false;
};

struct Outcome {
    std::optional<std::string> violation;
    std::string weather;  // what this seed drew
    std::uint64_t height = 0, messages = 0, crashes = 0;
    std::size_t acknowledged = 0, races = 0;
    bool has_liar = false;
    Hash trace;  // of the whole run: the same seed gives the same
    // With keep_ledger: the genesis document, then the lines of the log, as far as they are known
    // without a gap (for tests/model/replay.py: I9).
    std::string ledger;
};

Outcome run_seed(const Options& options);

}  // namespace quanlu::sim
