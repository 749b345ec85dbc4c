// What this member has promised, view by view: the only place that decides whether it may promise more. Not here:
// signing (the node's shell), the file (ledger/log/journal), counting (tally). Guards R1 one hash a view, R2 no notarize
// after nullify, R3 nullify and finalize exclude each other, nothing at or below the floor, nothing that lost memory
// forbids (7.4). Prevents ava#280 (a second call site), ava#546 (overwrite).
#pragma once

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

    // May this member cast `vote`? On yes the promise is recorded before the caller can act on it. The same vote again
    // is yes and changes nothing (T11).
    [[nodiscard]] bool permit(const Vote& vote);
    // A promise read back from the journal: recorded whatever the floor.
    void recall(const Vote& vote);

    // REQUIRES: floor >= the present one (T18). Forgets the views at and below it.
    void raise_floor(View floor);
    // Lost memory: sign nothing in views <= `view`.
    void forbid_up_to(View view) { forbidden_ = view; }

    [[nodiscard]] const Row& at(View view) const;

private:
    std::map<View, Row> rows_;
    View floor_;
    View forbidden_;
};

}  // namespace quanlu::consensus
