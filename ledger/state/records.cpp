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
Bytes log_node_key(unsigned level, std::uint64_t index) {
    Writer out;
    out.u8('l');
    out.u8(static_cast<std::uint8_t>(level));
    out.u64(index);
    return out.take();
}
Bytes stale_key(std::uint64_t since, BytesView key) {
    Writer out;
    out.u8('s');
    out.u64(since);
    out.raw(key);
    return out.take();
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
