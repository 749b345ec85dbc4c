// The one owner of the next height: consensus and catch-up both end in apply_final (E7,
// fabric#5076, T20).
#include <algorithm>

#include "crypto/base/encode.h"
#include "ledger/index/index.h"
#include "node/replica/impl.h"

namespace quanlu::replica {

// F of this block: it and its ancestors are final, oldest first. What is missing of them is
// fetched, and the certificate waits.
void Replica::Impl::finalize(const Effects::Final& final) {
    if (final.finalization.statement.view <= tip.header.view) return;
    awaited = final;
    const Verdict verdict = execute(final.block);
    if (verdict == Verdict::missing) return;
    if (verdict == Verdict::invalid) {
        // q members call it final and it cannot be carried out here: this node is wrong, or more
        // than f lie. It must not go on as if nothing were (T29).
        if (catching_up) note("final_block_not_executable", core->view(), to_hex(final.block));
        catching_up = false;
        return;
    }
    std::vector<Hash> path;
    for (Hash at = final.block; at != tip.hash; at = candidates.find(at)->header.parent)
        path.push_back(at);
    for (auto at = path.rbegin(); at != path.rend(); ++at) {
        const Candidate& candidate = *candidates.find(*at);
        const bool is_last = *at == final.block;
        std::optional<chain::QuorumCert> own =
            is_last ? final.finalization
                    : core->cert(chain::VoteKind::finalize, candidate.header.view);
        if (own && own->statement.block != *at) own.reset();
        apply_final(candidate.executed, candidate.justification, own);
    }
    leave_behind();
}

void Replica::Impl::apply_final(const std::shared_ptr<const execution::Executed>& executed,
                                const chain::Justification& justification,
                                const std::optional<chain::QuorumCert>& finalization) {
    ENSURE(executed->tip.header.parent == tip.hash, "final blocks in order");
    tip = executed->tip;
    uncommitted.push_back({executed, finalization});
    chain::Body body;
    body.reserve(executed->txs.size());
    for (const execution::TxPtr& tx : executed->txs) body.push_back(tx->jws);
    out->log.push_back({{executed->tip.header, std::move(body), justification}, finalization});
    out->finalized.push_back({executed, finalization});
    settle_txs(*executed);
}

// The final tip has moved: what lies behind it goes.
void Replica::Impl::leave_behind() {
    set_in_block(candidates.drop_to(tip.header.height, tip.header.view), false);
    std::erase_if(checks, [this](const Hash& hash) { return hash == tip.hash; });
    sync.applied(tip.header.height);
    if (awaited && awaited->finalization.statement.view <= tip.header.view) awaited.reset();
    // A journal that lost something is not restated as a whole one: not before everything that may
    // be missing lies below the floor.
    if (remembers_above && tip.header.view > *remembers_above) out->journal_floor = tip.header.view;
    something_came = true;
}

// The block log holds it: the store may follow. The store is never ahead of the log (E1).
void Replica::Impl::commit_pending() {
    for (const Uncommitted& one : uncommitted) {
        kv::Batch extra;
        index::add_block(*one.executed, one.finalization, extra);
        execution::commit(*one.executed, store, std::move(extra));
    }
    uncommitted.clear();
}

}  // namespace quanlu::replica
