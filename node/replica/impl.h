// The inside of Replica, shared by its own files and by nobody else: data, and what each file
// defines of it. replica.cpp routes, transactions.cpp waits and answers, execution of candidates
// and finality are in finality.cpp, catch-up and serving in catch_up.cpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "node/replica/candidates.h"
#include "node/replica/mempool.h"
#include "node/replica/replica.h"

namespace quanlu::replica {

using chain::Code;
using chain::Refusal;
using consensus::Effects;
using consensus::Verdict;

inline constexpr std::int64_t kFetchAgainMs = 300;  // the same thing is asked for at most so often

struct Replica::Impl {
    chain::Genesis genesis;
    chain::Members members;
    chain::ChainTag tag;
    Config config;
    state::Store& store;
    const BlockSource& blocks;
    execution::Tip tip;
    std::unique_ptr<consensus::Simplex> core;
    Mempool mempool;
    Candidates candidates;
    struct Uncommitted {
        std::shared_ptr<const execution::Executed> executed;
        std::optional<chain::QuorumCert> finalization;
    };
    std::vector<Uncommitted> uncommitted;
    std::optional<consensus::NeedBuild> build;
    std::set<Hash> checks;                  // asked by the core, not answerable yet
    std::optional<Effects::Final> awaited;  // final, with bodies still missing
    std::map<Hash, std::vector<std::uint64_t>> tickets;
    std::set<Hash> own_proposals;  // built here, not sent yet
    struct Peer {
        bool up = false;
        Height height;
        Millis heard{-1};
        Millis bad_until{-1};
        std::int64_t clock_off_ms = 0;
    };
    std::vector<Peer> peers;
    struct Sync {
        MemberIndex from = 0;
        Millis asked{0};
    };
    std::optional<Sync> sync;
    std::map<View, Millis> cert_asked;
    Now now;
    Turn* out = nullptr;

    Impl(const chain::Genesis& g, const Config& c, state::Store& s, const BlockSource& b,
         Recovered& recovered, Now start);

    void note(const char* code, View view, std::string detail);
    void send(std::optional<MemberIndex> to, wire::Message message);

    // A transaction as it came, known or checked here. Nothing: its form or signature is wrong, or
    // its key unknown.
    execution::TxPtr check_tx(const std::string& jws);

    void take_tx(const NewTx& input);

    // The same transaction again gets its first result; another one under the same key is
    // refused.
    void answer_known(const chain::Tx& tx, std::uint64_t ticket, const execution::Seen& seen);

    void answer_invalid(const Hash& id, std::uint64_t ticket, Refusal refusal);

    void give_up_tx(const Hash& id, const Refusal& why);

    Candidate* take_block(const chain::Block& block);

    void fill_known(const Candidate& candidate);

    [[nodiscard]] const execution::Tip* tip_of(const Hash& block);

    void fetch_block(const Hash& hash, std::optional<MemberIndex> from);
    std::map<Hash, Millis> block_asked;

    // Carries a block out on its parent, fetching what is missing. missing is not invalid (T9).
    Verdict execute(const Hash& hash);

    // R9, for live votes only: a block that others notarized is judged by execution alone.
    [[nodiscard]] bool time_acceptable(const Candidate& candidate) const;

    void answer_check(const Hash& hash);

    // Something came that a waiting check may have lacked.
    void retry_checks();

    void absorb(Effects& effects);

    void fetch_cert(const consensus::NeedCert& need);

    // Our own notarize vote of a block we built, sent again: others may lack the proposal too.
    void resend_proposal(const chain::SignedVote& vote);

    [[nodiscard]] wire::Greeting greeting() const;

    void take_proposal(MemberIndex from, const wire::Proposal& message);

    void take_vote(const chain::SignedVote& vote);

    void take_cert(const chain::QuorumCert& cert);

    void take_own_vote(const chain::SignedVote& vote);

    void try_build();

    void fail_build();

    // Waiting transactions that do not stand in the branch under `parent`.
    std::vector<execution::TxPtr> waiting_for(const Hash& parent) {
        std::set<Hash> taken;
        for (Hash at = parent; at != tip.hash;) {
            const Candidate* candidate = candidates.find(at);
            if (candidate == nullptr) break;
            for (const execution::TxPtr& tx : candidate->txs) taken.insert(tx->id);
            at = candidate->header.parent;
        }
        return mempool.oldest(
            static_cast<std::size_t>(genesis.params.block_tx_max),
            [&taken](const execution::TxPtr& tx) { return taken.contains(tx->id); });
    }

    void drop_left_out(const execution::LeftOut& one);

    void finalize(const Effects::Final& final);

    // The only way a block becomes final here.
    void apply_final(const std::shared_ptr<const execution::Executed>& executed,
                     const chain::Justification& justification,
                     const std::optional<chain::QuorumCert>& finalization);

    // The shell has made the last turn durable.
    void commit_pending();

    void take_greeting(MemberIndex from, const wire::Greeting& greeting);

    void maybe_sync();

    void blame(MemberIndex from, const char* why);

    // Blocks up to one with its own finalization are checked whole before any of them is stored
    // (T12).
    void take_range(MemberIndex from, const wire::Range& range);

    bool take_covered(MemberIndex from, const std::vector<chain::FinalBlock>& range,
                      std::size_t begin, std::size_t end);

    void serve_txs(MemberIndex from, const wire::FetchTxs& fetch);

    void serve_block(MemberIndex from, const wire::FetchBlock& fetch);

    void serve_range(MemberIndex from, const wire::FetchRange& fetch);

    void serve_cert(MemberIndex from, const wire::FetchCert& fetch);

    void take_message(MemberIndex from, const wire::Message& message);

    // A block nobody asked for takes no memory.
    [[nodiscard]] bool wanted(const chain::Block& block);

    void update_load();
};

}  // namespace quanlu::replica
