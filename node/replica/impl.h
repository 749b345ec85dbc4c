// The inside of Replica, shared by its own files and by nobody else. It routes: values go from one
// part to another, and what a part says becomes a line of the Turn. Its parts decide: Simplex,
// Mempool, Tickets, Candidates, Peers, Sync, RollCall, proposer.h, ledger/execution. replica.cpp
// holds the road of inputs and of consensus, greetings.cpp who is there and what is remembered,
// transactions.cpp clients and their transactions,
// blocks.cpp what is not final yet, finality.cpp the one place where blocks become final,
// catch_up.cpp ranges and answers to peers.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "node/replica/asked.h"
#include "node/replica/candidates.h"
#include "node/replica/mempool.h"
#include "node/replica/peers.h"
#include "node/replica/replica.h"
#include "node/replica/roll_call.h"
#include "node/replica/sync.h"
#include "node/replica/tickets.h"

namespace quanlu::replica {

using consensus::Effects;
using consensus::Verdict;

struct Replica::Impl {
    Impl(const chain::Genesis& genesis, const Config& config, state::Store& store,
         const BlockSource& blocks, Recovered& recovered, Now now);

    // --- replica.cpp: inputs, consensus
    void take(const Input& input);
    void take_message(MemberIndex from, const wire::Message& message);
    void take_vote(const chain::SignedVote& vote);
    void take_cert(const chain::QuorumCert& cert);
    void take_own_vote(const chain::SignedVote& vote);
    void watch_clock();
    void absorb(Effects& effects);
    void resend_proposal(const chain::SignedVote& vote);
    void fetch_cert(const consensus::NeedCert& need);
    void drain();
    void update_load();
    void note(const char* code, View view, std::string detail);
    void send(std::optional<MemberIndex> to, wire::Message message);

    // --- greetings.cpp
    void take_greeting(MemberIndex from, const wire::Greeting& greeting);
    [[nodiscard]] wire::Greeting greeting() const;
    [[nodiscard]] wire::Greeting question() const;
    void answer_question(MemberIndex from, const wire::Greeting& theirs);
    void take_answer(MemberIndex from, const wire::Greeting& theirs);
    void call_roll();
    void take_memory();
    void take_unknown_own(const chain::SignedVote& vote);

    // --- transactions.cpp
    struct CheckedTx {
        execution::TxPtr tx;     // nothing: its form is wrong
        bool is_proven = false;  // its signature holds; false: its key is unknown, or it does not
    };
    [[nodiscard]] CheckedTx check_tx(const std::string& jws) const;
    void take_tx(const NewTx& input);
    void tell_waiting(MemberIndex to);
    [[nodiscard]] std::optional<chain::Refusal> refuse_at_door(const chain::Tx& tx) const;
    void answer_known(const chain::Tx& tx, std::uint64_t ticket, const execution::Seen& seen);
    void answer_invalid(const Hash& id, std::uint64_t ticket, chain::Refusal refusal);
    void settle_txs(const execution::Executed& block);
    void settle_operation(const chain::Tx& tx, const chain::Where& where,
                          const chain::Outcome& outcome);
    void pass_time(UnixMillis time);

    // --- blocks.cpp
    void take_proposal(MemberIndex from, const wire::Proposal& message);
    void take_fetched(MemberIndex from, const chain::Block& block);
    void take_block(const chain::Block& block);
    void fill_known(const Candidate& candidate);
    void fetch_block(const Hash& hash, std::optional<MemberIndex> first);
    [[nodiscard]] const execution::Tip* tip_of(const Hash& block) const;
    Verdict execute(const Hash& hash);
    void answer_check(const Hash& hash);
    void set_in_block(const std::vector<Hash>& ids, bool is_in_block);
    void try_build();
    void fail_build();
    [[nodiscard]] std::set<Hash> branch_ids(const Hash& parent) const;

    // --- finality.cpp
    void finalize(const Effects::Final& final);
    void apply_final(const std::shared_ptr<const execution::Executed>& executed,
                     const chain::Justification& justification,
                     const std::optional<chain::QuorumCert>& finalization);
    void leave_behind();
    void commit_pending();

    // --- catch_up.cpp
    void catch_up();
    void take_range(MemberIndex from, const wire::Range& range);
    bool apply_covered(const std::vector<const Sync::Piece*>& run);
    std::optional<MemberIndex> find_liar(const std::vector<const Sync::Piece*>& run,
                                         const char** why) const;
    std::shared_ptr<const execution::Executed> carry_out(const chain::Block& block);
    void serve_txs(MemberIndex from, const wire::FetchTxs& fetch);
    void serve_block(MemberIndex from, const wire::FetchBlock& fetch);
    void serve_range(MemberIndex from, const wire::FetchRange& fetch);
    void serve_cert(MemberIndex from, const wire::FetchCert& fetch);

    const chain::Genesis genesis;
    const chain::Members members;
    const chain::ChainTag tag;
    const Config config;
    state::Store& store;
    const BlockSource& blocks;

    execution::Tip tip;  // final; the store follows when the block log is durable
    std::unique_ptr<consensus::Simplex> core;
    Mempool mempool;
    Tickets tickets;
    Candidates candidates;
    Peers peers;
    Sync sync;
    const std::uint64_t life;           // of this process, in every greeting
    std::optional<RollCall> roll_call;  // while it waits for what others know of its votes
    bool was_disowned = false;          // one such surprise may be an old journal; two are not
    // Own votes in views above are all in the journal; nothing: the memory is lost (7.4).
    std::optional<View> remembers_above;
    Asked<Hash> asked_blocks;
    Asked<View> asked_certs;

    struct Uncommitted {
        std::shared_ptr<const execution::Executed> executed;
        std::optional<chain::QuorumCert> finalization;
    };
    std::vector<Uncommitted> uncommitted;
    std::optional<consensus::NeedBuild> build;
    Millis build_since{0};
    std::optional<Hash> own_proposal;       // built here; leaves with its vote
    std::set<Hash> checks;                  // asked by consensus, not answerable yet
    std::optional<Effects::Final> awaited;  // final, with something still missing
    std::deque<Hash> to_check;              // asked in this step, worked off in drain()
    std::deque<Effects::Final> to_finalize;
    bool something_came = false;  // that a waiting check may have lacked
    bool catching_up = true;      // false: a certified block could not be carried out here
    bool was_clock_wrong = false;

    Now now;
    Turn* out = nullptr;
};

}  // namespace quanlu::replica
