// Bodies of acts as benchmarks, audits and the simulator file them. Identifiers are valid in form
// and belong to nobody; sealed fields are closed over nothing.
#pragma once

#include <string>

#include "crypto/base/json.h"

namespace quanlu::forms {

inline const std::string kPaper = "sha256:" + std::string(64, 'a');

inline json::Value sealed() {
    return json::Object{{"_sd", std::string(43, 'A')}};
}

// With the right check character (ZC 0006-2003). REQUIRES: serial < 10^7.
inline std::string patent_no(std::size_t serial) {
    std::string tail = std::to_string(serial);
    const std::string digits = "20211" + std::string(7 - tail.size(), '0') + tail;
    static constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0;
    for (std::size_t i = 0; i < 12; ++i) sum += (digits[i] - '0') * kWeights[i];
    return "ZL" + digits + "." + (sum % 11 == 10 ? std::string("X") : std::to_string(sum % 11));
}

inline json::Value patent(std::size_t serial, const std::string& holder, const std::string& today) {
    return json::Object{{"asset_kind", "patent_invention"},
                        {"right_no", patent_no(serial)},
                        {"title", "patent " + std::to_string(serial)},
                        {"holders", json::Array{json::Object{{"party", holder}}}},
                        {"application_date", "2021-03-01"},
                        {"grant_date", "2023-05-09"},
                        {"expiry_date", "2041-03-01"},
                        {"annual_fee_paid_to", "2099-12-31"},
                        {"legal_status", "in_force"},
                        {"invalidation_pending", false},
                        {"ownership_dispute", false},
                        {"dual_filing", false},
                        {"source_snapshot_hash", kPaper},
                        {"source_checked_on", today}};
}

inline json::Value pledge(const std::string& pledgor, const std::string& bank,
                          const std::string& right, const std::string& today) {
    return json::Object{
        {"pledge_kind", "specific"},
        {"pledgors", json::Array{pledgor}},
        {"pledgees", json::Array{bank}},
        {"debtor", pledgor},
        {"rights", json::Array{right}},
        {"right_count", 1},
        {"main_contract_no", sealed()},
        {"main_contract", sealed()},
        {"pledge_contract", sealed()},
        {"contract_date", today},
        {"contract_items", json::Array{"identity", "claim", "term", "right", "scope"}},
        {"claim_kind", "loan"},
        {"secured_amount", 100'000},
        {"ccy", "CNY"},
        {"debt_from", today},
        {"debt_due", "2030-01-01"},
        {"scope_of_security", json::Array{"principal"}}};
}

// Fingerprints are given: 64 hex digits each.
inline json::Value invoice(const std::string& seller, const std::string& buyer,
                           const std::string& exact, const std::string& economic) {
    return json::Object{{"seller", seller},
                        {"buyer", buyer},
                        {"invoice_kind", "e_fapiao_20"},
                        {"invoice_number", sealed()},
                        {"invoice_date", "2026-11-10"},
                        {"invoice_amount", 10'000'000},
                        {"tax_amount", sealed()},
                        {"ccy", "CNY"},
                        {"due_date", "2027-02-10"},
                        {"fp_epoch", 1},
                        {"fp_exact", exact},
                        {"fp_economic", economic},
                        {"collateral_description", "goods"},
                        {"assignment_bar", "none"}};
}

inline json::Value asset(std::size_t serial) {
    return json::Object{
        {"asset_name", "asset " + std::to_string(serial)},
        {"industry", "x"},
        {"application_scenario", "y"},
        {"data_form", "api"},
        {"storage_format", "json"},
        {"source_kind", json::Array{"self_collected"}},
        {"update_frequency", "none"},
        {"grade", "general_1"},
        {"contains_personal_info", false},
        {"sensitive_pi", false},
        {"minors_pi", false},
        {"content_digest", json::Object{{"root", kPaper}, {"algorithm_id", "sha256"}}}};
}

}  // namespace quanlu::forms
