// How many TLS handshakes others may begin. One costs as much as some ten votes, on the loop that
// carries the votes, and whoever reaches the port may begin one.
#pragma once

#include <algorithm>
#include <cstdint>

#include "crypto/base/tagged.h"

namespace quanlu::net {

class Handshakes {
public:
    static constexpr std::int64_t kBurst = 32;
    static constexpr std::int64_t kEveryMs = 60;

    // May another one begin at `now` (steady)? Counted when yes.
    [[nodiscard]] bool take(Millis now) {
        const std::int64_t regained = std::min((now - counted_).value / kEveryMs, kBurst);
        left_ = std::min(left_ + regained, kBurst);
        if (regained > 0) counted_ = now;
        if (left_ == 0) return false;
        --left_;
        return true;
    }

private:
    std::int64_t left_ = kBurst;
    Millis counted_{0};
};

}  // namespace quanlu::net
