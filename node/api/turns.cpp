// See turns.h.
#include "node/api/turns.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace quanlu::api {

namespace asio = boost::asio;

asio::awaitable<void> Turns::mine(std::string address) {
    const Waiter waiter =
        std::make_shared<asio::steady_timer>(loop_, std::chrono::steady_clock::time_point::max());
    waiting_[std::move(address)].push_back(waiter);
    schedule();
    co_await waiter->async_wait(asio::as_tuple(asio::use_awaitable));
}

void Turns::schedule() {
    if (is_scheduled_ || waiting_.empty()) return;
    is_scheduled_ = true;
    asio::post(loop_, [this] {
        is_scheduled_ = false;
        next();
    });
}

void Turns::next() {
    auto lane = waiting_.upper_bound(last_);
    if (lane == waiting_.end()) lane = waiting_.begin();
    last_ = lane->first;
    const Waiter waiter = lane->second.front();
    lane->second.pop_front();
    if (lane->second.empty()) waiting_.erase(lane);
    waiter->cancel();  // it goes on before what is scheduled here
    schedule();
}

}  // namespace quanlu::api
