#include "node/workers.h"

#include <catch2/catch.hpp>
#include <future>
#include <set>

using namespace quanlu;
using node::Workers;

namespace {

// The one worker is held inside this until it is let go.
class Held {
public:
    explicit Held(Workers& workers) {
        REQUIRE(workers.check(0, {"x"}, [this](const std::vector<Workers::Checked>&) {
            reached_.set_value();
            go_.get_future().wait();
        }));
        reached_.get_future().wait();
    }
    void let_go() { go_.set_value(); }

private:
    std::promise<void> reached_, go_;
};

std::vector<std::string> mebibyte() {
    return std::vector<std::string>(64, std::string(16 * 1024, 'x'));
}

}  // namespace

TEST_CASE("who sends more transactions than can be checked waits for itself alone") {
    const node::Board board;
    Workers workers(Hash{}, board, 1, 3);
    Held held(workers);
    std::vector<std::string> ended;  // by the one worker
    std::promise<void> all_ended;
    std::size_t taken = 0;
    const auto ends = [&](const char* who) {
        return [&, who](const std::vector<Workers::Checked>&) {
            ended.emplace_back(who);
            if (ended.size() == taken + 2) all_ended.set_value();
        };
    };
    while (taken < 100 && workers.check(0, mebibyte(), ends("flood"))) ++taken;
    CHECK(taken == 3);
    REQUIRE(workers.check(1, {"y"}, ends("member")));
    REQUIRE(workers.check(2, {"z"}, ends("client")));
    held.let_go();
    all_ended.get_future().wait();
    REQUIRE(ended.size() == taken + 2);
    CHECK(std::set<std::string>{ended[0], ended[1]} == std::set<std::string>{"member", "client"});
}

TEST_CASE("what holds no text holds memory, and a lane has an end for it too") {
    const node::Board board;
    Workers workers(Hash{}, board, 1, 2);
    Held held(workers);
    const auto nothing = [](const std::vector<Workers::Checked>&) {};
    for (const std::size_t texts : {20'000U, 0U}) {
        std::size_t taken = 0;
        while (taken < 2'000'000 / (texts + 1) &&
               workers.check(1, std::vector<std::string>(texts), nothing))
            ++taken;
        CHECK(taken * (texts + 1) * sizeof(std::string) < 5 * 1024 * 1024);
    }
    held.let_go();
}

TEST_CASE("a frame is checked however large it is, and its place is free when it has ended") {
    const node::Board board;
    Workers workers(Hash{}, board, 2, 1);
    for (int again = 0; again < 3; ++again) {
        std::vector<std::string> large;
        for (int i = 0; i < 12; ++i) {
            for (std::string& one : mebibyte()) large.push_back(std::move(one));
        }
        large.insert(large.begin(), "first");
        std::promise<std::vector<Workers::Checked>> ended;
        REQUIRE(workers.check(0, large, [&](std::vector<Workers::Checked> checked) {
            ended.set_value(std::move(checked));
        }));
        const std::vector<Workers::Checked> checked = ended.get_future().get();
        REQUIRE(checked.size() == large.size());
        for (const Workers::Checked& one : checked) CHECK((one.refusal && one.tx == nullptr));
    }
    std::promise<std::size_t> none;
    REQUIRE(workers.check(0, {}, [&](const std::vector<Workers::Checked>& checked) {
        none.set_value(checked.size());
    }));
    CHECK(none.get_future().get() == 0);
}

TEST_CASE("what waits to be checked is let go when the node ends, with whom it refers to") {
    const node::Board board;
    Workers workers(Hash{}, board, 1, 2);
    auto client = std::make_shared<int>(0);  // a timer of a loop that goes before the workers do
    for (const Workers::Lane lane : {0U, 1U}) {
        for (int i = 0; i < 4; ++i)
            (void)workers.check(lane, mebibyte(),
                                [client](const std::vector<Workers::Checked>&) {});
    }
    workers.stop();
    CHECK(client.use_count() == 1);
}
