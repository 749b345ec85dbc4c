// Numbers that a person gives as options. What is no number, or none that the option can take, is
// refused: read as 0 or cut short it would lift a lock or ask about another height.
#pragma once

#include <optional>
#include <string_view>

#include "cli/command.h"
#include "crypto/base/tagged.h"

namespace quanlu::cli {

inline constexpr std::int64_t kNumberMax = (std::int64_t{1} << 53) - 1;  // of the house profile

inline constexpr std::int64_t kWaitSecondsMax = 60;  // --wait: what a node waits at most

// Decimal digits and nothing else, in [from, to].
std::optional<std::int64_t> number_in(std::string_view text, std::int64_t from, std::int64_t to);
// The value of an option, or its fallback. Else usage_error, naming the option.
Result<std::int64_t, Failure> number_of(const Parsed& parsed, const std::string& option,
                                        std::int64_t from, std::int64_t to);
// --at-height; nothing when it was not given.
Result<std::optional<Height>, Failure> at_height_of(const Parsed& parsed);
// The same in a query: "?at_height=7", "&at_height=7" or nothing.
Result<std::string, Failure> at_height_query(const Parsed& parsed, char joint = '?');

}  // namespace quanlu::cli
