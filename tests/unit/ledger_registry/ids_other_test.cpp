// Invoice fingerprints (DOMAIN E.6), invoice numbers (E.7), record numbers (E.8), currencies and
// countries (E.4).
#include <catch2/catch.hpp>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ids_mutation.h"
#include "ledger/registry/ids/country.h"
#include "ledger/registry/ids/currency.h"
#include "ledger/registry/ids/fingerprint.h"
#include "ledger/registry/ids/record_no.h"

namespace quanlu::registry {

namespace {

Invoice invoice_20() {
    return {"CN",
            "FP20",
            "24332000000123456789",
            "91330108MA28XYW55X",
            "91330110MA2DEMQ71G",
            "2024-06-30",
            "CNY",
            "11300000"};
}

Bytes counting_key() {
    Bytes key;
    for (int i = 0; i < 32; ++i) key.push_back(static_cast<std::uint8_t>(i));
    return key;
}

}  // namespace

TEST_CASE("fingerprint vectors of E.6") {
    const std::string exact = *exact_form(invoice_20());
    CHECK(
        exact ==
        "INVFP1|CN|FP20|24332000000123456789|91330108MA28XYW55X|91330110MA2DEMQ71G|2024-06-30|CNY|"
        "11300000");
    CHECK(to_hex(crypto::sm3(as_bytes(exact))) ==
          "50f44c9b7342fac0c15d76542b3e8afd6eba313b0ba39ba2aa24fe71bbc1c84d");
    CHECK(to_hex(crypto::sha256(as_bytes(exact))) ==
          "9e470e34750dc60fdf092c0fea4dd1375855fc4d0cedc3228eb57d0c9a225f34");
    const Bytes key = counting_key();
    CHECK(to_hex(crypto::hmac_sm3(key, as_bytes(exact))) ==
          "4f833e97fb3bfe6b0500a368f4cb8eb3a5ffead41ed9ca220e68b9f1f9d787d3");
    const auto keyed = fingerprints_of(invoice_20(), key);
    REQUIRE(keyed);
    CHECK(keyed->exact == "8934787467085c72b69120f8848fc88d44d9e5cc8bb3fa9c3a712e646aeda71d");
    CHECK(keyed->economic != keyed->exact);

    Invoice older = invoice_20();
    older.number_form = "FPCN";
    older.number = "033002200111#12345678";
    older.date = "2022-03-15";
    CHECK(to_hex(crypto::sm3(as_bytes(*exact_form(older)))) ==
          "140c01ca71cf5534edc1ed2323a23d0cc672123d39bde7f60b4714fc806c331a");
    CHECK(*economic_form(invoice_20()) ==
          "INVEC1|CN|91330108MA28XYW55X|91330110MA2DEMQ71G|2024-06-30|CNY|11300000");
    CHECK(to_hex(crypto::sm3(as_bytes(*economic_form(invoice_20())))) ==
          "9c76d758bc3b1829cfd3ec51004806a10227e4652c6e1a0008a4108e9d4c5014");
}

TEST_CASE("the key decides the fingerprint; the economic one forgets the number and nothing else") {
    const Bytes key = counting_key();
    Bytes other = key;
    other[31] ^= 1;
    const auto base = *fingerprints_of(invoice_20(), key);
    CHECK(fingerprints_of(invoice_20(), other)->exact != base.exact);
    Invoice renumbered = invoice_20();
    renumbered.number = "24332000000123456780";
    const auto near = *fingerprints_of(renumbered, key);
    CHECK(near.exact != base.exact);
    CHECK(near.economic == base.economic);
    Invoice dearer = invoice_20();
    dearer.amount_minor = "11300001";
    CHECK(fingerprints_of(dearer, key)->economic != base.economic);
}

TEST_CASE("an invoice with two spellings has none") {
    const auto refused = [](auto change) {
        Invoice invoice = invoice_20();
        change(invoice);
        CHECK_FALSE(exact_form(invoice));
        CHECK_FALSE(fingerprints_of(invoice, counting_key()));
    };
    refused([](Invoice& i) { i.amount_minor = "011300000"; });
    refused([](Invoice& i) { i.amount_minor = "0"; });
    refused([](Invoice& i) { i.amount_minor = ""; });
    refused([](Invoice& i) { i.amount_minor = "113000.00"; });
    refused([](Invoice& i) { i.amount_minor = std::string(17, '1'); });
    refused([](Invoice& i) { i.ccy = "cny"; });
    refused([](Invoice& i) { i.ccy = "XXX"; });
    refused([](Invoice& i) { i.country = "UK"; });
    refused([](Invoice& i) { i.date = "2024-6-30"; });
    refused([](Invoice& i) { i.date = "2024-02-30"; });
    refused([](Invoice& i) { i.seller_id = "91330108ma28xyw55x"; });
    refused([](Invoice& i) { i.seller_id = "A|B"; });
    refused([](Invoice& i) { i.buyer_id = ""; });
    refused([](Invoice& i) { i.buyer_id = "A B"; });
    refused([](Invoice& i) { i.number_form = "FP21"; });
    refused([](Invoice& i) { i.date = "2023-12-31"; });  // the number says 2024
}

TEST_CASE("invoice numbers of E.7") {
    CHECK(is_invoice_number("FP20", "24332000000123456789"));
    CHECK_FALSE(is_invoice_number("FP20", "2433200000012345678"));
    CHECK_FALSE(is_invoice_number("FP20", "2433200000012345678A"));
    CHECK(is_invoice_number("FPCN", "033002200111#12345678"));
    CHECK(is_invoice_number("FPCN", "3300220011#12345678"));
    for (const char* text : {"33002200111#12345678", "3300220011#1234567", "330022001112345678",
                             "3300220011#12345678#", "#12345678", "3300220011#1234567X"}) {
        INFO(text);
        CHECK_FALSE(is_invoice_number("FPCN", text));
    }
    CHECK(is_invoice_number("FRGN", "INV-2024/001"));
    CHECK_FALSE(is_invoice_number("FRGN", "INV|1"));
    CHECK_FALSE(is_invoice_number("FRGN", std::string(65, 'A')));
    CHECK_FALSE(is_invoice_number("", "1"));
}

TEST_CASE("record numbers: ISO 7064 MOD 37,36 over type, region, day and serial") {
    CHECK(mod_37_36("A12425GABC1234002") ==
          'M');  // example of the Global Release Identifier standard
    const Date day = *date_from_text("2026-11-20");
    const std::string no = make_record_no("PL", "330110", day, 17);
    CHECK(no.substr(0, 28) == "PL-330110-20261120-00000017-");
    CHECK(is_record_no(no));
    CHECK(make_record_no("DI", "330108", day, 99'999'999).substr(19, 8) == "99999999");
    for (const std::string& changed : one_character_off(no, kDigitsAndLetters)) {
        INFO(changed);
        CHECK_FALSE(is_record_no(changed));
    }
    // Neighbours exchanged, where they differ.
    for (std::size_t i = 0; i + 1 < no.size(); ++i) {
        if (no[i] == no[i + 1]) continue;
        std::string changed = no;
        std::swap(changed[i], changed[i + 1]);
        INFO(changed);
        CHECK_FALSE(is_record_no(changed));
    }
    for (const char* text : {"", "PL-330110-20261120-00000017", "pl-330110-20261120-00000017-4",
                             "PL-330110-20261320-00000017-4", "PL-33o110-20261120-00000017-4"}) {
        INFO(text);
        CHECK_FALSE(is_record_no(text));
    }
}

TEST_CASE("currencies and countries") {
    CHECK(minor_unit_digits("CNY") == 2);
    CHECK(minor_unit_digits("USD") == 2);
    CHECK(minor_unit_digits("JPY") == 0);
    CHECK(minor_unit_digits("KWD") == 3);
    CHECK(minor_unit_digits("CLF") == 4);
    for (const char* text : {"", "CN", "CNYY", "cny", "XXX", "XAU", "RMB", "Y B", "NY "}) {
        INFO(text);
        CHECK_FALSE(is_currency(text));
    }
    std::size_t currencies = 0, countries = 0;
    const std::string_view letters = kDigitsAndLetters.substr(10);
    for (const char a : letters) {
        for (const char b : letters) {
            countries += is_country(std::string{a, b}) ? 1 : 0;
            for (const char c : letters) currencies += is_currency(std::string{a, b, c}) ? 1 : 0;
        }
    }
    CHECK(currencies == 166);
    CHECK(countries == 249);
    CHECK(is_country("CN"));
    for (const char* text : {"", "C", "CHN", "cn", "UK", "EU", "XX", "D ", " D"}) {
        INFO(text);
        CHECK_FALSE(is_country(text));
    }
}

}  // namespace quanlu::registry
