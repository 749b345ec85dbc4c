// The certificates this member holds from the floor on, and what can be built on them: the parent of a proposal and its
// justification (rule R4). Bounded: everything below the floor minus a window goes.
#pragma once

#include <map>
#include <optional>

#include "consensus/effects.h"
#include "consensus/simplex.h"

namespace quanlu::consensus {

class Certs {
public:
    // Stores it; false when this (kind, view) is held already. A second block notarized in one view is kept out: the
    // caller hears it from `conflicts`.
    bool add(const QuorumCert& cert);
    [[nodiscard]] static bool conflict(const QuorumCert& a, const QuorumCert& b);
    [[nodiscard]] const QuorumCert* find(VoteKind kind, View view) const;
    // N or F of a view: what a block may stand on.
    [[nodiscard]] const QuorumCert* notarized(View view) const;
    // What let a member leave this view: F, N or U, in this order.
    [[nodiscard]] const QuorumCert* leaving(View view) const;
    void forget_below(View view);
    [[nodiscard]] std::optional<View> highest() const;

    struct Parent {
        Hash block;
        View view;
        Justification justification;
    };
    // The highest block a proposal of `view` may stand on, from the floor up; or the view whose certificate is missing.
    struct Missing {
        View view;
    };
    [[nodiscard]] Result<Parent, Missing> parent_for(View view, const Floor& floor) const;

private:
    std::map<std::pair<View, VoteKind>, QuorumCert> held_;
};

}  // namespace quanlu::consensus
