// Signature checks that held, remembered: mutants mostly leave certificates alone; see memo.cpp.
#pragma once

#include <cstdint>

namespace quanlu::forge {

struct SignatureCounts {
    std::uint64_t asked = 0, worked_out = 0;
};
SignatureCounts signature_counts();

}  // namespace quanlu::forge
