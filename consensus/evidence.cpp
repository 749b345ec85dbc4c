// See evidence.h.
#include "consensus/evidence.h"

#include "consensus/limits.h"

namespace quanlu::consensus {

bool contradict(const Vote& a, const Vote& b) {
    if (a.epoch != b.epoch || a.view != b.view) return false;
    const bool a_null = a.kind == VoteKind::nullify;
    const bool b_null = b.kind == VoteKind::nullify;
    if (a_null && b_null) return false;
    if (a_null) return b.kind == VoteKind::finalize;
    if (b_null) return a.kind == VoteKind::finalize;
    return a.block != b.block;
}

std::vector<SignedVote> votes_in(const QuorumCert& cert) {
    std::vector<SignedVote> votes;
    votes.reserve(cert.signatures.size());
    for (MemberIndex member = 0; member < chain::kMembersMax; ++member) {
        if ((cert.signers >> member & 1) == 0) continue;
        votes.push_back({cert.statement, member, cert.signatures.at(votes.size())});
    }
    return votes;
}

bool Accusations::is_new(const Evidence& evidence) {
    ENSURE(evidence.first.member == evidence.second.member);
    ENSURE(contradict(evidence.first.vote, evidence.second.vote));
    const MemberIndex member = evidence.first.member;
    if (count_[member] >= kEvidencePerMember) return false;
    if (!reported_.insert({evidence.first.vote.view, member}).second) return false;
    ++count_[member];
    return true;
}

void Accusations::forget_below(View view) {
    reported_.erase(reported_.begin(), reported_.lower_bound({view, 0}));
}

}  // namespace quanlu::consensus
