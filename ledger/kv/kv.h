// An ordered key-value store with snapshots, in two parts: history and tables. A batch is atomic
// in each part, not across them (docs/formats/state-db.md). Derived data only: the block log is
// the truth (DESIGN 1.2). LevelKv ships, MemoryKv serves tests and audits that want no disk.
// LevelDB appears in one .cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/base/bytes.h"

namespace quanlu::kv {

// Keys that begin with this byte are the history: written once, in ascending order. They are kept
// apart from the others, so that a database of them moves its files down and never merges them.
inline constexpr std::uint8_t kHistoryTag = 'h';

struct Batch {
    struct Op {
        Bytes key;
        std::optional<Bytes> value;  // nothing: delete
    };
    std::vector<Op> ops;  // later ops on one key win
    void put(Bytes key, Bytes value) { ops.push_back({std::move(key), std::move(value)}); }
    void erase(Bytes key) { ops.push_back({std::move(key), std::nullopt}); }
};

// Returning false stops the scan.
using Visit = std::function<bool(BytesView key, BytesView value)>;

class Reader {
public:
    virtual ~Reader() = default;
    [[nodiscard]] virtual std::optional<Bytes> get(BytesView key) const = 0;
    // Ascending keys in [from, to); an empty `to` means to the end.
    // REQUIRES: all of the range is history, or none of it.
    virtual void scan(BytesView from, BytesView to, const Visit& visit) const = 0;
    // The greatest key of the history with its value.
    [[nodiscard]] virtual std::optional<std::pair<Bytes, Bytes>> last_of_history() const = 0;
};

// Any storage error ends the process inside (E3: first storage error is fatal); there is no error
// to return.
class KvStore : public Reader {
public:
    // Atomic in each part; the history goes last, so that what it says was written was. After a
    // power cut either part may lack its newest batches. `sync` waits for the disk; state is
    // written without it and replayed from the block log after a crash.
    virtual void write(const Batch& batch, bool sync) = 0;
    // A frozen view, usable from another thread while this store lives.
    [[nodiscard]] virtual std::shared_ptr<const Reader> snapshot() const = 0;
};

std::unique_ptr<KvStore> make_memory_kv();

}  // namespace quanlu::kv
