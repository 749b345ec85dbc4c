// R1, R2 and R3 as one predicate over one row.
#include "consensus/own_votes.h"

namespace quanlu::consensus {

// True for a vote that is in the row already: every line below compares with what was promised.
bool OwnVotes::agrees(const Row& row, const Vote& vote) {
    switch (vote.kind) {
        case VoteKind::notarize:
            if (row.notarized) return *row.notarized == vote.block;  // R1
            if (row.nullified) return false;                         // R2
            return !row.finalized || *row.finalized == vote.block;   // R2
        case VoteKind::nullify:
            return !row.finalized;  // R3
        case VoteKind::finalize:
            if (row.nullified) return false;                         // R3
            if (row.finalized) return *row.finalized == vote.block;  // R1
            return !row.notarized || *row.notarized == vote.block;   // R1: they agree
    }
    ENSURE(false, "a vote has one of three kinds");
}

bool OwnVotes::permit(const Vote& vote) {
    if (!is_open(vote.view) || !agrees(at(vote.view), vote)) return false;
    record(vote);
    return true;
}

void OwnVotes::recall(const Vote& vote) {
    if (vote.view <= floor_) return;
    ENSURE(agrees(at(vote.view), vote), "the journal of own votes contradicts itself");
    record(vote);
}

void OwnVotes::record(const Vote& vote) {
    Row& row = rows_[vote.view];
    switch (vote.kind) {
        case VoteKind::notarize:
            row.notarized = vote.block;
            break;
        case VoteKind::nullify:
            row.nullified = true;
            break;
        case VoteKind::finalize:
            row.finalized = vote.block;
            break;
    }
}

bool OwnVotes::holds(const Vote& vote) const {
    const Row& row = at(vote.view);
    switch (vote.kind) {
        case VoteKind::notarize:
            return row.notarized == vote.block;
        case VoteKind::nullify:
            return row.nullified;
        case VoteKind::finalize:
            return row.finalized == vote.block;
    }
    ENSURE(false, "a vote has one of three kinds");
}

void OwnVotes::raise_floor(View floor) {
    ENSURE(floor >= floor_, "the floor only rises (T18)");
    floor_ = floor;
    rows_.erase(rows_.begin(), rows_.upper_bound(floor));
}

const OwnVotes::Row& OwnVotes::at(View view) const {
    static const Row kNothing;
    const auto found = rows_.find(view);
    return found == rows_.end() ? kNothing : found->second;
}

}  // namespace quanlu::consensus
