// What clients hold of what all of them share: so much in all, and so much of it for one address,
// so that nobody takes it from the others.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <map>
#include <memory>
#include <string>

namespace quanlu::api {

// To whose share it counts: an IPv4 address, also where it is written as an IPv6 one; of an IPv6
// address the first 64 bits, because one client has all addresses below them.
std::string share_name(const boost::asio::ip::address& address);

class Shares {
public:
    Shares(std::size_t all_max, std::size_t one_max) : all_max_(all_max), one_max_(one_max) {}

    // False: it is too much, and nothing is taken.
    [[nodiscard]] bool take(const std::string& name, std::size_t amount);
    void give_back(const std::string& name, std::size_t amount);
    [[nodiscard]] std::size_t taken() const { return taken_; }

private:
    std::size_t all_max_, one_max_, taken_ = 0;
    std::map<std::string, std::size_t> by_name_;  // of those that hold something
};

// What one connection holds of them; given back at the latest when this goes.
class Share {
public:
    Share(std::shared_ptr<Shares> of, std::string name)
        : of_(std::move(of)), name_(std::move(name)) {}
    ~Share() { give_back(); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    [[nodiscard]] bool take(std::size_t amount);
    void give_back();

private:
    std::shared_ptr<Shares> of_;
    std::string name_;
    std::size_t amount_ = 0;
};

}  // namespace quanlu::api
