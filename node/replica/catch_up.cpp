// Ranges of final blocks from peers, checked whole before anything of them is stored (T12), and
// what peers may have from us. Which member to ask is Sync's; what is true is decided here.
#include "crypto/base/encode.h"
#include "node/replica/impl.h"

namespace quanlu::replica {

// Carries out what is covered, a bounded piece a turn, then asks for more.
void Replica::Impl::catch_up() {
    std::size_t work = 0;
    while (catching_up && work < kCatchUpTxsPerTurn) {
        const std::vector<const Sync::Piece*> run = sync.covered(tip.header.height);
        if (run.empty()) break;
        for (const Sync::Piece* piece : run) work += 1 + piece->block.block.body.size();
        if (!apply_covered(run)) continue;  // the liar's pieces are gone
        leave_behind();
        sync.went_on();
    }
    if (!catching_up) return;
    if (work >= kCatchUpTxsPerTurn) out->wake_at = now.steady;
    for (const Sync::Ask& ask : sync.ask(tip.header.height, now.steady))
        send(ask.member, wire::FetchRange{ask.from, ask.count});
}

void Replica::Impl::take_range(MemberIndex from, const wire::Range& range) {
    switch (sync.take(from, range.blocks, now.steady)) {
        case Sync::Taken::yes:
        case Sync::Taken::not_asked:
            return;
        case Sync::Taken::empty:
            note("sync_claim_empty", core->view(), members.at(from).name);
            return;
        case Sync::Taken::wrong:
            note("sync_rejected", core->view(), members.at(from).name + ": form");
            sync.distrust(from, now.steady);
            return;
    }
}

// Backwards from the certificate: each block is proven by the one after it, so the first that is
// not true names who sent it.
std::optional<MemberIndex> Replica::Impl::find_liar(const std::vector<const Sync::Piece*>& run,
                                                    const char** why) const {
    const chain::QuorumCert& cert = *run.back()->block.finalization;
    Hash expected = cert.statement.block;
    if (cert.statement.kind != chain::VoteKind::finalize ||
        !chain::check(cert, members, tag).ok()) {
        *why = "finalization";
        return run.back()->from;
    }
    for (auto at = run.rbegin(); at != run.rend(); ++at) {
        const chain::Block& block = (*at)->block.block;
        *why = "link";
        if (chain::hash_of(block.header) != expected) return (*at)->from;
        *why = "justification";
        if (!chain::verify_links(block.header, block.justification, members, tag).ok())
            return (*at)->from;
        *why = "body";
        const std::vector<Hash> hashes = chain::tx_hashes(block.body);
        if (hashes.size() != block.header.tx_count ||
            chain::txs_hash(hashes) != block.header.txs_hash)
            return (*at)->from;
        expected = block.header.parent;
    }
    return std::nullopt;
}

bool Replica::Impl::apply_covered(const std::vector<const Sync::Piece*>& run) {
    const char* why = "";
    if (const auto liar = find_liar(run, &why)) {
        note("sync_rejected", core->view(), members.at(*liar).name + ": " + why);
        sync.distrust(*liar, now.steady);
        return false;
    }
    // From here on q members vouch for every byte: what does not fit is no peer's lie.
    const chain::QuorumCert cert = *run.back()->block.finalization;
    if (run.front()->block.block.header.parent != tip.hash) {
        note("final_chains_differ", core->view(), to_hex(run.front()->block.block.header.parent));
        catching_up = false;
        return false;
    }
    for (const Sync::Piece* piece : run) {
        const chain::Block& block = piece->block.block;
        const auto executed = carry_out(block);
        if (executed == nullptr) {
            catching_up = false;
            return false;
        }
        std::optional<chain::QuorumCert> own;
        if (piece == run.back()) own = cert;
        apply_final(executed, block.justification, own);
    }
    Effects effects;
    core->on_floor(now.steady, {tip.header.view, tip.hash, cert}, effects);
    absorb(effects);
    return true;
}

// A block carried out live already is not carried out again: one block has one version.
std::shared_ptr<const execution::Executed> Replica::Impl::carry_out(const chain::Block& block) {
    const Candidate* known = candidates.find(chain::hash_of(block.header));
    if (known != nullptr && known->executed) return known->executed;
    std::vector<execution::TxPtr> txs;
    std::set<std::size_t> unproven;
    txs.reserve(block.body.size());
    for (const std::string& jws : block.body) {
        const CheckedTx checked = check_tx(jws);
        if (checked.tx == nullptr) {
            note("final_tx_not_readable", block.header.view, std::to_string(txs.size()));
            return nullptr;
        }
        if (!checked.is_proven) unproven.insert(txs.size());
        txs.push_back(checked.tx);
    }
    auto executed = execution::check(tip, genesis.params, block.header, txs, store, unproven);
    if (!executed.ok()) {
        const execution::Mismatch& error = executed.error();
        note("final_block_not_executable", block.header.view,
             error.what + ": header " + error.expected + ", here " + error.found);
        return nullptr;
    }
    return std::make_shared<const execution::Executed>(std::move(executed).value());
}

// --- what peers may have

void Replica::Impl::serve_txs(MemberIndex from, const wire::FetchTxs& fetch) {
    std::map<Hash, const execution::TxPtr*> held;
    if (const Candidate* candidate = candidates.find(fetch.block)) {
        for (std::size_t i = 0; i < candidate->txs.size(); ++i) {
            if (candidate->txs[i] != nullptr)
                held.emplace(candidate->tx_hashes[i], &candidate->txs[i]);
        }
    }
    wire::Txs reply;
    std::size_t bytes = 0;
    for (const Hash& hash : fetch.tx_hashes) {
        const auto found = held.find(hash);
        const execution::TxPtr tx = found != held.end() ? *found->second : mempool.find_hash(hash);
        if (tx == nullptr) continue;
        bytes += tx->jws.size();
        if (bytes > kRangeBytesMax) break;
        reply.jws.push_back(tx->jws);
    }
    if (!reply.jws.empty() && peers.may_serve(from, bytes, now.steady))
        send(from, std::move(reply));
}

void Replica::Impl::serve_block(MemberIndex from, const wire::FetchBlock& fetch) {
    if (const Candidate* candidate = candidates.find(fetch.block)) {
        if (candidate->missing > 0 || !peers.may_serve(from, candidate->bytes, now.steady)) return;
        send(from,
             wire::BlockMsg{{candidate->header, candidate->body(), candidate->justification}});
        return;
    }
    // Final meanwhile: the newest few are what a peer in the same view asks for; older ones come by
    // ranges.
    constexpr std::uint64_t kNewest = 8;
    if (!peers.may_serve(from, 0, now.steady)) return;
    for (Height at = tip.header.height; at > tip.header.height.minus(kNewest); at = at.prev()) {
        const auto block = blocks.at(at);
        if (!block || chain::hash_of(block->block.header) != fetch.block) continue;
        if (peers.may_serve(from, size_of(block->block), now.steady))
            send(from, wire::BlockMsg{block->block});
        return;
    }
}

void Replica::Impl::serve_range(MemberIndex from, const wire::FetchRange& fetch) {
    if (!peers.may_serve(from, 0, now.steady)) return;
    wire::Range reply;
    std::size_t bytes = 0;
    for (std::uint32_t i = 0; i < std::min(fetch.count, kRangeBlocks); ++i) {
        auto block = blocks.at(fetch.from.plus(i));
        if (!block) break;
        bytes += size_of(block->block);
        if (bytes > kRangeBytesMax && !reply.blocks.empty()) break;
        reply.blocks.push_back(*std::move(block));
    }
    if (peers.may_serve(from, bytes, now.steady)) send(from, std::move(reply));
}

void Replica::Impl::serve_cert(MemberIndex from, const wire::FetchCert& fetch) {
    if (fetch.epoch != members.epoch() || !peers.may_serve(from, 0, now.steady)) return;
    for (const chain::VoteKind kind :
         {chain::VoteKind::notarize, chain::VoteKind::nullify, chain::VoteKind::finalize}) {
        if (fetch.kind && *fetch.kind != kind) continue;
        if (const auto cert = core->cert(kind, fetch.view)) send(from, wire::CertMsg{*cert});
    }
}

}  // namespace quanlu::replica
