// Full means full: nobody's waiting transaction is pushed out by a newer one; the newcomer is told.
#include "node/replica/mempool.h"

namespace quanlu::replica {

Mempool::Added Mempool::add(const TxPtr& tx) {
    if (by_id_.contains(tx->id)) return Added::known;
    if (by_order_.size() >= count_max_ || bytes_ + tx->jws.size() > bytes_max_) return Added::full;
    by_order_.emplace_hint(by_order_.end(), next_, tx);
    by_id_[tx->id] = next_++;
    id_of_hash_[tx->hash] = tx->id;
    bytes_ += tx->jws.size();
    return Added::yes;
}

TxPtr Mempool::find_id(const Hash& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : by_order_.at(found->second);
}

TxPtr Mempool::find_hash(const Hash& hash) const {
    const auto found = id_of_hash_.find(hash);
    return found == id_of_hash_.end() ? nullptr : find_id(found->second);
}

void Mempool::remove(const Hash& id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    const auto entry = by_order_.find(found->second);
    bytes_ -= entry->second->jws.size();
    id_of_hash_.erase(entry->second->hash);
    by_order_.erase(entry);
    by_id_.erase(found);
}

}  // namespace quanlu::replica
