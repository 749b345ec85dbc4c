// GB 32100-2015 and, inside it, GB 11714. The outer modulus 31 is prime and no weight is a multiple
// of it: every single wrong character is found.
#include "ledger/registry/ids/uscc.h"

#include "ledger/registry/ids/ascii.h"

namespace quanlu::registry {

namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr int kWeights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
constexpr int kInnerWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};

char inner_check(std::string_view code) {
    int sum = 0;
    for (int i = 0; i < 8; ++i) {
        const char c = code[static_cast<std::size_t>(8 + i)];
        sum += (is_digit(c) ? c - '0' : c - 'A' + 10) * kInnerWeights[i];
    }
    const int check = 11 - sum % 11;
    return check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
}

}  // namespace

bool is_uscc_form(std::string_view text) {
    if (text.size() != 18) return false;
    for (const char c : text) {
        if (kAlphabet.find(c) == std::string_view::npos) return false;
    }
    for (std::size_t i = 2; i < 8; ++i) {
        if (!is_digit(text[i])) return false;
    }
    return true;
}

char uscc_check_character(std::string_view text) {
    int sum = 0;
    for (std::size_t i = 0; i < 17; ++i)
        sum += static_cast<int>(kAlphabet.find(text[i])) * kWeights[i];
    return kAlphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

bool is_uscc_legacy(std::string_view text) {
    return is_uscc_form(text) && text[16] == inner_check(text);
}

bool is_uscc(std::string_view text) {
    return is_uscc_legacy(text) && text.back() == uscc_check_character(text);
}

}  // namespace quanlu::registry
