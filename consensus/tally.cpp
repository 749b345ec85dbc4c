// Distinct members are counted because a slot is a member (M3).
#include "consensus/tally.h"

namespace quanlu::consensus {

namespace {

// Two statements of one member in one view that no honest member signs together.
bool contradict(const Vote& a, const Vote& b) {
    const bool a_null = a.kind == VoteKind::nullify, b_null = b.kind == VoteKind::nullify;
    if (a_null && b_null) return false;
    if (a_null || b_null) return (a_null ? b.kind : a.kind) == VoteKind::finalize;
    return a.block != b.block;
}

}  // namespace

void Tally::look_for_evidence(const SignedVote& vote, std::vector<Evidence>& evidence) const {
    for (const VoteKind kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
        const SignedVote* other = find(vote.vote.view, kind, vote.member);
        if (other != nullptr && contradict(other->vote, vote.vote)) evidence.push_back({*other, vote});
    }
}

std::optional<Verified<QuorumCert>> Tally::add(const Verified<SignedVote>& vote, std::vector<Evidence>& evidence) {
    const Vote& statement = vote->vote;
    look_for_evidence(*vote, evidence);
    const auto [slot, is_new] = slots_.try_emplace(Slot{statement.view, statement.kind, vote->member}, vote);
    if (!is_new) return std::nullopt;
    std::vector<Verified<SignedVote>> same;
    for (MemberIndex member = 0; member < members_.n(); ++member) {
        const auto found = slots_.find({statement.view, statement.kind, member});
        if (found != slots_.end() && found->second->vote == statement) same.push_back(found->second);
    }
    // Exactly at q: later votes of the same statement make no second certificate.
    if (same.size() != members_.quorum()) return std::nullopt;
    return chain::assemble(same, members_);
}

std::uint64_t Tally::voters(View view, VoteKind kind) const {
    std::uint64_t bits = 0;
    for (MemberIndex member = 0; member < members_.n(); ++member) {
        if (find(view, kind, member) != nullptr) bits |= std::uint64_t{1} << member;
    }
    return bits;
}

const SignedVote* Tally::find(View view, VoteKind kind, MemberIndex member) const {
    const auto found = slots_.find({view, kind, member});
    return found == slots_.end() ? nullptr : &*found->second;
}

}  // namespace quanlu::consensus
