// The newest lines of the event stream, in ledger order. What is no longer kept is known by its
// end, so that no reader is sent on over a hole.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "ledger/execution/executor.h"

namespace quanlu::api {

// A block's system event stands before its transactions.
struct EventPlace {
    Height height;
    std::int64_t index = 0;  // -1: system

    auto operator<=>(const EventPlace&) const = default;
    [[nodiscard]] EventPlace next() const { return {height, index + 1}; }
    [[nodiscard]] std::string id() const;  // "height.index", "height.s"
    // What follows the line of this id; the first line of a height. Nothing: not readable.
    static std::optional<EventPlace> after(const std::string& id);
    static std::optional<EventPlace> of_height(const std::string& text);
};

class EventLines {
public:
    static constexpr std::size_t kKept = 10'000;

    void add(const execution::Executed& block);

    // The place after which nothing is missing. `tip`: the ledger's height while no block came.
    [[nodiscard]] EventPlace gone(Height tip) const;
    // Has a line been left out that a reader who is at `at` has not read?
    [[nodiscard]] bool misses(const EventPlace& at) const { return gone_ && at <= *gone_; }
    // Where the next line to come will stand at the earliest.
    [[nodiscard]] EventPlace next(const EventPlace& gone) const;
    // Is there a line at `at` or behind it?
    [[nodiscard]] bool has(const EventPlace& at) const;
    // Lines from `at` on, some `bytes` of them; `at` is behind them then.
    [[nodiscard]] std::string some(EventPlace& at, std::size_t bytes) const;

private:
    struct Line {
        EventPlace place;
        std::string text;
    };
    std::deque<Line> lines_;          // by place
    std::optional<EventPlace> gone_;  // nothing: no block seen yet
};

}  // namespace quanlu::api
