// What one turn of the replica asks of the shell. Fields in the order of the deeds: append
// everything to keep, then votes, sync once, then send; the final blocks' log likewise before a
// client hears "committed" (E5, I14).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consensus/effects.h"
#include "ledger/execution/executor.h"
#include "node/replica/wire.h"

namespace quanlu::replica {

struct Send {
    std::optional<chain::MemberIndex> to;  // nothing: every other member
    wire::Message message;
};

// The fate of a transaction that a client of this node waits for.
struct Answer {
    std::uint64_t ticket = 0;
    Hash tx_id;
    enum class Status : std::uint8_t { pending, committed, invalid } status = Status::pending;
    chain::Where where;                     // when committed
    std::optional<chain::Outcome> outcome;  // when committed
    std::optional<chain::Refusal> refusal;  // when invalid: never reached a block
};

struct Finalized {  // for events, indexes, waiting clients; already in the block log when this is
                    // seen
    std::shared_ptr<const execution::Executed> block;
    std::optional<chain::QuorumCert> finalization;  // nothing: a later block's covers it
};

struct Turn {
    std::vector<chain::Block> keep;  // 1. journal: bodies with justification
    std::vector<consensus::Cast>
        cast;  // 2. journal: entry certificate, vote; sync; sign; broadcast; OwnVote
    std::vector<chain::FinalBlock> log;    // 3. block log, in height order; sync
    std::vector<Send> send_after_sync;     // 4. what depends on 1-3: our proposals
    std::vector<Send> send;                // 5. what promises nothing new
    std::vector<execution::TxPtr> gossip;  //    to every member but the one it came from
    std::vector<Finalized> finalized;      // 6. oldest first
    std::vector<Answer> answers;           //    after 3 is durable
    // 7. journal: a vote under our key that we do not remember; no vote before it is durable
    std::optional<chain::SignedVote> unknown_own;
    std::vector<consensus::Evidence> evidence;  //    journal
    std::vector<consensus::Note> notes;         // 8.
    std::optional<View> journal_floor;          //    journal entries of views below may go
    Millis wake_at{INT64_MAX};                  // 9. next Tick
    void clear() { *this = Turn{}; }
};

}  // namespace quanlu::replica
