// The only source of chance in a simulation: integers from a seed, the same on every machine. No
// floats: a chance is a ratio.
#pragma once

#include <cstdint>

namespace quanlu::sim {

class Prng {
public:
    explicit Prng(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {  // splitmix64
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    // 0 <= result < n. REQUIRES: n > 0. The bias of the remainder does not matter here.
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
    }
    bool chance(std::uint64_t of, std::uint64_t in) { return below(in) < of; }
    // A generator of its own, so that one more draw here does not change what another part draws.
    Prng fork() { return Prng(next()); }

private:
    std::uint64_t state_;
};

}  // namespace quanlu::sim
