// ISO 4217 (DOMAIN E.4): codes in use and the exponent of their minor unit. Amounts on the ledger
// are whole minor units. Not here: precious metals, bond units, XTS and XXX, which have no minor
// unit. The table is consensus.
#pragma once

#include <optional>
#include <string_view>

namespace quanlu::registry {

// 2 for CNY, 0 for JPY, 3 for KWD; nothing for what is no currency.
std::optional<int> minor_unit_digits(std::string_view ccy);
inline bool is_currency(std::string_view ccy) {
    return minor_unit_digits(ccy).has_value();
}

}  // namespace quanlu::registry
