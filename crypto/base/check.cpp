// The one place that gives up: says what was broken and where, then aborts.
#include "crypto/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace quanlu {

void ensure_failed(const char* expression, const char* file, int line, std::string_view detail) {
    std::fprintf(stderr, "invariant broken: %s\n  at %s:%d\n  %.*s\n", expression, file, line,
                 static_cast<int>(detail.size()), detail.data());
    std::fflush(stderr);
    std::abort();
}

}  // namespace quanlu
