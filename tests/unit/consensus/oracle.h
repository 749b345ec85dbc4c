// I1-I8 of RELIABILITY C0, judged from what was signed and finalized. Calls no predicate of the
// product: quorums, pairs and links are written out again here.
#pragma once

#include <bit>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "consensus/effects.h"

namespace quanlu::consensus {

class Oracle {
public:
    Oracle(std::size_t n, std::set<MemberIndex> liars)
        : n_(n), q_(2 * n / 3 + 1), liars_(std::move(liars)) {}

    // A vote that left its member. I4: an honest key never promises two answers, over its whole
    // life.
    void signed_vote(const SignedVote& one) {
        const Vote& vote = one.vote;
        voters_[vote].insert(one.member);
        Promises& mine = promises_[{one.member, vote.view}];
        if (vote.kind == VoteKind::notarize) mine.notarized.insert(vote.block);
        if (vote.kind == VoteKind::nullify) mine.nullified = true;
        if (vote.kind == VoteKind::finalize) mine.finalized.insert(vote.block);
        if (liars_.contains(one.member)) return;
        if (mine.notarized.size() > 1) fail("I4 two notarize", vote.view);
        if (mine.finalized.size() > 1) fail("I4 two finalize", vote.view);
        if (mine.nullified && !mine.finalized.empty()) fail("I4 nullify and finalize", vote.view);
        for (const Hash& block : mine.finalized) {
            if (!mine.notarized.empty() && !mine.notarized.contains(block)) {
                fail("I4 notarize and finalize differ", vote.view);
            }
        }
    }

    // A certificate that somebody showed.
    void shown(const QuorumCert& cert) {
        const Vote& what = cert.statement;
        // I7: q distinct members of the set, each of whom signed exactly this.
        const auto& said = voters_[what];
        if (static_cast<std::size_t>(std::popcount(cert.signers)) < q_)
            fail("I7 too few", what.view);
        for (MemberIndex member = 0; member < 64; ++member) {
            if ((cert.signers >> member & 1) == 0) continue;
            if (member >= n_ || !said.contains(member)) fail("I7 signer did not sign", what.view);
        }
        Shown& here = shown_[what.view];
        if (what.kind == VoteKind::notarize) here.notarized.insert(what.block);
        if (what.kind == VoteKind::nullify) here.nullified = true;
        if (what.kind == VoteKind::finalize) here.finalized.insert(what.block);
        if (here.notarized.size() > 1) fail("I5 two notarizations", what.view);
        if (here.finalized.size() > 1) fail("I1 two finalizations", what.view);
        if (here.nullified && !here.finalized.empty()) fail("I3 nullified and final", what.view);
        if (what.kind == VoteKind::finalize &&
            !has_quorum({VoteKind::notarize, what.epoch, what.view, what.block})) {
            fail("I6 final without notarization", what.view);
        }
    }

    // Honest `who` holds `header` final; `before` is what it held final so far.
    void finalized(std::size_t who, const Header& header, const Hash& hash, const Hash& before,
                   View before_view) {
        if (header.parent != before) fail("I2 parent is not the last final block", header.view);
        for (View at = before_view.next(); at < header.view; at = at.next()) {
            if (!has_quorum({VoteKind::nullify, header.epoch, at, {}})) {
                fail("I2 skipped view without nullification", at);
            }
        }
        const auto [place, is_first] = chain_.try_emplace(header.height, hash);
        if (!is_first && place->second != hash) {
            fail("I1 two blocks at one height, node " + std::to_string(who), header.view);
        }
    }

    // I8: only liars are named, and by two statements they did sign.
    void evidence(const Evidence& pair) {
        if (!liars_.contains(pair.first.member))
            fail("I8 honest member named", pair.first.vote.view);
        for (const SignedVote& one : {pair.first, pair.second}) {
            if (!voters_[one.vote].contains(one.member))
                fail("I8 invented statement", one.vote.view);
        }
        named_.insert(pair.first.member);
    }

    void fail(const std::string& what, View view) {
        if (!violation_) violation_ = what + " (view " + std::to_string(view.value) + ")";
    }
    [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
    [[nodiscard]] const std::set<MemberIndex>& named() const { return named_; }
    [[nodiscard]] std::uint64_t height() const {
        return chain_.empty() ? 0 : chain_.rbegin()->first.value;
    }

private:
    [[nodiscard]] bool has_quorum(const Vote& vote) const {
        const auto found = voters_.find(vote);
        return found != voters_.end() && found->second.size() >= q_;
    }

    struct Promises {
        std::set<Hash> notarized, finalized;
        bool nullified = false;
    };
    struct Shown {
        std::set<Hash> notarized, finalized;
        bool nullified = false;
    };
    std::size_t n_, q_;
    std::set<MemberIndex> liars_;
    std::map<Vote, std::set<MemberIndex>> voters_;
    std::map<std::pair<MemberIndex, View>, Promises> promises_;
    std::map<View, Shown> shown_;
    std::map<Height, Hash> chain_;
    std::set<MemberIndex> named_;
    std::optional<std::string> violation_;
};

}  // namespace quanlu::consensus
