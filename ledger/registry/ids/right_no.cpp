// Every form that is known is parsed strictly and padded to one spelling; what has no known form
// (data IP, layout) is text: ASCII as it stands, other scripts as "u" and the hex of their UTF-8.
// Look-alikes of ASCII (full-width letters, dashes, invisible characters) are refused rather than
// folded: a guess would make two keys of one right.
#include "ledger/registry/ids/right_no.h"

#include "crypto/base/bytes.h"
#include "crypto/base/encode.h"
#include "crypto/base/text.h"
#include "ledger/registry/ids/ascii.h"

namespace quanlu::registry {

namespace {

constexpr std::size_t kNumberBytesMax =
    40;  // right_no is at most 40 bytes (B.2); its hex fits a record id

// Who registered a work: the first character of its number, and the number of GB/T 2260 that stands
// for it in the key. Two abbreviations of one province make one key.
struct WorkOffice {
    std::string_view sign, code;
};
constexpr WorkOffice kWorkOffices[] = {
    {"国", "00"}, {"京", "11"}, {"津", "12"}, {"冀", "13"}, {"晋", "14"}, {"蒙", "15"},
    {"辽", "21"}, {"吉", "22"}, {"黑", "23"}, {"沪", "31"}, {"苏", "32"}, {"浙", "33"},
    {"皖", "34"}, {"闽", "35"}, {"赣", "36"}, {"鲁", "37"}, {"豫", "41"}, {"鄂", "42"},
    {"湘", "43"}, {"粤", "44"}, {"桂", "45"}, {"琼", "46"}, {"渝", "50"}, {"川", "51"},
    {"黔", "52"}, {"贵", "52"}, {"滇", "53"}, {"云", "53"}, {"藏", "54"}, {"陕", "61"},
    {"秦", "61"}, {"甘", "62"}, {"陇", "62"}, {"青", "63"}, {"宁", "64"}, {"新", "65"},
};
constexpr std::string_view kWorkWord = "作登字-";

std::string padded(std::string_view digits, std::size_t width) {
    return std::string(width - digits.size(), '0') + std::string(digits);
}

std::string_view without_zeros(std::string_view digits) {
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    return digits;
}

// yyyySRnnnnnnn, seven digits; older ones were printed with six.
std::optional<std::string> software_number(std::string_view text) {
    if (text.size() < 12 || !all_digits(text.substr(0, 4)) || text.substr(4, 2) != "SR") {
        return std::nullopt;
    }
    const std::string_view serial = text.substr(6);
    if (!digits_of_length(serial, 6, 7)) return std::nullopt;
    return std::string(text.substr(0, 6)) + padded(serial, 7);
}

// 国作登字-yyyy-X-nnnnnnnn -> W00-yyyy-X-nnnnnnnn
std::optional<std::string> work_number(std::string_view text) {
    for (const WorkOffice& office : kWorkOffices) {
        if (!text.starts_with(office.sign)) continue;
        std::string_view rest = text.substr(office.sign.size());
        if (!rest.starts_with(kWorkWord)) return std::nullopt;
        rest.remove_prefix(kWorkWord.size());
        const bool form = rest.size() >= 8 && all_digits(rest.substr(0, 4)) && rest[4] == '-' &&
                          is_upper(rest[5]) && rest[6] == '-' &&
                          digits_of_length(rest.substr(7), 1, 8);
        if (!form) return std::nullopt;
        return "W" + std::string(office.code) + "-" + std::string(rest.substr(0, 7)) +
               padded(rest.substr(7), 8);
    }
    return std::nullopt;
}

// Up to 8 digits, "G" before Madrid ones, a letter behind split ones.
std::optional<std::string> trademark_number(std::string_view text) {
    std::string prefix, suffix;
    if (text.starts_with('G')) {
        prefix = "G";
        text.remove_prefix(1);
    }
    if (!text.empty() && is_upper(text.back())) {
        suffix = std::string(1, text.back());
        text.remove_suffix(1);
    }
    if (!digits_of_length(text, 1, 8)) return std::nullopt;
    return prefix + std::string(without_zeros(text)) + suffix;
}

// U+2000..U+206F (dashes, invisible), U+3000 (wide space), U+FF00..U+FFEF (full-width): look like
// something else.
bool has_look_alike(std::string_view text) {
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        const auto a = static_cast<unsigned char>(text[i]);
        const auto b = static_cast<unsigned char>(text[i + 1]);
        const auto c = static_cast<unsigned char>(text[i + 2]);
        if (a == 0xE2 && (b == 0x80 || (b == 0x81 && c <= 0xAF))) return true;
        if (a == 0xE3 && b == 0x80 && c == 0x80) return true;
        if (a == 0xEF && b >= 0xBC) return true;
    }
    return false;
}

std::optional<std::string> free_number(const std::string& text) {
    if (text.empty() || text.size() > kNumberBytesMax) return std::nullopt;
    if (!is_utf8(text) || !is_nfc(text) || has_look_alike(text)) return std::nullopt;
    bool plain = true;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
        plain = plain && (is_digit(c) || is_upper(c) || c == '-');
    }
    return plain ? text : "u" + to_hex(as_bytes(text));
}

