// One core, its caller, and every other member's key in the test's hand. Casts are made durable,
// signed and fed back at once, as the shell does, unless the test says otherwise.
#pragma once

#include <catch2/catch.hpp>
#include <memory>

#include "consensus/simplex.h"
#include "fixture.h"

namespace quanlu::consensus {

struct Lone {
    explicit Lone(std::size_t n, MemberIndex s, Restored restored = genesis_floor())
        : members(members_of(n)), self(s) {
        core = std::make_unique<Simplex>(test_params(), members, test_tag(), s, std::move(restored),
                                         now);
        core->start(seen);
        answer();
    }

    static Restored genesis_floor() {
        Restored restored;
        restored.floor = {View(0), block("genesis"), std::nullopt};
        return restored;
    }

    void vote(const Vote& vote, MemberIndex member) {
        begin();
        core->on_vote(now, checked(sign(vote, member), members), seen);
        answer();
    }
    void votes(const Vote& what, const std::vector<MemberIndex>& by) {
        for (const MemberIndex member : by) vote(what, member);
    }
    void cert(const QuorumCert& cert) {
        begin();
        core->on_cert(now, checked(cert, members), seen);
        answer();
    }
    void cert(const Vote& what) { cert(of_others(what)); }
    // By the first q members but this one, where there are so many: its own votes are its own.
    [[nodiscard]] QuorumCert of_others(const Vote& what) const {
        std::vector<MemberIndex> signers;
        for (MemberIndex i = 0; i < members.n(); ++i) {
            if (i != self && signers.size() < members.quorum()) signers.push_back(i);
        }
        return signers.size() < members.quorum() ? cert_of(what, members) : cert_of(what, signers);
    }
    void confirm(View sign_above) {
        begin();
        core->on_memory(now, sign_above, seen);
        answer();
    }

    // A proposal of the leader of `view` with the certificates it needs; returns its hash.
    Hash propose(std::uint64_t view, const Hash& parent = block("genesis"),
                 std::uint64_t parent_view = 0, const std::string& salt = {}) {
        const Header header =
            header_of(view, members, parent, parent_view, parent_view == 0 ? 1 : 2, salt);
        const Hash hash = chain::hash_of(header);
        Proposal proposal{header, {}, {}, sign(notarize(view, hash), header.proposer)};
        if (parent_view != 0) {
            proposal.justification.parent = of_others(notarize(parent_view, parent));
        }
        for (std::uint64_t at = parent_view + 1; at < view; ++at) {
            proposal.justification.skipped.push_back(of_others(nullify(at)));
        }
        auto result = CheckedProposal::check(std::move(proposal), members, test_tag());
        REQUIRE(result.ok());
        begin();
        core->on_proposal(now, *result, seen);
        answer();
        return hash;
    }
    void check(const Hash& hash, Verdict verdict = Verdict::valid) {
        begin();
        core->on_checked(now, hash, verdict, seen);
        answer();
    }
    // Answers the last NeedBuild.
    Hash build(const std::string& salt = {}) {
        REQUIRE(need.has_value());
        Header header = header_of(need->view.value, members, need->parent, need->parent_view.value,
                                  need->parent_view.value == 0 ? 1 : 2, salt);
        begin();
        core->on_built(now, header, need->justification, seen);
        answer();
        return chain::hash_of(header);
    }
    void load(bool pending) {
        begin();
        core->on_load(now, pending, seen);
        answer();
    }
    void tick(std::int64_t later_ms) {
        now = now + Millis{later_ms};
        begin();
        core->on_tick(now, seen);
        answer();
    }
    void heard_all() {
        for (MemberIndex i = 0; i < members.n(); ++i) core->on_heard(now, i);
    }

    [[nodiscard]] bool has_cast(const Vote& vote) const {
        for (const Cast& cast : casts) {
            if (cast.vote == vote) return true;
        }
        return false;
    }
    [[nodiscard]] bool asks_check(const Hash& hash) const {
        for (const NeedCheck& one : seen.checks) {
            if (one.block == hash) return true;
        }
        return false;
    }
    [[nodiscard]] std::uint64_t view() const { return core->view().value; }
    [[nodiscard]] std::uint64_t floor() const { return core->floor().view.value; }

    void begin() { seen = Effects{}; }
    void answer() {
        for (std::size_t i = 0; i < seen.cast.size(); ++i) {
            const Cast cast = seen.cast[i];
            // What is promised about a block is promised with its body kept.
            if (cast.vote.kind != VoteKind::nullify) {
                bool is_kept = false;
                for (const Keep& keep : seen.keep) is_kept |= keep.block == cast.vote.block;
                REQUIRE(is_kept);
            }
            casts.push_back(cast);
            if (answers) core->on_vote(now, checked(sign(cast.vote, self), members), seen);
        }
        for (const NeedBuild& one : seen.builds) need = one;
        REQUIRE(seen.wake_at > now);
    }

    chain::Members members;
    MemberIndex self;
    Millis now{0};
    std::unique_ptr<Simplex> core;
    Effects seen;             // of the last input and what it led to
    std::vector<Cast> casts;  // all of them
    std::optional<NeedBuild> need;
    bool answers = true;  // false: own votes stay in the shell
};

}  // namespace quanlu::consensus
