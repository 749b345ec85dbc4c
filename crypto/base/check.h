// ENSURE: an invariant of ours. Always on, in every build; what a peer, a file or a client sends
// must never reach one (that is Result's work). A broken one prints where and what, and aborts: a
// node that no longer knows its own state must not sign. (Catch2 owns the name CHECK.)
#pragma once

#include <string_view>

namespace quanlu {

[[noreturn]] void ensure_failed(const char* expression, const char* file, int line,
                                std::string_view detail);

}  // namespace quanlu

// ENSURE(condition) or ENSURE(condition, "what went wrong").
#define ENSURE(condition, ...)                                      \
    do {                                                            \
        if (!(condition)) [[unlikely]] {                            \
            ::quanlu::ensure_failed(#condition, __FILE__, __LINE__, \
                                    std::string_view{__VA_ARGS__}); \
        }                                                           \
    } while (false)
