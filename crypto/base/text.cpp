// Fast where text is ASCII, exact where it is not.
#include "crypto/base/text.h"

#include <utf8proc.h>

#include <cstdlib>

namespace quanlu {

bool is_ascii(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    }
    return true;
}

bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        if (*at < 0x80) {
            ++at;
            --left;
            continue;
        }
        utf8proc_int32_t code_point = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code_point);
        if (used < 1) return false;
        at += used;
        left -= used;
    }
    return true;
}

bool is_nfc(std::string_view text) {
    if (is_ascii(text)) return true;
    utf8proc_uint8_t* composed = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &composed,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const bool same = size >= 0 && std::string_view(reinterpret_cast<const char*>(composed),
                                                    static_cast<std::size_t>(size)) == text;
    std::free(composed);
    return same;
}

}  // namespace quanlu
