// docs/protocol.md 5.2. One check, outside any assertion, for everybody who trusts a certificate
// (E9).
#include "ledger/chain/quorum_cert.h"

#include <bit>

#include "ledger/chain/verify_key.h"

namespace quanlu::chain {

Status<Reject> check(const QuorumCert& cert, const Members& members, const ChainTag& tag) {
    const Vote& vote = cert.statement;
    if (vote.epoch != members.epoch()) return Err(Reject::wrong_epoch);
    if (vote.view == View(0)) return Err(Reject::malformed);
    if ((vote.kind == VoteKind::nullify) != vote.block.is_zero())
        return Err(Reject::nullify_with_block);
    if (members.n() < 64 && (cert.signers >> members.n()) != 0) return Err(Reject::bad_bitmap);
    const auto count = static_cast<std::size_t>(std::popcount(cert.signers));
    if (count != cert.signatures.size()) return Err(Reject::bad_bitmap);
    if (count < members.quorum()) return Err(Reject::too_few_signers);
    const auto statement = statement_bytes(tag, vote);
    std::size_t place = 0;
    for (MemberIndex i = 0; i < members.n(); ++i) {
        if ((cert.signers >> i & 1) == 0) continue;
        if (!crypto::verify(members.at(i).key, statement, cert.signatures[place]))
            return Err(Reject::bad_signature);
        ++place;
    }
    return Unit{};
}

Result<Verified<QuorumCert>, Reject> verify(const QuorumCert& cert, const Members& members,
                                            const ChainTag& tag) {
    TRY_VOID(check(cert, members, tag));
    return VerifyKey::seal(cert);
}

Result<Verified<QuorumCert>, Reject> verify(QuorumCert&& cert, const Members& members,
                                            const ChainTag& tag) {
    TRY_VOID(check(cert, members, tag));
    return VerifyKey::seal(std::move(cert));
}

Verified<QuorumCert> assemble(const std::vector<Verified<SignedVote>>& votes,
                              const Members& members) {
    ENSURE(!votes.empty());
    QuorumCert cert;
    cert.statement = votes.front()->vote;
    for (MemberIndex i = 0; i < members.n(); ++i) {
        for (const Verified<SignedVote>& vote : votes) {
            if (vote->member != i) continue;
            ENSURE(vote->vote == cert.statement && (cert.signers >> i & 1) == 0);
            cert.signers |= std::uint64_t{1} << i;
            cert.signatures.push_back(vote->signature);
        }
    }
    ENSURE(cert.signatures.size() >= members.quorum());
    return VerifyKey::seal(std::move(cert));
}

void encode(Writer& out, const QuorumCert& cert) {
    out.u8(static_cast<std::uint8_t>(cert.statement.kind));
    out.u64(cert.statement.epoch.value);
    out.u64(cert.statement.view.value);
    out.hash(cert.statement.block);
    out.u64(cert.signers);
    for (const crypto::Signature& signature : cert.signatures) out.raw(signature);
}

QuorumCert decode_quorum_cert(Reader& in) {
    QuorumCert cert;
    const std::uint8_t kind = in.u8();
    if (kind < 2 || kind > 4) in.fail();
    cert.statement.kind = static_cast<VoteKind>(kind);
    cert.statement.epoch = Epoch(in.u64());
    cert.statement.view = View(in.u64());
    cert.statement.block = in.hash();
    if (!is_countable(cert.statement)) in.fail();
    cert.signers = in.u64();
    const auto count = static_cast<std::size_t>(std::popcount(cert.signers));
    if (!in.ok() || in.left() < count * 64) {
        in.fail();
        return cert;
    }
    cert.signatures.resize(count);
    for (crypto::Signature& signature : cert.signatures)
        std::memcpy(signature.data(), in.raw(64).data(), 64);
    return cert;
}

}  // namespace quanlu::chain
