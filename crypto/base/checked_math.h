// Integer arithmetic that says when it does not fit. Money and limits go through here.
#pragma once

#include <cstdint>
#include <optional>

namespace quanlu {

inline std::optional<std::int64_t> checked_add(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}
inline std::optional<std::int64_t> checked_sub(std::int64_t a, std::int64_t b) {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
    return difference;
}
inline std::optional<std::int64_t> checked_mul(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}
// floor(a * b / c) through 128 bits. REQUIRES: a, b >= 0, c > 0. Nothing when it does not fit in 64
// bits.
inline std::optional<std::int64_t> mul_div_floor(std::int64_t a, std::int64_t b, std::int64_t c) {
    __extension__ using Wide = __int128;
    const Wide wide = static_cast<Wide>(a) * b / c;
    if (wide > INT64_MAX) return std::nullopt;
    return static_cast<std::int64_t>(wide);
}

}  // namespace quanlu
