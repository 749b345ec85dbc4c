// Reads take turns by the address that asks. Each is answered at once and whole, on the one loop
// that also takes transactions: without turns a client with a hundred expensive questions would
// come a hundred times before the next one. Whoever asks for much waits for itself.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace quanlu::api {

class Turns {
public:
    explicit Turns(boost::asio::io_context& loop) : loop_(loop) {}

    // Returns when it is the turn of this question. Between two turns the loop does what else is
    // ready.
    boost::asio::awaitable<void> mine(std::string address);

private:
    using Waiter = std::shared_ptr<boost::asio::steady_timer>;
    void schedule();
    void next();

    boost::asio::io_context& loop_;
    std::map<std::string, std::deque<Waiter>> waiting_;  // as many as there are connections
    std::string last_;                                   // whose turn it was
    bool is_scheduled_ = false;
};

}  // namespace quanlu::api
