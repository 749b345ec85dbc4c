// See recover.h.
#include "node/replica/recover.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "ledger/execution/window.h"
#include "ledger/index/index.h"
#include "ledger/registry/registry.h"

namespace quanlu::replica {

namespace {

Result<std::vector<execution::TxPtr>, RecoverError> parse_body(const chain::Genesis& genesis,
                                                               const chain::Block& block) {
    std::vector<execution::TxPtr> txs;
    for (const std::string& jws : block.body) {
        auto tx = chain::parse_tx(jws, genesis.chain_id);
        if (!tx.ok()) {
            return Err(RecoverError{false, "block log: a malformed transaction at height " +
                                               std::to_string(block.header.height.value)});
        }
        txs.push_back(std::make_shared<const chain::Tx>(std::move(tx).value()));
    }
    return txs;
}

// The tip that the store has applied, with the duplicate window of the blocks before it.
Result<execution::Tip, RecoverError> applied_tip(state::Store& store, const log::BlockLog& log,
                                                 std::optional<execution::Tip> genesis_tip) {
    const state::Applied applied = *store.applied();
    if (applied.height == Height(0)) {
        if (applied.block != genesis_tip->hash)
            return Err(RecoverError{true, "state: another genesis"});
        genesis_tip->state = store.final_version();
        return *std::move(genesis_tip);
    }
    const auto block = log.at(applied.height);
    if (!block || chain::hash_of(block->block.header) != applied.block) {
        return Err(RecoverError{true, "state: not the state of the block log at height " +
                                          std::to_string(applied.height.value)});
    }
    execution::Tip tip;
    tip.header = block->block.header;
    tip.hash = applied.block;
    tip.state = store.final_version();
    tip.log = applied.log;
    auto window = execution::load_window(store.reader(), applied.height);
    if (!window) return Err(RecoverError{true, "state: operations of the last blocks are missing"});
    tip.recent = *std::move(window);
    return tip;
}

}  // namespace

Result<Recovered, RecoverError> recover(const chain::Genesis& genesis, state::Store& store,
                                        const log::BlockLog& log, log::JournalContent journal,
                                        const std::function<void(Height)>& progress) {
    // Founding takes longer than the rest of a restart: only a store without a block needs it.
    std::optional<execution::Tip> genesis_tip;
    if (!store.applied() || store.applied()->height == Height(0)) {
        const auto founding = registry::founding_writes(genesis.records);
        if (!founding.ok()) return Err(RecoverError{false, founding.error()});
        auto founded = execution::genesis_tip(genesis, *founding, store);
        if (!founded.ok()) return Err(RecoverError{false, founded.error()});
        genesis_tip = std::move(founded).value();
        if (!store.applied()) {
            const execution::Tip& tip = *genesis_tip;
            kv::Batch extra;
            index::add_founding(tip.header, *founding, extra);
            store.commit(tip.state, {Height(0), tip.hash, tip.header.state_root, tip.log}, {},
                         std::move(extra));
        }
    }
    TRY(execution::Tip tip, applied_tip(store, log, std::move(genesis_tip)));
    if (log.height() < tip.header.height)
        return Err(RecoverError{true, "state: ahead of the block log"});
    while (tip.header.height < log.height()) {
        const auto block = log.at(tip.header.height.next());
        TRY(const std::vector<execution::TxPtr> txs, parse_body(genesis, block->block));
        auto executed = execution::check(tip, genesis.params, block->block.header, txs, store);
        if (!executed.ok()) {
            return Err(RecoverError{
                false, "block log: height " + std::to_string(block->block.header.height.value) +
                           ": " + executed.error().what + ", log " + executed.error().expected +
                           ", recomputed " + executed.error().found});
        }
        kv::Batch extra;
        index::add_block(*executed, block->finalization, extra);
        execution::commit(*executed, store, std::move(extra));
        tip = executed->tip;
        if (progress && tip.header.height.value % 64 == 0) progress(tip.header.height);
    }
    Recovered recovered;
    if (log.height() > Height(0)) recovered.floor = log.at(log.height())->finalization;
    recovered.tip = std::move(tip);
    recovered.own_votes = std::move(journal.votes);
    recovered.certs = std::move(journal.certs);
    recovered.bodies = std::move(journal.bodies);
    recovered.memory_intact = journal.state == log::JournalContent::State::intact;
    return recovered;
}

}  // namespace quanlu::replica
