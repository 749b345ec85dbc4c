// What a leader may build on, and why everybody must believe it (rule R4): the highest view p < v
// with a notarization or finalization such that the nullification of every view between is held.
// "Highest notarized I know" is no rule for voters; the covered gap is (ava#281, M7, M8). The same
// text judged from the other side is chain::verify_links.
#pragma once

#include "consensus/certs.h"
#include "consensus/simplex.h"

namespace quanlu::consensus {

struct Parent {
    Hash block;
    View view;
    Justification justification;
};

struct Gap {
    enum class Why { missing, too_long };
    Why why;
    View view;  // missing: no certificate of this view is held
};

// REQUIRES: view > floor.view.
[[nodiscard]] Result<Parent, Gap> justify(View view, const Certs& certs, const Floor& floor);

}  // namespace quanlu::consensus
