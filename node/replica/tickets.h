// Clients of this node that wait for the fate of a transaction: tickets by transaction id, bounded,
// each with the time after which no block can hold the transaction any more.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/tagged.h"
#include "node/replica/limits.h"

namespace quanlu::replica {

class Tickets {
public:
    // False: as many wait as may.
    bool add(const Hash& tx_id, std::int64_t exp_seconds, std::uint64_t ticket) {
        if (count_ >= kTicketsMax) return false;
        const auto [at, is_new] = waiting_.try_emplace(tx_id, Waiting{exp_seconds, {}});
        if (is_new) by_exp_.emplace(exp_seconds, tx_id);
        at->second.tickets.push_back(ticket);
        ++count_;
        return true;
    }

    // Who waits for it; they wait no more.
    std::vector<std::uint64_t> take(const Hash& tx_id) {
        const auto found = waiting_.find(tx_id);
        if (found == waiting_.end()) return {};
        std::vector<std::uint64_t> tickets = std::move(found->second.tickets);
        by_exp_.erase({found->second.exp, tx_id});
        waiting_.erase(found);
        count_ -= tickets.size();
        return tickets;
    }

    // Transactions waited for whose `exp` is not after `time`.
    [[nodiscard]] std::vector<Hash> lapsed(UnixMillis time) const {
        std::vector<Hash> ids;
        for (const auto& [exp, id] : by_exp_) {
            if (exp * 1000 > time.value) break;
            ids.push_back(id);
        }
        return ids;
    }

    [[nodiscard]] std::size_t count() const { return count_; }

private:
    struct Waiting {
        std::int64_t exp;
        std::vector<std::uint64_t> tickets;
    };
    std::map<Hash, Waiting> waiting_;
    std::set<std::pair<std::int64_t, Hash>> by_exp_;
    std::size_t count_ = 0;
};

}  // namespace quanlu::replica
