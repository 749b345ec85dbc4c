// When a member builds, gives up on a view, and speaks again. Integers only; the present time is
// always given.
//
// A view is due when somebody may rightly expect a block: at once while a transaction waits here
// (R10), else a heartbeat after the last notarized block, or 2D after it while it is not final, so
// that an idle chain does not leave its last block hanging. From there t_l = 2D without a proposal,
// t_a = 3D with one and no notarization. D grows by half for each view nobody is known to have
// notarized since the last finalization (R8); it is derived from the certificates, so a restart or
// a long absence cannot leave members with different patience.
//
// The core knows no wall clock: "parent.time + heartbeat" of CONSENSUS 7.3 is measured here as
// steady time since this member learned of that notarization, at most one message delay later.
#pragma once

#include <optional>

#include "ledger/chain/params.h"

namespace quanlu::consensus {

class Timers {
public:
    Timers(const chain::Params& params, Millis now);

    void enter(Millis now);
    void load(Millis now, bool pending);
    void proposal_seen(Millis now);
    void build_failed(Millis now);
    void notarized(Millis now, bool is_new_head);  // a block above the floor; the newest known
    void finalized(bool something_notarized_above);
    void back_off(std::size_t skipped_views);
    void resent(Millis now);

    // When the leader builds in this view, as things stand; may an empty block be built by then?
    [[nodiscard]] Millis build_at() const;
    [[nodiscard]] bool may_be_empty(Millis now) const { return now >= empty_at(); }
    // When this view is given up.
    [[nodiscard]] Millis give_up_at() const;
    [[nodiscard]] Millis resend_at() const { return resend_; }
    // Has this view lasted long enough that somebody may have missed something?
    [[nodiscard]] bool is_stuck(Millis now) const;

    [[nodiscard]] std::int64_t delta_ms() const { return delta_ms_; }
    [[nodiscard]] Millis resend_every() const { return Millis{2 * params_.delta_ms}; }
    [[nodiscard]] Millis skip_after() const { return Millis{4 * params_.delta_ms}; }  // R7

private:
    [[nodiscard]] Millis due_at() const;    // an empty block is expected of a leader
    [[nodiscard]] Millis empty_at() const;  // the leader itself builds one

    chain::Params params_;
    std::int64_t delta_ms_;
    Millis entered_, resend_, last_block_;
    std::optional<Millis> pending_since_, proposal_, failed_first_, failed_last_;
    bool unfinal_ = false;  // a notarized block is not final yet
};

}  // namespace quanlu::consensus
