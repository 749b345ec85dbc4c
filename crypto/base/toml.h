// The one door to toml++ 3.3, which ends the process by assert on malformed text ("[[[", "p=[}")
// and runs into undefined behaviour on letters of other scripts outside strings: here both are
// refusals with a place.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace quanlu::base {
[[noreturn]] void toml_assert_failed(const char* what);
}  // namespace quanlu::base

#define TOML_ASSERT(expr) \
    ((expr) ? static_cast<void>(0) : ::quanlu::base::toml_assert_failed(#expr))
#include <toml++/toml.h>

namespace quanlu::base {

struct TomlError {
    std::int64_t line = 0, column = 0;  // from 1
    std::string reason;
};
Result<toml::table, TomlError> parse_toml(std::string_view text);

}  // namespace quanlu::base
