// What this member has promised, view by view: the only place that decides whether it may promise
// more. Not here: signing (the node's shell), the file (ledger/log/journal), counting (tally).
// Guards R1 one hash a view, R2 no notarize after nullify, R3 nullify and finalize exclude each
// other, nothing at or below the floor, nothing that lost memory forbids (CONSENSUS 7.3, 7.4).
// Prevents ava#280 (a second call site) and ava#546 (overwrite).
#pragma once

#include <algorithm>
#include <map>
#include <optional>

#include "consensus/message.h"

namespace quanlu::consensus {

class OwnVotes {
public:
    struct Row {
        std::optional<Hash> notarized, finalized;
        bool nullified = false;
    };

    explicit OwnVotes(View floor) : floor_(floor) {}

    // May this member cast `vote`? On yes the promise is recorded before the caller can act on it,
    // so that two casts of one turn cannot contradict each other. The same vote again is yes and
    // changes nothing (T11).
    [[nodiscard]] bool permit(const Vote& vote);

    // A promise read back from the journal, oldest first. REQUIRES: the journal does not contradict
    // itself; one that does is our own defect, and such a node must not start. At or below the
    // floor: ignored.
    void recall(const Vote& vote);

    // Is exactly this vote among the promises?
    [[nodiscard]] bool holds(const Vote& vote) const;

    // Forgets the views at and below `floor`, which are refused from now on. REQUIRES: floor >= the
    // present one (T18).
    void raise_floor(View floor);

    // Views at or below `view` are never signed in from now on: what was promised there is
    // forgotten (7.4). Only ever rises.
    void forbid_to(View view) { sign_above_ = std::max(sign_above_, view); }

    [[nodiscard]] bool is_open(View view) const { return view > floor_ && view > sign_above_; }
    [[nodiscard]] const Row& at(View view) const;

private:
    static bool agrees(const Row& row, const Vote& vote);
    void record(const Vote& vote);

    std::map<View, Row> rows_;  // above the floor, at most one for each view entered since
    View floor_;
    View sign_above_;
};

}  // namespace quanlu::consensus
