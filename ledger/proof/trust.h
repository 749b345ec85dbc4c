// From a pinned genesis to "this header is final": the chain of member sets by epoch, and what a
// Finalization reaches (CONSENSUS 7.5, 7.7; docs/protocol.md 9.2). Nothing is believed that q
// members of the set in force did not sign. Not here: what the header says about records
// (tree_proof.h, log_proof.h).
#pragma once

#include <string>
#include <vector>

#include "ledger/chain/genesis.h"
#include "ledger/chain/quorum_cert.h"

namespace quanlu::proof {

inline constexpr std::size_t kPathMax =
    1'000;  // headers between a header and the one its Finalization names
inline constexpr std::size_t kEpochsMax = 1'000;  // changes of the member set one bundle may carry

// Why a header is not proven final: a stable word, and what stood where.
struct Distrust {
    std::string
        reason;  // "wrong_chain", "epoch", "members", "path", "finality", "certificate", "sealing"
    std::string detail;
};

// A header and what makes it final: a Finalization of it, or of the last header of `path`, which
// leads from it child by child (a Finalization covers all ancestors, but each link must be shown).
struct FinalHeader {
    chain::Header header;
    std::vector<chain::Header>
        path;  // children, oldest first; empty when the Finalization names `header`
    chain::QuorumCert finalization;
    bool operator==(const FinalHeader&) const = default;
};

// The end of an epoch: a final sealing header, which commits to the next set by next_members_hash.
struct EpochStep {
    FinalHeader sealing;
    std::vector<chain::Member> next;
    bool operator==(const EpochStep&) const = default;
};

class Trust {
public:
    // The pinned root of everything: the member set of epoch 0.
    explicit Trust(const chain::Genesis& genesis);

    // Goes one epoch further. Steps come in order, none left out.
    Status<Distrust> extend(const EpochStep& step);

    // Is the header final on this chain? Checks chain, epoch, member set, every link and the
    // certificate.
    [[nodiscard]] Status<Distrust> check_final(const FinalHeader& header) const;

    [[nodiscard]] const chain::ChainTag& tag() const { return tag_; }
    // Sets of epochs 0, 1, ...
    [[nodiscard]] const std::vector<chain::Members>& sets() const { return sets_; }

private:
    chain::ChainTag tag_;
    std::vector<chain::Members> sets_;
};

}  // namespace quanlu::proof
