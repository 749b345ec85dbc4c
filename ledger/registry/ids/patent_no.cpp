// See patent_no.h. Weights 2 to 9 over at most twelve digits, modulus 11: no weighted difference of
// two digits is a multiple of 11, so no single wrong character passes.
#include "ledger/registry/ids/patent_no.h"

#include "ledger/registry/ids/ascii.h"

namespace quanlu::registry {

namespace {

constexpr std::size_t kNewLength = 13;  // yyyyknnnnnnnc
constexpr std::size_t kOldLength = 9;   // yyknnnnnc
constexpr int kFirstYear = 1985;        // the Patent Law came into force on 1985-04-01
constexpr int kNewFormYear = 2003;      // numbers of four-digit years begin on 2003-10-01

char check_character(std::string_view digits) {
    static constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * kWeights[i];
    const int check = sum % 11;
    return check == 10 ? 'X' : static_cast<char>('0' + check);
}

char kind_digit(std::string_view normal) {
    return normal[normal.size() == kNewLength ? 4 : 2];
}

}  // namespace

std::optional<std::string> normal_patent_no(std::string_view text) {
    std::string number = squeezed(text);
    if (number.starts_with("ZL") || number.starts_with("CN")) number.erase(0, 2);
    if (number.size() != kNewLength && number.size() != kOldLength) return std::nullopt;
    const std::string_view digits = std::string_view(number).substr(0, number.size() - 1);
    if (!all_digits(digits) || number.back() != check_character(digits)) return std::nullopt;
    if (std::string_view("12389").find(kind_digit(number)) == std::string_view::npos) {
        return std::nullopt;
    }
    const int year = patent_year(number);
    const bool in_block = number.size() == kNewLength ? year >= kNewFormYear
                                                      : year >= kFirstYear && year <= kNewFormYear;
    if (!in_block) return std::nullopt;
    return number;
}

char patent_kind(std::string_view normal) {
    const char kind = kind_digit(normal);
    return kind == '8' ? '1' : kind == '9' ? '2' : kind;
}

int patent_year(std::string_view normal) {
    const std::size_t width = normal.size() == kNewLength ? 4 : 2;
    int year = 0;
    for (std::size_t i = 0; i < width; ++i) year = year * 10 + (normal[i] - '0');
    return width == 4 ? year : (year >= kFirstYear - 1900 ? 1900 + year : 2000 + year);
}

}  // namespace quanlu::registry
