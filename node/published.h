// What the core loop shows to everybody else: immutable values, swapped whole after each turn.
// Queries read the store's snapshot, never the replica.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "ledger/kv/kv.h"
#include "node/replica/replica.h"

namespace quanlu::node {

struct Published {
    std::shared_ptr<const kv::Reader> snapshot;
    replica::Replica::Status status;
    Millis at{0};
};

class Board {
public:
    [[nodiscard]] std::shared_ptr<const Published> read() const {
        const std::lock_guard lock(mutex_);
        return current_;
    }
    void write(std::shared_ptr<const Published> next) {
        const std::lock_guard lock(mutex_);
        current_ = std::move(next);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Published> current_;
};

}  // namespace quanlu::node
