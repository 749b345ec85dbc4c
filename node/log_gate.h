// How many lines of one event go into the log. Others cause lines by what they send; they must not
// fill a disk with them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/base/tagged.h"

namespace quanlu::node {

class LogGate {
public:
    static constexpr std::size_t kLinesMax = 20;  // of one event in a window
    static constexpr std::int64_t kWindowMs = 10'000;

    // May a line of this event be written now? Then how many of it were left out since the last
    // one; nothing when not. Events are names in our own code, so there are few.
    [[nodiscard]] std::optional<std::size_t> pass(std::string_view event, Millis now) {
        Window& window = windows_[std::string(event)];
        if (!window.since || now - *window.since >= Millis{kWindowMs}) {
            window.since = now;
            window.lines = 0;
        }
        if (window.lines == kLinesMax) {
            ++window.left_out;
            return std::nullopt;
        }
        ++window.lines;
        return std::exchange(window.left_out, 0);
    }

private:
    struct Window {
        std::optional<Millis> since;
        std::size_t lines = 0, left_out = 0;
    };
    std::map<std::string, Window> windows_;
};

}  // namespace quanlu::node
