// Dispatch and view changes; what each rule says is decided by the parts. CONSENSUS.md 7.3 is the
// text to hold beside.
#include "consensus/simplex.h"

#include <algorithm>

#include "consensus/cert_search.h"
#include "consensus/certs.h"
#include "consensus/evidence.h"
#include "consensus/justify.h"
#include "consensus/limits.h"
#include "consensus/own_votes.h"
#include "consensus/presence.h"
#include "consensus/proposals.h"
#include "consensus/tally.h"
#include "consensus/timers.h"

namespace quanlu::consensus {

namespace {

const char* cast_note(VoteKind kind) {
    switch (kind) {
        case VoteKind::notarize:
            return "cast_notarize";
        case VoteKind::nullify:
            return "cast_nullify";
        case VoteKind::finalize:
            return "cast_finalize";
    }
    ENSURE(false, "a vote has one of three kinds");
}

}  // namespace

struct Simplex::Impl {
    const chain::Members& members;
    MemberIndex self;
    Memory memory;
    Floor floor;
    View view;
    OwnVotes own;
    Tally tally;
    Certs certs;
    Proposals proposals;
    Accusations accusations;
    Presence presence;
    Timers timers;
    std::vector<Verified<SignedVote>> own_before;    // of the last run, until start()
    std::vector<Verified<QuorumCert>> certs_before;  // likewise
    std::optional<SignedVote> unknown_at_floor;      // the ledger remembers it, the journal not
    bool replaying = true;                           // until start() has replayed them
    bool gave_up = false;                            // on the present view
    bool building = false;                           // for the present view
    CertSearch search;                               // for what building waits for
    Millis now;

    Impl(const chain::Params& params, const chain::Members& m, const chain::ChainTag& tag,
         MemberIndex s, const Restored& restored, Millis start)
        : members(m),
          self(s),
          memory(restored.memory),
          floor(restored.floor),
          view(restored.floor.view.next()),
          own(restored.floor.view),
          tally(m),
          presence(m.n(), start),
          timers(params, start),
          now(start) {
        ENSURE(s < m.n());
        for (const SignedVote& vote : restored.own) {
            // The journal keeps many views that the floor has passed: no signature of theirs is
            // worth the time of a restart.
            if (vote.member != self || vote.vote.view <= floor.view) continue;
            auto verified = chain::verify(vote, members, tag);
            if (!verified.ok()) continue;
            own.recall(vote.vote);
            view = std::max(view, vote.vote.view);
            own_before.push_back(std::move(verified).value());
        }
        for (const QuorumCert& cert : restored.certs) {
            if (cert.statement.view < floor.view || cert.statement.view.value > kViewMax) continue;
            auto verified = chain::verify(cert, members, tag);
            if (!verified.ok()) continue;
            view = std::max(view, cert.statement.view.next());
            certs_before.push_back(std::move(verified).value());
        }
        move_windows();
        if (!restored.floor.cert) return;
        for (const SignedVote& vote : votes_in(*restored.floor.cert)) {
            const auto is_it = [&](const SignedVote& one) { return one.vote == vote.vote; };
            if (vote.member == self &&
                std::none_of(restored.own.begin(), restored.own.end(), is_it))
                unknown_at_floor = vote;
        }
    }

    static void note(Effects& out, const char* code, View at, std::string detail = {}) {
        out.notes.push_back({code, at, std::move(detail)});
    }

    [[nodiscard]] bool is_leader() const { return members.leader(view) == self; }
    [[nodiscard]] bool may_vote() const { return memory == Memory::confirmed; }

    // --- promises

    // The only way to a vote of ours.
    bool cast(VoteKind kind, View at, const Hash& block, Effects& out) {
        if (!may_vote()) return false;
        const Vote vote{kind, members.epoch(), at, block};
        if (!own.permit(vote)) {
            note(out, "cast_refused", at, cast_note(kind));
            return false;
        }
        // Final blocks are durable with f+1 honest members: they can serve them ever after.
        if (kind != VoteKind::nullify) out.keep.push_back({block});
        // Finalize forbids us to nullify: after a power cut nobody else may hold the notarization
        // that it rests on, and without it the view would never end (T5).
        const QuorumCert* basis = kind == VoteKind::finalize ? certs.find(VoteKind::notarize, at)
                                  : at.value > 1             ? certs.leaving(at.prev())
                                                             : nullptr;
        out.cast.push_back({vote, basis == nullptr ? std::nullopt : std::optional(*basis)});
        note(out, cast_note(kind), at);
        return true;
    }

