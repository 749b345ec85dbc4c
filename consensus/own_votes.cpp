// R1-R3 as one function.
#include "consensus/own_votes.h"

namespace quanlu::consensus {

bool OwnVotes::permit(const Vote& vote) {
    if (vote.view <= floor_ || vote.view <= forbidden_) return false;
    const Row& row = at(vote.view);
    switch (vote.kind) {
        case VoteKind::notarize:
            if (row.nullified) return row.notarized == vote.block;                // R2; the same again is harmless
            if (row.notarized && *row.notarized != vote.block) return false;      // R1
            if (row.finalized && *row.finalized != vote.block) return false;      // R2
            break;
        case VoteKind::nullify:
            if (row.finalized) return false;                                      // R3
            break;
        case VoteKind::finalize:
            if (row.nullified) return false;                                      // R3
            if (row.finalized && *row.finalized != vote.block) return false;      // R1
            if (row.notarized && *row.notarized != vote.block) return false;      // R1: they agree
            break;
    }
    recall(vote);
    return true;
}

void OwnVotes::recall(const Vote& vote) {
    Row& row = rows_[vote.view];
    switch (vote.kind) {
        case VoteKind::notarize: row.notarized = vote.block; break;
        case VoteKind::nullify: row.nullified = true; break;
        case VoteKind::finalize: row.finalized = vote.block; break;
    }
}

void OwnVotes::raise_floor(View floor) {
    ENSURE(floor >= floor_);
    floor_ = floor;
    rows_.erase(rows_.begin(), rows_.upper_bound(floor));
}

const OwnVotes::Row& OwnVotes::at(View view) const {
    static const Row kNothing;
    const auto found = rows_.find(view);
    return found == rows_.end() ? kNothing : found->second;
}

}  // namespace quanlu::consensus
