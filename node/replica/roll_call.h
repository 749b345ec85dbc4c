// What the others know of a member's own votes, asked at its start (CONSENSUS 7.4, decision 0022).
// A journal that reads well may still be an old one: copied back, or of a machine that was set back
// in time. So nobody votes before q - 1 others have told every vote of his that they hold; with
// fewer than q members there is nothing to decide anyway, so this costs no liveness. The others get
// a moment to tell as well: a vote may have reached few.
//
// Who knows that his memory is lost asks q others, and takes m, the highest view that they prove:
// he signs nothing in views up to m + 1. He was never beyond: who is in a view holds a certificate
// of the one before, which q members signed, and one honest member with memory is among both q.
// Sound while liars and forgetful members are at most f together.
#pragma once

#include <map>
#include <optional>

#include "consensus/message.h"
#include "node/replica/input.h"

namespace quanlu::replica {

class RollCall {
public:
    // `needed`: answers, of all `others`. `life` is named in the question, and an answer to another
    // life's proves nothing about what that life signed after it.
    RollCall(std::size_t needed, std::size_t others, std::uint64_t life, Millis now)
        : needed_(needed), others_(others), life_(life), waits_until_(now + Millis{kMomentMs}) {}

    // Is it time to ask everybody? Counted as asked when yes.
    [[nodiscard]] bool asks(Millis now) {
        if (proved_.size() >= others_ || (asked_ && now - *asked_ < Millis{kAgainMs})) return false;
        asked_ = now;
        return true;
    }
    // `proved`: the view that the certificates in the answer, verified, put the member in.
    void answered(MemberIndex from, std::uint64_t asked_by, View proved) {
        if (asked_by != life_) return;
        View& known = proved_[from];
        known = std::max(known, proved);
    }
    [[nodiscard]] bool is_complete(Millis now) const {
        return proved_.size() >= others_ || (proved_.size() >= needed_ && now >= waits_until_);
    }
    // When to look again, if no answer comes before.
    [[nodiscard]] Millis waits_until() const { return waits_until_; }
    // Answers without which it is never complete.
    [[nodiscard]] std::size_t missing() const {
        return proved_.size() >= needed_ ? 0 : needed_ - proved_.size();
    }
    // For lost memory. REQUIRES: is_complete().
    [[nodiscard]] View sign_above() const {
        ENSURE(proved_.size() >= needed_);
        View highest;
        for (const auto& [member, view] : proved_) highest = std::max(highest, view);
        return highest.next();
    }

private:
    static constexpr std::int64_t kAgainMs = 1'000;  // an answer takes a round trip
    static constexpr std::int64_t kMomentMs = 500;   // for links to come up and answers to come

    std::size_t needed_, others_;
    std::uint64_t life_;
    Millis waits_until_;
    std::optional<Millis> asked_;
    std::map<MemberIndex, View> proved_;
};

}  // namespace quanlu::replica
