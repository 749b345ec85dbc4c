// The node without I/O: mempool, block building, catch-up, and the wiring of consensus to the
// ledger. Inputs in, one Turn out; runs to completion, never suspends, never throws, reads no
// clock. tests/sim runs 4 to 31 of them in one thread. One owner of "next height": apply_final,
// which consensus and catch-up both call (fabric#5076).
#pragma once

#include <memory>

#include "consensus/simplex.h"
#include "ledger/chain/genesis.h"
#include "node/replica/input.h"
#include "node/replica/turn.h"

namespace quanlu::replica {

// What start-up read from disk (node/recover.cpp; the simulator's crash restart uses the same).
struct Recovered {
    execution::Tip tip;                        // final: state, log, window rebuilt
    std::optional<chain::QuorumCert> floor;    // F of the tip, or of a later block that covers it
    std::vector<chain::SignedVote> own_votes;  // journal
    std::vector<chain::QuorumCert> certs;      // journal
    std::vector<chain::Block> bodies;          // journal: blocks above the tip
    bool memory_intact = true;  // false: the journal says itself that it lost something (7.4)
};

// Final blocks for peers that catch up: the block log, read on demand.
class BlockSource {
public:
    virtual ~BlockSource() = default;
    [[nodiscard]] virtual std::optional<chain::FinalBlock> at(Height height) const = 0;
};

struct Config {
    chain::MemberIndex self = 0;
    std::string version;
    std::size_t mempool_bytes_max = 64 * 1024 * 1024;
    std::size_t mempool_count_max = 50'000;
    bool rejoin_by_quorum =
        false;  // lost memory: wait for q answers instead of staying silent (7.4)
    // False: votes as if its memory were whole, whatever others know of it. For the liars of
    // tests/sim; nothing in a node's configuration says it.
    bool heeds_memory = true;
    std::uint64_t seed = 0;  // drawn at each start: tells this life from any other under this key
};

class Replica {
public:
    Replica(const chain::Genesis& genesis, const Config& config, state::Store& store,
            const BlockSource& blocks, Recovered recovered, Now now);
    ~Replica();

    void start(Now now, Turn& out);
    void step(Now now, const Input& input, Turn& out);
    // Once after a batch of inputs: proposals are built here, so that a batch makes one block, not
    // many.
    void settle(Now now, Turn& out);
    // The shell has made the turn's block log entries durable: the state store follows, here and
    // nowhere else. It is never ahead of the log (E1), whatever else a batch of inputs brings.
    void commit_final();

    struct Status {
        consensus::Progress consensus;
        Height height;
        UnixMillis tip_time;
        Hash tip;
        std::size_t mempool_count = 0, mempool_bytes = 0;
        std::vector<MemberIndex> connected;
        std::optional<Height> syncing_to;  // catch-up in progress
        std::int64_t clock_off_median_ms = 0;
        // Answers still awaited before this member votes; nothing: it waits for none.
        std::optional<std::size_t> memory_answers_missing;
        std::vector<std::int64_t> heard_ms_ago;  // by member, -1 never
    };
    [[nodiscard]] Status status(Now now) const;
    [[nodiscard]] const execution::Tip& final_tip() const;
    // `pending` when it waits here or stands in a block that is not final; nothing otherwise: what
    // is final is found in the index.
    [[nodiscard]] std::optional<Answer> find_tx(const Hash& tx_id) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quanlu::replica
