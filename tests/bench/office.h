// A ledger for benchmarks: four members, an IP office, firms and a bank, who mirror patents, file
// and register pledges and present invoices, in blocks of a given size. Every transaction is signed
// and every block certified, so that what comes out replays like the real thing.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger/chain/genesis.h"
#include "ledger/execution/executor.h"
#include "ledger/state/store.h"

namespace quanlu::bench {

class Office {
public:
    // Transactions of one patent's way from register to pledge and invoice.
    static constexpr std::size_t kActsPerPatent = 12;

    explicit Office(std::size_t block_txs);

    // Files `patents` patents side by side, act by act. Blocks grow by about patents * 12 /
    // block_txs.
    void file(std::size_t patents);

    struct Made {
        chain::FinalBlock block;
        std::vector<execution::TxPtr> txs;
    };
    [[nodiscard]] const std::vector<Made>& blocks() const { return blocks_; }
    [[nodiscard]] const chain::Genesis& genesis() const { return genesis_; }
    [[nodiscard]] const execution::Tip& tip() const { return tip_; }
    [[nodiscard]] kv::KvStore& kv() { return *kv_; }
    [[nodiscard]] std::size_t transactions() const { return transactions_; }
    [[nodiscard]] std::size_t refused() const { return refused_; }
    // Public key under which a transaction was signed.
    [[nodiscard]] const crypto::PublicKey& key_of(const chain::Tx& tx) const {
        return keys_by_kid_.at(tx.kid);
    }
    [[nodiscard]] const std::vector<std::string>& rights() const { return rights_; }

private:
    struct Act {
        std::string officer, act, record;
        json::Value body;
    };
    // Signs and carries out in blocks; records acted on, in order.
    std::vector<std::string> carry_out(const std::vector<Act>& acts);
    void add_block(const std::vector<execution::TxPtr>& txs, std::vector<std::string>& records);

    std::size_t block_txs_;
    chain::Genesis genesis_;
    std::vector<crypto::SigningKey> members_;
    std::map<std::string, crypto::SigningKey> officers_;  // "party/duty"
    std::map<std::string, crypto::PublicKey> keys_by_kid_;
    std::unique_ptr<kv::KvStore> kv_;
    std::unique_ptr<state::Store> store_;
    execution::Tip tip_;
    std::optional<chain::QuorumCert> tip_notarized_;
    std::vector<Made> blocks_;
    std::vector<std::string> rights_;
    std::size_t serial_ = 0, transactions_ = 0, refused_ = 0, jti_ = 0;
};

}  // namespace quanlu::bench
