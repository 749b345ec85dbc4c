// Block in, outcomes and new roots out (DESIGN floor 3). One function builds and checks: a leader
// drops what may not stand in a block, a voter calls the block invalid for it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "ledger/chain/block.h"
#include "ledger/chain/genesis.h"
#include "ledger/chain/outcome.h"
#include "ledger/chain/transaction.h"
#include "ledger/state/store.h"

namespace quanlu::execution {

using TxPtr = std::shared_ptr<const chain::Tx>;  // parsed; see `unproven`

// Transactions of the last validity window, so that none is carried out twice. A chain of
// immutable layers, one a block; lookups walk the few unfinal ones, then the final set.
class Recent;
using RecentPtr = std::shared_ptr<const Recent>;

// Everything the next block needs of the one before it.
struct Tip {
    chain::Header header;
    Hash hash;
    state::VersionPtr state;
    crypto::LogFrontier log;
    RecentPtr recent;
};

struct Executed {
    Tip tip;  // header complete with roots; for a check, equal to the header given
    std::vector<TxPtr> txs;
    std::vector<chain::Event> system_events;
    std::vector<chain::Outcome> outcomes;    // one for each transaction
    std::vector<std::string> outcome_texts;  // JCS, as the leaves hold them
    std::vector<std::string>
        leaves;  // log leaves in order: header of the parent, system, transactions
    std::vector<Hash> leaf_hashes;
    chain::Writes writes;  // what changed in the map, for the indexes
};

// A tip for genesis: founding records staged, header 0 made.
Result<Tip, std::string> genesis_tip(const chain::Genesis& genesis, state::Store& store);
// The same, where the founding records (registry::founding_writes) are at hand.
Result<Tip, std::string> genesis_tip(const chain::Genesis& genesis, chain::Writes founding,
                                     state::Store& store);

// Leader: carries out `pool` in order on `parent` until a limit of `params` is reached, leaving out
// what is not admissible (its id goes to `left_out` with the reason), and fills header.{chain,
// parent, parent_view, height, tx_count, txs_hash, log_*, state_root, members_hash,
// next_members_hash, params_hash}. The caller gives epoch, view, time and proposer. REQUIRES: time
// > parent's.
struct LeftOut {
    Hash tx_id;
    chain::Refusal why;
};
Executed build(const Tip& parent, const chain::Params& params, chain::Header header,
               const std::vector<TxPtr>& pool, state::Store& store, std::vector<LeftOut>& left_out);

// Voter, catch-up and auditor: carries out exactly this body and compares every root with the
// header's. `unproven`: places in `txs` whose signature nobody has checked yet, because their key
// may be one that this very block registers; they are checked under the key that the state holds
// where they stand.
struct Mismatch {
    std::string what;      // "state_root", "log_root", "log_size", "inadmissible", "signature",
                           // "limit", "height", "time"
    std::string expected;  // as the header says
    std::string found;     // as recomputed; for "inadmissible" the refusal code
    std::uint32_t index = 0;
};
Result<Executed, Mismatch> check(const Tip& parent, const chain::Params& params,
                                 const chain::Header& header, const std::vector<TxPtr>& txs,
                                 state::Store& store, const std::set<std::size_t>& unproven = {});

// Makes an executed block final in the store, with its part of the window and `extra` index
// entries.
void commit(const Executed& executed, state::Store& store, kv::Batch extra);

// An empty window; load_window (window.h) reads the one of a store.
RecentPtr make_recent();
RecentPtr extend_recent(const RecentPtr& parent, UnixMillis time, const std::vector<TxPtr>& txs,
                        Height height);
// Where a transaction of the window that has not lapsed at `time` already stands: same id, or same
// issuer and jti.
struct Seen {
    Hash tx_id;
    chain::Where where;
};
std::optional<Seen> find_recent(const RecentPtr& recent, const chain::Tx& tx, UnixMillis time);
// Folds layers at or below `height` into the final set (called after commit).
void settle_recent(const RecentPtr& recent, Height height);

}  // namespace quanlu::execution
