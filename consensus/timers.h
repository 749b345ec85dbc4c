// When a member gives up on a view (R8, R10): t_l without a proposal, t_a without a notarization, both later by a
// heartbeat while nobody waits for anything. Integers only; the present time is always given.
#pragma once

#include <algorithm>
#include <optional>

#include "ledger/chain/params.h"

namespace quanlu::consensus {

class Timers {
public:
    explicit Timers(const chain::Params& params) : params_(params), delta_ms_(params.delta_ms) {}

    void enter(Millis now) {
        entered_ = now;
        proposal_.reset();
        resend_ = now + resend_every();
    }
    void load(Millis now, bool pending) {
        if (pending && !pending_since_) pending_since_ = now;
        if (!pending) pending_since_.reset();
    }
    void proposal_seen(Millis now) {
        if (!proposal_) proposal_ = now;
    }
    // R8: D := min(D * 1.5, D_max) for each nullified view in a row, back to D when something is final.
    void nullified() { delta_ms_ = std::min(delta_ms_ * 3 / 2, params_.delta_max_ms); }
    void finalized() { delta_ms_ = params_.delta_ms; }

    [[nodiscard]] bool pending() const { return pending_since_.has_value(); }
    [[nodiscard]] Millis heartbeat_at() const { return entered_ + Millis{params_.heartbeat_ms}; }
    // When this view is given up, as things stand.
    [[nodiscard]] Millis give_up_at() const {
        Millis base = heartbeat_at();
        if (pending_since_) base = std::min(base, std::max(entered_, *pending_since_));
        if (proposal_) return std::min(base, *proposal_) + Millis{3 * delta_ms_};
        return base + Millis{2 * delta_ms_};
    }
    [[nodiscard]] Millis entered() const { return entered_; }
    [[nodiscard]] Millis resend_every() const { return Millis{2 * params_.delta_ms}; }
    [[nodiscard]] Millis resend_at() const { return resend_; }
    void resent(Millis now) { resend_ = now + resend_every(); }
    [[nodiscard]] std::int64_t delta_ms() const { return delta_ms_; }
    // R7: how long silence makes a leader suspect.
    [[nodiscard]] Millis skip_after() const { return Millis{4 * params_.delta_ms}; }

private:
    chain::Params params_;
    std::int64_t delta_ms_;
    Millis entered_{0}, resend_{0};
    std::optional<Millis> pending_since_, proposal_;
};

}  // namespace quanlu::consensus
