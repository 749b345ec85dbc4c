// ZC 0006-2003 for patents; forms of the others as far as they are known, else text made canonical.
#include "ledger/registry/ids/right_no.h"

#include "crypto/base/bytes.h"
#include "crypto/base/encode.h"

namespace quanlu::registry {

namespace {

bool all_digits(std::string_view text) {
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
    }
    return !text.empty();
}

char patent_check(std::string_view digits) {
    static constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * kWeights[i];
    const int check = sum % 11;
    return check == 10 ? 'X' : static_cast<char>('0' + check);
}

// Upper case ASCII letters, without spaces and points.
std::string squeeze(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '.') continue;
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    return out;
}

// Numbers with other than ASCII (国作登字-2024-F-00012345) become "u" and the hex of their UTF-8: ugly, exact, unique.
std::string ascii_number(const std::string& text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) return "u" + to_hex(as_bytes(text));
    }
    return text;
}

bool is_software_no(std::string_view text) {  // yyyySRnnnnnnn, older six digits
    return (text.size() == 13 || text.size() == 12) && all_digits(text.substr(0, 4)) && text.substr(4, 2) == "SR" &&
           all_digits(text.substr(6));
}

bool is_trademark_no(std::string_view text) {  // up to 8 digits; G + digits for Madrid; a letter for split ones
    if (text.empty()) return false;
    if (text.front() == 'G') return text.size() <= 9 && all_digits(text.substr(1));
    if (text.back() >= 'A' && text.back() <= 'Z') text.remove_suffix(1);
    return text.size() <= 8 && all_digits(text);
}

}  // namespace

std::string_view kind_group(std::string_view asset_kind) {
    if (asset_kind.starts_with("patent_")) return "patent";
    if (asset_kind.starts_with("copyright_")) return "copyright";
    if (asset_kind == "ic_layout") return "layout";
    return asset_kind;
}

std::optional<std::string> normal_patent_no(std::string_view text) {
    std::string number = squeeze(text);
    if (number.starts_with("ZL") || number.starts_with("CN")) number.erase(0, 2);
    if (number.size() != 13 && number.size() != 9) return std::nullopt;
    const std::string_view digits = std::string_view(number).substr(0, number.size() - 1);
    if (!all_digits(digits) || number.back() != patent_check(digits)) return std::nullopt;
    const char kind = number.size() == 13 ? number[4] : number[2];
    const bool known = number.size() == 13 ? (kind == '1' || kind == '2' || kind == '3' || kind == '8' || kind == '9')
                                           : (kind == '1' || kind == '2' || kind == '3' || kind == '8' || kind == '9');
    if (!known || patent_year(number) < 1985) return std::nullopt;
    return number;
}

char patent_kind(std::string_view normal) {
    const char kind = normal.size() == 13 ? normal[4] : normal[2];
    return kind == '8' ? '1' : kind == '9' ? '2' : kind;
}

int patent_year(std::string_view normal) {
    const std::size_t width = normal.size() == 13 ? 4 : 2;
    int year = 0;
    for (std::size_t i = 0; i < width; ++i) year = year * 10 + (normal[i] - '0');
    return width == 4 ? year : (year >= 85 ? 1900 + year : 2000 + year);
}

std::optional<RightKey> right_key(std::string_view asset_kind, std::string_view right_no, RightNoError& error) {
    error = RightNoError::form;
    const std::string group(kind_group(asset_kind));
    if (group == "patent") {
        const auto normal = normal_patent_no(right_no);
        if (!normal) return std::nullopt;
        const char expected = asset_kind == "patent_invention" ? '1' : asset_kind == "patent_utility" ? '2' : '3';
        if (patent_kind(*normal) != expected) {
            error = RightNoError::kind;
            return std::nullopt;
        }
        error = RightNoError::none;
        return RightKey{"patent:" + *normal,
                        "ZL" + normal->substr(0, normal->size() - 1) + "." + normal->substr(normal->size() - 1)};
    }
    const std::string number = squeeze(right_no);
    if (number.empty() || number.size() > 60) return std::nullopt;
    if (asset_kind == "trademark" && !is_trademark_no(number)) return std::nullopt;
    if (asset_kind == "copyright_software" && !is_software_no(number)) return std::nullopt;
    error = RightNoError::none;
    return RightKey{group + ":" + ascii_number(number), number};
}

std::optional<std::string> guess_right_key(std::string_view text) {
    if (const auto normal = normal_patent_no(text)) return "patent:" + *normal;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return std::nullopt;
    return std::string(text.substr(0, colon + 1)) + ascii_number(squeeze(text.substr(colon + 1)));
}

}  // namespace quanlu::registry
