// docs/protocol.md 5.1.
#include "ledger/chain/statement.h"

#include "crypto/base/json.h"
#include "ledger/chain/verify_key.h"

namespace quanlu::chain {

namespace {

void put(std::uint8_t*& at, std::uint64_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
        *at++ = static_cast<std::uint8_t>(value >> shift);
}

bool known_kind(std::uint8_t kind) {
    return kind >= 2 && kind <= 4;
}

}  // namespace

bool is_countable(const Vote& vote) {
    constexpr auto kMax = static_cast<std::uint64_t>(json::kIntegerMax);
    return vote.epoch.value <= kMax && vote.view.value <= kMax;
}

std::array<std::uint8_t, kStatementBytes> statement_bytes(const ChainTag& tag, const Vote& vote) {
    std::array<std::uint8_t, kStatementBytes> bytes{};
    std::uint8_t* at = bytes.data();
    std::memcpy(at, "QUANLU-BFT/1", 12);
    at += 12;
    put(at, static_cast<std::uint64_t>(vote.kind), 1);
    put(at, static_cast<std::uint64_t>(tag.suite), 2);
    std::memcpy(at, tag.chain_id.bytes.data(), 32);
    at += 32;
    put(at, vote.epoch.value, 8);
    put(at, vote.view.value, 8);
    std::memcpy(at, vote.block.bytes.data(), 32);
    return bytes;
}

std::string_view to_text(Reject reject) {
    switch (reject) {
        case Reject::malformed:
            return "malformed";
        case Reject::wrong_epoch:
            return "wrong_epoch";
        case Reject::unknown_member:
            return "unknown_member";
        case Reject::bad_signature:
            return "bad_signature";
        case Reject::bad_bitmap:
            return "bad_bitmap";
        case Reject::too_few_signers:
            return "too_few_signers";
        case Reject::nullify_with_block:
            return "nullify_with_block";
        case Reject::wrong_hash:
            return "wrong_hash";
        case Reject::wrong_chain:
            return "wrong_chain";
        case Reject::bad_link:
            return "bad_link";
        case Reject::bad_body:
            return "bad_body";
        case Reject::too_large:
            return "too_large";
    }
    ENSURE(false);
}

Result<Verified<SignedVote>, Reject> verify(const SignedVote& vote, const Members& members,
                                            const ChainTag& tag) {
    if (vote.vote.epoch != members.epoch()) return Err(Reject::wrong_epoch);
    if (vote.member >= members.n()) return Err(Reject::unknown_member);
    if ((vote.vote.kind == VoteKind::nullify) != vote.vote.block.is_zero())
        return Err(Reject::nullify_with_block);
    if (vote.vote.view == View(0)) return Err(Reject::malformed);
    if (!crypto::verify(members.at(vote.member).key, statement_bytes(tag, vote.vote),
                        vote.signature)) {
        return Err(Reject::bad_signature);
    }
    return VerifyKey::seal(vote);
}

void encode(Writer& out, const SignedVote& vote) {
    out.u8(static_cast<std::uint8_t>(vote.vote.kind));
    out.u64(vote.vote.epoch.value);
    out.u64(vote.vote.view.value);
    out.hash(vote.vote.block);
    out.u32(vote.member);
    out.raw(vote.signature);
}

SignedVote decode_signed_vote(Reader& in) {
    SignedVote vote;
    const std::uint8_t kind = in.u8();
    if (!known_kind(kind)) in.fail();
    vote.vote.kind = static_cast<VoteKind>(kind);
    vote.vote.epoch = Epoch(in.u64());
    vote.vote.view = View(in.u64());
    vote.vote.block = in.hash();
    if (!is_countable(vote.vote)) in.fail();
    vote.member = in.u32();
    const BytesView signature = in.raw(64);
    if (in.ok()) std::memcpy(vote.signature.data(), signature.data(), 64);
    return vote;
}

}  // namespace quanlu::chain
