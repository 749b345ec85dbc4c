// Patent numbers (DOMAIN E.2), other rights' numbers (E.7) and the one key of each.
#include <catch2/catch.hpp>

#include "crypto/base/bytes.h"
#include "crypto/base/encode.h"
#include "ids_mutation.h"
#include "ledger/registry/ids/right_no.h"

namespace quanlu::registry {

namespace {

struct PatentVector {
    std::string_view printed, normal;
    char kind;
    int year;
};
constexpr PatentVector kPatents[] = {
    {"ZL201310699744.2", "2013106997442", '1', 2013},
    {"202010269637.6", "2020102696376", '1', 2020},
    {"ZL201811564288.X", "201811564288X", '1', 2018},
    {"ZL202322865413.3", "2023228654133", '2', 2023},
    {"202011391154.X", "202011391154X", '1', 2020},
    {"201510958772.0", "2015109587720", '1', 2015},
    {"200510096239.4", "2005100962394", '1', 2005},
    {"202010566088.9", "2020105660889", '1', 2020},
    {"95115608.X", "95115608X", '1', 1995},
    {"97101765.4", "971017654", '1', 1997},
    {"202110123456.7", "2021101234567", '1', 2021},
    {"202230000017.2", "2022300000172", '3', 2022},
    {"202110100009.X", "202110100009X", '1', 2021},
};

std::string key_of(std::string_view kind, std::string_view number) {
    RightNoError error{};
    const auto key = right_key(kind, number, error);
    if (key) {
        CHECK(error == RightNoError::none);
        return key->key;
    }
    return error == RightNoError::kind ? "kind" : "form";
}

}  // namespace

TEST_CASE("patent vectors of E.2, in every spelling, have one normal form") {
    for (const PatentVector& one : kPatents) {
        INFO(one.printed);
        CHECK(normal_patent_no(one.printed) == std::string(one.normal));
        CHECK(patent_kind(one.normal) == one.kind);
        CHECK(patent_year(one.normal) == one.year);
        std::string bare(one.normal);
        const std::string last = bare.substr(bare.size() - 1);
        const std::string head = bare.substr(0, bare.size() - 1);
        for (const std::string& spelling :
             {bare, "ZL" + bare, "CN" + bare, "ZL " + head + "." + last, "zl" + head + " . " + last,
              head.substr(0, 4) + " " + head.substr(4) + "." + last}) {
            INFO(spelling);
            CHECK(normal_patent_no(spelling) == std::string(one.normal));
        }
    }
    CHECK(normal_patent_no("201811564288.x") == "201811564288X");
}

TEST_CASE("what is no patent number is refused") {
    for (const char* text :
         {"202110123456.8", "202170123456.7", "CN107220896A", "CN107220896", "CN1234567A",
          "202110123456", "ZLCN202110123456.7", "ZL", "", "2021-10123456.7", "20211O123456.7",
          "X02110123456.7", "202110123456.7X",
          "\xEF\xBC\x92"
          "02110123456.7"}) {
        INFO(text);
        CHECK_FALSE(normal_patent_no(text));
    }
}

TEST_CASE("the year of a patent number lies in the block its form was used in") {
    // Check characters of these are right: the year alone decides.
    CHECK(normal_patent_no("851000002"));  // 85, old form
    CHECK_FALSE(
        normal_patent_no("84100000X"));  // before the Patent Law; as 2084 after the old form ended
    CHECK(normal_patent_no("031000002"));        // 2003, last year of the old form
    CHECK_FALSE(normal_patent_no("041000005"));  // 2004 has the new form
    CHECK(normal_patent_no("2003100000003"));
    CHECK_FALSE(normal_patent_no("2002100000009"));
    CHECK_FALSE(normal_patent_no("1985100000004"));
}

TEST_CASE("every single wrong character of a patent number is found, without exception") {
    for (const PatentVector& one : kPatents) {
        for (const std::string& changed : one_character_off(one.normal, kDigitsAndLetters)) {
            INFO(one.normal << " -> " << changed);
            CHECK_FALSE(normal_patent_no(changed));
        }
    }
}

TEST_CASE("asset kind and kind digit agree, PCT digits included") {
    CHECK(key_of("patent_invention", "ZL201310699744.2") == "patent:2013106997442");
    CHECK(key_of("patent_utility", "ZL202322865413.3") == "patent:2023228654133");
    CHECK(key_of("patent_design", "202230000017.2") == "patent:2022300000172");
    CHECK(key_of("patent_utility", "ZL201310699744.2") == "kind");
    CHECK(key_of("patent_invention", "202230000017.2") == "kind");
    CHECK(key_of("patent_design", "ZL202322865413.3") == "kind");
    const auto pct = normal_patent_no("2004800000010");
    REQUIRE(pct);
    CHECK(key_of("patent_invention", *pct) == "patent:" + *pct);
    CHECK(key_of("patent_utility", *pct) == "kind");
    RightNoError error{};
    CHECK(right_key("patent_invention", "201811564288x", error)->canonical == "ZL201811564288.X");
    CHECK(right_key("patent_invention", "95115608X", error)->canonical == "ZL95115608.X");
}

TEST_CASE("trademark numbers: leading zeros and spelling do not make a second key") {
    CHECK(key_of("trademark", "12345678") == "trademark:12345678");
    CHECK(key_of("trademark", "00123456") == "trademark:123456");
    CHECK(key_of("trademark", "1234567A") == "trademark:1234567A");
    CHECK(key_of("trademark", "g0812345") == "trademark:G812345");
    CHECK(key_of("trademark", "G 812345") == "trademark:G812345");
    for (const char* text : {"123456789", "", "G", "A", "12A45678", "12345678AB", "1234-678"}) {
        INFO(text);
        CHECK(key_of("trademark", text) == "form");
    }
}

TEST_CASE("copyright numbers: software and works share a number space, not a form") {
    CHECK(key_of("copyright_software", "2024SR0012345") == "copyright:2024SR0012345");
    CHECK(key_of("copyright_software", "2009sr012345") == "copyright:2009SR0012345");
    CHECK(key_of("copyright_work", "国作登字-2024-F-00012345") == "copyright:W00-2024-F-00012345");
    CHECK(key_of("copyright_work", "浙作登字-2024-F-12345") == "copyright:W33-2024-F-00012345");
    CHECK(key_of("copyright_work", "黔作登字-2020-A-00000001") ==
          key_of("copyright_work", "贵作登字-2020-A-1"));
    CHECK(key_of("copyright_work", "2024SR0012345") == "kind");
    CHECK(key_of("copyright_software", "国作登字-2024-F-00012345") == "kind");
    for (const char* text :
         {"国作登字-24-F-00012345", "国作登字-2024-FF-00012345", "国作登字-2024-F-",
          "国作登字2024F1", "国作登字-2024-F-123456789", "作登字-2024-F-00012345",
          "火作登字-2024-F-00012345", "国作登字－2024－F－00012345"}) {
        INFO(text);
        CHECK(key_of("copyright_work", text) == "form");
    }
    for (const char* text : {"2024SR12345", "2024SR12345678", "2024SR001234X"}) {
        INFO(text);
        CHECK(key_of("copyright_software", text) == "form");
    }
}

TEST_CASE("numbers without a known form are kept as text, exactly") {
    CHECK(key_of("ic_layout", "BS.21501234.5") == "layout:BS215012345");
    CHECK(key_of("data_ip", "DI-2024-0001") == "data_ip:DI-2024-0001");
    const std::string chinese = "浙数登字2024第1号";
    CHECK(key_of("data_ip", chinese) == "data_ip:u" + to_hex(as_bytes(chinese)));
    // Points tell data IP numbers apart; spaces do not.
    CHECK(key_of("data_ip", "2024.12.3") != key_of("data_ip", "2024.1.23"));
    CHECK(key_of("data_ip", "DI 2024") == key_of("data_ip", "di2024"));
    CHECK(key_of("data_ip", std::string(41, 'A')) == "form");
    for (const char* text : {"", "浙数登字２０２４",
                             "浙数登字\xE3\x80\x80"
                             "2024",
                             "D\xE2\x80\x8BI1",
                             "D\xE2\x80\x94"
                             "1",
                             "D\x01I", "\xC3\x28", "e\xCC\x81"}) {
        INFO(text);
        CHECK(key_of("data_ip", text) == "form");
    }
    CHECK(key_of("plant_variety", "123") == "form");
}

TEST_CASE("a person's question finds the key the register has") {
    CHECK(guess_right_key("zl 202110123456.7") == "patent:2021101234567");
    CHECK(guess_right_key("patent:ZL202110123456.7") == "patent:2021101234567");
    CHECK(guess_right_key("patent:2021101234567") == "patent:2021101234567");
    CHECK(guess_right_key("trademark:00123456") == "trademark:123456");
    CHECK(guess_right_key("copyright:2009SR012345") == "copyright:2009SR0012345");
    CHECK(guess_right_key("copyright:国作登字-2024-F-12345") == "copyright:W00-2024-F-00012345");
    for (const std::string& number : {std::string("浙数登字2024第1号"), std::string("DI-1"),
                                      std::string("u6"), std::string("u4142")}) {
        const std::string key = key_of("data_ip", number);
        CHECK(guess_right_key("data_ip:" + number) == key);
        CHECK(guess_right_key(key) == key);
    }
    const std::string work = key_of("copyright_work", "浙作登字-2024-F-12345");
    CHECK(guess_right_key(work) == work);
    for (const char* text : {"202110123456.8", "patent:202110123456.8", "party:a", ":",
                             "trademark:", "trademark:x", "", "data_ip:uZZ\x01"}) {
        INFO(text);
        CHECK_FALSE(guess_right_key(text));
    }
}

TEST_CASE("every key fits a record id: ASCII, at most 128 bytes") {
    const std::string longest = key_of("data_ip", "浙数登字浙数登字浙数登字甲");  // 39 bytes
    CHECK(longest.size() <= 128);
    for (const char c : longest) CHECK(static_cast<unsigned char>(c) < 0x80);
}

}  // namespace quanlu::registry
