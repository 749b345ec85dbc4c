// q members' signatures under one statement: Notarization, Nullification or Finalization
// (CONSENSUS 7.2). One check for the node, the offline verifier and the auditor (E9): distinct
// members by bitmap, signatures in index order.
#pragma once

#include <vector>

#include "ledger/chain/statement.h"

namespace quanlu::chain {

struct QuorumCert {
    Vote statement;
    std::uint64_t signers = 0;                  // bit i = member i signed
    std::vector<crypto::Signature> signatures;  // one for each set bit, ascending index
    bool operator==(const QuorumCert&) const = default;
};

// Every signature valid, no bit beyond n, at least q bits: counts members, never signatures
// (monad#1991). Allocates nothing; for those who need the verdict and not the proof of it in a
// type.
Status<Reject> check(const QuorumCert& cert, const Members& members, const ChainTag& tag);
// The same check, kept in the type. The second form moves the certificate instead of copying its
// signatures.
Result<Verified<QuorumCert>, Reject> verify(const QuorumCert& cert, const Members& members,
                                            const ChainTag& tag);
Result<Verified<QuorumCert>, Reject> verify(QuorumCert&& cert, const Members& members,
                                            const ChainTag& tag);
// A certificate put together from votes that were each verified. REQUIRES: same statement, distinct
// members, >= q.
Verified<QuorumCert> assemble(const std::vector<Verified<SignedVote>>& votes,
                              const Members& members);

// kind u8 | epoch u64 | view u64 | block 32 | signers u64 | signatures 64 each (their count = set
// bits).
void encode(Writer& out, const QuorumCert& cert);
QuorumCert decode_quorum_cert(Reader& in);

}  // namespace quanlu::chain
