// The two languages of every sentence, side by side in the source: no catalogue that can lag
// behind, no locale that a fresh Debian lacks (ECOSYSTEM 0.6). Codes, ids and JSON are never
// translated.
#pragma once

#include <string>
#include <string_view>

namespace quanlu::cli {

enum class Lang { en, zh };

// From --lang, else LANGUAGE, LC_ALL, LC_MESSAGES, LANG (first one set): zh* is Chinese, all else
// English.
Lang lang_from(std::string_view flag);
void set_lang(Lang lang);
Lang lang();

// The sentence in the chosen language.
inline std::string_view say(std::string_view en, std::string_view zh) {
    return lang() == Lang::zh ? zh : en;
}

}  // namespace quanlu::cli
