// Who said what: one slot for each member, view and kind. A slot once filled with a verified vote
// is never overwritten (M14, ava#546); members are counted, because a slot is a member (M3). Not
// here: what a member contradicted itself with beyond finding the pair (evidence), what a
// certificate does (router).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "consensus/effects.h"

namespace quanlu::consensus {

class Tally {
public:
    // `members` must outlive the tally.
    explicit Tally(const chain::Members& members) : members_(members) {}

    // Votes of [low, high] are taken, the rest is refused and forgotten (R5). At most 3 n (high -
    // low + 1) slots.
    void set_window(View low, View high);
    [[nodiscard]] bool covers(View view) const { return view >= low_ && view <= high_; }

    // Takes the vote if it is the first of its slot. A certificate when it is the q-th for its
    // statement. REQUIRES: covers(vote's view).
    [[nodiscard]] std::optional<chain::Verified<QuorumCert>> add(const Verified<SignedVote>& vote);

    // The pairs this vote makes with what its member said before.
    [[nodiscard]] std::vector<Evidence> against(const SignedVote& vote) const;

    [[nodiscard]] std::uint64_t voters(View view, VoteKind kind) const;  // bitmap
    [[nodiscard]] const SignedVote* find(View view, VoteKind kind, MemberIndex member) const;
    [[nodiscard]] std::vector<SignedVote> votes_of(MemberIndex member) const;
    [[nodiscard]] std::size_t size() const { return slots_.size(); }

private:
    // View, kind and member in one number, in this order: it is compared at every step of a lookup.
    // Views are below 2^53, members below 64, kinds 2 to 4.
    using Slot = std::uint64_t;
    static Slot slot_of(View view, VoteKind kind, MemberIndex member) {
        return view.value << 8 | (static_cast<Slot>(kind) - 2) << 6 | member;
    }
    const chain::Members& members_;
    View low_, high_;
    std::map<Slot, Verified<SignedVote>> slots_;
};

}  // namespace quanlu::consensus
