// Every text that differs from a given one in one character, over a given alphabet. For check-digit
// tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quanlu::registry {

inline std::vector<std::string> one_character_off(std::string_view text,
                                                  std::string_view alphabet) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const char c : alphabet) {
            if (c == text[i]) continue;
            std::string changed(text);
            changed[i] = c;
            out.push_back(std::move(changed));
        }
    }
    return out;
}

inline constexpr std::string_view kDigitsAndLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

}  // namespace quanlu::registry
