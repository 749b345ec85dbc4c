// USCC (DOMAIN E.1) and LEI (E.3): every vector of the text, every real number of the shared lists,
// every mutation.
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>

#include "ids_mutation.h"
#include "ledger/registry/ids/lei.h"
#include "ledger/registry/ids/uscc.h"

namespace quanlu::registry {

namespace {

std::vector<std::string> lines_of(const std::string& name) {
    std::vector<std::string> out;
    std::ifstream file(std::string(QUANLU_SHARED_DIR) + "/data/domain/" + name);
    if (!file) std::cout << "SKIPPED: " << name << " is not on this machine\n";
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) out.push_back(line);
    }
    return out;
}

constexpr std::string_view kValidUscc[] = {
    "91330100799655058B", "914403001922038216", "91330000733796106P",
    "91110000600037341L", "91100000100003962T", "9152000071430580XT",
    "91330108MA28XYW55X", "91330110MA2DEMQ71G", "12330100MB0000019G"};
constexpr std::string_view kLegacyUscc[] = {"91350100M0001TGQXM", "91350211M0000XUF46",
                                            "91350203M0001FUE2P"};
constexpr std::string_view kValidLei[] = {"213800KUD8LAJWSQ9D15", "529900T8BM49AURSDO55",
                                          "7LTWFZYICNSX8D621K86", "9845001A2B3C4D5E6F36"};

}  // namespace

TEST_CASE("USCC vectors of E.1") {
    for (const std::string_view code : kValidUscc) {
        INFO(code);
        CHECK(is_uscc(code));
        CHECK(is_uscc_legacy(code));
        CHECK(uscc_check_character(code) == code.back());
    }
    CHECK_FALSE(is_uscc("91330100799655058C"));
    CHECK(uscc_check_character("91330100799655058C") == 'B');
    CHECK_FALSE(is_uscc("913301007996550588"));
    CHECK(uscc_check_character("913301007996550588") == 'B');
    CHECK_FALSE(is_uscc_form("91330100799655O58B"));
    CHECK_FALSE(is_uscc("A1110000600037341L"));
}

TEST_CASE("legacy USCC hold only under the flag, and their inner check holds") {
    for (const std::string_view code : kLegacyUscc) {
        INFO(code);
        CHECK_FALSE(is_uscc(code));
        CHECK(is_uscc_legacy(code));
        // The flag forgives the last character alone. Modulus 11 over values up to 35 finds
        // neighbours in the alphabet for certain, not every exchange of characters (E for 3 differ
        // by 11).
        for (std::size_t i = 8; i < 17; ++i) {
            std::string changed(code);
            changed[i] = changed[i] == '9'   ? '0'
                         : changed[i] == 'X' ? '1'
                                             : static_cast<char>(changed[i] + 1);
            INFO(changed);
            CHECK_FALSE(is_uscc_legacy(changed));
        }
    }
    CHECK(uscc_check_character(kLegacyUscc[0]) == '1');
}

TEST_CASE("USCC is never repaired") {
    CHECK_FALSE(is_uscc("91330100799655058b"));
    CHECK_FALSE(is_uscc(" 91330100799655058B"));
    CHECK_FALSE(is_uscc("91330100799655058B "));
    CHECK_FALSE(is_uscc("9133010079965505B"));
    CHECK_FALSE(is_uscc(""));
    CHECK_FALSE(is_uscc(std::string_view("91330100799655058\0", 18)));
    CHECK_FALSE(is_uscc("91330100799655058\xEF"));
    // Letters may stand at 1 and 2, never at 3 to 8.
    CHECK(is_uscc_form("N2330100799655058B"));
    CHECK_FALSE(is_uscc_form("913301A0799655058B"));
}

TEST_CASE("every single wrong character of a USCC is found, without exception") {
    for (const std::string_view code : kValidUscc) {
        for (const std::string& changed : one_character_off(code, kDigitsAndLetters)) {
            INFO(code << " -> " << changed);
            CHECK_FALSE(is_uscc(changed));
        }
    }
}

TEST_CASE("the real USCC list: all hold but the one made wrong on purpose") {
    std::size_t valid = 0;
    std::vector<std::string> wrong;
    const auto codes = lines_of("uscc_real.txt");
    for (const std::string& code : codes) {
        if (is_uscc(code)) {
            ++valid;
        } else {
            wrong.push_back(code);
        }
    }
    if (codes.empty()) return;
    CHECK(codes.size() == 102);
    CHECK(valid == 101);
    // The documentation example with L replaced by N.
    CHECK(wrong == std::vector<std::string>{"91110000600037341N"});
}

TEST_CASE("LEI vectors of E.3 and the real list") {
    for (const std::string_view lei : kValidLei) {
        INFO(lei);
        CHECK(is_lei(lei));
    }
    CHECK_FALSE(is_lei("213800KUD8LXJWSQ9D15"));
    CHECK_FALSE(is_lei("213800kud8lajwsq9d15"));
    CHECK_FALSE(is_lei("213800KUD8LAJWSQ9D1"));
    CHECK_FALSE(is_lei("213800KUD8LAJWSQ9D151"));
    CHECK_FALSE(is_lei("213800KUD8LAJWSQ9DAF"));
    CHECK_FALSE(is_lei(""));
    const auto codes = lines_of("lei_real.txt");
    for (const std::string& lei : codes) {
        INFO(lei);
        CHECK(is_lei(lei));
    }
    if (!codes.empty()) CHECK(codes.size() == 50);
}

TEST_CASE("every wrong digit for a digit and letter for a letter of a LEI is found") {
    // Modulus 97 is prime, so a change that keeps the length of the number is found. A digit for a
    // letter or the other way round changes the length; ISO 17442 does not promise those, and the
    // exact count of what passes is pinned.
    std::size_t missed = 0, crossed = 0;
    for (const std::string_view lei : kValidLei) {
        for (const std::string& changed : one_character_off(lei, kDigitsAndLetters)) {
            bool same_class = true;
            for (std::size_t i = 0; i < lei.size(); ++i) {
                same_class = same_class && ((lei[i] <= '9') == (changed[i] <= '9'));
            }
            INFO(lei << " -> " << changed);
            if (same_class) {
                CHECK_FALSE(is_lei(changed));
            } else {
                ++crossed;
                missed += is_lei(changed) ? 1 : 0;
            }
        }
    }
    CHECK(crossed == 1472);
    CHECK(missed == 13);
}

}  // namespace quanlu::registry
