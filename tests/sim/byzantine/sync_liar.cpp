// See sync_liar.h.
#include "tests/sim/byzantine/sync_liar.h"

namespace quanlu::sim {

namespace wire = replica::wire;

std::vector<wire::Message> SyncLiar::speak(chain::MemberIndex, const wire::Message& message) {
    wire::Message said = message;
    Prng& random = liar_.random;
    if (auto* greeting = std::get_if<wire::Greeting>(&said)) {
        greeting->height = greeting->height.plus(random.below(300));
        if (random.chance(1, 4))
            greeting->floor = make_up(chain::VoteKind::finalize, greeting->view.plus(5), {});
        if (random.chance(1, 4)) greeting->entry.reset();
    } else if (auto* range = std::get_if<wire::Range>(&said)) {
        if (random.chance(1, 5)) return {};
        std::vector<chain::FinalBlock> honest = range->blocks;
        forge(range->blocks);
        if (!honest.empty()) old_ = std::move(honest);
    } else if (std::holds_alternative<wire::BlockMsg>(said) ||
               std::holds_alternative<wire::CertMsg>(said) ||
               std::holds_alternative<wire::Txs>(said)) {
        odd_.push_back(said);
        if (odd_.size() > 16) odd_.erase(odd_.begin());
        if (random.chance(1, 3)) said = odd_[random.below(odd_.size())];
        if (random.chance(1, 5)) return {};
    }
    return {std::move(said)};
}

chain::QuorumCert SyncLiar::make_up(chain::VoteKind kind, View view, const Hash& block) const {
    const std::size_t n = liar_.scene.keys.size();
    const std::size_t quorum = n - (n - 1) / 3;
    chain::QuorumCert cert;
    cert.statement = {kind, Epoch(0), view, block};
    const crypto::Signature mine = liar_.sign(cert.statement).signature;
    for (std::size_t i = 0; i < quorum; ++i) {
        cert.signers |= std::uint64_t{1} << i;
        cert.signatures.push_back(mine);
    }
    return cert;
}

void SyncLiar::forge(std::vector<chain::FinalBlock>& blocks) {
    Prng& random = liar_.random;
    if (blocks.empty()) {
        if (!old_.empty() && random.chance(1, 2)) blocks = old_;
        return;
    }
    const std::size_t at = random.below(blocks.size());
    chain::FinalBlock& block = blocks[at];
    switch (random.below(10)) {
        case 9: {  // the right header over certificates it does not rest on
            chain::Justification& why = block.block.justification;
            if (!why.skipped.empty() && random.chance(1, 2)) {
                why.skipped.front().signatures.front()[7] ^= 1;
            } else if (why.parent) {
                why.parent = make_up(chain::VoteKind::notarize, why.parent->statement.view,
                                     why.parent->statement.block);
            }
            return;
        }
        case 0:
            block.block.header.state_root.bytes[3] ^= 1;
            return;
        case 1:
            block.finalization.reset();
            return;
        case 2:
            if (block.finalization) block.finalization->signatures.front()[5] ^= 1;
            return;
        case 3:
            blocks.resize(at);
            return;
        case 4:
            blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(at));
            return;
        case 5:
            if (!old_.empty()) blocks = old_;
            return;
        case 6:  // no finalization anywhere: kept until something covers it
            for (chain::FinalBlock& one : blocks) one.finalization.reset();
            return;
        case 7: {  // a chain of its own from here on, links right, certificates made up
            for (std::size_t i = at; i < blocks.size(); ++i) {
                chain::Header& header = blocks[i].block.header;
                header.state_root.bytes[0] ^= 0x55;
                if (i > at) header.parent = chain::hash_of(blocks[i - 1].block.header);
                blocks[i].finalization =
                    make_up(chain::VoteKind::finalize, header.view, chain::hash_of(header));
            }
            return;
        }
        default:  // a notarization in the place of a finalization
            if (block.finalization) block.finalization->statement.kind = chain::VoteKind::notarize;
            return;
    }
}

}  // namespace quanlu::sim
