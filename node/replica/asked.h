// What was asked for lately: the same thing is asked again only after a while, and then of another
// member (E15: targeted, retried from several peers). Bounded; forgetting one costs a question.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "node/replica/limits.h"

namespace quanlu::replica {

template <class Key>
class Asked {
public:
    // How often it was asked for before, when it may be asked for now.
    std::optional<std::size_t> again(const Key& key, Millis now) {
        const auto found = asked_.find(key);
        if (found != asked_.end()) {
            if (now - found->second.at < Millis{kFetchAgainMs}) return std::nullopt;
            found->second.at = now;
            return found->second.times++;
        }
        if (asked_.size() >= kFetchesMax) forget_oldest();
        asked_.emplace(key, Once{now, 1});
        return 0;
    }
    [[nodiscard]] bool contains(const Key& key) const { return asked_.contains(key); }
    void forget(const Key& key) { asked_.erase(key); }

private:
    struct Once {
        Millis at;
        std::size_t times;
    };
    void forget_oldest() {
        auto oldest = asked_.begin();
        for (auto at = asked_.begin(); at != asked_.end(); ++at) {
            if (at->second.at < oldest->second.at) oldest = at;
        }
        asked_.erase(oldest);
    }
    std::map<Key, Once> asked_;
};

}  // namespace quanlu::replica
