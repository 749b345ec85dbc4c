// A small deterministic mutator for builds without libFuzzer: one seed gives one sequence of
// inputs.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/bytes.h"

namespace quanlu::fuzz {

class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : state_(seed) {}

    // One input made of one or two of the corpus. REQUIRES: `corpus` not empty.
    Bytes next(const std::vector<Bytes>& corpus);

private:
    std::uint64_t random();
    std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random() % n); }
    void change(Bytes& bytes, const std::vector<Bytes>& corpus);
    void write_edge(Bytes& bytes);
    void change_number(Bytes& bytes);
    void insert_token(Bytes& bytes);

    std::uint64_t state_;
};

}  // namespace quanlu::fuzz
