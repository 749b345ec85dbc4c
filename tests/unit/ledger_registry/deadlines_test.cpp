// However much falls due in one minute, a block reads what it carries out and little more.
#include "ledger/registry/deadlines.h"

#include <catch2/catch.hpp>

#include "ledger/registry/draft.h"

namespace quanlu::registry {

namespace {

struct Counting : chain::StateReader {
    chain::Writes values;
    mutable int reads = 0;

    [[nodiscard]] std::shared_ptr<const json::Value> get(std::string_view key) const override {
        ++reads;
        const auto found = values.find(key);
        return found == values.end() ? nullptr : found->second;
    }
    void take(chain::Writes&& writes) {
        for (auto& [key, value] : writes) {
            if (value == nullptr)
                values.erase(key);
            else
                values[key] = std::move(value);
        }
    }
};

}  // namespace

TEST_CASE("a minute with thousands of deadlines costs each block its allowance") {
    constexpr std::int64_t kAt = 1'795'140'000'000;
    constexpr int kItems = 3'200;  // 100 chunks
    Counting state;
    Draft draft(state);
    for (int i = 0; i < kItems; ++i)
        add_deadline(draft, UnixMillis{kAt}, "none/" + std::to_string(i), "x");
    draft.put("sys/due", json::Object{{"minute", kAt / 60'000}});
    state.take(draft.take());
    std::uint64_t height = 1;
    int blocks = 0;
    while (state.values.contains("due/" + std::to_string(kAt / 60'000))) {
        REQUIRE(blocks < 100);
        state.reads = 0;
        chain::Writes writes;
        run_deadlines(state, {Height(++height), 0, UnixMillis{kAt + 120'000}}, 40, writes);
        state.take(std::move(writes));
        ++blocks;
        // The cursor, two heads and what the next minutes hold; three chunks; forty records.
        CHECK(state.reads <= 60);
    }
    CHECK(blocks == kItems / 40);
    for (const auto& [key, value] : state.values) CHECK_FALSE(key.starts_with("due/"));
}

}  // namespace quanlu::registry
