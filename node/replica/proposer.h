// What this member puts into a block of its own: waiting transactions in order of arrival, carried
// out on the branch it builds on. Says also what becomes of those that may not stand there. Not
// here: when to build (consensus), sending the block (replica).
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "consensus/effects.h"
#include "ledger/execution/executor.h"
#include "node/replica/input.h"
#include "node/replica/mempool.h"

namespace quanlu::replica {

struct Draft {
    execution::Executed block;
    std::vector<Hash> drop;                         // no block may ever hold it
    std::vector<std::pair<Hash, UnixMillis>> park;  // not before this block time
};

// `branch`: ids that stand between the final tip and `parent`, which are passed over. At most
// `tx_max` transactions are tried.
Draft draft_block(const consensus::NeedBuild& need, const execution::Tip& parent,
                  const std::set<Hash>& branch, const Mempool& mempool, std::size_t tx_max,
                  const chain::Params& params, MemberIndex self, Now now, state::Store& store);

// R9, for a vote given live: the leader's time is ours, give or take eps and two delays, or the
// least that is allowed, so that one wrong clock or a long outage cannot stop the chain
// (FISCO#4123).
bool is_time_acceptable(UnixMillis time, UnixMillis parent, UnixMillis now, std::int64_t delta_ms,
                        std::int64_t eps_ms);

}  // namespace quanlu::replica
