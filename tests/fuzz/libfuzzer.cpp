// libFuzzer's door to the targets: QUANLU_FUZZ_TARGET names the one to run.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/targets.h"

namespace {

const quanlu::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const char* name = std::getenv("QUANLU_FUZZ_TARGET");
    chosen = name == nullptr ? nullptr : quanlu::fuzz::find_target(name);
    if (chosen != nullptr) return 0;
    std::fputs("QUANLU_FUZZ_TARGET: one of\n", stderr);
    for (const quanlu::fuzz::Target& one : quanlu::fuzz::targets())
        std::fprintf(stderr, "  %s\n", one.name);
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chosen->run({data, size});
    return 0;
}
