// The certificates this member holds: at most one notarization, one nullification and one
// finalization a view, first come, never overwritten. Bounded: what lies below the floor minus w
// goes, and of the rest the newest kCertViewsMax views stay; an older one can be fetched again
// (T13). Not here: what may be built on them (justify), what they do to the view (router).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "consensus/effects.h"

namespace quanlu::consensus {

class Certs {
public:
    // False when this kind of certificate is held for its view already, or is too old to be kept.
    [[nodiscard]] bool add(const QuorumCert& cert);

    [[nodiscard]] const QuorumCert* find(VoteKind kind, View view) const;
    // N or F of a view: what a block may stand on.
    [[nodiscard]] const QuorumCert* notarized(View view) const;
    // What let a member leave this view: F, N or U, in this order.
    [[nodiscard]] const QuorumCert* leaving(View view) const;

    // Notarizations above `floor`, newest first, at most `max`.
    [[nodiscard]] std::vector<QuorumCert> newest_notarized(View floor, std::size_t max) const;
    // Views strictly between that nobody is known to have notarized, counted up to `max` (R8).
    [[nodiscard]] std::size_t skipped_between(View floor, View view, std::size_t max) const;
    // The pairs this vote makes with what its member signed inside a certificate.
    [[nodiscard]] std::vector<Evidence> against(const SignedVote& vote) const;

    // What this member signed inside the certificates.
    [[nodiscard]] std::vector<SignedVote> votes_of(MemberIndex member) const;

    void forget_below(View view) { held_.erase(held_.begin(), held_.lower_bound(view)); }
    [[nodiscard]] std::size_t views() const { return held_.size(); }

private:
    struct Row {
        std::optional<QuorumCert> notarization, nullification, finalization;
        [[nodiscard]] const std::optional<QuorumCert>& of(VoteKind kind) const;
    };
    std::map<View, Row> held_;
};

}  // namespace quanlu::consensus
