// See mempool.h.
#include "node/replica/mempool.h"

namespace quanlu::replica {

Mempool::Added Mempool::add(const TxPtr& tx, bool is_in_block) {
    if (by_id_.find(tx->id) != nullptr) return Added::known;
    if (by_operation_.find(tx->operation) != nullptr) return Added::other_of_operation;
    const std::size_t size = tx->jws.size();
    if (by_order_.size() >= limits_.count_max || bytes_ + size > limits_.bytes_max)
        return Added::full;
    const auto share = shares_.find(tx->iss);
    if (share != shares_.end() && (share->second.count >= limits_.party_count_max ||
                                   share->second.bytes + size > limits_.party_bytes_max)) {
        return Added::party_full;
    }
    Share& mine = share == shares_.end() ? shares_[tx->iss] : share->second;
    ++mine.count;
    mine.bytes += size;
    bytes_ += size;
    by_order_.emplace_hint(by_order_.end(), next_, Entry{tx, is_in_block, false, std::nullopt});
    if (!is_in_block) ++ready_;
    by_id_.set(tx->id, next_);
    by_hash_.set(tx->hash, next_);
    by_operation_.set(tx->operation, next_);
    by_exp_.emplace(tx->exp, next_);
    ++next_;
    return Added::yes;
}

TxPtr Mempool::held(const Order* order) const {
    return order == nullptr ? nullptr : by_order_.at(*order).tx;
}
TxPtr Mempool::find_id(const Hash& id) const {
    return held(by_id_.find(id));
}
TxPtr Mempool::find_hash(const Hash& hash) const {
    return held(by_hash_.find(hash));
}
TxPtr Mempool::find_operation(const chain::Tx& tx) const {
    return held(by_operation_.find(tx.operation));
}

Mempool::Entry* Mempool::entry_of(const Hash& id) {
    const Order* order = by_id_.find(id);
    return order == nullptr ? nullptr : &by_order_.at(*order);
}

bool Mempool::adopt(const Hash& id) {
    Entry* entry = entry_of(id);
    if (entry == nullptr || entry->is_adopted) return false;
    entry->is_adopted = true;
    return true;
}

std::vector<TxPtr> Mempool::waiting(std::size_t bytes_max) const {
    std::vector<TxPtr> out;
    std::size_t bytes = 0;
    for (const auto& [order, entry] : by_order_) {
        if (!entry.is_adopted) continue;
        bytes += entry.tx->jws.size();
        if (bytes > bytes_max) break;
        out.push_back(entry.tx);
    }
    return out;
}

void Mempool::change(Entry& entry, bool was_ready) {
    if (was_ready && !entry.is_ready()) --ready_;
    if (!was_ready && entry.is_ready()) ++ready_;
}

void Mempool::remove(const Hash& id) {
    const Order* found = by_id_.find(id);
    if (found == nullptr) return;
    const Order order = *found;
    const auto at = by_order_.find(order);
    const Entry& entry = at->second;
    const std::size_t size = entry.tx->jws.size();
    if (entry.is_ready()) --ready_;
    if (entry.parked_until) by_parked_.erase({*entry.parked_until, order});
    by_exp_.erase({entry.tx->exp, order});
    by_operation_.erase(entry.tx->operation);
    by_hash_.erase(entry.tx->hash);
    bytes_ -= size;
    const auto share = shares_.find(entry.tx->iss);
    share->second.bytes -= size;
    if (--share->second.count == 0) shares_.erase(share);
    by_id_.erase(id);
    by_order_.erase(at);
}

void Mempool::set_in_block(const Hash& id, bool is_in_block) {
    Entry* entry = entry_of(id);
    if (entry == nullptr) return;
    const bool was_ready = entry->is_ready();
    entry->is_in_block = is_in_block;
    change(*entry, was_ready);
}

void Mempool::park(const Hash& id, UnixMillis until) {
    Entry* entry = entry_of(id);
    if (entry == nullptr) return;
    const Order order = *by_id_.find(id);
    if (entry->parked_until) by_parked_.erase({*entry->parked_until, order});
    const bool was_ready = entry->is_ready();
    entry->parked_until = until.value;
    by_parked_.emplace(until.value, order);
    change(*entry, was_ready);
}

std::vector<TxPtr> Mempool::pass_time(UnixMillis time) {
    std::vector<TxPtr> lapsed;
    while (!by_exp_.empty() && by_exp_.begin()->first * 1000 <= time.value) {
        lapsed.push_back(by_order_.at(by_exp_.begin()->second).tx);
        remove(lapsed.back()->id);
    }
    while (!by_parked_.empty() && by_parked_.begin()->first <= time.value) {
        Entry& entry = by_order_.at(by_parked_.begin()->second);
        by_parked_.erase(by_parked_.begin());
        entry.parked_until.reset();
        change(entry, false);
    }
    return lapsed;
}

}  // namespace quanlu::replica
