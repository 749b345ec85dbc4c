// A key-value store whose unsynced writes may be lost: batches are atomic in each of its two parts
// (kv.h) and a crash keeps a prefix of them in each, as LevelDB's logs do; a power cut not the same
// prefix. Derived data: it may also be gone altogether.
#pragma once

#include <deque>
#include <vector>

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
    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> last_of_history() const override {
        return live_->last_of_history();
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
            settled_.clear();
            durable_ = kv::make_memory_kv();
        }
        write_settled();
        std::size_t tables = random.below(pending_.size() + 1);
        std::size_t history = random.chance(1, 3) ? random.below(pending_.size() + 1) : tables;
        for (; !pending_.empty(); settle(tables, history)) {
        }
        live_ = kv::make_memory_kv();
        live_->write(copy(), false);
    }
    // A backup of what is durable, and its return.
    [[nodiscard]] kv::Batch copy() {
        write_settled();
        kv::Batch all;
        durable_->scan({}, {}, [&all](BytesView key, BytesView value) {
            all.put(to_bytes(key), to_bytes(value));
            return true;
        });
        return all;
    }
    void set_back(const kv::Batch& all) {
        wipe();
        durable_->write(all, false);
        live_->write(all, false);
    }
    void wipe() {
        pending_.clear();
        settled_.clear();
        durable_ = kv::make_memory_kv();
        live_ = kv::make_memory_kv();
    }

private:
    static constexpr std::size_t kPendingMax = 24;  // blocks that a crash may take back
    void write_settled() {
        for (const kv::Batch& batch : settled_) durable_->write(batch, false);
        settled_.clear();
    }
    void settle() {
        settled_.push_back(std::move(pending_.front()));
        pending_.pop_front();
    }
    // The oldest of the pending batches; of each part as long as its number has not run out.
    void settle(std::size_t& tables, std::size_t& history) {
        kv::Batch kept;
        for (kv::Batch::Op& op : pending_.front().ops) {
            const bool is_history = op.key.front() == kv::kHistoryTag;
            if ((is_history ? history : tables) > 0) kept.ops.push_back(std::move(op));
        }
        durable_->write(kept, false);
        pending_.pop_front();
        if (tables > 0) --tables;
        if (history > 0) --history;
    }
    Fuse& fuse_;
    std::unique_ptr<kv::KvStore> live_ = kv::make_memory_kv(), durable_ = kv::make_memory_kv();
    std::deque<kv::Batch> pending_;
    // Durable, and written to `durable_` when a crash asks for it: in most lives none does.
    std::vector<kv::Batch> settled_;
};

}  // namespace quanlu::sim
