// Canonical strings of invoices and their keyed fingerprints (DOMAIN E.6). Banks' gateways and the
// command line compute them under the consortium's key; the ledger sees digests only, because
// serials and amounts can be guessed. Not here: the check for duplicates
// (records/receivable.cpp) and the key's rotation (docs/registry/receivable.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"

namespace quanlu::registry {

inline constexpr std::size_t kFingerprintKeyBytes = 32;

struct Invoice {
    std::string country;              // ISO 3166-1 alpha-2
    std::string number_form;          // FP20, FPCN, FRGN
    std::string number;               // 20 digits; code#number; as printed, upper case
    std::string seller_id, buyer_id;  // USCC or the id printed on a foreign invoice
    std::string date;                 // yyyy-mm-dd
    std::string ccy;                  // ISO 4217
    std::string amount_minor;         // with tax, without leading zeros
};

// FP20: 20 digits; FPCN: code of 10 or 12 digits, '#', number of 8; FRGN: 1 to 64 visible ASCII
// characters.
bool is_invoice_number(std::string_view number_form, std::string_view number);
// "INVFP1|..." and, without the number, "INVEC1|...". Nothing when a field has a form of which
// there could be two spellings, or when the year in a 20-digit number lies after the invoice's.
std::optional<std::string> exact_form(const Invoice& invoice);
std::optional<std::string> economic_form(const Invoice& invoice);

struct Fingerprints {
    std::string exact, economic;  // HMAC-SHA-256, 64 hex digits each
};
// REQUIRES: key of kFingerprintKeyBytes.
std::optional<Fingerprints> fingerprints_of(const Invoice& invoice, BytesView key);

}  // namespace quanlu::registry
