// See event_lines.h.
#include "node/api/event_lines.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "node/api/parts.h"
#include "node/api/visibility.h"

namespace quanlu::api {

namespace {

constexpr std::int64_t kLastIndex = INT64_MAX;

// What everybody may know of an outcome; the rest is behind /v1/transactions/{id}.
std::string event_text(const chain::Tx& tx, const chain::Outcome& outcome) {
    json::Value line = public_outcome(to_json(outcome));
    line.set("tx", to_hex(tx.id));
    line.set("act", tx.act);
    return json::write(line);
}

std::string system_text(const std::vector<chain::Event>& events) {
    json::Array list;
    for (const chain::Event& event : events)
        list.push_back(json::Object{{"type", event.type}, {"record", event.record}});
    return json::write(json::Object{{"events", std::move(list)}});
}

}  // namespace

std::string EventPlace::id() const {
    return std::to_string(height.value) + "." +
           (index < 0 ? std::string("s") : std::to_string(index));
}

std::optional<EventPlace> EventPlace::after(const std::string& id) {
    const std::size_t dot = id.find('.');
    const auto height = number(id.substr(0, dot));
    const std::string rest = dot == std::string::npos ? "" : id.substr(dot + 1);
    const auto index = rest == "s" ? std::optional<std::uint64_t>(0) : number(rest);
    if (!height || !index) return std::nullopt;
    const EventPlace read{Height(*height), rest == "s" ? -1 : static_cast<std::int64_t>(*index)};
    return read.next();
}

std::optional<EventPlace> EventPlace::of_height(const std::string& text) {
    const auto height = number(text);
    if (!height) return std::nullopt;
    return EventPlace{Height(std::max<std::uint64_t>(*height, 1)), -1};
}

void EventLines::add(const execution::Executed& block) {
    const Height at = block.tip.header.height;
    if (!block.system_events.empty())
        lines_.push_back({{at, -1}, system_text(block.system_events)});
    for (std::size_t i = 0; i < block.outcomes.size(); ++i) {
        lines_.push_back(
            {{at, static_cast<std::int64_t>(i)}, event_text(*block.txs[i], block.outcomes[i])});
    }
    if (!gone_) gone_ = EventPlace{Height(at.value - 1), kLastIndex};
    while (lines_.size() > kKept) {
        gone_ = lines_.front().place;
        lines_.pop_front();
    }
}

EventPlace EventLines::gone(Height tip) const {
    return gone_.value_or(EventPlace{tip, kLastIndex});
}

EventPlace EventLines::next(const EventPlace& gone) const {
    return lines_.empty() ? EventPlace{gone.height.next(), -1} : lines_.back().place.next();
}

bool EventLines::has(const EventPlace& at) const {
    return !lines_.empty() && lines_.back().place >= at;
}

std::string EventLines::some(EventPlace& at, std::size_t bytes) const {
    std::string text;
    auto line = std::partition_point(lines_.begin(), lines_.end(),
                                     [&](const Line& one) { return one.place < at; });
    for (; line != lines_.end() && text.size() < bytes; ++line) {
        text += "id: " + line->place.id() +
                "\nevent: " + (line->place.index < 0 ? "system" : "tx") + "\ndata: " + line->text +
                "\n\n";
        at = line->place.next();
    }
    return text;
}

}  // namespace quanlu::api