    // The only place that creates Finalize (T1).
    void try_finalize(View at, const Hash& block, Effects& out) {
        if (at <= floor.view || !proposals.is_valid(block)) return;
        const QuorumCert* notarization = certs.find(VoteKind::notarize, at);
        if (notarization == nullptr || notarization->statement.block != block) return;
        const OwnVotes::Row& mine = own.at(at);
        if (mine.finalized) return;
        const char* withheld = mine.nullified                                 ? "nullified"
                               : mine.notarized && *mine.notarized != block   ? "notarized_another"
                               : proposals.has_two(at)                        ? "two_proposals"
                               : certs.find(VoteKind::nullify, at) != nullptr ? "nullification_held"
                                                                              : nullptr;
        if (withheld != nullptr) {
            note(out, "finalize_withheld", at, withheld);
            return;
        }
        cast(VoteKind::finalize, at, block, out);
    }

    // Idempotent (T11).
    void give_up(const char* why, Effects& out) {
        if (gave_up || !may_vote()) return;
        gave_up = true;
        const OwnVotes::Row& mine = own.at(view);
        if (mine.nullified || mine.finalized) return;
        note(out, "give_up", view, why);
        cast(VoteKind::nullify, view, {}, out);
    }

    // --- views

    // Only ever with a certificate of the view before, or of a later floor, in hand (R5).
    void enter(View next, const QuorumCert& entry, Effects& out) {
        if (next <= view) return;
        view = next;
        gave_up = building = false;
        search.stop();
        search.hurry(now);
        timers.enter(now);
        move_windows();
        const bool skipped = entry.statement.kind == VoteKind::nullify;
        note(out, "enter_view", view, skipped ? "nullified" : "notarized");
        if (replaying) return;
        out.send_certs.push_back({std::nullopt, entry});
        const MemberIndex leader = members.leader(view);
        if (leader != self && tally.find(view, VoteKind::nullify, leader) != nullptr) {
            give_up("leader_nullified", out);
        } else {
            skip_silent_leader(out);
        }
    }

    void skip_silent_leader(Effects& out) {
        if (presence.is_silent(members.leader(view), self, members.quorum(), now,
                               timers.skip_after())) {
            give_up("leader_silent", out);
        }
    }

    void move_windows() {
        const View low = std::max(floor.view.minus(kBelowFloor), view.minus(kFollowedViews));
        tally.set_window(low, std::max(view, floor.view).next());
        accusations.forget_below(low);
        proposals.forget_below(std::max(low, floor.view.next()));
        certs.forget_below(floor.view.minus(kBelowFloor));
        timers.back_off(certs.skipped_between(floor.view, view, kFollowedViews));
    }

    void set_floor(const Floor& next) {
        ENSURE(next.view > floor.view, "the floor only rises (T18)");
        floor = next;
        own.raise_floor(floor.view);
        move_windows();
        timers.finalized(!certs.newest_notarized(floor.view, 1).empty());
    }

    void propose(Effects& out) {
        if (replaying || !is_leader() || !may_vote() || building || gave_up || !own.is_open(view))
            return;
        const OwnVotes::Row& mine = own.at(view);
        if (mine.notarized || mine.nullified) return;
        if (now < timers.build_at() || now < search.again_at()) return;
        auto parent = justify(view, certs, floor);
        if (!parent.ok()) {
            ask_for_missing(parent.error(), out);
            return;
        }
        search.stop();
        building = true;
        out.builds.push_back({view, parent->block, parent->view, std::move(parent->justification),
                              timers.may_be_empty(now)});
    }

    void ask_for_missing(const Gap& gap, Effects& out) {
        const Millis again_at = now + timers.resend_every();
        if (gap.why == Gap::Why::too_long) {
            note(out, "justification_too_long", view);
            search.wait(again_at);
            return;
        }
        note(out, "certificate_missing", gap.view);
        const auto ask = search.ask(gap.view, members, self, again_at);
        out.certs.push_back({std::nullopt, gap.view, ask});
    }

    // --- inputs

    void accuse(const SignedVote& vote, Effects& out) {
        std::vector<Evidence> pairs = tally.against(vote);
        for (Evidence& pair : certs.against(vote)) pairs.push_back(std::move(pair));
        for (const Evidence& pair : pairs) {
            if (!accusations.is_new(pair)) continue;
            note(out, "evidence", vote.vote.view, members.at(vote.member).name);
            out.evidence.push_back(pair);
        }
    }

