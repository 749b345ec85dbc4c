// Blocks above the final tip: announced, with or without their transactions, carried out or not.
// Bounded; everything at or below the final height goes. Not here: whether a block is valid or
// final.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "consensus/message.h"
#include "ledger/execution/executor.h"

namespace quanlu::replica {

struct Candidate {
    chain::Header header;
    Hash hash;
    chain::Justification justification;
    std::vector<Hash> tx_hashes;
    std::vector<execution::TxPtr> txs;  // same order; nullptr while missing
    std::set<std::size_t> unproven;     // of those here, by signatures that execution has to check
    std::size_t missing = 0;
    std::size_t bytes = 0;
    std::shared_ptr<const execution::Executed> executed;
    bool invalid = false;
    bool is_live = false;  // its transactions count as standing in a block
    bool is_kept = false;  // given to the journal

    [[nodiscard]] chain::Body body() const {
        chain::Body out;
        out.reserve(txs.size());
        for (const execution::TxPtr& tx : txs) out.push_back(tx->jws);
        return out;
    }
};

class Candidates {
public:
    // The block of this header; made when it is new. Nothing when the table is full of blocks that
    // were carried out, or when the hashes are not those of the header or one stands there twice.
    Candidate* add(const chain::Header& header, const chain::Justification& justification,
                   std::vector<Hash> tx_hashes);
    [[nodiscard]] Candidate* find(const Hash& hash);
    [[nodiscard]] const Candidate* find(const Hash& hash) const;
    // How many blocks of this view are held.
    [[nodiscard]] std::size_t in_view(View view) const;
    // A transaction came: every candidate that lacks it takes it. Not `is_proven`: its key is not
    // known yet, so carrying the block out decides.
    void fill(const execution::TxPtr& tx, bool is_proven);
    // Does a live candidate hold it?
    [[nodiscard]] bool holds(const Hash& tx_id) const { return live_.contains(tx_id); }

    // Counts the block's transactions as standing in a block, or no longer; returns the ids for
    // which that is new.
    std::vector<Hash> enliven(Candidate& candidate);
    std::vector<Hash> bury(Candidate& candidate);

    // Everything that cannot become final above this tip goes; returns ids that stand in no block
    // any more.
    std::vector<Hash> drop_to(Height height, View view);
    [[nodiscard]] std::map<Hash, Candidate>& all() { return all_; }
    [[nodiscard]] const std::map<Hash, Candidate>& all() const { return all_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    struct Place {
        Hash block;
        std::size_t index;
    };
    bool make_room();
    std::map<Hash, Candidate>::iterator erase(std::map<Hash, Candidate>::iterator at);

    std::map<Hash, Candidate> all_;
    std::map<Hash, std::size_t> live_;    // tx id -> live blocks that hold it
    std::multimap<Hash, Place> waiting_;  // tx hash -> places that lack it
    std::size_t bytes_ = 0;               // of transactions held
};

}  // namespace quanlu::replica
