// Sums that a record can hold.
#pragma once

#include "crypto/base/checked_math.h"
#include "crypto/base/json.h"

namespace quanlu::registry {

// The sum of two counts or amounts; nothing when no value of the ledger can hold it
// (json::kIntegerMax). REQUIRES: neither is negative.
inline std::optional<std::int64_t> sum_within(std::int64_t a, std::int64_t b) {
    const auto sum = checked_add(a, b);
    return sum && *sum <= json::kIntegerMax ? sum : std::nullopt;
}

}  // namespace quanlu::registry
