// Transactions by their text. The workers of every member parse what was gossiped, and clients and
// the world what was handed in: the form of a text is the same for all of them. Key and signature
// are everybody's own business (Process::check).
#pragma once

#include <string>
#include <unordered_map>

#include "ledger/execution/executor.h"

namespace quanlu::sim {

class ParsedTxs {
public:
    explicit ParsedTxs(const Hash& chain_id) : chain_id_(chain_id) {}

    // Nothing: not a transaction of this chain.
    const execution::TxPtr& of(const std::string& jws) {
        const auto [at, is_new] = known_.try_emplace(jws);
        if (!is_new) return at->second;
        if (auto tx = chain::parse_tx(jws, chain_id_); tx.ok())
            at->second = std::make_shared<const chain::Tx>(std::move(tx).value());
        return at->second;
    }

private:
    Hash chain_id_;
    std::unordered_map<std::string, execution::TxPtr> known_;
};

}  // namespace quanlu::sim
