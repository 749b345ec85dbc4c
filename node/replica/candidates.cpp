// See candidates.h.
#include "node/replica/candidates.h"

#include <algorithm>

#include "node/replica/limits.h"

namespace quanlu::replica {

namespace {

// No block may hold an operation twice, and places that wait for one transaction are looked
// through one by one.
bool has_twice(std::vector<Hash> hashes) {
    std::sort(hashes.begin(), hashes.end());
    return std::adjacent_find(hashes.begin(), hashes.end()) != hashes.end();
}

}  // namespace

Candidate* Candidates::add(const chain::Header& header, const chain::Justification& justification,
                           std::vector<Hash> tx_hashes) {
    const Hash hash = chain::hash_of(header);
    if (Candidate* known = find(hash)) return known;
    if (tx_hashes.size() != header.tx_count || chain::txs_hash(tx_hashes) != header.txs_hash)
        return nullptr;
    if (has_twice(tx_hashes)) return nullptr;
    if (all_.size() >= kCandidatesMax && !make_room()) return nullptr;
    Candidate candidate;
    candidate.header = header;
    candidate.hash = hash;
    candidate.justification = justification;
    candidate.txs.resize(tx_hashes.size());
    candidate.missing = tx_hashes.size();
    candidate.tx_hashes = std::move(tx_hashes);
    for (std::size_t i = 0; i < candidate.tx_hashes.size(); ++i)
        waiting_.emplace(candidate.tx_hashes[i], Place{hash, i});
    return &all_.emplace(hash, std::move(candidate)).first->second;
}

// The oldest block that was not carried out: if it matters, a certificate names it and it is
// fetched again.
bool Candidates::make_room() {
    auto oldest = all_.end();
    for (auto at = all_.begin(); at != all_.end(); ++at) {
        if (at->second.executed || at->second.is_kept) continue;
        if (oldest == all_.end() || at->second.header.view < oldest->second.header.view)
            oldest = at;
    }
    if (oldest == all_.end()) return false;
    erase(oldest);
    return true;
}

Candidate* Candidates::find(const Hash& hash) {
    const auto found = all_.find(hash);
    return found == all_.end() ? nullptr : &found->second;
}

const Candidate* Candidates::find(const Hash& hash) const {
    const auto found = all_.find(hash);
    return found == all_.end() ? nullptr : &found->second;
}

std::size_t Candidates::in_view(View view) const {
    std::size_t count = 0;
    for (const auto& [hash, candidate] : all_) count += candidate.header.view == view ? 1 : 0;
    return count;
}

void Candidates::fill(const execution::TxPtr& tx, bool is_proven) {
    const auto [first, last] = waiting_.equal_range(tx->hash);
    for (auto at = first; at != last; ++at) {
        Candidate& candidate = all_.at(at->second.block);
        candidate.txs[at->second.index] = tx;
        if (!is_proven) candidate.unproven.insert(at->second.index);
        candidate.bytes += tx->jws.size();
        bytes_ += tx->jws.size();
        --candidate.missing;
    }
    waiting_.erase(first, last);
}

std::vector<Hash> Candidates::enliven(Candidate& candidate) {
    std::vector<Hash> risen;
    if (candidate.is_live) return risen;
    candidate.is_live = true;
    for (const execution::TxPtr& tx : candidate.txs) {
        if (++live_[tx->id] == 1) risen.push_back(tx->id);
    }
    return risen;
}

std::vector<Hash> Candidates::bury(Candidate& candidate) {
    std::vector<Hash> fallen;
    if (!candidate.is_live) return fallen;
    candidate.is_live = false;
    for (const execution::TxPtr& tx : candidate.txs) {
        const auto found = live_.find(tx->id);
        if (--found->second > 0) continue;
        live_.erase(found);
        fallen.push_back(tx->id);
    }
    return fallen;
}

std::map<Hash, Candidate>::iterator Candidates::erase(std::map<Hash, Candidate>::iterator at) {
    const Candidate& candidate = at->second;
    bytes_ -= candidate.bytes;
    for (std::size_t i = 0; candidate.missing > 0 && i < candidate.txs.size(); ++i) {
        if (candidate.txs[i] != nullptr) continue;
        const auto [first, last] = waiting_.equal_range(candidate.tx_hashes[i]);
        for (auto place = first; place != last;) {
            place =
                place->second.block == candidate.hash ? waiting_.erase(place) : std::next(place);
        }
    }
    return all_.erase(at);
}

std::vector<Hash> Candidates::drop_to(Height height, View view) {
    std::vector<Hash> fallen;
    for (auto at = all_.begin(); at != all_.end();) {
        if (at->second.header.height > height && at->second.header.view > view) {
            ++at;
            continue;
        }
        for (const Hash& id : bury(at->second)) fallen.push_back(id);
        at = erase(at);
    }
    return fallen;
}

}  // namespace quanlu::replica
