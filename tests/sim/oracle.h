// What must hold over everything honest members ever sent and finalized (RELIABILITY C0), counted
// anew here: no production predicate is asked. A violation is a text; the first one ends the run.
#pragma once

#include <bit>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "node/replica/replica.h"

namespace quanlu::sim {

class Oracle {
public:
    explicit Oracle(std::size_t n) : n_(n), quorum_(n - (n - 1) / 3) {}

    // A vote that an honest member sent. I4: never nullify and finalize of one view, never two
    // notarize.
    void sent_vote(const chain::SignedVote& vote) {
        auto& said = said_[{vote.member, vote.vote.view.value}];
        const int kind = static_cast<int>(vote.vote.kind);
        const auto [at, fresh] = said.emplace(kind, vote.vote.block);
        if (!fresh && at->second != vote.vote.block)
            fail("I4: member " + std::to_string(vote.member) + " said two things of kind " +
                 std::to_string(kind));
        if (said.contains(3) && said.contains(4))
            fail("I4: nullify and finalize in view " + std::to_string(vote.vote.view.value));
    }
    // A certificate that an honest member sent. I3, I5, I6, I7.
    void sent_cert(const chain::QuorumCert& cert) {
        if (static_cast<std::size_t>(std::popcount(cert.signers)) < quorum_ ||
            (n_ < 64 && cert.signers >> n_ != 0))
            fail("I7: too few signers");
        auto& known = certs_[cert.statement.view.value];
        const int kind = static_cast<int>(cert.statement.kind);
        const auto [at, fresh] = known.emplace(kind, cert.statement.block);
        if (!fresh && at->second != cert.statement.block)
            fail("I5: two certificates of kind " + std::to_string(kind));
        if (known.contains(3) && known.contains(4))
            fail("I3: nullification and finalization in view " +
                 std::to_string(cert.statement.view.value));
        if (known.contains(2) && known.contains(4) && known.at(2) != known.at(4))
            fail("I6: finalized is not the notarized");
    }
    // A block one honest member made final. I1, I2, I9: one hash a height; parents follow; roots
    // are in the hash.
    void finalized(std::size_t node, const execution::Executed& block) {
        const std::uint64_t height = block.tip.header.height.value;
        const auto [at, fresh] = chain_.emplace(height, block.tip.hash);
        if (!fresh && at->second != block.tip.hash)
            fail("I1: two blocks at height " + std::to_string(height) + ", node " +
                 std::to_string(node));
        const auto before = chain_.find(height - 1);
        if (height > 1 && before != chain_.end() && before->second != block.tip.header.parent)
            fail("I2: parent at height " + std::to_string(height));
        if (fresh) {
            for (std::size_t i = 0; i < block.txs.size(); ++i) {
                if (!places_
                         .emplace(block.txs[i]->id,
                                  chain::Where{Height(height), static_cast<std::uint32_t>(i)})
                         .second) {
                    fail("I11: a transaction stands twice");
                }
            }
        }
    }
    // A client heard "committed". I11, I14: it is in the one chain, at that place.
    void acknowledged(const Hash& id, const chain::Where& where) {
        acknowledged_.emplace_back(id, where);
    }
    void refused(const Hash& id) { refused_.insert(id); }
    void not_durable(const char* what) { fail(std::string("I14: sent before durable: ") + what); }

    void at_end() {
        for (const auto& [id, where] : acknowledged_) {
            const auto found = places_.find(id);
            if (found == places_.end() || found->second != where)
                fail("I11: an acknowledged transaction is not where it was said to be");
        }
    }
    [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
    [[nodiscard]] std::uint64_t height() const {
        return chain_.empty() ? 0 : chain_.rbegin()->first;
    }
    [[nodiscard]] std::size_t acknowledged_count() const { return acknowledged_.size(); }
    [[nodiscard]] Hash last_hash() const {
        return chain_.empty() ? Hash{} : chain_.rbegin()->second;
    }

private:
    void fail(std::string what) {
        if (!violation_) violation_ = std::move(what);
    }
    std::size_t n_, quorum_;
    std::map<std::pair<chain::MemberIndex, std::uint64_t>, std::map<int, Hash>> said_;
    std::map<std::uint64_t, std::map<int, Hash>> certs_;
    std::map<std::uint64_t, Hash> chain_;
    std::map<Hash, chain::Where> places_;
    std::vector<std::pair<Hash, chain::Where>> acknowledged_;
    std::set<Hash> refused_;
    std::optional<std::string> violation_;
};

}  // namespace quanlu::sim