bool is_software_shaped(std::string_view text) {
    return text.substr(0, 6).ends_with("SR");
}

// The number part of the key of a right that is no patent.
std::optional<std::string> number_of(std::string_view group, std::string_view right_no) {
    // Points tell data IP numbers apart: their form is not known. Everywhere else they are print
    // only.
    if (group == "data_ip") return free_number(upper_without_spaces(right_no));
    const std::string text = squeezed(right_no);
    if (group == "trademark") return trademark_number(text);
    if (group == "copyright" && is_software_shaped(text)) return software_number(text);
    if (group == "copyright" && text.find("登字") != std::string::npos) return work_number(text);
    return free_number(text);
}

bool is_group(std::string_view group) {
    return group == "patent" || group == "trademark" || group == "copyright" || group == "layout" ||
           group == "data_ip";
}

// A number as it stands in a key: hex of other scripts, or a work's W form.
bool is_key_number(std::string_view group, std::string_view number) {
    if (number.starts_with('u')) {
        const auto bytes = from_hex(number.substr(1));
        return bytes && free_number(std::string(as_text(*bytes))) == number;
    }
    return group == "copyright" && number.size() == 19 && number[0] == 'W' &&
           all_digits(number.substr(1, 2)) && number[3] == '-' && all_digits(number.substr(4, 4)) &&
           number[8] == '-' && is_upper(number[9]) && number[10] == '-' &&
           all_digits(number.substr(11));
}

}  // namespace

std::string_view kind_group(std::string_view asset_kind) {
    if (asset_kind.starts_with("patent_")) return "patent";
    if (asset_kind.starts_with("copyright_")) return "copyright";
    if (asset_kind == "ic_layout") return "layout";
    return asset_kind;
}

std::optional<RightKey> right_key(std::string_view asset_kind, std::string_view right_no,
                                  RightNoError& error) {
    error = RightNoError::form;
    const std::string group(kind_group(asset_kind));
    if (!is_group(group)) return std::nullopt;
    if (group == "patent") {
        const auto normal = normal_patent_no(right_no);
        if (!normal) return std::nullopt;
        const char expected = asset_kind == "patent_invention" ? '1'
                              : asset_kind == "patent_utility" ? '2'
                                                               : '3';
        if (patent_kind(*normal) != expected) {
            error = RightNoError::kind;
            return std::nullopt;
        }
        error = RightNoError::none;
        const std::size_t last = normal->size() - 1;
        return RightKey{"patent:" + *normal,
                        "ZL" + normal->substr(0, last) + "." + normal->substr(last)};
    }
    const auto number = number_of(group, right_no);
    if (!number) return std::nullopt;
    const std::string printed =
        group == "data_ip" ? upper_without_spaces(right_no) : squeezed(right_no);
    if (group == "copyright" &&
        is_software_shaped(printed) != (asset_kind == "copyright_software")) {
        error = RightNoError::kind;
        return std::nullopt;
    }
    error = RightNoError::none;
    return RightKey{group + ":" + *number, printed};
}

std::optional<std::string> guess_right_key(std::string_view text) {
    if (const auto normal = normal_patent_no(text)) return "patent:" + *normal;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string group(text.substr(0, colon));
    const std::string_view number = text.substr(colon + 1);
    if (!is_group(group)) return std::nullopt;
    if (group == "patent") {
        const auto normal = normal_patent_no(number);
        return normal ? std::optional(group + ":" + *normal) : std::nullopt;
    }
    if (is_key_number(group, number)) return group + ":" + std::string(number);
    const auto found = number_of(group, number);
    return found ? std::optional(group + ":" + *found) : std::nullopt;
}

}  // namespace quanlu::registry
