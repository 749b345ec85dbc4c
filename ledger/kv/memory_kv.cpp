// The same contract on a std::map: tests, audits without a disk, the simulator. Snapshots copy.
#include <algorithm>
#include <map>

#include "ledger/kv/kv.h"

namespace quanlu::kv {

namespace {

// Looked up by views: no key is copied to be found.
struct Before {
    using is_transparent = void;
    bool operator()(BytesView a, BytesView b) const {
        return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end()) < 0;
    }
};
using Map = std::map<Bytes, Bytes, Before>;

std::optional<Bytes> find_in(const Map& map, BytesView key) {
    const auto found = map.find(key);
    if (found == map.end()) return std::nullopt;
    return found->second;
}

void scan_in(const Map& map, BytesView from, BytesView to, const Visit& visit) {
    for (auto at = map.lower_bound(from); at != map.end(); ++at) {
        if (!to.empty() && !Before{}(at->first, to)) return;
        if (!visit(at->first, at->second)) return;
    }
}

std::optional<std::pair<Bytes, Bytes>> last_in(const Map& map) {
    static const Bytes kBehind(1, kHistoryTag + 1);
    auto at = map.lower_bound(BytesView(kBehind));
    if (at == map.begin()) return std::nullopt;
    --at;
    if (at->first.front() != kHistoryTag) return std::nullopt;
    return *at;
}

class MapReader : public Reader {
public:
    explicit MapReader(Map map) : map_(std::move(map)) {}
    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override {
        return find_in(map_, key);
    }
    void scan(BytesView from, BytesView to, const Visit& visit) const override {
        scan_in(map_, from, to, visit);
    }
    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> last_of_history() const override {
        return last_in(map_);
    }

private:
    Map map_;
};

class MemoryKv : public KvStore {
public:
    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override {
        return find_in(map_, key);
    }
    void scan(BytesView from, BytesView to, const Visit& visit) const override {
        scan_in(map_, from, to, visit);
    }
    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> last_of_history() const override {
        return last_in(map_);
    }
    void write(const Batch& batch, bool) override {
        for (const Batch::Op& op : batch.ops) {
            if (op.value) {
                map_.insert_or_assign(op.key, *op.value);
            } else {
                map_.erase(op.key);
            }
        }
    }
    [[nodiscard]] std::shared_ptr<const Reader> snapshot() const override {
        return std::make_shared<MapReader>(map_);
    }

private:
    Map map_;
};

}  // namespace

std::unique_ptr<KvStore> make_memory_kv() {
    return std::make_unique<MemoryKv>();
}

}  // namespace quanlu::kv
