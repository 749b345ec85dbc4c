// Transactions that wait for a block: checked, in order of arrival, bounded by count and bytes. By
// id, so that a second signature over the same input is not a second entry; found by hash for
// blocks that list it.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "ledger/execution/executor.h"

namespace quanlu::replica {

using execution::TxPtr;

class Mempool {
public:
    Mempool(std::size_t count_max, std::size_t bytes_max)
        : count_max_(count_max), bytes_max_(bytes_max) {}

    enum class Added { yes, known, full };
    Added add(const TxPtr& tx);
    [[nodiscard]] TxPtr find_id(const Hash& id) const;
    [[nodiscard]] TxPtr find_hash(const Hash& hash) const;
    void remove(const Hash& id);
    // Oldest first, at most `count_max` of them, without those `skip` says yes to.
    template <class Skip>
    [[nodiscard]] std::vector<TxPtr> oldest(std::size_t count_max, Skip&& skip) const {
        std::vector<TxPtr> out;
        for (const auto& [order, tx] : by_order_) {
            if (out.size() == count_max) break;
            if (!skip(tx)) out.push_back(tx);
        }
        return out;
    }
    [[nodiscard]] std::size_t count() const { return by_order_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    std::size_t count_max_, bytes_max_, bytes_ = 0;
    std::uint64_t next_ = 0;
    std::map<std::uint64_t, TxPtr> by_order_;
    std::map<Hash, std::uint64_t> by_id_;
    std::map<Hash, Hash> id_of_hash_;
};

}  // namespace quanlu::replica
