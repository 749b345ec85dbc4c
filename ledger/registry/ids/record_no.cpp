// ISO 7064 MOD 37,36: alphabet of 36, one check character; every single wrong character and every
// exchange of two neighbours is found.
#include "ledger/registry/ids/record_no.h"

#include "ledger/registry/ids/ascii.h"

namespace quanlu::registry {

namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::uint64_t kSerialEnd = 100'000'000;
constexpr std::size_t kLength = 29;  // TT-rrrrrr-yyyymmdd-nnnnnnnn-c

}  // namespace

char mod_37_36(std::string_view text) {
    int p = 36;
    for (const char c : text) {
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos) continue;  // hyphens
        int sum = p + static_cast<int>(value);
        sum = sum % 36 == 0 ? 36 : sum % 36;
        p = sum * 2 % 37;
    }
    return kAlphabet[static_cast<std::size_t>((37 - p) % 36)];
}

std::string make_record_no(std::string_view type, std::string_view region, Date day,
                           std::uint64_t serial) {
    ENSURE(type.size() == 2 && region.size() == 6 && serial < kSerialEnd);
    std::string date = to_text(day);
    date.erase(7, 1).erase(4, 1);
    std::string digits = std::to_string(serial);
    digits.insert(0, 8 - digits.size(), '0');
    const std::string body =
        std::string(type) + "-" + std::string(region) + "-" + date + "-" + digits;
    return body + "-" + mod_37_36(body);
}

bool is_record_no(std::string_view text) {
    if (text.size() != kLength || text[2] != '-' || text[9] != '-' || text[18] != '-' ||
        text[27] != '-') {
        return false;
    }
    const std::string_view day = text.substr(10, 8);
    if (!is_upper(text[0]) || !is_upper(text[1]) || !all_digits(text.substr(3, 6)) ||
        !all_digits(day) || !all_digits(text.substr(19, 8))) {
        return false;
    }
    const std::string date = std::string(day.substr(0, 4)) + "-" + std::string(day.substr(4, 2)) +
                             "-" + std::string(day.substr(6, 2));
    return date_from_text(date).has_value() && text.back() == mod_37_36(text.substr(0, 27));
}

}  // namespace quanlu::registry
