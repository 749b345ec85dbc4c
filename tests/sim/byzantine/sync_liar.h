// Claims heights it does not have and serves ranges that are old, cut, forged or certified by
// nobody; answers questions for blocks and certificates with others, or not at all.
#pragma once

#include "tests/sim/byzantine/role.h"

namespace quanlu::sim {

class SyncLiar : public Role {
public:
    explicit SyncLiar(Liar liar) : liar_(std::move(liar)) {}
    std::vector<replica::wire::Message> speak(chain::MemberIndex to,
                                              const replica::wire::Message& message) override;

private:
    void forge(std::vector<chain::FinalBlock>& blocks);
    // A certificate with q bits and one true signature among them.
    [[nodiscard]] chain::QuorumCert make_up(chain::VoteKind kind, View view,
                                            const Hash& block) const;

    Liar liar_;
    std::vector<chain::FinalBlock> old_;       // a range served before
    std::vector<replica::wire::Message> odd_;  // answers to give to other questions
};

}  // namespace quanlu::sim
