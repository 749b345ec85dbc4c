// See shares.h.
#include "node/api/shares.h"

#include <algorithm>
#include <utility>

#include "crypto/base/check.h"

namespace quanlu::api {

namespace ip = boost::asio::ip;

std::string share_name(const ip::address& address) {
    if (!address.is_v6()) return address.to_string();
    if (address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
    ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    return ip::address_v6(bytes).to_string() + "/64";
}

bool Shares::take(const std::string& name, std::size_t amount) {
    if (amount == 0) return true;
    if (amount > all_max_ - taken_) return false;
    const auto found = by_name_.find(name);
    const std::size_t held = found == by_name_.end() ? 0 : found->second;
    if (amount > one_max_ - held) return false;
    taken_ += amount;
    by_name_[name] = held + amount;
    return true;
}

void Shares::give_back(const std::string& name, std::size_t amount) {
    if (amount == 0) return;
    const auto found = by_name_.find(name);
    ENSURE(found != by_name_.end() && found->second >= amount, "given back and not taken");
    found->second -= amount;
    if (found->second == 0) by_name_.erase(found);
    taken_ -= amount;
}

bool Share::take(std::size_t amount) {
    if (!of_->take(name_, amount)) return false;
    amount_ += amount;
    return true;
}

void Share::give_back() {
    of_->give_back(name_, std::exchange(amount_, 0));
}

}  // namespace quanlu::api
