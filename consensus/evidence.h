// Two statements of one member that no honest member signs together (CONSENSUS 7.5): (notarize h,
// notarize h'), (finalize h, finalize h'), (nullify, finalize), (notarize b, finalize c) in one
// (epoch, view). Compared by fields, never by signature bytes (T7). Notarize then nullify is not
// misbehaviour. Not here: what happens to the accused (governance), where evidence is kept (the
// journal).
#pragma once

#include <map>
#include <set>
#include <vector>

#include "consensus/effects.h"

namespace quanlu::consensus {

[[nodiscard]] bool contradict(const Vote& a, const Vote& b);

// The signed votes a certificate is made of: what each signer said, as evidence needs it.
[[nodiscard]] std::vector<SignedVote> votes_in(const QuorumCert& cert);

// What has been reported: each (view, member) once, and a bounded number for each member.
class Accusations {
public:
    // Is this one to be reported? REQUIRES: both statements of one member, in contradiction.
    [[nodiscard]] bool is_new(const Evidence& evidence);
    void forget_below(View view);

private:
    std::set<std::pair<View, MemberIndex>> reported_;
    std::map<MemberIndex, std::size_t> count_;
};

}  // namespace quanlu::consensus
