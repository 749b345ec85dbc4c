// Two sellers, one buyer, two banks and a factor: receivables that pass every check until a test
// changes one thing.
#pragma once

#include "cert_office.h"

namespace quanlu::registry {

class ReceivableBank : public CertOffice {
public:
    ReceivableBank();

    // 100,000.00 CNY, due in 90 days. `fp` names the invoice, `economic` its facts without the
    // number.
    [[nodiscard]] json::Value invoice(char fp = '1', char economic = 'a') const;
    [[nodiscard]] json::Value financing(const std::string& kind = "pledge",
                                        std::int64_t amount = 8'000'000) const;
    [[nodiscard]] json::Value consent(const std::string& act, const std::string& to) const;

    std::string registered(const std::string& bank, const json::Value& body);
    void tax(const std::string& id, const std::string& status = "valid", std::int64_t age_ms = 0);
    // Registered, status checked, seller's consent there, financed by the bank.
    std::string financed(const std::string& bank, const json::Value& body,
                         const std::string& kind = "pledge", std::int64_t amount = 8'000'000);
    void seller_agrees(const std::string& id, const std::string& bank, const std::string& kind,
                       std::int64_t amount);
    [[nodiscard]] const json::Value& fingerprint(char fp) const;
};

std::string hex64(char c);

}  // namespace quanlu::registry
