// See proposals.h.
#include "consensus/proposals.h"

namespace quanlu::consensus {

Proposals::Seen Proposals::take(View view, const Hash& block) {
    const auto [row, is_first] = rows_.try_emplace(view, Row{block});
    if (is_first) return Seen::first;
    if (row->second.first == block) return Seen::again;
    row->second.second = true;
    return Seen::second;
}

std::optional<Hash> Proposals::first(View view) const {
    const auto found = rows_.find(view);
    return found == rows_.end() ? std::nullopt : std::optional(found->second.first);
}

bool Proposals::has_two(View view) const {
    const auto found = rows_.find(view);
    return found != rows_.end() && found->second.second;
}

bool Proposals::ask(View view, const Hash& block) {
    return asked_.try_emplace(block, Asked{view, Check::under_way}).second;
}

bool Proposals::ask_notarized(View view, const Hash& block) {
    if (ask(view, block)) return true;
    Asked& asked = asked_.at(block);
    if (asked.check != Check::invalid) return false;
    asked.check = Check::invalid_twice;
    return true;
}

void Proposals::answer(const Hash& block, bool is_valid) {
    const auto found = asked_.find(block);
    if (found == asked_.end()) return;
    if (is_valid) {
        found->second.check = Check::valid;
    } else if (found->second.check == Check::under_way) {
        found->second.check = Check::invalid;
    }
}

std::optional<View> Proposals::view_of(const Hash& block) const {
    const auto found = asked_.find(block);
    return found == asked_.end() ? std::nullopt : std::optional(found->second.view);
}

bool Proposals::is_valid(const Hash& block) const {
    const auto found = asked_.find(block);
    return found != asked_.end() && found->second.check == Check::valid;
}

bool Proposals::is_under_way(const Hash& block) const {
    const auto found = asked_.find(block);
    return found != asked_.end() && found->second.check == Check::under_way;
}

void Proposals::forget_below(View view) {
    rows_.erase(rows_.begin(), rows_.lower_bound(view));
    std::erase_if(asked_, [view](const auto& one) { return one.second.view < view; });
}

}  // namespace quanlu::consensus
