// Fixed fields, '|' between, upper case, no spaces: one invoice has one string.
#include "ledger/registry/ids/fingerprint.h"

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/registry/ids/ascii.h"
#include "ledger/registry/ids/country.h"
#include "ledger/registry/ids/currency.h"

namespace quanlu::registry {

namespace {

constexpr std::size_t kPartMax = 64;      // bytes of an id or a foreign number
constexpr std::size_t kAmountMax = 16;    // digits: 2^53 - 1 has 16
constexpr int kTwoDigitYearsFrom = 2000;  // 20-digit numbers began in 2021

bool clean(std::string_view text) {
    if (text.empty() || text.size() > kPartMax) return false;
    for (const char c : text) {
        if (c <= ' ' || c >= 0x7F || c == '|' || (c >= 'a' && c <= 'z')) return false;
    }
    return true;
}

bool facts_hold(const Invoice& invoice) {
    return is_country(invoice.country) && clean(invoice.seller_id) && clean(invoice.buyer_id) &&
           date_from_text(invoice.date) && is_currency(invoice.ccy) &&
           digits_of_length(invoice.amount_minor, 1, kAmountMax) &&
           invoice.amount_minor.front() != '0';
}

bool year_holds(const Invoice& invoice) {
    if (invoice.number_form != "FP20") return true;
    const int year =
        kTwoDigitYearsFrom + (invoice.number[0] - '0') * 10 + (invoice.number[1] - '0');
    return year <= to_ymd(*date_from_text(invoice.date)).year;
}

std::string facts_of(const Invoice& invoice) {
    return invoice.seller_id + "|" + invoice.buyer_id + "|" + invoice.date + "|" + invoice.ccy +
           "|" + invoice.amount_minor;
}

}  // namespace

bool is_invoice_number(std::string_view number_form, std::string_view number) {
    if (number_form == "FP20") return digits_of_length(number, 20, 20);
    if (number_form == "FPCN") {
        const std::size_t hash = number.find('#');
        if (hash != 10 && hash != 12) return false;
        return all_digits(number.substr(0, hash)) &&
               digits_of_length(number.substr(hash + 1), 8, 8);
    }
    return number_form == "FRGN" && clean(number);
}

std::optional<std::string> exact_form(const Invoice& invoice) {
    if (!facts_hold(invoice) || !is_invoice_number(invoice.number_form, invoice.number) ||
        !year_holds(invoice)) {
        return std::nullopt;
    }
    return "INVFP1|" + invoice.country + "|" + invoice.number_form + "|" + invoice.number + "|" +
           facts_of(invoice);
}

std::optional<std::string> economic_form(const Invoice& invoice) {
    if (!facts_hold(invoice)) return std::nullopt;
    return "INVEC1|" + invoice.country + "|" + facts_of(invoice);
}

std::optional<Fingerprints> fingerprints_of(const Invoice& invoice, BytesView key) {
    ENSURE(key.size() == kFingerprintKeyBytes);
    const auto exact = exact_form(invoice);
    const auto economic = economic_form(invoice);
    if (!exact || !economic) return std::nullopt;
    return Fingerprints{to_hex(crypto::hmac_sha256(key, as_bytes(*exact))),
                        to_hex(crypto::hmac_sha256(key, as_bytes(*economic)))};
}

}  // namespace quanlu::registry
