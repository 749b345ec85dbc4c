// Blocks above the final tip: fetched, carried out, and made final in one place, apply_final.
#include "node/replica/impl.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/index/index.h"
#include "ledger/registry/registry.h"

namespace quanlu::replica {

namespace {

constexpr std::size_t kFetchTxsMax = 4'000;

}  // namespace

Candidate* Replica::Impl::take_block(const chain::Block& block) {
    Candidate* candidate =
        candidates.add(block.header, block.justification, chain::tx_hashes(block.body));
    if (candidate == nullptr) return nullptr;
    fill_known(*candidate);
    for (std::size_t i = 0; i < block.body.size() && candidate->missing > 0; ++i) {
        if (candidate->txs[i] != nullptr) continue;
        if (execution::TxPtr tx = check_tx(block.body[i])) candidates.fill(tx);
    }
    return candidate;
}

void Replica::Impl::fill_known(const Candidate& candidate) {
    for (const Hash& hash : candidate.tx_hashes) {
        if (execution::TxPtr tx = mempool.find_hash(hash)) candidates.fill(tx);
    }
}

const execution::Tip* Replica::Impl::tip_of(const Hash& block) {
    if (block == tip.hash) return &tip;
    const Candidate* candidate = candidates.find(block);
    return candidate != nullptr && candidate->executed ? &candidate->executed->tip : nullptr;
}

void Replica::Impl::fetch_block(const Hash& hash, std::optional<MemberIndex> from) {
    Candidate* candidate = candidates.find(hash);
    if (candidate != nullptr) {
        if (now.steady - candidate->fetched < Millis{kFetchAgainMs}) return;
        candidate->fetched = now.steady;
    } else {
        const auto asked = block_asked.find(hash);
        if (asked != block_asked.end() && now.steady - asked->second < Millis{kFetchAgainMs})
            return;
        if (block_asked.size() > 256) block_asked.clear();
        block_asked[hash] = now.steady;
    }
    if (candidate != nullptr && candidate->missing > 0 &&
        candidate->missing < candidate->txs.size()) {
        wire::FetchTxs fetch{hash, {}};
        for (std::size_t i = 0; i < candidate->txs.size() && fetch.tx_hashes.size() < kFetchTxsMax;
             ++i) {
            if (candidate->txs[i] == nullptr) fetch.tx_hashes.push_back(candidate->tx_hashes[i]);
        }
        send(from, std::move(fetch));
        return;
    }
    send(from, wire::FetchBlock{hash});
}

Verdict Replica::Impl::execute(const Hash& hash) {
    std::vector<Hash> path{hash};
    // Down to an executed ancestor, without recursion on what peers send.
    while (true) {
        Candidate* candidate = candidates.find(path.back());
        if (candidate == nullptr) {
            fetch_block(path.back(), std::nullopt);
            return Verdict::missing;
        }
        if (candidate->invalid) return Verdict::invalid;
        if (candidate->executed) {
            path.pop_back();
            break;
        }
        if (candidate->missing > 0) {
            fetch_block(candidate->hash, candidate->header.proposer == config.self
                                             ? std::nullopt
                                             : std::optional(candidate->header.proposer));
            return Verdict::missing;
        }
        if (candidate->header.parent == tip.hash) break;
        if (candidate->header.height <= tip.header.height.next() || path.size() > 256)
            return Verdict::invalid;
        path.push_back(candidate->header.parent);
    }
    for (auto at = path.rbegin(); at != path.rend(); ++at) {
        Candidate& candidate = *candidates.find(*at);
        const execution::Tip* parent = tip_of(candidate.header.parent);
        if (parent == nullptr) return Verdict::missing;
        auto executed =
            execution::check(*parent, genesis.params, candidate.header, candidate.txs, store);
        if (!executed.ok()) {
            candidate.invalid = true;
            note("block_refused", candidate.header.view,
                 executed.error().what + " expected " + executed.error().expected + " found " +
                     executed.error().found);
            return Verdict::invalid;
        }
        candidate.executed =
            std::make_shared<const execution::Executed>(std::move(executed).value());
        candidates.count(candidate);
    }
    return Verdict::valid;
}

bool Replica::Impl::time_acceptable(const Candidate& candidate) const {
    if (core->cert(chain::VoteKind::notarize, candidate.header.view)) return true;
    const std::int64_t time = candidate.header.time.value;
    const execution::Tip* parent = const_cast<Impl*>(this)->tip_of(candidate.header.parent);
    if (parent != nullptr && time == parent->header.time.value + 1) return true;
    const std::int64_t eps = genesis.params.clock_eps_ms;
    const std::int64_t delay = 2 * core->progress().delta_ms + genesis.params.heartbeat_ms;
    return now.wall.value - eps - delay <= time && time <= now.wall.value + eps;
}

void Replica::Impl::answer_check(const Hash& hash) {
    Verdict verdict = execute(hash);
    if (verdict == Verdict::missing) {
        checks.insert(hash);
        if (checks.size() > 512) checks.erase(checks.begin());
        return;
    }
    checks.erase(hash);
    Candidate* candidate = candidates.find(hash);
    if (verdict == Verdict::valid && candidate != nullptr && !time_acceptable(*candidate)) {
        note("time_refused", candidate->header.view, std::to_string(candidate->header.time.value));
        verdict = Verdict::invalid;
    }
    Effects effects;
    core->on_checked(now.steady, hash, verdict, effects);
    absorb(effects);
}

void Replica::Impl::retry_checks() {
    const std::set<Hash> waiting = checks;
    for (const Hash& hash : waiting) {
        const Candidate* candidate = candidates.find(hash);
        if (candidate != nullptr && candidate->missing == 0) answer_check(hash);
    }
    if (awaited) {
        const Effects::Final final = *awaited;
        finalize(final);
    }
}

void Replica::Impl::finalize(const Effects::Final& final) {
    std::vector<Hash> path;
    for (Hash at = final.block; at != tip.hash;) {
        Candidate* candidate = candidates.find(at);
        if (candidate == nullptr || candidate->missing > 0) {
            awaited = final;
            fetch_block(at, std::nullopt);
            return;
        }
        if (candidate->header.height <= tip.header.height) return;  // final already
        path.push_back(at);
        at = candidate->header.parent;
    }
    if (execute(final.block) != Verdict::valid) {
        awaited = final;
        note("final_block_not_executable", core->view(), to_hex(final.block));
        return;
    }
    awaited.reset();
    for (auto at = path.rbegin(); at != path.rend(); ++at) {
        const Candidate& candidate = *candidates.find(*at);
        std::optional<chain::QuorumCert> own;
        if (*at == final.block) own = final.finalization;
        apply_final(candidate.executed, candidate.justification, own);
    }
    candidates.drop_to(tip.header.height);
    out->journal_floor = tip.header.view;
}

void Replica::Impl::apply_final(const std::shared_ptr<const execution::Executed>& executed,
                                const chain::Justification& justification,
                                const std::optional<chain::QuorumCert>& finalization) {
    ENSURE(executed->tip.header.parent == tip.hash, "final blocks in order");
    tip = executed->tip;
    uncommitted.push_back({executed, finalization});
    chain::Body body;
    for (const execution::TxPtr& tx : executed->txs) body.push_back(tx->jws);
    out->log.push_back({{executed->tip.header, std::move(body), justification}, finalization});
    for (std::size_t i = 0; i < executed->txs.size(); ++i) {
        const Hash& id = executed->txs[i]->id;
        mempool.remove(id);
        const auto waiting = tickets.find(id);
        if (waiting == tickets.end()) continue;
        for (const std::uint64_t ticket : waiting->second) {
            Answer answer;
            answer.ticket = ticket;
            answer.tx_id = id;
            answer.status = Answer::Status::committed;
            answer.where = {executed->tip.header.height, static_cast<std::uint32_t>(i)};
            answer.outcome = executed->outcomes[i];
            out->answers.push_back(std::move(answer));
        }
        tickets.erase(waiting);
    }
    out->finalized.push_back({executed, finalization.value_or(chain::QuorumCert{})});
}

void Replica::Impl::commit_pending() {
    for (const Uncommitted& one : uncommitted) {
        kv::Batch extra;
        index::add_block(*one.executed, one.finalization, extra);
        execution::commit(*one.executed, store, std::move(extra));
    }
    uncommitted.clear();
}

}  // namespace quanlu::replica
