// Who said what: one slot for each member, view and kind. A slot once filled with a verified vote is never overwritten
// (M14); a second, different statement is evidence (7.5), compared by fields, never by signature bytes (T7).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "consensus/effects.h"

namespace quanlu::consensus {

class Tally {
public:
    explicit Tally(const chain::Members& members) : members_(members) {}

    // Takes the vote. A certificate when it is the q-th for its statement; evidence when its member contradicts itself.
    std::optional<Verified<QuorumCert>> add(const Verified<SignedVote>& vote, std::vector<Evidence>& evidence);

    [[nodiscard]] std::uint64_t voters(View view, VoteKind kind) const;  // bitmap
    // The slot of one member; nothing when empty.
    [[nodiscard]] const SignedVote* find(View view, VoteKind kind, MemberIndex member) const;
    void forget_below(View view) { slots_.erase(slots_.begin(), slots_.lower_bound({view, VoteKind::notarize, 0})); }

private:
    struct Slot {
        View view;
        VoteKind kind;
        MemberIndex member;
        auto operator<=>(const Slot&) const = default;
    };
    void look_for_evidence(const SignedVote& vote, std::vector<Evidence>& evidence) const;
    const chain::Members& members_;
    std::map<Slot, Verified<SignedVote>> slots_;
};

}  // namespace quanlu::consensus
