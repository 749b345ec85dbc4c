// A key-value store whose unsynced writes may be lost: batches are atomic and a crash keeps a
// prefix of them, as LevelDB's log does. Derived data: it may also be gone altogether.
#pragma once

#include <deque>

#include "ledger/kv/kv.h"
#include "tests/sim/fuse.h"
#include "tests/sim/prng.h"

namespace quanlu::sim {

class SimKv : public kv::KvStore {
public:
    explicit SimKv(Fuse& fuse) : fuse_(fuse) {}

    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override { return live_->get(key); }
    void scan(BytesView from, BytesView to, const kv::Visit& visit) const override {
        live_->scan(from, to, visit);
    }
    void write(const kv::Batch& batch, bool sync) override {
        fuse_.burn();
        live_->write(batch, sync);
        pending_.push_back(batch);
        while (!pending_.empty() && (sync || pending_.size() > kPendingMax)) settle();
    }
    [[nodiscard]] std::shared_ptr<const kv::Reader> snapshot() const override {
        return live_->snapshot();
    }

    void crash(Prng& random) {
        if (random.chance(1, 6)) {
            pending_.clear();
            durable_ = kv::make_memory_kv();
        }
        const std::size_t kept = random.below(pending_.size() + 1);
        while (pending_.size() > kept) pending_.pop_back();
        while (!pending_.empty()) settle();
        live_ = kv::make_memory_kv();
        kv::Batch all;
        durable_->scan({}, {}, [&all](BytesView key, BytesView value) {
            all.put(to_bytes(key), to_bytes(value));
            return true;
        });
        live_->write(all, false);
    }
    void wipe() {
        pending_.clear();
        durable_ = kv::make_memory_kv();
        live_ = kv::make_memory_kv();
    }

private:
    static constexpr std::size_t kPendingMax = 24;  // blocks that a crash may take back
    void settle() {
        durable_->write(pending_.front(), false);
        pending_.pop_front();
    }
    Fuse& fuse_;
    std::unique_ptr<kv::KvStore> live_ = kv::make_memory_kv(), durable_ = kv::make_memory_kv();
    std::deque<kv::Batch> pending_;
};

}  // namespace quanlu::sim