    void take_vote(const Verified<SignedVote>& signed_vote, Effects& out) {
        const Vote& vote = signed_vote->vote;
        const MemberIndex member = signed_vote->member;
        if (vote.epoch != members.epoch()) return;  // T14
        compare_own(*signed_vote, out);
        if (!tally.covers(vote.view)) return;  // R5, T22
        accuse(*signed_vote, out);
        if (const auto cert = tally.add(signed_vote)) take_cert(**cert, out);
        if (vote.view == view && vote.kind == VoteKind::nullify && member == members.leader(view) &&
            member != self && !replaying) {
            give_up("leader_nullified", out);
        }
    }

    // A vote of ours, wherever it came from: are we the one who cast it?
    void compare_own(const SignedVote& vote, Effects& out) {
        if (vote.member != self || memory == Memory::lost) return;
        if (own.is_open(vote.vote.view) && !own.holds(vote.vote)) disown(vote, out);
    }

    void disown(const SignedVote& vote, Effects& out) {
        note(out, "own_vote_unknown", vote.vote.view, cast_note(vote.vote.kind));
        memory = Memory::lost;
        out.unknown_own = vote;
    }

    // The only thing that moves the view, whether a message or our own tally brought it (R5, M28).
    void take_cert(const QuorumCert& cert, Effects& out) {
        const Vote& what = cert.statement;
        if (what.epoch != members.epoch() || what.view < floor.view) return;
        if (what.view.value > kViewMax) return;
        const QuorumCert* held = certs.find(what.kind, what.view);
        if (held == nullptr || held->statement.block != what.block) {
            for (const SignedVote& vote : votes_in(cert)) {
                compare_own(vote, out);
                accuse(vote, out);
            }
        }
        if (held != nullptr) {
            // Two blocks of one view with the same certificate: more than f lie. The first stays.
            if (held->statement.block != what.block) note(out, "two_certificates", what.view);
            return;
        }
        const bool is_kept = certs.add(cert);
        if (!is_kept && what.kind != VoteKind::finalize) return;  // older than all that is kept
        search.hurry(now);
        if (what.view > floor.view && what.kind != VoteKind::nullify) {
            timers.notarized(now, what.view.next() >= view);
        }
        if (what.kind == VoteKind::notarize) note(out, "notarized", what.view);
        if (what.kind == VoteKind::finalize) finalize(cert, out);
        enter(what.view.next(), cert, out);
        if (what.kind == VoteKind::notarize) follow_notarized(what.view, what.block, out);
        timers.back_off(certs.skipped_between(floor.view, view, kFollowedViews));
        propose(out);
    }

    // The body is fetched and checked even if the view was given up (T6, T28).
    void follow_notarized(View at, const Hash& block, Effects& out) {
        if (at <= floor.view) return;
        if (proposals.is_valid(block)) {
            try_finalize(at, block, out);
        } else if (at >= view.minus(kFollowedViews) && proposals.ask_notarized(at, block)) {
            out.checks.push_back({block});
        }
    }

    void finalize(const QuorumCert& cert, Effects& out) {
        const Vote& what = cert.statement;
        if (what.view == floor.view) {
            if (what.block == floor.block && !floor.cert) floor.cert = cert;
            return;
        }
        note(out, "finalized", what.view);
        out.finalized.push_back({what.block, cert});
        set_floor({what.view, what.block, cert});
    }

    void take_proposal(const CheckedProposal& proposal, Effects& out) {
        const View at = proposal->header.view;
        if (proposal->header.epoch != members.epoch() || at <= floor.view || at.value > kViewMax)
            return;
        // The newest first, so that the view is entered once; one of them is of the view before.
        const auto& inside = proposal.certs();
        for (auto cert = inside.rbegin(); cert != inside.rend(); ++cert) take_cert(**cert, out);
        if (at <= floor.view || !tally.covers(at)) return;
        const Proposals::Seen seen = proposals.take(at, proposal->hash);
        take_vote(proposal.leader_vote(), out);
        if (seen == Proposals::Seen::second) {
            note(out, "second_proposal", at);
            if (at == view && !is_leader()) give_up("two_proposals", out);
        }
        if (at == view && seen == Proposals::Seen::first) {
            timers.proposal_seen(now);
            const OwnVotes::Row& mine = own.at(at);
            if (!mine.nullified && !mine.notarized && proposals.ask(at, proposal->hash)) {
                out.checks.push_back({proposal->hash});
            }
        }
    }

