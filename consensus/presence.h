// Rule R7: a leader that has been silent while a quorum of the others was heard is skipped without
// waiting for it. A local hint, never recorded and never a reason to choose another leader (T16): a
// wrong guess costs one view.
#pragma once

#include <vector>

#include "consensus/message.h"

namespace quanlu::consensus {

class Presence {
public:
    // Everybody counts as heard at the start.
    Presence(std::size_t n, Millis now) : heard_(n, now) {}

    void heard(MemberIndex member, Millis now) { heard_.at(member) = now; }

    // Has `leader` been silent for `skip_after`, while `quorum` members, us among them, were not?
    [[nodiscard]] bool is_silent(MemberIndex leader, MemberIndex self, std::size_t quorum,
                                 Millis now, Millis skip_after) const {
        if (leader == self || now - heard_.at(leader) < skip_after) return false;
        std::size_t present = 1;
        for (MemberIndex member = 0; member < heard_.size(); ++member) {
            if (member != self && now - heard_[member] < skip_after) ++present;
        }
        return present >= quorum;
    }

private:
    std::vector<Millis> heard_;
};

}  // namespace quanlu::consensus
