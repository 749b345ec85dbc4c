// Canonical strings of invoices for keyed fingerprints (DOMAIN E.6). Banks' gateways and the command line compute them
// under the consortium's key; the ledger sees digests only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quanlu::registry {

struct Invoice {
    std::string country;      // CN
    std::string number_form;  // FP20, FPCN, FRGN
    std::string number;       // 20 digits; code#number; as printed
    std::string seller_id, buyer_id;
    std::string date;         // yyyy-mm-dd
    std::string ccy;
    std::string amount_minor;
};

// "INVFP1|..." and, without number, "INVEC1|...". Nothing when a field has a character that does not belong.
std::optional<std::string> exact_form(const Invoice& invoice);
std::optional<std::string> economic_form(const Invoice& invoice);
bool is_invoice_number(std::string_view number_form, std::string_view number);

}  // namespace quanlu::registry
