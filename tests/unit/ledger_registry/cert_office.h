// The people of a data trade, and bodies that pass every check: tests change one thing and see its
// code.
#pragma once

#include "data_book.h"

namespace quanlu::registry {

inline const std::string kHash = "sha256:" + std::string(64, 'a');
inline const std::string kOtherHash = "sha256:" + std::string(64, 'b');

class CertOffice : public Book {
public:
    CertOffice();

    [[nodiscard]] json::Value asset() const;
    [[nodiscard]] json::Value scenario() const;
    [[nodiscard]] json::Value entity() const;
    [[nodiscard]] json::Value transaction() const;
    [[nodiscard]] json::Value delivery(const std::string& transaction) const;

    // Application, assessment and issue; gives the number.
    std::string certify(const std::string& provider, const json::Value& body);
    // A data IP right of the seller, mirrored, pledged to the bank for 500,000.00, registered;
    // gives the pledge's number.
    std::string pledge_data_right(const json::Value& changes = json::Object{});
    // The same without the right, up to where `registered` says.
    std::string pledge(const json::Value& changes, bool registered = true);

    std::string asset_id, scenario_id, seller_id, buyer_id;  // set by open()
    void open();  // asset, scenario and both entity certificates stand
};

}  // namespace quanlu::registry
