// See numbers.h.
#include "cli/numbers.h"

#include <charconv>

namespace quanlu::cli {

std::optional<std::int64_t> number_in(std::string_view text, std::int64_t from, std::int64_t to) {
    std::uint64_t n = 0;  // unsigned: from_chars takes no sign then
    const char* const past = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), past, n);
    if (text.empty() || error != std::errc() || end != past) return std::nullopt;
    if (n > static_cast<std::uint64_t>(to)) return std::nullopt;
    const auto value = static_cast<std::int64_t>(n);
    return value < from ? std::nullopt : std::optional(value);
}

Result<std::int64_t, Failure> number_of(const Parsed& parsed, const std::string& option,
                                        std::int64_t from, std::int64_t to) {
    if (const auto n = number_in(parsed.get(option), from, to)) return *n;
    const std::string low = std::to_string(from), high = std::to_string(to);
    return Err(usage_error(option + " is a number from " + low + " to " + high,
                           option + " 为 " + low + " 至 " + high + " 的整数"));
}

Result<std::optional<Height>, Failure> at_height_of(const Parsed& parsed) {
    if (!parsed.has("--at-height")) return std::optional<Height>();
    TRY(const std::int64_t n, number_of(parsed, "--at-height", 0, kNumberMax));
    return std::optional(Height(static_cast<std::uint64_t>(n)));
}

Result<std::string, Failure> at_height_query(const Parsed& parsed, char joint) {
    TRY(const std::optional<Height> height, at_height_of(parsed));
    return height ? joint + ("at_height=" + std::to_string(height->value)) : std::string();
}

}  // namespace quanlu::cli
