// What members say to each other about views (CONSENSUS 7.2). Wire forms are the replica's; here
// only the meaning.
#pragma once

#include "ledger/chain/block.h"
#include "ledger/chain/quorum_cert.h"

namespace quanlu::consensus {

using chain::Header;
using chain::Justification;
using chain::MemberIndex;
using chain::QuorumCert;
using chain::SignedVote;
using chain::Verified;
using chain::Vote;
using chain::VoteKind;

// A leader's proposal after all that can be checked without execution was: leader of its view,
// notarize vote of the leader over the recomputed header hash, justification complete and every
// certificate in it verified.
struct Proposal {
    Header header;
    Hash hash;
    Justification justification;
    SignedVote leader_vote;
};

// The only maker of a CheckedProposal.
class CheckedProposal {
public:
    const Proposal& operator*() const { return proposal_; }
    const Proposal* operator->() const { return &proposal_; }
    [[nodiscard]] const Verified<SignedVote>& leader_vote() const { return vote_; }
    [[nodiscard]] const std::vector<Verified<QuorumCert>>& certs() const { return certs_; }

    static Result<CheckedProposal, chain::Reject> check(Proposal proposal,
                                                        const chain::Members& members,
                                                        const chain::ChainTag& tag);

private:
    CheckedProposal(Proposal p, Verified<SignedVote> v, std::vector<Verified<QuorumCert>> c)
        : proposal_(std::move(p)), vote_(std::move(v)), certs_(std::move(c)) {}
    Proposal proposal_;
    Verified<SignedVote> vote_;
    std::vector<Verified<QuorumCert>> certs_;
};

}  // namespace quanlu::consensus
