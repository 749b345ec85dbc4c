// Gives up on every view, whatever it saw, and says the opposite to others: Nullify beside or
// instead of its votes, in this view and the next, and Finalize for what it nullified.
#pragma once

#include "tests/sim/byzantine/role.h"

namespace quanlu::sim {

class Nuller : public Role {
public:
    explicit Nuller(Liar liar) : liar_(std::move(liar)) {}

    std::vector<replica::wire::Message> speak(chain::MemberIndex,
                                              const replica::wire::Message& message) override {
        const auto* vote = std::get_if<replica::wire::VoteMsg>(&message);
        const auto* proposal = std::get_if<replica::wire::Proposal>(&message);
        if (vote == nullptr && proposal == nullptr) return {message};
        const chain::SignedVote& own = vote != nullptr ? vote->vote : proposal->leader_vote;
        if (own.member != liar_.self) return {message};
        std::vector<replica::wire::Message> said;
        if (!liar_.random.chance(1, 3)) said.push_back(message);
        chain::Vote nullify{chain::VoteKind::nullify, own.vote.epoch, own.vote.view, {}};
        said.push_back(replica::wire::VoteMsg{liar_.sign(nullify)});
        if (liar_.random.chance(1, 4)) {
            nullify.view = nullify.view.next();
            said.push_back(replica::wire::VoteMsg{liar_.sign(nullify)});
        }
        if (own.vote.kind == chain::VoteKind::notarize && liar_.random.chance(1, 3)) {
            chain::Vote finalize = own.vote;
            finalize.kind = chain::VoteKind::finalize;
            said.push_back(replica::wire::VoteMsg{liar_.sign(finalize)});
        }
        return said;
    }

private:
    Liar liar_;
};

}  // namespace quanlu::sim
