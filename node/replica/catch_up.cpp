// Catch-up by certified ranges, and what this member serves to others (E15: claims are hints).
#include "node/replica/impl.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/index/index.h"
#include "ledger/registry/registry.h"

namespace quanlu::replica {

namespace {

constexpr std::int64_t kSyncAgainMs = 2'000;  // a range that did not come is asked of another peer
constexpr std::uint32_t kRangeBlocks = 256;
constexpr std::size_t kRangeBytesMax = 8 * 1024 * 1024;
constexpr std::int64_t kBadPeerMs = 10'000;

}  // namespace

void Replica::Impl::take_greeting(MemberIndex from, const wire::Greeting& greeting) {
    if (greeting.epoch != members.epoch()) return;
    peers[from].height = greeting.height;  // a hint: never moves state (E15)
    peers[from].clock_off_ms = greeting.wall.value - now.wall.value;
    if (greeting.floor) take_cert(*greeting.floor);
    if (greeting.entry) take_cert(*greeting.entry);
    // A peer behind our view lacks what we entered with.
    if (greeting.view < core->view()) {
        if (const auto entry = core->entry_cert()) send(from, wire::CertMsg{*entry});
    }
    maybe_sync();
}

void Replica::Impl::maybe_sync() {
    if (sync && now.steady - sync->asked < Millis{kSyncAgainMs}) return;
    std::optional<MemberIndex> best;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        const auto member = static_cast<MemberIndex>(
            (i + config.self + 1 + (sync ? sync->from : 0)) % peers.size());
        const Peer& peer = peers[member];
        if (member == config.self || !peer.up || peer.bad_until > now.steady) continue;
        if (peer.height > tip.header.height.next() && (!best || peer.height > peers[*best].height))
            best = member;
    }
    if (!best) {
        sync.reset();
        return;
    }
    sync = Sync{*best, now.steady};
    send(*best, wire::FetchRange{tip.header.height.next(), kRangeBlocks});
}

void Replica::Impl::blame(MemberIndex from, const char* why) {
    peers[from].bad_until = now.steady + Millis{kBadPeerMs};
    peers[from].height = Height(0);
    note("sync_rejected", core->view(), members.at(from).name + ": " + why);
    sync.reset();
    maybe_sync();
}

void Replica::Impl::take_range(MemberIndex from, const wire::Range& range) {
    if (!sync || sync->from != from) return;  // not asked for
    const Height before = tip.header.height;
    std::size_t begin = 0;
    while (begin < range.blocks.size() &&
           range.blocks[begin].block.header.height <= tip.header.height)
        ++begin;
    for (std::size_t end = begin; end < range.blocks.size(); ++end) {
        if (!range.blocks[end].finalization) continue;
        if (!take_covered(from, range.blocks, begin, end)) return;
        begin = end + 1;
    }
    sync.reset();
    // A claim that brought nothing counts no more until the next greeting: else a liar is asked
    // without end.
    if (tip.header.height == before) peers[from].height = Height(0);
    maybe_sync();
}

bool Replica::Impl::take_covered(MemberIndex from, const std::vector<chain::FinalBlock>& range,
                                 std::size_t begin, std::size_t end) {
    const chain::QuorumCert& cert = *range[end].finalization;
    const Hash last = chain::hash_of(range[end].block.header);
    if (cert.statement.kind != chain::VoteKind::finalize || cert.statement.block != last ||
        !chain::verify(cert, members, tag).ok()) {
        blame(from, "finalization");
        return false;
    }
    Hash parent = tip.hash;
    for (std::size_t i = begin; i <= end; ++i) {
        if (range[i].block.header.parent != parent) {
            blame(from, "link");
            return false;
        }
        parent = chain::hash_of(range[i].block.header);
    }
    for (std::size_t i = begin; i <= end; ++i) {
        const chain::Block& block = range[i].block;
        if (!chain::verify_links(block.header, block.justification, members, tag).ok()) {
            blame(from, "justification");
            return false;
        }
        std::vector<execution::TxPtr> txs;
        for (const std::string& jws : block.body) {
            txs.push_back(check_tx(jws));
            if (txs.back() == nullptr) {
                blame(from, "transaction");
                return false;
            }
        }
        // Carried out live already: the same block need not be carried out again.
        if (const Candidate* known = candidates.find(chain::hash_of(block.header));
            known != nullptr && known->executed) {
            apply_final(known->executed, block.justification, range[i].finalization);
            continue;
        }
        auto executed = execution::check(tip, genesis.params, block.header, txs, store);
        if (!executed.ok()) {
            blame(from, executed.error().what.c_str());
            return false;
        }
        apply_final(std::make_shared<const execution::Executed>(std::move(executed).value()),
                    block.justification, range[i].finalization);
    }
    candidates.drop_to(tip.header.height);
    out->journal_floor = tip.header.view;
    if (awaited && !candidates.find(awaited->block)) awaited.reset();
    Effects effects;
    core->on_floor(now.steady, {tip.header.view, tip.hash, cert}, effects);
    absorb(effects);
    return true;
}

