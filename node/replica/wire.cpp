// One table of kinds; each layout in docs/protocol.md 8 and docs/formats/wire.md. Canonical: what
// decodes re-encodes to the same bytes.
#include "node/replica/wire.h"

namespace quanlu::replica::wire {

namespace {

using chain::Reject;

constexpr std::size_t kTxsMax = 20'000;
constexpr std::size_t kRangeMax = 512;
constexpr std::size_t kVersionMax = 64;
constexpr std::size_t kUsualBytes = 512;
constexpr std::uint64_t kCountMax = (std::uint64_t{1} << 53) - 1;

void put(Writer& out, const std::optional<chain::QuorumCert>& cert) {
    out.u8(cert ? 1 : 0);
    if (cert) encode(out, *cert);
}
std::optional<chain::QuorumCert> take_cert(Reader& in) {
    const std::uint8_t flag = in.u8();
    if (flag > 1) in.fail();
    if (!in.ok() || flag == 0) return std::nullopt;
    return chain::decode_quorum_cert(in);
}
void put(Writer& out, const std::vector<Hash>& hashes) {
    out.u32(static_cast<std::uint32_t>(hashes.size()));
    for (const Hash& hash : hashes) out.hash(hash);
}
std::vector<Hash> take_hashes(Reader& in, std::size_t max) {
    const std::uint32_t n = in.u32();
    if (n > max || std::size_t{n} * 32 > in.left()) {
        in.fail();
        return {};
    }
    std::vector<Hash> hashes(n);
    for (Hash& hash : hashes) hash = in.hash();
    return hashes;
}
chain::Header take_header(Reader& in) {
    const BytesView bytes = in.raw(chain::kHeaderBytes);
    if (!in.ok()) return {};
    const auto header = chain::decode_header(bytes);
    if (!header.ok()) in.fail();
    return header.ok() ? *header : chain::Header{};
}

struct Put {
    Writer& out;
    void operator()(const Greeting& m) const {
        out.u64(m.epoch.value);
        out.u64(m.view.value);
        out.u64(m.height.value);
        put(out, m.floor);
        put(out, m.entry);
        out.u64(static_cast<std::uint64_t>(m.wall.value));
        out.u64(m.life);
        out.u8(static_cast<std::uint8_t>(m.about));
        if (m.about == Greeting::About::answer) {
            out.u64(m.asked_by);
            out.u32(static_cast<std::uint32_t>(m.yours.size()));
            for (const chain::SignedVote& vote : m.yours) encode(out, vote);
        }
        out.blob(as_bytes(m.version));
    }
    void operator()(const Proposal& m) const {
        out.raw(encode(m.header));
        put(out, m.tx_hashes);
        encode(out, m.justification);
        encode(out, m.leader_vote);
    }
    void operator()(const VoteMsg& m) const { encode(out, m.vote); }
    void operator()(const CertMsg& m) const { encode(out, m.cert); }
    void operator()(const Txs& m) const {
        out.u32(static_cast<std::uint32_t>(m.jws.size()));
        for (const std::string& jws : m.jws) out.blob(as_bytes(jws));
    }
    void operator()(const FetchTxs& m) const {
        out.hash(m.block);
        put(out, m.tx_hashes);
    }
    void operator()(const FetchCert& m) const {
        out.u8(m.kind ? static_cast<std::uint8_t>(*m.kind) : 0);
        out.u64(m.epoch.value);
        out.u64(m.view.value);
    }
    void operator()(const FetchBlock& m) const { out.hash(m.block); }
    void operator()(const BlockMsg& m) const { encode(out, m.block); }
    void operator()(const FetchRange& m) const {
        out.u64(m.from.value);
        out.u32(m.count);
    }
    void operator()(const Range& m) const {
        out.u32(static_cast<std::uint32_t>(m.blocks.size()));
        for (const chain::FinalBlock& block : m.blocks) {
            Writer one;
            put(one, block.finalization);
            encode(one, block.block);
            out.blob(one.bytes());
        }
    }
};

// Numbers of peers end up in arithmetic: they stay countable (M29, FISCO#2312).
std::uint64_t take_countable(Reader& in) {
    const std::uint64_t value = in.u64();
    if (value > kCountMax) in.fail();
    return value;
}

Greeting take_greeting(Reader& in) {
    Greeting m;
    m.epoch = Epoch(take_countable(in));
    m.view = View(take_countable(in));
    m.height = Height(take_countable(in));
    m.floor = take_cert(in);
    m.entry = take_cert(in);
    m.wall = UnixMillis{static_cast<std::int64_t>(take_countable(in))};
    m.life = in.u64();
    const std::uint8_t about = in.u8();
    if (about > static_cast<std::uint8_t>(Greeting::About::answer) || m.life == 0) in.fail();
    m.about = static_cast<Greeting::About>(about);
    if (m.about == Greeting::About::answer) {
        m.asked_by = in.u64();
        const std::uint32_t n = in.u32();
        if (n > kAnswerVotesMax || m.asked_by == 0) in.fail();
        for (std::uint32_t i = 0; in.ok() && i < n; ++i)
            m.yours.push_back(chain::decode_signed_vote(in));
    }
    m.version = as_text(in.blob(kVersionMax));
    return m;
}

Txs take_txs(Reader& in) {
    Txs m;
    const std::uint32_t n = in.u32();
    if (n > kTxsMax || std::size_t{n} * 4 > in.left()) in.fail();
    for (std::uint32_t i = 0; in.ok() && i < n; ++i)
        m.jws.emplace_back(as_text(in.blob(chain::kTxBytesMax)));
    return m;
}

Range take_range(Reader& in) {
    Range m;
    const std::uint32_t n = in.u32();
    if (n > kRangeMax) in.fail();
    for (std::uint32_t i = 0; in.ok() && i < n; ++i) {
        Reader one(in.blob(kFrameBytesMax));
        chain::FinalBlock block;
        block.finalization = take_cert(one);
        if (!one.ok()) {
            in.fail();
            break;
        }
        auto decoded = chain::decode_block(one.raw(one.left()));
        if (!decoded.ok()) {
            in.fail();
            break;
        }
        block.block = std::move(decoded).value();
        m.blocks.push_back(std::move(block));
    }
    return m;
}

std::optional<Message> take(std::uint8_t kind, Reader& in) {
    switch (kind) {
        case 0:
            return take_greeting(in);
        case 1: {
            Proposal m;
            m.header = take_header(in);
            m.tx_hashes = take_hashes(in, chain::kBlockTxMax);
            m.justification = chain::decode_justification(in);
            m.leader_vote = chain::decode_signed_vote(in);
            return m;
        }
        case 2:
            return VoteMsg{chain::decode_signed_vote(in)};
        case 3:
            return CertMsg{chain::decode_quorum_cert(in)};
        case 4:
            return take_txs(in);
        case 5: {
            FetchTxs m;
            m.block = in.hash();
            m.tx_hashes = take_hashes(in, chain::kBlockTxMax);
            return m;
        }
        case 6: {
            FetchCert m;
            const std::uint8_t of = in.u8();
            if (of != 0 && (of < 2 || of > 4)) in.fail();
            if (of != 0) m.kind = static_cast<chain::VoteKind>(of);
            m.epoch = Epoch(take_countable(in));
            m.view = View(take_countable(in));
            return m;
        }
        case 7:
            return FetchBlock{in.hash()};
        case 8: {
            auto block = chain::decode_block(in.raw(in.left()));
            if (!block.ok()) return std::nullopt;
            return BlockMsg{std::move(block).value()};
        }
        case 9: {
            FetchRange m;
            m.from = Height(take_countable(in));
            m.count = in.u32();
            return m;
        }
        case 10:
            return take_range(in);
        default:
            return std::nullopt;
    }
}

}  // namespace

Bytes encode(const Message& message) {
    Writer out(kUsualBytes);
    out.u8(static_cast<std::uint8_t>(message.index()));
    std::visit(Put{out}, message);
    return out.take();
}

Result<Message, Reject> decode(BytesView frame) {
    if (frame.size() > kFrameBytesMax) return Err(Reject::too_large);
    Reader in(frame);
    const std::uint8_t kind = in.u8();
    if (!in.ok()) return Err(Reject::malformed);
    std::optional<Message> message = take(kind, in);
    if (!message || !in.done()) return Err(Reject::malformed);
    return *std::move(message);
}

}  // namespace quanlu::replica::wire
