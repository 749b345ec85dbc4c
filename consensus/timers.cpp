// See timers.h.
#include "consensus/timers.h"

#include <algorithm>

namespace quanlu::consensus {

Timers::Timers(const chain::Params& params, Millis now)
    : params_(params),
      delta_ms_(params.delta_ms),
      entered_(now),
      resend_(now + resend_every()),
      last_block_(now) {}

void Timers::enter(Millis now) {
    entered_ = now;
    proposal_.reset();
    failed_first_.reset();
    failed_last_.reset();
}

void Timers::load(Millis now, bool pending) {
    if (!pending) {
        pending_since_.reset();
    } else if (!pending_since_) {
        pending_since_ = now;
    }
}

void Timers::proposal_seen(Millis now) {
    if (!proposal_) proposal_ = now;
}

void Timers::build_failed(Millis now) {
    if (!failed_first_) failed_first_ = now;
    failed_last_ = now;
}

void Timers::notarized(Millis now, bool is_new_head) {
    if (is_new_head) last_block_ = now;
    unfinal_ = true;
}

void Timers::finalized(bool something_notarized_above) {
    unfinal_ = something_notarized_above;
}

void Timers::back_off(std::size_t skipped_views) {
    delta_ms_ = params_.delta_ms;
    for (std::size_t i = 0; i < skipped_views && delta_ms_ < params_.delta_max_ms; ++i) {
        delta_ms_ = std::min((delta_ms_ * 3 + 1) / 2,
                             params_.delta_max_ms);  // rounded up, or 1 ms never grows
    }
}

void Timers::resent(Millis now) {
    resend_ = now + resend_every();
}

Millis Timers::due_at() const {
    const std::int64_t successor = unfinal_ ? 2 * delta_ms_ : params_.heartbeat_ms;
    return std::max(entered_, last_block_ + Millis{std::min(successor, params_.heartbeat_ms)});
}

Millis Timers::empty_at() const {
    // A load that makes no block (a transaction that is not valid yet) must not look like a dead
    // leader: the others give up 2D after they saw the load.
    if (failed_first_ && pending_since_)
        return std::min(due_at(), *failed_first_ + Millis{delta_ms_});
    return due_at();
}

Millis Timers::build_at() const {
    const Millis wanted = pending_since_ ? std::max(entered_, *pending_since_) : empty_at();
    if (!failed_last_) return wanted;
    return std::max(wanted, *failed_last_ + Millis{1 + params_.delta_ms / 10});
}

Millis Timers::give_up_at() const {
    Millis due = due_at();
    if (pending_since_) due = std::min(due, std::max(entered_, *pending_since_));
    if (proposal_) return std::min(due, *proposal_) + Millis{3 * delta_ms_};
    return due + Millis{2 * delta_ms_};
}

bool Timers::is_stuck(Millis now) const {
    return now - entered_ >= Millis{params_.delta_ms};
}

}  // namespace quanlu::consensus
