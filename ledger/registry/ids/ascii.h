// Small words about ASCII text that every identifier shares. Locale-free; bytes of other scripts
// pass through unchanged.
#pragma once

#include <string>
#include <string_view>

namespace quanlu::registry {

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

// At least one character, digits only.
inline bool all_digits(std::string_view text) {
    for (const char c : text) {
        if (!is_digit(c)) return false;
    }
    return !text.empty();
}

inline bool digits_of_length(std::string_view text, std::size_t from, std::size_t to) {
    return text.size() >= from && text.size() <= to && all_digits(text);
}

inline std::string upper_without(std::string_view text, std::string_view dropped) {
    std::string out;
    for (const char c : text) {
        if (dropped.find(c) != std::string_view::npos) continue;
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}
inline std::string upper_without_spaces(std::string_view text) {
    return upper_without(text, " ");
}
// How people write one number differs in case, spaces and points only.
inline std::string squeezed(std::string_view text) {
    return upper_without(text, " .");
}

}  // namespace quanlu::registry
