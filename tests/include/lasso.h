// Liveness by repetition (RELIABILITY T5): when what everybody knows has not changed while every
// timer that there is went off, it never will. Wall clocks and time-outs decide nothing here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace quanlu::test {

class Lasso {
public:
    // `period_ms`: the longest time in which every timer of a member goes off at least once.
    explicit Lasso(std::int64_t period_ms) : period_ms_(period_ms) {}

    // `state`: views, votes, certificates, final heights of all that are up. True: the same for
    // three periods.
    bool repeats(std::int64_t now_ms, std::string state) {
        if (state != state_) {
            state_ = std::move(state);
            since_ms_ = now_ms;
        }
        return now_ms - since_ms_ >= 3 * period_ms_;
    }
    [[nodiscard]] const std::string& state() const { return state_; }

private:
    std::int64_t period_ms_, since_ms_ = 0;
    std::string state_;
};

}  // namespace quanlu::test
