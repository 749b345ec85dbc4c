// docs/protocol.md 4.1.
#include "ledger/chain/header.h"

#include "crypto/base/json.h"
#include "crypto/hash.h"
#include "ledger/chain/block.h"

namespace quanlu::chain {

namespace {

constexpr std::string_view kTag = "QUANLU-HDR/1";

}  // namespace

Bytes encode(const Header& header) {
    Writer out(kHeaderBytes);
    out.raw(as_bytes(kTag));
    out.u16(header.version);
    out.u16(static_cast<std::uint16_t>(header.chain.suite));
    out.hash(header.chain.chain_id);
    out.u64(header.epoch.value);
    out.u64(header.view.value);
    out.u64(header.height.value);
    out.hash(header.parent);
    out.u64(header.parent_view.value);
    out.i64(header.time.value);
    out.u32(header.proposer);
    out.u8(static_cast<std::uint8_t>(header.kind));
    out.u32(header.tx_count);
    out.hash(header.txs_hash);
    out.u64(header.log_size);
    out.hash(header.log_root);
    out.hash(header.state_root);
    out.hash(header.members_hash);
    out.hash(header.next_members_hash);
    out.hash(header.params_hash);
    ENSURE(out.bytes().size() == kHeaderBytes);
    return out.take();
}

Result<Header, Reject> decode_header(BytesView bytes) {
    if (bytes.size() != kHeaderBytes) return Err(Reject::malformed);
    Reader in(bytes);
    if (as_text(in.raw(kTag.size())) != kTag) return Err(Reject::malformed);
    Header header;
    header.version = in.u16();
    const std::uint16_t suite = in.u16();
    header.chain.suite = static_cast<crypto::SuiteId>(suite);
    header.chain.chain_id = in.hash();
    header.epoch = Epoch(in.u64());
    header.view = View(in.u64());
    header.height = Height(in.u64());
    header.parent = in.hash();
    header.parent_view = View(in.u64());
    header.time = UnixMillis{in.i64()};
    header.proposer = in.u32();
    const std::uint8_t kind = in.u8();
    header.kind = static_cast<BlockKind>(kind);
    header.tx_count = in.u32();
    header.txs_hash = in.hash();
    header.log_size = in.u64();
    header.log_root = in.hash();
    header.state_root = in.hash();
    header.members_hash = in.hash();
    header.next_members_hash = in.hash();
    header.params_hash = in.hash();
    if (!in.done() || header.version != kHeaderVersion || suite != 1 || kind > 2)
        return Err(Reject::malformed);
    if (header.tx_count > kBlockTxMax) return Err(Reject::malformed);
    // What cannot be written in JSON is no time, height or view: no reader behind this one has to
    // ask again.
    constexpr auto kMax = static_cast<std::uint64_t>(json::kIntegerMax);
    if (header.time.value < 0 || header.time.value > json::kIntegerMax ||
        header.height.value > kMax || header.log_size > kMax || header.epoch.value > kMax ||
        header.view.value > kMax || header.parent_view.value > kMax) {
        return Err(Reject::malformed);
    }
    return header;
}

Hash hash_of(const Header& header) {
    return crypto::sha256(encode(header));
}

Hash txs_hash(const std::vector<Hash>& tx_hashes) {
    Writer out;
    out.raw(as_bytes("QUANLU-TXS/1"));
    out.u32(static_cast<std::uint32_t>(tx_hashes.size()));
    for (const Hash& hash : tx_hashes) out.hash(hash);
    return crypto::sha256(out.bytes());
}

}  // namespace quanlu::chain
