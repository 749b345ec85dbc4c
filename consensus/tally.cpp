// See tally.h.
#include "consensus/tally.h"

#include "consensus/evidence.h"

namespace quanlu::consensus {

namespace {

constexpr MemberIndex kMemberMax = chain::kMembersMax - 1;

}  // namespace

void Tally::set_window(View low, View high) {
    ENSURE(low <= high);
    low_ = low;
    high_ = high;
    slots_.erase(slots_.begin(), slots_.lower_bound(slot_of(low, VoteKind::notarize, 0)));
}

std::optional<Verified<QuorumCert>> Tally::add(const Verified<SignedVote>& vote) {
    const Vote& statement = vote->vote;
    ENSURE(covers(statement.view));
    const auto [slot, is_first] =
        slots_.try_emplace(slot_of(statement.view, statement.kind, vote->member), vote);
    if (!is_first) return std::nullopt;
    // The votes of one view and kind stand side by side, in the order of members.
    const auto first = slots_.lower_bound(slot_of(statement.view, statement.kind, 0));
    const Slot last = slot_of(statement.view, statement.kind, kMemberMax);
    const auto is_here = [&](auto at) { return at != slots_.end() && at->first <= last; };
    std::size_t count = 0;
    for (auto at = first; is_here(at); ++at) count += at->second->vote == statement ? 1 : 0;
    // Exactly at q: later votes of the same statement make no second certificate.
    if (count != members_.quorum()) return std::nullopt;
    std::vector<Verified<SignedVote>> same;
    same.reserve(count);
    for (auto at = first; is_here(at); ++at) {
        if (at->second->vote == statement) same.push_back(at->second);
    }
    return chain::assemble(same, members_);
}

std::vector<Evidence> Tally::against(const SignedVote& vote) const {
    std::vector<Evidence> pairs;
    for (const VoteKind kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
        const SignedVote* other = find(vote.vote.view, kind, vote.member);
        if (other != nullptr && contradict(other->vote, vote.vote)) pairs.push_back({*other, vote});
    }
    return pairs;
}

std::uint64_t Tally::voters(View view, VoteKind kind) const {
    std::uint64_t bits = 0;
    const Slot last = slot_of(view, kind, kMemberMax);
    for (auto at = slots_.lower_bound(slot_of(view, kind, 0));
         at != slots_.end() && at->first <= last; ++at)
        bits |= std::uint64_t{1} << at->second->member;
    return bits;
}

std::vector<SignedVote> Tally::votes_of(MemberIndex member) const {
    std::vector<SignedVote> votes;
    for (const auto& [slot, vote] : slots_) {
        if (vote->member == member) votes.push_back(*vote);
    }
    return votes;
}

const SignedVote* Tally::find(View view, VoteKind kind, MemberIndex member) const {
    const auto found = slots_.find(slot_of(view, kind, member));
    return found == slots_.end() ? nullptr : &*found->second;
}

}  // namespace quanlu::consensus
