// An ordered key-value store with atomic batches and snapshots. Derived data only: the block log is
// the truth (DESIGN 1.2). LevelKv ships, MemoryKv serves tests and audits that want no disk.
// LevelDB appears in one .cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/base/bytes.h"

namespace quanlu::kv {

struct Batch {
    struct Op {
        Bytes key;
        std::optional<Bytes> value;  // nothing: delete
    };
    std::vector<Op> ops;  // later ops on one key win
    void put(Bytes key, Bytes value) { ops.push_back({std::move(key), std::move(value)}); }
    void erase(Bytes key) { ops.push_back({std::move(key), std::nullopt}); }
    void merge(Batch other) {
        for (Op& op : other.ops) ops.push_back(std::move(op));
    }
};

// Returning false stops the scan.
using Visit = std::function<bool(BytesView key, BytesView value)>;

class Reader {
public:
    virtual ~Reader() = default;
    [[nodiscard]] virtual std::optional<Bytes> get(BytesView key) const = 0;
    // Ascending keys in [from, to); an empty `to` means to the end.
    virtual void scan(BytesView from, BytesView to, const Visit& visit) const = 0;
};

// Any storage error ends the process inside (E3: first storage error is fatal); there is no error
// to return.
class KvStore : public Reader {
public:
    // Atomic. `sync` waits for the disk; state is written without it and replayed from the block
    // log after a crash.
    virtual void write(const Batch& batch, bool sync) = 0;
    // A frozen view, usable from another thread while this store lives.
    [[nodiscard]] virtual std::shared_ptr<const Reader> snapshot() const = 0;
};

std::unique_ptr<KvStore> make_memory_kv();

}  // namespace quanlu::kv
