// See toml.h.
#include "crypto/base/toml.h"

#include <optional>
#include <stdexcept>

namespace quanlu::base {

namespace {

// Where the text holds a byte that TOML knows inside strings and comments alone: beyond ASCII, or
// NUL, which no place may hold. Escapes matter only for the end of a basic string.
std::optional<TomlError> stray_byte(std::string_view text) {
    TomlError at{1, 0, "a character that only strings and comments may hold"};
    std::string_view quote;  // that ends the string we are in
    bool is_comment = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        ++at.column;
        if (c == '\0') return at;
        if (c == '\n') {
            ++at.line;
            at.column = 0;
            is_comment = false;
            if (quote.size() == 1) quote = {};  // an unended string: the parser says so
            continue;
        }
        if (is_comment) continue;
        if (!quote.empty()) {
            if (c == '\\' && quote.front() == '"') {
                ++i;
                ++at.column;
            } else if (text.substr(i).starts_with(quote)) {
                i += quote.size() - 1;
                at.column += static_cast<std::int64_t>(quote.size()) - 1;
                quote = {};
            }
            continue;
        }
        if (static_cast<unsigned char>(c) >= 0x80) return at;
        if (c == '#') is_comment = true;
        if (c != '"' && c != '\'') continue;
        quote = text.substr(i, text.substr(i + 1, 2) == std::string(2, c) ? 3 : 1);
        i += quote.size() - 1;
        at.column += static_cast<std::int64_t>(quote.size()) - 1;
    }
    return std::nullopt;
}

}  // namespace

void toml_assert_failed(const char* what) {
    throw std::logic_error(what);
}

Result<toml::table, TomlError> parse_toml(std::string_view text) {
    if (auto stray = stray_byte(text)) return Err(*std::move(stray));
    try {
        return toml::table(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return Err(TomlError{static_cast<std::int64_t>(error.source().begin.line),
                             static_cast<std::int64_t>(error.source().begin.column),
                             std::string(error.description())});
    } catch (const std::logic_error&) {
        return Err(TomlError{1, 1, "malformed"});  // the library knows no place then
    }
}

}  // namespace quanlu::base
