// The end of a turn, in the one order that keeps promises (E5, I14): append what was promised and
// what is final, sync, let the store follow, then speak. One function for the node's shell and for
// the simulator, so that what is tested is what ships. Not here: what an error of the disk means
// (E3, the caller ends the process).
#pragma once

#include <vector>

#include "ledger/log/block_log.h"
#include "ledger/log/journal.h"
#include "node/replica/replica.h"

namespace quanlu::replica {

// What the end of a turn works on. All outlive the call.
struct Hands {
    log::Journal& journal;
    log::BlockLog& blocks;
    const crypto::SigningKey& key;
    chain::ChainTag tag;
    MemberIndex self = 0;
};

// Who hears of it, in this order.
class Listener {
public:
    virtual ~Listener() = default;
    virtual void durable(const Turn& turn) = 0;  // what follows may be spoken of
    virtual void send(const Send& send) = 0;
    virtual void gossip(const std::vector<execution::TxPtr>& txs) = 0;
    // Everything is sent and the store holds the turn's final blocks: readers may see them before
    // anybody hears of them.
    virtual void settled(const Turn& turn) = 0;
    virtual void finalized(const Finalized& block) = 0;
    virtual void answer(const Answer& answer) = 0;
};

// Carries one turn out. Our votes of it, signed and durable: the caller feeds each back as OwnVote
// and carries the next turn out, until there are none.
Result<std::vector<chain::SignedVote>, log::IoError> carry_out(Replica& replica, const Turn& turn,
                                                               const Hands& hands,
                                                               Listener& listener);

}  // namespace quanlu::replica
