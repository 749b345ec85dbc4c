// Numbers that must not be mixed up: a Height is not a View. Explicit in, `.value` out, ordered,
// countable.
#pragma once

#include <compare>
#include <cstdint>

#include "crypto/base/check.h"

namespace quanlu {

template <class Tag>
struct Counter {
    std::uint64_t value = 0;

    constexpr Counter() = default;
    constexpr explicit Counter(std::uint64_t v) : value(v) {}
    auto operator<=>(const Counter&) const = default;

    // Checked: a counter that wraps is a defect (FISCO#2312, view overflow).
    [[nodiscard]] Counter next() const {
        ENSURE(value != UINT64_MAX);
        return Counter(value + 1);
    }
    // REQUIRES: value > 0.
    [[nodiscard]] Counter prev() const {
        ENSURE(value != 0);
        return Counter(value - 1);
    }
    // Saturates instead of wrapping: for windows around a number that a peer named.
    [[nodiscard]] constexpr Counter plus(std::uint64_t n) const {
        return Counter(value > UINT64_MAX - n ? UINT64_MAX : value + n);
    }
    [[nodiscard]] constexpr Counter minus(std::uint64_t n) const {
        return Counter(value < n ? 0 : value - n);
    }
};

using Height = Counter<struct HeightTag>;  // position of a block in the chain; genesis is 0
using View = Counter<struct ViewTag>;      // attempt of the consensus inside an epoch, from 1
using Epoch = Counter<struct EpochTag>;    // one member set, one epoch, from 0

// Milliseconds of the Unix era, UTC: block time and signed times. The only "now" a rule can see.
struct UnixMillis {
    std::int64_t value = 0;
    auto operator<=>(const UnixMillis&) const = default;
};

// Milliseconds of a steady clock of this process (real or simulated): timers only.
struct Millis {
    std::int64_t value = 0;
    auto operator<=>(const Millis&) const = default;
    constexpr Millis operator+(Millis other) const { return Millis{value + other.value}; }
    constexpr Millis operator-(Millis other) const { return Millis{value - other.value}; }
};

}  // namespace quanlu
