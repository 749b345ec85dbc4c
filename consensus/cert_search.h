// The certificate a leader lacks to build, and whom it asks: first the leader of the view after the
// missing one, who could not have led without it, then one member after another (T3, M27). Any
// certificate of the view will do; an answer of another view does not end the search (E15).
#pragma once

#include <optional>

#include "consensus/message.h"

namespace quanlu::consensus {

class CertSearch {
public:
    // Begins, or goes on, to look for `missing`. The member to ask now; nothing when there is no
    // other.
    std::optional<MemberIndex> ask(View missing, const chain::Members& members, MemberIndex self,
                                   Millis again_at) {
        view_ = missing;
        again_at_ = again_at;
        for (std::uint64_t tried = 0; tried < members.n(); ++tried) {
            const MemberIndex next = members.leader(missing.plus(++asked_));
            if (next != self) return next;
        }
        return std::nullopt;
    }
    void wait(Millis again_at) { again_at_ = again_at; }
    void stop() { view_.reset(); }
    // Something new is held: try again at once.
    void hurry(Millis now) { again_at_ = now; }

    [[nodiscard]] Millis again_at() const { return again_at_; }
    [[nodiscard]] std::optional<View> view() const { return view_; }

private:
    std::optional<View> view_;
    Millis again_at_{INT64_MIN};
    std::uint64_t asked_ = 0;
};

}  // namespace quanlu::consensus
