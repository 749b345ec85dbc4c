// The parties of a securitization and what a pool is made of: firms with patents, pledged to a
// small-loan company that lends to them.
#pragma once

#include "cert_office.h"

namespace quanlu::registry {

class ProgrammeDesk : public CertOffice {
public:
    ProgrammeDesk();

    // Signed by both, not yet before the office.
    std::string filed(const std::string& firm, const std::string& right, const std::string& pledgee,
                      std::int64_t secured);
    // A number of the year 2021 that passes its check digit.
    static std::string patent_no(int serial);
    // Mirrors a patent of the firm; gives the right's id.
    std::string patent(const std::string& firm, int serial);
    // Registered pledge of one right to `pledgee`.
    std::string pledged(const std::string& firm, const std::string& right,
                        const std::string& pledgee, std::int64_t secured);
    // The code with which the office refuses to accept such a filing.
    std::string pledge_refused(const std::string& firm, const std::string& right,
                               const std::string& pledgee);
    // A drawn loan of the small-loan company to the firm.
    std::string lent(const std::string& firm, const json::Array& pledges, std::int64_t amount);
    std::string appraised(const json::Array& rights, std::int64_t value);

    [[nodiscard]] json::Value set_up() const;
    [[nodiscard]] static json::Value entry(const std::string& claim, const std::string& pledge,
                                           const std::string& report, std::int64_t principal,
                                           std::int64_t value);
    // Both, or all three, act in turn; code of the last.
    std::string both(const std::string& act, const std::string& id, const json::Value& body);
    std::string all_three(const std::string& act, const std::string& id, const json::Value& body);
    std::string entered(const std::string& id, const json::Value& entry);
    void cancelled(const std::string& pledge);
};

}  // namespace quanlu::registry
