// UTF-8 and NFC, through utf8proc; its Unicode version is a consensus parameter
// (docs/decisions/0004-unicode.md).
#pragma once

#include <string_view>

namespace quanlu {

// Well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
// REQUIRES: is_utf8(text). Plain ASCII answers at once.
bool is_nfc(std::string_view text);
bool is_ascii(std::string_view text);

}  // namespace quanlu
