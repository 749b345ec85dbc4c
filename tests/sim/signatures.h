// What a signature is in a simulation; see signatures.cpp.
#pragma once

namespace quanlu::sim {

enum class Signing { real, keyed_hash };
// For the calling thread, from now on; verdicts of before are forgotten.
void set_signing(Signing signing);

}  // namespace quanlu::sim
