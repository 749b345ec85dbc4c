// Legal entity identifier (ISO 17442; DOMAIN E.3): 20 characters, mod 97 is 1.
#pragma once

#include <string_view>

namespace quanlu::registry {

inline bool is_lei(std::string_view text) {
    if (text.size() != 20) return false;
    int remainder = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            remainder = (remainder * 10 + (c - '0')) % 97;
        } else if (c >= 'A' && c <= 'Z') {
            remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
        } else {
            return false;
        }
    }
    return remainder == 1 && text[18] >= '0' && text[18] <= '9' && text[19] >= '0' &&
           text[19] <= '9';
}

}  // namespace quanlu::registry