    void take_checked(const Hash& block, Verdict verdict, Effects& out) {
        if (verdict == Verdict::missing) return;  // a fetch is under way; not a "no" (T9)
        const std::optional<View> at = proposals.view_of(block);
        if (!at) return;
        proposals.answer(block, verdict == Verdict::valid);
        if (verdict == Verdict::invalid) {
            const QuorumCert* notarization = certs.find(VoteKind::notarize, *at);
            const bool by_quorum =
                notarization != nullptr && notarization->statement.block == block;
            note(out, by_quorum ? "notarized_block_invalid" : "block_invalid", *at);
            if (*at == view) give_up("invalid_block", out);
            return;
        }
        try_notarize(*at, block, out);
        try_finalize(*at, block, out);
    }

    void try_notarize(View at, const Hash& block, Effects& out) {
        const OwnVotes::Row& mine = own.at(at);
        if (at != view || mine.notarized || mine.nullified) return;
        if (proposals.first(at) == block && !proposals.has_two(at)) {
            cast(VoteKind::notarize, at, block, out);
        } else {
            note(out, "notarize_withheld", at, "two_proposals");
        }
    }

    void take_built(const Header& header, Effects& out) {
        if (header.view != view || !building) {
            note(out, "built_too_late", header.view);
            return;
        }
        const Hash hash = chain::hash_of(header);
        proposals.take(view, hash);
        if (proposals.ask(view, hash)) proposals.answer(hash, true);
        timers.proposal_seen(now);
        cast(VoteKind::notarize, view, hash, out);
    }

    void take_build_failed(View at, Effects& out) {
        if (at != view || !building) return;
        building = false;
        timers.build_failed(now);
        note(out, "build_failed", at);
    }

    void take_floor(const Floor& next, Effects& out) {
        if (next.view <= floor.view) return;
        ENSURE(next.cert.has_value() && next.cert->statement.view == next.view);
        timers.notarized(now, next.view.next() >= view);
        for (const SignedVote& vote : votes_in(*next.cert)) compare_own(vote, out);
        set_floor(next);
        if (certs.add(*next.cert)) note(out, "floor_fetched", next.view);
        enter(next.view.next(), *next.cert, out);
        propose(out);
    }

    // Votes are cast from now on: first for what came while none were.
    void take_memory(View sign_above, Effects& out) {
        own.forbid_to(sign_above);
        memory = Memory::confirmed;
        const std::optional<Hash> here = proposals.first(view);
        if (here && proposals.is_valid(*here)) try_notarize(view, *here, out);
        for (const QuorumCert& cert : certs.newest_notarized(floor.view, kChecksAgainMax))
            try_finalize(cert.statement.view, cert.statement.block, out);
        propose(out);
    }

    void tick(Effects& out) {
        if (now >= timers.give_up_at()) give_up("time", out);
        propose(out);
        if (now < timers.resend_at()) return;
        skip_silent_leader(out);
        timers.resent(now);
        out.greet = true;
        if (timers.is_stuck(now)) resend(out);
    }

    // What somebody may have missed. The greeting holds the floor's and the entry certificate.
    void resend(Effects& out) {
        const View oldest = std::max(floor.view.next(), view.minus(kResendViews));
        for (View at = oldest; at <= view; at = at.next()) {
            for (const auto kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
                if (const SignedVote* vote = tally.find(at, kind, self))
                    out.send_votes.push_back({*vote});
            }
        }
        for (const QuorumCert& cert : certs.newest_notarized(floor.view, kChecksAgainMax)) {
            if (proposals.is_under_way(cert.statement.block))
                out.checks.push_back({cert.statement.block});
        }
        const std::optional<Hash> here = proposals.first(view);
        if (here && proposals.is_under_way(*here)) out.checks.push_back({*here});
    }

    // The last run over again: its votes enter the tally like any (R6, commonware#4275).
    void replay(Effects& out) {
        for (const Verified<SignedVote>& vote : own_before) take_vote(vote, out);
        for (const Verified<QuorumCert>& cert : certs_before) take_cert(*cert, out);
        own_before.clear();
        certs_before.clear();
        replaying = false;
        if (unknown_at_floor && memory != Memory::lost) disown(*unknown_at_floor, out);
    }

    template <class Deed>
    void turn(Millis at, Effects& out, const Deed& deed) {
        now = at;
        deed();
        finish(out);
    }

