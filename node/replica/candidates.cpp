// See candidates.h.
#include "node/replica/candidates.h"

namespace quanlu::replica {

namespace {

constexpr std::size_t kCandidatesMax =
    128;  // views between floor and now are few; a flood of forged ones ends here

}  // namespace

Candidate* Candidates::add(const chain::Header& header, const chain::Justification& justification,
                           std::vector<Hash> tx_hashes) {
    const Hash hash = chain::hash_of(header);
    if (Candidate* known = find(hash)) return known;
    if (all_.size() >= kCandidatesMax) return nullptr;
    if (tx_hashes.size() != header.tx_count || chain::txs_hash(tx_hashes) != header.txs_hash)
        return nullptr;
    Candidate candidate;
    candidate.header = header;
    candidate.hash = hash;
    candidate.justification = justification;
    candidate.txs.resize(tx_hashes.size());
    candidate.missing = tx_hashes.size();
    candidate.tx_hashes = std::move(tx_hashes);
    for (const Hash& tx : candidate.tx_hashes) waiting_.emplace(tx, hash);
    return &all_.emplace(hash, std::move(candidate)).first->second;
}

Candidate* Candidates::find(const Hash& hash) {
    const auto found = all_.find(hash);
    return found == all_.end() ? nullptr : &found->second;
}

void Candidates::fill(const execution::TxPtr& tx) {
    const auto [first, last] = waiting_.equal_range(tx->hash);
    for (auto at = first; at != last; ++at) {
        Candidate* candidate = find(at->second);
        if (candidate == nullptr) continue;
        for (std::size_t i = 0; i < candidate->txs.size(); ++i) {
            if (candidate->txs[i] != nullptr || candidate->tx_hashes[i] != tx->hash) continue;
            candidate->txs[i] = tx;
            --candidate->missing;
        }
    }
    waiting_.erase(first, last);
}

void Candidates::count(Candidate& candidate) {
    if (candidate.counted) return;
    candidate.counted = true;
    for (const execution::TxPtr& tx : candidate.txs) ++under_way_[tx->id];
}

void Candidates::uncount(Candidate& candidate) {
    if (!candidate.counted) return;
    candidate.counted = false;
    for (const execution::TxPtr& tx : candidate.txs) {
        const auto found = under_way_.find(tx->id);
        if (--found->second == 0) under_way_.erase(found);
    }
}

void Candidates::drop_to(Height height) {
    for (auto at = all_.begin(); at != all_.end();) {
        if (at->second.header.height > height) {
            ++at;
            continue;
        }
        uncount(at->second);
        at = all_.erase(at);
    }
    std::erase_if(waiting_, [this](const auto& one) { return !all_.contains(one.second); });
}

}  // namespace quanlu::replica
