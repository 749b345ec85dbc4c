// docs/protocol.md 4.2; rule R4 in verify_links.
#include "ledger/chain/block.h"

#include "crypto/hash.h"

namespace quanlu::chain {

std::vector<Hash> tx_hashes(const Body& body) {
    std::vector<Hash> hashes;
    hashes.reserve(body.size());
    for (const std::string& jws : body) hashes.push_back(crypto::sha256(as_bytes(jws)));
    return hashes;
}

Status<Reject> check_links(const Header& header, const Justification& justification,
                           const Members& members, const ChainTag& tag) {
    if (header.chain != tag) return Err(Reject::wrong_chain);
    if (header.epoch != members.epoch()) return Err(Reject::wrong_epoch);
    if (header.view <= header.parent_view) return Err(Reject::bad_link);
    const std::uint64_t gap = header.view.value - header.parent_view.value - 1;
    if (gap != justification.skipped.size() || gap > kJustifyMax) return Err(Reject::bad_link);
    // Genesis, and only genesis, is a parent without a certificate.
    if ((header.parent_view == View(0)) != (header.height == Height(1)))
        return Err(Reject::bad_link);
    if (header.parent_view == View(0)) {
        if (justification.parent) return Err(Reject::bad_link);
    } else {
        if (!justification.parent) return Err(Reject::bad_link);
        const Vote& parent = justification.parent->statement;
        if (parent.kind == VoteKind::nullify || parent.view != header.parent_view ||
            parent.block != header.parent) {
            return Err(Reject::bad_link);
        }
    }
    View expected = header.parent_view.next();
    for (const QuorumCert& skipped : justification.skipped) {
        if (skipped.statement.kind != VoteKind::nullify || skipped.statement.view != expected) {
            return Err(Reject::bad_link);
        }
        expected = expected.next();
    }
    return Unit{};
}

Status<Reject> verify_links(const Header& header, const Justification& justification,
                            const Members& members, const ChainTag& tag) {
    TRY_VOID(check_links(header, justification, members, tag));
    if (justification.parent) TRY_VOID(check(*justification.parent, members, tag));
    for (const QuorumCert& skipped : justification.skipped) {
        TRY_VOID(check(skipped, members, tag));
    }
    return Unit{};
}

void encode(Writer& out, const Justification& justification) {
    out.u8(justification.parent ? 1 : 0);
    if (justification.parent) encode(out, *justification.parent);
    out.u16(static_cast<std::uint16_t>(justification.skipped.size()));
    for (const QuorumCert& cert : justification.skipped) encode(out, cert);
}

Justification decode_justification(Reader& in) {
    Justification justification;
    const std::uint8_t flag = in.u8();
    if (flag > 1) in.fail();
    if (in.ok() && flag == 1) justification.parent = decode_quorum_cert(in);
    const std::uint16_t count = in.u16();
    if (count > kJustifyMax) in.fail();
    for (std::uint16_t i = 0; in.ok() && i < count; ++i)
        justification.skipped.push_back(decode_quorum_cert(in));
    return justification;
}

void encode(Writer& out, const Body& body) {
    out.u32(static_cast<std::uint32_t>(body.size()));
    for (const std::string& jws : body) out.blob(as_bytes(jws));
}

Body decode_body(Reader& in) {
    Body body;
    const std::uint32_t count = in.u32();
    if (count > kBlockTxMax || count * std::size_t{4} > in.left()) {
        in.fail();
        return body;
    }
    body.reserve(count);
    std::size_t bytes = 0;
    for (std::uint32_t i = 0; in.ok() && i < count; ++i) {
        const BytesView jws = in.blob(kTxBytesMax);
        bytes += jws.size();
        if (bytes > kBlockBytesMax) in.fail();
        if (in.ok()) body.emplace_back(as_text(jws));
    }
    return body;
}

void encode(Writer& out, const Block& block) {
    out.raw(encode(block.header));
    encode(out, block.body);
    encode(out, block.justification);
}

Result<Block, Reject> decode_block(BytesView bytes) {
    if (bytes.size() < kHeaderBytes) return Err(Reject::malformed);
    Block block;
    TRY(block.header, decode_header(bytes.first(kHeaderBytes)));
    Reader in(bytes.subspan(kHeaderBytes));
    block.body = decode_body(in);
    block.justification = decode_justification(in);
    if (!in.done()) return Err(Reject::malformed);
    if (block.body.size() != block.header.tx_count ||
        txs_hash(tx_hashes(block.body)) != block.header.txs_hash) {
        return Err(Reject::bad_body);
    }
    return block;
}

}  // namespace quanlu::chain
