// Blocks above the final tip: announced, with or without their transactions, carried out or not.
// Bounded; everything at or below the final height goes. Knows which waiting transactions stand in
// a block that may still become final.
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
    std::size_t missing = 0;
    std::shared_ptr<const execution::Executed> executed;
    bool invalid = false;
    bool counted = false;           // its transactions count as under way
    bool kept = false;              // given to the journal
    Millis fetched{INT64_MIN / 2};  // last time something of it was asked for

    [[nodiscard]] chain::Body body() const {
        chain::Body out;
        for (const execution::TxPtr& tx : txs) out.push_back(tx->jws);
        return out;
    }
};

class Candidates {
public:
    // Nothing when the table is full or the hashes are not those of the header.
    Candidate* add(const chain::Header& header, const chain::Justification& justification,
                   std::vector<Hash> tx_hashes);
    [[nodiscard]] Candidate* find(const Hash& hash);
    // A transaction came: every candidate that lacks it takes it.
    void fill(const execution::TxPtr& tx);
    void count(Candidate& candidate);
    void uncount(Candidate& candidate);
    [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }
    void drop_to(Height height);
    [[nodiscard]] std::map<Hash, Candidate>& all() { return all_; }

private:
    std::map<Hash, Candidate> all_;
    std::map<Hash, std::size_t> under_way_;  // tx id -> blocks
    std::multimap<Hash, Hash> waiting_;      // tx hash -> block
};

}  // namespace quanlu::replica