    void finish(Effects& out) const {
        Millis wake = timers.resend_at();
        const OwnVotes::Row& mine = own.at(view);
        if (may_vote() && !gave_up && !mine.nullified) {
            wake = std::min(wake, timers.give_up_at());
            if (is_leader() && !building && !mine.notarized && own.is_open(view)) {
                wake = std::min(wake, std::max(timers.build_at(), search.again_at()));
            }
        }
        out.wake_at = std::min(out.wake_at, std::max(wake, now + Millis{1}));
    }
};

Simplex::Simplex(const chain::Params& params, const chain::Members& members,
                 const chain::ChainTag& tag, MemberIndex self, Restored restored, Millis now)
    : impl_(std::make_unique<Impl>(params, members, tag, self, restored, now)) {}
Simplex::~Simplex() = default;

void Simplex::start(Effects& out) {
    impl_->replay(out);
    out.greet = true;
    impl_->resend(out);
    impl_->propose(out);
    impl_->finish(out);
}

void Simplex::on_tick(Millis now, Effects& out) {
    impl_->turn(now, out, [&] { impl_->tick(out); });
}

void Simplex::on_vote(Millis now, const Verified<SignedVote>& vote, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_vote(vote, out); });
}

void Simplex::on_cert(Millis now, const Verified<QuorumCert>& cert, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_cert(*cert, out); });
}

void Simplex::on_proposal(Millis now, const CheckedProposal& proposal, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_proposal(proposal, out); });
}

void Simplex::on_checked(Millis now, const Hash& block, Verdict verdict, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_checked(block, verdict, out); });
}

void Simplex::on_built(Millis now, const Header& header, const Justification&, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_built(header, out); });
}

void Simplex::on_build_failed(Millis now, View view, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_build_failed(view, out); });
}

void Simplex::on_load(Millis now, bool pending, Effects& out) {
    impl_->turn(now, out, [&] {
        impl_->timers.load(now, pending);
        impl_->propose(out);
    });
}

void Simplex::on_heard(Millis now, MemberIndex member) {
    impl_->presence.heard(member, now);
}

void Simplex::on_floor(Millis now, const Floor& floor, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_floor(floor, out); });
}

void Simplex::on_memory(Millis now, View sign_above, Effects& out) {
    impl_->turn(now, out, [&] { impl_->take_memory(sign_above, out); });
}

View Simplex::view() const {
    return impl_->view;
}
const Floor& Simplex::floor() const {
    return impl_->floor;
}

std::size_t Simplex::votes_held() const {
    return impl_->tally.size();
}

Progress Simplex::progress() const {
    const Impl& core = *impl_;
    Progress progress;
    progress.view = core.view;
    progress.floor = core.floor;
    progress.notarized_by = core.tally.voters(core.view, VoteKind::notarize);
    progress.nullified_by = core.tally.voters(core.view, VoteKind::nullify);
    progress.finalized_by = core.tally.voters(core.view, VoteKind::finalize);
    progress.leader = core.members.leader(core.view);
    const std::optional<Hash> here = core.proposals.first(core.view);
    progress.proposal_seen = here.has_value();
    progress.body_missing = here && core.proposals.is_under_way(*here);
    progress.missing_cert = core.search.view();
    progress.may_vote = core.may_vote();
    progress.delta_ms = core.timers.delta_ms();
    progress.votes_held = core.tally.size();
    progress.cert_views_held = core.certs.views();
    return progress;
}

std::optional<QuorumCert> Simplex::cert(VoteKind kind, View view) const {
    const QuorumCert* cert = impl_->certs.find(kind, view);
    return cert == nullptr ? std::nullopt : std::optional(*cert);
}

std::vector<SignedVote> Simplex::votes_of(MemberIndex member) const {
    std::vector<SignedVote> votes = impl_->certs.votes_of(member);
    for (const SignedVote& vote : impl_->tally.votes_of(member)) {
        const auto is_same = [&](const SignedVote& one) { return one.vote == vote.vote; };
        if (std::none_of(votes.begin(), votes.end(), is_same)) votes.push_back(vote);
    }
    return votes;
}

std::optional<QuorumCert> Simplex::entry_cert() const {
    const QuorumCert* cert = impl_->certs.leaving(impl_->view.prev());
    return cert == nullptr ? std::nullopt : std::optional(*cert);
}

}  // namespace quanlu::consensus
