// The transactions of the validity window, so that none is carried out twice (R-29,
// docs/protocol.md 3): immutable layers for blocks that are not final, one settled set for the
// rest. Memory is bounded by rate times tx_validity_max_ms. Membership only; nothing iterates it
// into a result.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "crypto/base/lookup.h"
#include "ledger/execution/executor.h"

namespace quanlu::execution {

// What the window knows of a transaction.
struct Operation {
    Hash key;  // chain::Tx::operation
    Hash tx_id;
    std::int64_t exp = 0;  // seconds
};

struct RecentEntry {
    Hash tx_id;
    chain::Where where;
    std::int64_t exp = 0;  // seconds; from here on the entry counts no more
};

// `exp` in seconds: from there on an operation may come again.
inline bool counts(std::int64_t exp, UnixMillis time) {
    return exp * 1000 > time.value;
}

class Recent {
public:
    // Shared by every layer of one node: what is final.
    struct Settled {
        Lookup<RecentEntry> by_key;
        std::map<std::int64_t, std::vector<Hash>> by_exp;  // second at which they lapse
        Height height;
    };

    static RecentPtr empty();
    static RecentPtr extend(const RecentPtr& parent, UnixMillis time,
                            const std::vector<Operation>& operations, Height height);
    [[nodiscard]] const RecentEntry* find(const Hash& key, UnixMillis time) const;
    void settle(Height height) const;

private:
    RecentPtr parent_;  // nothing once settled
    Height height_;
    UnixMillis time_;
    Lookup<RecentEntry> added_;
    std::vector<Hash> keys_;  // of added_, in block order
    std::shared_ptr<Settled> settled_;
};

}  // namespace quanlu::execution
