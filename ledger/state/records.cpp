// See records.h.
#include "ledger/state/records.h"

#include <bit>

namespace quanlu::state {

namespace {

Bytes tagged(char tag) {
    return Bytes{static_cast<std::uint8_t>(tag)};
}

}  // namespace

Bytes reached_key() {
    return tagged('m');
}
Bytes pruned_key() {
    return tagged('p');
}
Bytes stale_key(std::uint64_t since) {
    Writer out;
    out.u8('s');
    out.u64(since);
    return out.take();
}
Bytes encode_stale(const std::vector<Bytes>& keys) {
    Writer out;
    for (const Bytes& key : keys) {
        out.u8(static_cast<std::uint8_t>(key.size()));
        out.raw(key);
    }
    return out.take();
}
std::optional<std::vector<Bytes>> decode_stale(BytesView bytes) {
    std::vector<Bytes> keys;
    quanlu::Reader in(bytes);
    while (in.left() > 0) {
        const std::size_t size = in.u8();
        if (size > in.left()) return std::nullopt;
        keys.push_back(to_bytes(in.raw(size)));
    }
    return keys;
}

namespace {

// Subtrees completed by the leaves before `leaf`.
std::uint64_t completed_before(std::uint64_t leaf) {
    return 2 * leaf - static_cast<std::uint64_t>(std::popcount(leaf));
}

}  // namespace

Bytes log_nodes_key(std::uint64_t last_leaf) {
    Writer out;
    out.u8('l');
    out.u64(last_leaf);
    return out.take();
}
std::optional<Hash> read_log_node(const kv::Reader& reader, unsigned level, std::uint64_t index) {
    const std::uint64_t leaf = ((index + 1) << level) - 1;  // the one that completes it
    std::optional<Hash> hash;
    reader.scan(log_nodes_key(leaf), tagged('m'), [&](BytesView key, BytesView value) {
        const std::uint64_t last = quanlu::Reader(key.subspan(1)).u64();
        const std::uint64_t behind =  // of what is wanted, counted from the end of the record
            completed_before(last + 1) - completed_before(leaf) - level;
        if (behind * 32 <= value.size())
            hash =
                Hash::from(value.subspan(value.size() - static_cast<std::size_t>(behind) * 32, 32));
        return false;
    });
    return hash;
}

Bytes encode(const AtHeight& at) {
    Writer out;
    encode(out, at.root);
    out.hash(at.applied.block);
    out.hash(at.applied.state_root);
    out.u64(at.applied.log.size());
    for (const Hash& peak : at.applied.log.peaks()) out.hash(peak);
    return out.take();
}

namespace {

std::optional<AtHeight> decode_at_height(std::uint64_t height, BytesView bytes) {
    quanlu::Reader in(bytes);
    AtHeight at;
    at.root = decode_root(in);
    at.applied.height = Height(height);
    at.applied.block = in.hash();
    at.applied.state_root = in.hash();
    const std::uint64_t size = in.u64();
    std::vector<Hash> peaks(static_cast<std::size_t>(std::popcount(size)));
    for (Hash& peak : peaks) peak = in.hash();
    if (!in.done()) return std::nullopt;
    at.applied.log = crypto::LogFrontier::restore(size, std::move(peaks));
    return at;
}

}  // namespace

std::optional<AtHeight> read_height(const kv::Reader& reader, Height height) {
    const std::optional<Bytes> bytes = reader.get(height_key(height.value));
    return bytes ? decode_at_height(height.value, *bytes) : std::nullopt;
}

std::optional<AtHeight> read_last(const kv::Reader& reader) {
    const auto last = reader.last_of_history();
    if (!last) return std::nullopt;
    quanlu::Reader key(BytesView(last->first).subspan(1));
    const std::uint64_t height = key.u64();
    if (last->first != height_key(height)) return std::nullopt;
    return decode_at_height(height, last->second);
}

bool is_whole(const kv::Reader& reader) {
    const std::optional<Bytes> reached = reader.get(reached_key());
    const std::optional<AtHeight> last = read_last(reader);
    if (!last) return !reached && !reader.last_of_history();
    const std::uint64_t height = last->applied.height.value;
    if (!reached || quanlu::Reader(*reached).u64() < height) return false;
    // After a power cut an older unsynced log of LevelDB may be gone and a newer one there, so the
    // ends agree over a hole: each height of what may be unsynced must be there.
    for (std::uint64_t at = height - std::min(height, kUnsyncedHeightsMax); at < height; ++at) {
        if (!reader.get(height_key(at))) return false;
    }
    return true;
}

std::uint64_t read_pruned(const kv::Reader& reader) {
    const std::optional<Bytes> bytes = reader.get(pruned_key());
    return bytes ? quanlu::Reader(*bytes).u64() : 0;
}

}  // namespace quanlu::state
