// See records.h.
#include "ledger/state/records.h"

#include <bit>

namespace quanlu::state {

namespace {

Bytes tagged(char tag) {
    return Bytes{static_cast<std::uint8_t>(tag)};
}

}  // namespace

Bytes applied_key() {
    return tagged('a');
}
Bytes pruned_key() {
    return tagged('p');
}
Bytes root_key(std::uint64_t height) {
    Writer out;
    out.u8('r');
    out.u64(height);
    return out.take();
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
std::vector<Bytes> decode_stale(BytesView bytes) {
    std::vector<Bytes> keys;
    quanlu::Reader in(bytes);
    while (in.left() > 0) {
        const std::size_t size = in.u8();
        if (size > in.left()) break;
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

Bytes encode(const Applied& applied) {
    Writer out;
    out.u64(applied.height.value);
    out.hash(applied.block);
    out.hash(applied.state_root);
    out.u64(applied.log.size());
    for (const Hash& peak : applied.log.peaks()) out.hash(peak);
    return out.take();
}

std::optional<Applied> decode_applied(BytesView bytes) {
    Reader in(bytes);
    Applied applied;
    applied.height = Height(in.u64());
    applied.block = in.hash();
    applied.state_root = in.hash();
    const std::uint64_t size = in.u64();
    std::vector<Hash> peaks(static_cast<std::size_t>(std::popcount(size)));
    for (Hash& peak : peaks) peak = in.hash();
    if (!in.done()) return std::nullopt;
    applied.log = crypto::LogFrontier::restore(size, std::move(peaks));
    return applied;
}

std::optional<Applied> read_applied(const kv::Reader& reader) {
    const std::optional<Bytes> bytes = reader.get(applied_key());
    return bytes ? decode_applied(*bytes) : std::nullopt;
}

std::uint64_t read_pruned(const kv::Reader& reader) {
    const std::optional<Bytes> bytes = reader.get(pruned_key());
    return bytes ? quanlu::Reader(*bytes).u64() : 0;
}

}  // namespace quanlu::state
