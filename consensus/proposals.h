// What leaders proposed, view by view, and what became of checking it. A view has a first proposal
// and perhaps the mark that its leader made a second one; a block that was asked about is under
// way, valid or invalid. Not here: the blocks themselves and their execution (node/replica), the
// votes that follow (router).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "consensus/message.h"

namespace quanlu::consensus {

class Proposals {
public:
    enum class Seen { first, again, second };
    Seen take(View view, const Hash& block);
    // The leader's first proposal of this view.
    [[nodiscard]] std::optional<Hash> first(View view) const;
    [[nodiscard]] bool has_two(View view) const;

    // Must this block be checked now? Records that it is under way. No when it is under way already
    // or answered.
    [[nodiscard]] bool ask(View view, const Hash& block);
    // As `ask`, and an invalid one is asked about once more: what q members notarized deserves a
    // second look, because a time that was refused live is judged by execution alone from then on
    // (R9).
    [[nodiscard]] bool ask_notarized(View view, const Hash& block);
    void answer(const Hash& block, bool is_valid);

    [[nodiscard]] std::optional<View> view_of(const Hash& block) const;  // of a block asked about
    [[nodiscard]] bool is_valid(const Hash& block) const;
    [[nodiscard]] bool is_under_way(const Hash& block) const;

    void forget_below(View view);

private:
    enum class Check { under_way, invalid, invalid_twice, valid };
    struct Row {
        Hash first;
        bool second = false;
    };
    struct Asked {
        View view;
        Check check;
    };
    std::map<View, Row> rows_;
    std::map<Hash, Asked> asked_;
};

}  // namespace quanlu::consensus
