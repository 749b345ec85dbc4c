// Signature verdicts remembered within one seed; see memo.cpp.
#pragma once

namespace quanlu::sim {

void forget_signatures();

}  // namespace quanlu::sim