void Replica::Impl::serve_txs(MemberIndex from, const wire::FetchTxs& fetch) {
    wire::Txs reply;
    std::size_t bytes = 0;
    const Candidate* candidate = candidates.find(fetch.block);
    for (const Hash& hash : fetch.tx_hashes) {
        execution::TxPtr tx = mempool.find_hash(hash);
        if (tx == nullptr && candidate != nullptr) {
            for (std::size_t i = 0; i < candidate->txs.size(); ++i) {
                if (candidate->tx_hashes[i] == hash) tx = candidate->txs[i];
            }
        }
        if (tx == nullptr) continue;
        bytes += tx->jws.size();
        if (bytes > kRangeBytesMax) break;
        reply.jws.push_back(tx->jws);
    }
    if (!reply.jws.empty()) send(from, std::move(reply));
}

void Replica::Impl::serve_block(MemberIndex from, const wire::FetchBlock& fetch) {
    if (const Candidate* candidate = candidates.find(fetch.block)) {
        if (candidate->missing == 0) {
            send(from,
                 wire::BlockMsg{{candidate->header, candidate->body(), candidate->justification}});
        }
        return;
    }
    // Final meanwhile: the newest few are what a peer in the same view asks for.
    for (std::uint64_t i = 0; i < 8 && i < tip.header.height.value; ++i) {
        const auto block = blocks.at(Height(tip.header.height.value - i));
        if (block && chain::hash_of(block->block.header) == fetch.block) {
            send(from, wire::BlockMsg{block->block});
            return;
        }
    }
}

void Replica::Impl::serve_range(MemberIndex from, const wire::FetchRange& fetch) {
    wire::Range reply;
    std::size_t bytes = 0;
    const std::uint32_t count = std::min(fetch.count, kRangeBlocks);
    for (std::uint32_t i = 0; i < count && bytes < kRangeBytesMax; ++i) {
        auto block = blocks.at(fetch.from.plus(i));
        if (!block) break;
        for (const std::string& jws : block->block.body) bytes += jws.size();
        bytes += 1024;
        reply.blocks.push_back(*std::move(block));
    }
    // The newest block may be final through one that is not in the log yet: without cover it helps
    // nobody.
    while (!reply.blocks.empty() && !reply.blocks.back().finalization) reply.blocks.pop_back();
    send(from, std::move(reply));
}

void Replica::Impl::serve_cert(MemberIndex from, const wire::FetchCert& fetch) {
    if (fetch.epoch != members.epoch()) return;
    for (const chain::VoteKind kind :
         {chain::VoteKind::notarize, chain::VoteKind::nullify, chain::VoteKind::finalize}) {
        if (fetch.kind && *fetch.kind != kind) continue;
        if (const auto cert = core->cert(kind, fetch.view)) send(from, wire::CertMsg{*cert});
    }
}

void Replica::Impl::take_message(MemberIndex from, const wire::Message& message) {
    peers[from].heard = now.steady;
    core->on_heard(now.steady, from);
    struct Route {
        Impl& self;
        MemberIndex from;
        void operator()(const wire::Greeting& m) const { self.take_greeting(from, m); }
        void operator()(const wire::Proposal& m) const { self.take_proposal(from, m); }
        void operator()(const wire::VoteMsg& m) const { self.take_vote(m.vote); }
        void operator()(const wire::CertMsg& m) const { self.take_cert(m.cert); }
        void operator()(const wire::Txs& m) const {
            for (const std::string& jws : m.jws) {
                if (execution::TxPtr tx = self.check_tx(jws)) self.take_tx({tx, from, 0});
            }
        }
        void operator()(const wire::FetchTxs& m) const { self.serve_txs(from, m); }
        void operator()(const wire::FetchCert& m) const { self.serve_cert(from, m); }
        void operator()(const wire::FetchBlock& m) const { self.serve_block(from, m); }
        void operator()(const wire::BlockMsg& m) const {
            if (self.wanted(m.block)) self.take_block(m.block);
        }
        void operator()(const wire::FetchRange& m) const { self.serve_range(from, m); }
        void operator()(const wire::Range& m) const { self.take_range(from, m); }
    };
    std::visit(Route{*this, from}, message);
    retry_checks();
}

bool Replica::Impl::wanted(const chain::Block& block) {
    const Hash hash = chain::hash_of(block.header);
    return block.header.height > tip.header.height &&
           (candidates.find(hash) != nullptr || block_asked.contains(hash));
}

void Replica::Impl::update_load() {
    for (auto& [hash, candidate] : candidates.all()) {
        if (candidate.counted && core->cert(chain::VoteKind::nullify, candidate.header.view) &&
            !core->cert(chain::VoteKind::notarize, candidate.header.view)) {
            candidates.uncount(candidate);
        }
    }
    Effects effects;
    core->on_load(now.steady, mempool.count() > candidates.under_way(), effects);
    absorb(effects);
}

}  // namespace quanlu::replica
