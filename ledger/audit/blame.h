// Who signed two histories: from the certificates of two ledgers (or of one), every member that
// signed two statements no honest member signs together (CONSENSUS 7.5). Fields are compared, never
// signature bytes (T7); each accusation carries both statements with both signatures, so that
// anyone can check it.
#pragma once

#include <vector>

#include "crypto/base/json.h"
#include "ledger/chain/block.h"

namespace quanlu::audit {

struct Accusation {
    chain::MemberIndex member = 0;
    chain::SignedVote first, second;
};

class Blame {
public:
    Blame(const chain::Members& members, const chain::ChainTag& tag)
        : members_(members), tag_(tag) {}

    // Takes a certificate into evidence if it verifies; says whether it did.
    bool add(const chain::QuorumCert& cert);
    // All certificates of a final block: its justification and its finalization.
    void add(const chain::FinalBlock& block);
    // Each member once for each exclusive pair of statements, ascending by view, then member.
    [[nodiscard]] std::vector<Accusation> accusations() const;

private:
    const chain::Members& members_;
    chain::ChainTag tag_;
    std::vector<chain::QuorumCert> certs_;  // distinct statements
};

// Would an honest member never sign both? REQUIRES: same epoch and view are compared by the
// function itself.
bool exclude_each_other(const chain::Vote& a, const chain::Vote& b);

json::Value to_json(const Accusation& accusation, const chain::Members& members);

}  // namespace quanlu::audit
