// Layers are looked up newest first until one is settled; the settled set answers for all below it.
#include "ledger/execution/recent.h"

namespace quanlu::execution {

RecentPtr Recent::empty() {
    auto recent = std::make_shared<Recent>();
    recent->settled_ = std::make_shared<Settled>();
    return recent;
}

RecentPtr Recent::extend(const RecentPtr& parent, UnixMillis time,
                         const std::vector<Operation>& operations, Height height) {
    ENSURE(parent != nullptr);
    auto recent = std::make_shared<Recent>();
    recent->parent_ = parent;
    recent->height_ = height;
    recent->time_ = time;
    recent->settled_ = parent->settled_;
    std::uint32_t index = 0;
    for (const Operation& one : operations) {
        recent->added_.set(one.key, {one.tx_id, {height, index}, one.exp});
        recent->keys_.push_back(one.key);
        ++index;
    }
    return recent;
}

const RecentEntry* Recent::find(const Hash& key, UnixMillis time) const {
    for (const Recent* layer = this; layer != nullptr && layer->height_ > settled_->height;
         layer = layer->parent_.get()) {
        const RecentEntry* found = layer->added_.find(key);
        if (found != nullptr && counts(found->exp, time)) return found;
    }
    const RecentEntry* found = settled_->by_key.find(key);
    return found != nullptr && counts(found->exp, time) ? found : nullptr;
}

void Recent::settle(Height height) const {
    // Oldest first, so that a key used again after it lapsed ends with its newest entry.
    std::vector<const Recent*> layers;
    for (const Recent* layer = this; layer != nullptr && layer->height_ > settled_->height;
         layer = layer->parent_.get()) {
        if (layer->height_ <= height) layers.push_back(layer);
    }
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
        for (const Hash& key : (*layer)->keys_) {
            const RecentEntry& entry = *(*layer)->added_.find(key);
            settled_->by_key.set(key, entry);
            settled_->by_exp[entry.exp].push_back(key);
        }
        settled_->height = (*layer)->height_;
        while (!settled_->by_exp.empty() &&
               settled_->by_exp.begin()->first * 1000 <= (*layer)->time_.value) {
            for (const Hash& key : settled_->by_exp.begin()->second) {
                // A key used again has an entry that lapses later.
                const RecentEntry* found = settled_->by_key.find(key);
                if (found != nullptr && found->exp == settled_->by_exp.begin()->first)
                    settled_->by_key.erase(key);
            }
            settled_->by_exp.erase(settled_->by_exp.begin());
        }
    }
    // Settled layers answer through the set; letting go of them keeps the chain short.
    for (const Recent* layer = this; layer != nullptr;) {
        const Recent* next = layer->parent_.get();
        if (layer->height_ <= settled_->height) {
            auto* settled_layer = const_cast<Recent*>(layer);
            settled_layer->parent_ = nullptr;
            settled_layer->added_.clear();
            settled_layer->keys_.clear();
            break;
        }
        layer = next;
    }
}

RecentPtr make_recent() {
    return Recent::empty();
}

RecentPtr extend_recent(const RecentPtr& parent, UnixMillis time, const std::vector<TxPtr>& txs,
                        Height height) {
    std::vector<Operation> operations;
    operations.reserve(txs.size());
    for (const TxPtr& tx : txs) operations.push_back({tx->operation, tx->id, tx->exp});
    return Recent::extend(parent, time, operations, height);
}

std::optional<Seen> find_recent(const RecentPtr& recent, const chain::Tx& tx, UnixMillis time) {
    const RecentEntry* entry = recent->find(tx.operation, time);
    if (entry == nullptr) return std::nullopt;
    return Seen{entry->tx_id, entry->where};
}

void settle_recent(const RecentPtr& recent, Height height) {
    recent->settle(height);
}

}  // namespace quanlu::execution
