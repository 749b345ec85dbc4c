// Fixed fields, '|' between, upper case, no spaces.
#include "ledger/registry/ids/fingerprint.h"

#include "crypto/base/civil_time.h"

namespace quanlu::registry {

namespace {

bool digits(std::string_view text, std::size_t from, std::size_t to) {
    if (text.size() < from || text.size() > to) return false;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
    }
    return true;
}

bool clean(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (const char c : text) {
        if (c <= ' ' || c >= 0x7F || c == '|' || (c >= 'a' && c <= 'z')) return false;
    }
    return true;
}

bool acceptable(const Invoice& invoice) {
    return invoice.country.size() == 2 && clean(invoice.country) && clean(invoice.seller_id) &&
           clean(invoice.buyer_id) && date_from_text(invoice.date) && invoice.ccy.size() == 3 && clean(invoice.ccy) &&
           digits(invoice.amount_minor, 1, 18);
}

}  // namespace

bool is_invoice_number(std::string_view form, std::string_view number) {
    if (form == "FP20") return digits(number, 20, 20);
    if (form == "FPCN") {
        const std::size_t hash = number.find('#');
        if (hash == std::string_view::npos || !digits(number.substr(hash + 1), 8, 8)) return false;
        return digits(number.substr(0, hash), 10, 10) || digits(number.substr(0, hash), 12, 12);
    }
    return form == "FRGN" && clean(number);
}

std::optional<std::string> exact_form(const Invoice& invoice) {
    if (!acceptable(invoice) || !is_invoice_number(invoice.number_form, invoice.number)) return std::nullopt;
    return "INVFP1|" + invoice.country + "|" + invoice.number_form + "|" + invoice.number + "|" + invoice.seller_id +
           "|" + invoice.buyer_id + "|" + invoice.date + "|" + invoice.ccy + "|" + invoice.amount_minor;
}

std::optional<std::string> economic_form(const Invoice& invoice) {
    if (!acceptable(invoice)) return std::nullopt;
    return "INVEC1|" + invoice.country + "|" + invoice.seller_id + "|" + invoice.buyer_id + "|" + invoice.date + "|" +
           invoice.ccy + "|" + invoice.amount_minor;
}

}  // namespace quanlu::registry
