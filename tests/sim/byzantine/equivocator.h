// Two replicas under one key (Twins): each leads, votes and gossips for the part of the members
// that it talks to, and the parts change. So a leader proposes two blocks in one view, both well
// formed, and votes for both. Now and then one of them also shifts its block's time for one
// listener.
#pragma once

#include "tests/sim/byzantine/role.h"

namespace quanlu::sim {

class Equivocator : public Role {
public:
    explicit Equivocator(Liar liar) : liar_(std::move(liar)), side_(liar_.scene.keys.size(), 0) {
        turn_sides();
    }

    std::vector<replica::wire::Message> speak(chain::MemberIndex,
                                              const replica::wire::Message& message) override {
        replica::wire::Message said = message;
        if (auto* proposal = std::get_if<replica::wire::Proposal>(&said);
            proposal != nullptr && liar_.random.chance(1, 8)) {
            proposal->header.time.value += 1;
            proposal->leader_vote =
                liar_.sign({chain::VoteKind::notarize, proposal->header.epoch,
                            proposal->header.view, chain::hash_of(proposal->header)});
        }
        return {std::move(said)};
    }

    [[nodiscard]] bool hears(std::size_t process, chain::MemberIndex other) const override {
        return side_[other] == 2 || side_[other] == process;
    }

    void pass_time(std::int64_t now) override {
        if (now < next_turn_) return;
        next_turn_ = now + liar_.random.between(200, 2'000);
        turn_sides();
    }

private:
    void turn_sides() {
        for (std::size_t& side : side_) side = liar_.random.below(3);
    }
    Liar liar_;
    std::int64_t next_turn_ = 0;
    std::vector<std::size_t> side_;  // 0 or 1: that twin; 2: both
};

}  // namespace quanlu::sim
