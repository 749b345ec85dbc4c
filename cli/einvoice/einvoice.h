// An e-invoice as EN 16931 means it, read from UBL 2.1 (Invoice) or UN/CEFACT CII. Only what a
// fingerprint needs, and what a person checks it by (docs/decisions/0013-e-invoices.md).
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "ledger/registry/ids/fingerprint.h"

namespace quanlu::cli {

inline constexpr std::size_t kEInvoiceBytesMax = 16 * 1024 * 1024;

struct EInvoice {
    std::string syntax;                   // "ubl", "cii"
    std::string type_code;                // BT-3
    std::string seller_name, buyer_name;  // BT-27, BT-44
    std::string due_date;                 // BT-9, may be empty
    registry::Invoice facts;              // as fingerprinted
};

// Why a file is no invoice that can be financed: in words for the person who sent it.
struct EInvoiceRefusal {
    std::string reason;  // "not_xml", "dtd", "syntax", "credit_note", "missing", "amount", "form"
    std::string term;    // the EN 16931 term it is about, "" when the whole document
    std::string found;
};

Result<EInvoice, EInvoiceRefusal> read_einvoice(std::string_view document);

// 121.50 with two digits is 12150. Nothing for what is no amount above zero, or finer than the
// currency.
Result<std::string, std::string> to_minor_units(std::string_view decimal, int digits);

}  // namespace quanlu::cli
