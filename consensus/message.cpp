// What can be said of a proposal without executing it.
#include "consensus/message.h"

namespace quanlu::consensus {

Result<CheckedProposal, chain::Reject> CheckedProposal::check(Proposal proposal,
                                                              const chain::Members& members,
                                                              const chain::ChainTag& tag) {
    using chain::Reject;
    const Header& header = proposal.header;
    if (header.chain != tag) return Err(Reject::wrong_chain);
    if (header.epoch != members.epoch()) return Err(Reject::wrong_epoch);
    const MemberIndex leader = members.leader(header.view);  // M9
    if (header.proposer != leader || proposal.leader_vote.member != leader)
        return Err(Reject::unknown_member);
    proposal.hash = chain::hash_of(header);  // recomputed, never taken from the wire (T21)
    const Vote& vote = proposal.leader_vote.vote;
    if (vote.kind != VoteKind::notarize || vote.view != header.view || vote.epoch != header.epoch ||
        vote.block != proposal.hash) {
        return Err(Reject::wrong_hash);
    }
    if (header.members_hash != members.hash()) return Err(Reject::bad_link);
    // The cheap checks first: a form that cannot hold costs no signature check.
    TRY_VOID(chain::check_links(header, proposal.justification, members, tag));
    TRY(auto leader_vote, chain::verify(proposal.leader_vote, members, tag));
    std::vector<Verified<QuorumCert>> certs;
    if (proposal.justification.parent) {
        TRY(auto parent, chain::verify(*proposal.justification.parent, members, tag));
        certs.push_back(std::move(parent));
    }
    for (const QuorumCert& cert : proposal.justification.skipped) {
        TRY(auto skipped, chain::verify(cert, members, tag));
        certs.push_back(std::move(skipped));
    }
    return CheckedProposal(std::move(proposal), std::move(leader_vote), std::move(certs));
}

}  // namespace quanlu::consensus
