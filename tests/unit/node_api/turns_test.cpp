#include "node/api/turns.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <vector>

using namespace quanlu;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> ask(api::Turns& turns, std::string who, std::vector<std::string>& answered) {
    co_await turns.mine(who);
    answered.push_back(std::move(who));
}

std::vector<std::string> order_of(const std::vector<std::string>& asked) {
    asio::io_context loop{1};
    api::Turns turns(loop);
    std::vector<std::string> answered;
    for (const std::string& who : asked)
        asio::co_spawn(loop, ask(turns, who, answered), asio::detached);
    loop.run();
    return answered;
}

}  // namespace

TEST_CASE("who asks once is answered before the second question of who asks a hundred times") {
    std::vector<std::string> asked(100, "10.0.0.2");
    asked.emplace_back("10.0.0.1");
    asked.emplace_back("10.0.0.3");
    const std::vector<std::string> answered = order_of(asked);
    REQUIRE(answered.size() == 102);
    // The first may be under way when the others come.
    CHECK(std::count(answered.begin(), answered.begin() + 4, "10.0.0.2") <= 2);
    CHECK(std::count(answered.begin(), answered.begin() + 4, "10.0.0.1") == 1);
    CHECK(std::count(answered.begin(), answered.begin() + 4, "10.0.0.3") == 1);
}

TEST_CASE("questions of one address are answered in order, all of them, and other work goes on") {
    asio::io_context loop{1};
    api::Turns turns(loop);
    std::vector<std::string> answered;
    std::size_t between = 0;
    for (int i = 0; i < 10; ++i)
        asio::co_spawn(loop, ask(turns, "10.0.0.2", answered), asio::detached);
    const auto other = [&](const auto& self) -> void {
        if (answered.size() == 10) return;
        if (!answered.empty()) ++between;
        asio::post(loop, [&self] { self(self); });
    };
    asio::post(loop, [&] { other(other); });
    loop.run();
    CHECK(answered.size() == 10);
    CHECK(between >= 9);
}
