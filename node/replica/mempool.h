// Transactions that wait for a block: checked, in order of arrival, bounded by count, bytes and the
// share of one party. One entry for an operation (issuer and idempotency key), so that a second
// signature over the same input is no second entry. Not here: who waits for them (tickets.h).
//
// Nobody is pushed out: full means full, the newcomer is told. An entry goes when it is final, when
// another transaction of its operation is final, or when block time has passed its `exp`: then no
// later block may hold it. What may not stand in a block at present is parked, not dropped, since
// other members may still take it in.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/base/lookup.h"
#include "ledger/execution/executor.h"

namespace quanlu::replica {

using execution::TxPtr;

class Mempool {
public:
    struct Limits {
        std::size_t count_max = 0, bytes_max = 0;
        std::size_t party_count_max = 0, party_bytes_max = 0;
    };
    explicit Mempool(const Limits& limits) : limits_(limits) {}

    enum class Added : std::uint8_t { yes, known, other_of_operation, full, party_full };
    Added add(const TxPtr& tx, bool is_in_block);
    // A client of this node waits for it, so this node tells the others of it, also those who come
    // later (waiting()). True the first time. Unknown ids are passed over.
    bool adopt(const Hash& id);
    [[nodiscard]] TxPtr find_id(const Hash& id) const;
    [[nodiscard]] TxPtr find_hash(const Hash& hash) const;
    // The entry of the same operation, this transaction or another.
    [[nodiscard]] TxPtr find_operation(const chain::Tx& tx) const;
    void remove(const Hash& id);

    // Stands in a block that may become final, or no longer does. Unknown ids are passed over.
    void set_in_block(const Hash& id, bool is_in_block);
    // Not offered before block time `until`.
    void park(const Hash& id, UnixMillis until);
    // Block time has come to `time`: what lapsed goes and is returned, what was parked long enough
    // is offered again.
    std::vector<TxPtr> pass_time(UnixMillis time);

    // Does anything wait that no block holds and that is not parked?
    [[nodiscard]] bool has_ready() const { return ready_ > 0; }
    [[nodiscard]] std::size_t ready() const { return ready_; }
    // Oldest first, parked ones left out, without those `skip` says yes to.
    template <class Skip>
    [[nodiscard]] std::vector<TxPtr> oldest(std::size_t count_max, Skip&& skip) const {
        std::vector<TxPtr> out;
        for (const auto& [order, entry] : by_order_) {
            if (out.size() == count_max) break;
            if (!entry.parked_until && !skip(entry.tx)) out.push_back(entry.tx);
        }
        return out;
    }
    // What was adopted, oldest first, at most so many bytes. Also what stands in a block: that
    // block may have reached nobody.
    [[nodiscard]] std::vector<TxPtr> waiting(std::size_t bytes_max) const;
    [[nodiscard]] std::size_t count() const { return by_order_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    using Order = std::uint64_t;
    struct Entry {
        TxPtr tx;
        bool is_in_block = false;
        bool is_adopted = false;
        std::optional<std::int64_t> parked_until;
        [[nodiscard]] bool is_ready() const { return !is_in_block && !parked_until; }
    };
    struct Share {
        std::size_t count = 0, bytes = 0;
    };
    [[nodiscard]] TxPtr held(const Order* order) const;
    Entry* entry_of(const Hash& id);
    void change(Entry& entry, bool was_ready);

    Limits limits_;
    std::size_t bytes_ = 0, ready_ = 0;
    Order next_ = 0;
    std::map<Order, Entry> by_order_;
    Lookup<Order> by_id_, by_hash_, by_operation_;
    std::set<std::pair<std::int64_t, Order>> by_exp_;     // seconds
    std::set<std::pair<std::int64_t, Order>> by_parked_;  // milliseconds
    std::map<std::string, Share> shares_;
};

}  // namespace quanlu::replica
