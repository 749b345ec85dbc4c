// Dispatch and view changes; what each rule says is decided by the parts. CONSENSUS.md 7.3 is the text to hold beside.
#include "consensus/simplex.h"

#include <algorithm>
#include <map>
#include <set>

#include "consensus/certs.h"
#include "consensus/own_votes.h"
#include "consensus/tally.h"
#include "consensus/timers.h"

namespace quanlu::consensus {

namespace {

constexpr std::uint64_t kKeepBelowFloor = 8;  // views of certificates kept for peers that lack exactly one (T3)
constexpr std::size_t kProposalsMax = 256;    // views with a proposal and no finalization yet
constexpr std::uint64_t kResendViews = 4;     // own votes of the newest views are what others may lack

// What is known of one view's block.
struct Seen {
    std::optional<Hash> proposed;  // first proposal of the leader
    bool second = false;           // another one was seen: no Finalize from us
};

}  // namespace

struct Simplex::Impl {
    chain::Params params;
    const chain::Members& members;
    chain::ChainTag tag;
    MemberIndex self;
    bool may_vote;
    Floor floor;
    View view{0};
    OwnVotes own;
    Tally tally;
    Certs certs;
    Timers timers;
    std::map<View, Seen> seen;
    std::map<Hash, View> valid;       // checked blocks
    std::set<Hash> asked;             // checks under way
    std::map<MemberIndex, Millis> heard;
    std::optional<View> building;
    std::vector<SignedVote> own_signed;
    Millis now;

    Impl(const chain::Params& p, const chain::Members& m, const chain::ChainTag& t, MemberIndex s, Restored& restored,
         Millis start)
        : params(p), members(m), tag(t), self(s), may_vote(restored.may_vote), floor(restored.floor), tally(m),
          timers(p), now(start) {
        if (restored.sign_above) own.forbid_up_to(*restored.sign_above);
        View entered = floor.view.next();
        if (floor.cert) certs.add(*floor.cert);
        for (const QuorumCert& cert : restored.certs) {
            if (cert.statement.view < floor.view || !chain::verify(cert, members, tag).ok()) continue;
            certs.add(cert);
            entered = std::max(entered, cert.statement.view.next());
        }
        std::vector<Evidence> evidence;
        for (const SignedVote& vote : restored.own) {
            if (vote.vote.view <= floor.view) continue;
            own.recall(vote.vote);
            entered = std::max(entered, vote.vote.view);
            // R6: counted like any other, also after a restart (commonware#4275).
            const auto verified = chain::verify(vote, members, tag);
            if (!verified.ok()) continue;
            own_signed.push_back(vote);
            if (const auto cert = tally.add(*verified, evidence)) certs.add(**cert);
        }
        own.raise_floor(floor.view);
        view = entered;
        timers.enter(now);
        for (MemberIndex i = 0; i < members.n(); ++i) heard[i] = now;
    }

    void note(Effects& out, const char* code, View at, std::string detail = {}) {
        out.notes.push_back({code, at, std::move(detail)});
    }

    // The only way to a vote of ours.
    bool cast(VoteKind kind, View at, const Hash& block, Effects& out) {
        if (!may_vote) return false;
        const Vote vote{kind, members.epoch(), at, kind == VoteKind::nullify ? Hash{} : block};
        if (!own.permit(vote)) return false;
        const QuorumCert* entry = at.value > 1 ? certs.leaving(at.prev()) : nullptr;
        out.cast.push_back({vote, entry == nullptr ? std::nullopt : std::optional(*entry)});
        note(out, kind == VoteKind::notarize ? "cast_notarize" : kind == VoteKind::nullify ? "cast_nullify" : "cast_finalize", at);
        return true;
    }

    void enter(View next, const QuorumCert& entry, Effects& out) {
        if (next <= view) return;
        view = next;
        timers.enter(now);
        building.reset();
        out.send_certs.push_back({std::nullopt, entry});
        note(out, "enter_view", view);
        while (seen.size() > kProposalsMax) seen.erase(seen.begin());
        propose(out);
    }

    void propose(Effects& out) {
        if (members.leader(view) != self || !may_vote || building == view) return;
        const OwnVotes::Row& mine = own.at(view);
        if (mine.notarized || mine.nullified) return;
        const bool heartbeat = now >= timers.heartbeat_at();
        if (!timers.pending() && !heartbeat) return;
        auto parent = certs.parent_for(view, floor);
        if (!parent.ok()) {
            note(out, "certificate_missing", parent.error().view);
            out.certs.push_back({std::nullopt, parent.error().view, std::nullopt});
            return;
        }
        if (parent->justification.skipped.size() > chain::kJustifyMax) {
            note(out, "justification_too_long", view);
            return;
        }
        building = view;
        out.builds.push_back({view, parent->block, parent->view, std::move(parent->justification), heartbeat});
    }

    void ask_check(const Hash& block, Effects& out) {
        if (valid.contains(block) || !asked.insert(block).second) return;
        out.checks.push_back({block});
    }

    // The only place that creates Finalize (T1).
    void try_finalize(View at, const Hash& block, Effects& out) {
        if (at <= floor.view || !valid.contains(block)) return;
        const QuorumCert* notarization = certs.find(VoteKind::notarize, at);
        if (notarization == nullptr || notarization->statement.block != block) return;
        const OwnVotes::Row& mine = own.at(at);
        const auto found = seen.find(at);
        const bool second = found != seen.end() && found->second.second;
        if (mine.nullified || second || certs.find(VoteKind::nullify, at) != nullptr) {
            note(out, "finalize_withheld", at, mine.nullified ? "nullified" : second ? "two_proposals" : "nullification");
            return;
        }
        if (mine.finalized) return;
        cast(VoteKind::finalize, at, block, out);
    }

    void timeout(const char* why, Effects& out) {
        const OwnVotes::Row& mine = own.at(view);
        if (mine.nullified || mine.finalized) return;
        if (cast(VoteKind::nullify, view, {}, out)) note(out, "timeout", view, why);
    }

    // A certificate, from a message or from our own tally: the only thing that moves the view (R5).
    void take_cert(const QuorumCert& cert, Effects& out) {
        const View at = cert.statement.view;
        const VoteKind kind = cert.statement.kind;
        if (at < floor.view || (at == floor.view && kind != VoteKind::finalize)) return;
        if (const QuorumCert* held = certs.find(kind, at)) {
            if (Certs::conflict(*held, cert)) note(out, "two_certificates", at);  // more than f lie
            return;
        }
        certs.add(cert);
        if (kind == VoteKind::nullify) {
            timers.nullified();
            enter(at.next(), cert, out);
            return;
        }
        if (kind == VoteKind::finalize) {
            finalize(cert, out);
        } else {
            note(out, "notarized", at);
        }
        enter(at.next(), cert, out);
        if (at > floor.view) {
            // T6, T28: the body is fetched and checked even if the view was given up.
            if (valid.contains(cert.statement.block)) {
                try_finalize(at, cert.statement.block, out);
            } else {
                ask_check(cert.statement.block, out);
            }
        }
    }

    void finalize(const QuorumCert& cert, Effects& out) {
        const View at = cert.statement.view;
        if (at <= floor.view) return;
        note(out, "finalized", at);
        out.finalized.push_back({cert.statement.block, cert});
        timers.finalized();
        set_floor({at, cert.statement.block, cert});
    }

    void set_floor(const Floor& next) {
        ENSURE(next.view > floor.view, "the floor only rises (T18)");
        floor = next;
        own.raise_floor(floor.view);
        const View keep = floor.view.minus(kKeepBelowFloor);
        certs.forget_below(keep);
        tally.forget_below(keep);
        seen.erase(seen.begin(), seen.upper_bound(floor.view));
        asked.clear();  // asked again by resend while it still matters
        std::erase_if(valid, [this](const auto& one) { return one.second <= floor.view; });
        std::erase_if(own_signed, [this](const SignedVote& vote) { return vote.vote.view <= floor.view; });
    }

    void take_vote(const Verified<SignedVote>& vote, Effects& out) {
        const View at = vote->vote.view;
        // R5: votes only in [floor, view + 1]; certificates alone reach further (T15, T22).
        if (at < floor.view || at > view.next()) return;
        if (vote->member == self && at > floor.view) own_signed.push_back(*vote);
        const std::size_t before = out.evidence.size();
        const auto cert = tally.add(vote, out.evidence);
        if (out.evidence.size() > before) note(out, "evidence", at, members.at(vote->member).name);
        if (cert) take_cert(**cert, out);
        // The leader itself gave up: waiting for it is in vain.
        if (at == view && vote->vote.kind == VoteKind::nullify && vote->member == members.leader(at) &&
            vote->member != self) {
            timeout("leader_nullified", out);
        }
    }

    void take_proposal(const CheckedProposal& proposal, Effects& out) {
        const View at = proposal->header.view;
        if (at <= floor.view) return;
        for (const Verified<QuorumCert>& cert : proposal.certs()) take_cert(*cert, out);
        if (at <= floor.view || at > view.next()) return;
        Seen& here = seen[at];
        if (here.proposed && *here.proposed != proposal->hash) {
            here.second = true;
            note(out, "second_proposal", at);
        }
        if (!here.proposed) here.proposed = proposal->hash;
        take_vote(proposal.leader_vote(), out);
        if (at == view && *here.proposed == proposal->hash) {
            timers.proposal_seen(now);
            const OwnVotes::Row& mine = own.at(at);
            if (!mine.nullified && !mine.notarized) ask_check(proposal->hash, out);
        }
        const QuorumCert* notarization = certs.find(VoteKind::notarize, at);
        if (notarization != nullptr && notarization->statement.block == proposal->hash) ask_check(proposal->hash, out);
    }

    [[nodiscard]] std::optional<View> view_of(const Hash& block) const {
        for (const auto& [at, one] : seen) {
            if (one.proposed == block) return at;
        }
        // Notarized without a proposal seen here.
        for (View at = view; at > floor.view; at = at.prev()) {
            const QuorumCert* cert = certs.find(VoteKind::notarize, at);
            if (cert != nullptr && cert->statement.block == block) return at;
        }
        return std::nullopt;
    }

    void take_checked(const Hash& block, Verdict verdict, Effects& out) {
        if (verdict == Verdict::missing) return;  // a fetch is under way; not a "no" (T9)
        asked.erase(block);
        const std::optional<View> at = view_of(block);
        if (!at || *at <= floor.view) return;
        if (verdict == Verdict::invalid) {
            note(out, "block_invalid", *at);
            if (*at == view) timeout("invalid_block", out);
            return;
        }
        valid[block] = *at;
        const auto found = seen.find(*at);
        const bool first = found != seen.end() && found->second.proposed == block;
        if (*at == view && first && !own.at(*at).notarized) {
            out.keep.push_back({block});
            if (!cast(VoteKind::notarize, *at, block, out)) out.keep.pop_back();
        }
        try_finalize(*at, block, out);
    }

    void tick(Effects& out) {
        propose(out);
        const MemberIndex leader = members.leader(view);
        if (leader != self && timers.pending() && skip_leader(leader)) timeout("leader_silent", out);
        if (now >= timers.give_up_at()) timeout("time", out);
        if (now >= timers.resend_at()) {
            timers.resent(now);
            resend(out);
        }
    }

    // R7: a local hint, never recorded; a wrong guess costs one view.
    [[nodiscard]] bool skip_leader(MemberIndex leader) const {
        std::size_t others = 1;
        for (const auto& [member, when] : heard) {
            if (member != self && member != leader && now - when < timers.skip_after()) ++others;
        }
        return now - heard.at(leader) >= timers.skip_after() && others >= members.quorum();
    }

    void resend(Effects& out) {
        out.greet = true;
        for (const SignedVote& vote : own_signed) {
            if (vote.vote.view.plus(kResendViews) >= view) out.send_votes.push_back({vote});
        }
        if (view.value > 1) {
            if (const QuorumCert* entry = certs.leaving(view.prev())) out.send_certs.push_back({std::nullopt, *entry});
        }
        // A block we know to be notarized and cannot check yet: ask for it again.
        for (View at = view; at > floor.view; at = at.prev()) {
            const QuorumCert* cert = certs.find(VoteKind::notarize, at);
            if (cert != nullptr && !valid.contains(cert->statement.block)) out.checks.push_back({cert->statement.block});
        }
        const auto here = seen.find(view);
        if (here != seen.end() && here->second.proposed && asked.contains(*here->second.proposed)) {
            out.checks.push_back({*here->second.proposed});
        }
    }

    void finish(Effects& out) {
        Millis wake = timers.resend_at();
        const OwnVotes::Row& mine = own.at(view);
        if (!mine.nullified && !mine.finalized && may_vote) wake = std::min(wake, timers.give_up_at());
        if (members.leader(view) == self && building != view && !mine.notarized && !mine.nullified) {
            wake = std::min(wake, timers.heartbeat_at());
        } else if (timers.pending() && !mine.nullified) {
            wake = std::min(wake, std::max(heard.at(members.leader(view)) + timers.skip_after(), now + Millis{10}));
        }
        out.wake_at = std::min(out.wake_at, std::max(wake, now + Millis{1}));
    }
};

Simplex::Simplex(const chain::Params& params, const chain::Members& members, const chain::ChainTag& tag,
                 MemberIndex self, Restored restored, Millis now)
    : impl_(std::make_unique<Impl>(params, members, tag, self, restored, now)) {}
Simplex::~Simplex() = default;

void Simplex::start(Effects& out) {
    impl_->resend(out);
    for (View at = impl_->floor.view.next(); at < impl_->view; at = at.next()) {
        const QuorumCert* cert = impl_->certs.find(VoteKind::notarize, at);
        if (cert != nullptr) impl_->ask_check(cert->statement.block, out);
        if (const QuorumCert* final = impl_->certs.find(VoteKind::finalize, at)) {
            const QuorumCert held = *final;
            impl_->finalize(held, out);
        }
    }
    impl_->propose(out);
    impl_->finish(out);
}

void Simplex::on_tick(Millis now, Effects& out) {
    impl_->now = now;
    impl_->tick(out);
    impl_->finish(out);
}
void Simplex::on_vote(Millis now, const Verified<SignedVote>& vote, Effects& out) {
    impl_->now = now;
    impl_->take_vote(vote, out);
    impl_->finish(out);
}
void Simplex::on_cert(Millis now, const Verified<QuorumCert>& cert, Effects& out) {
    impl_->now = now;
    impl_->take_cert(*cert, out);
    impl_->finish(out);
}
void Simplex::on_proposal(Millis now, const CheckedProposal& proposal, Effects& out) {
    impl_->now = now;
    impl_->take_proposal(proposal, out);
    impl_->finish(out);
}
void Simplex::on_checked(Millis now, const Hash& block, Verdict verdict, Effects& out) {
    impl_->now = now;
    impl_->take_checked(block, verdict, out);
    impl_->finish(out);
}

void Simplex::on_built(Millis now, const Header& header, const Justification&, Effects& out) {
    impl_->now = now;
    const Hash hash = chain::hash_of(header);
    if (header.view == impl_->view && impl_->building == header.view) {
        impl_->seen[header.view].proposed = hash;
        impl_->valid[hash] = header.view;
        impl_->timers.proposal_seen(now);
        out.keep.push_back({hash});
        if (!impl_->cast(VoteKind::notarize, header.view, hash, out)) out.keep.pop_back();
    }
    impl_->finish(out);
}

void Simplex::on_build_failed(Millis now, View view, Effects& out) {
    impl_->now = now;
    if (impl_->building == view) impl_->building.reset();
    impl_->finish(out);
}

void Simplex::on_load(Millis now, bool pending, Effects& out) {
    impl_->now = now;
    impl_->timers.load(now, pending);
    if (pending) impl_->propose(out);
    impl_->finish(out);
}

void Simplex::on_heard(Millis now, MemberIndex member) { impl_->heard[member] = now; }

void Simplex::on_floor(Millis now, const Floor& floor, Effects& out) {
    impl_->now = now;
    if (floor.view <= impl_->floor.view) return;
    ENSURE(floor.cert.has_value());
    impl_->certs.add(*floor.cert);
    impl_->set_floor(floor);
    impl_->enter(floor.view.next(), *floor.cert, out);
    impl_->finish(out);
}

View Simplex::view() const { return impl_->view; }
const Floor& Simplex::floor() const { return impl_->floor; }

Progress Simplex::progress() const {
    Progress progress;
    progress.view = impl_->view;
    progress.floor = impl_->floor;
    progress.notarized_by = impl_->tally.voters(impl_->view, VoteKind::notarize);
    progress.nullified_by = impl_->tally.voters(impl_->view, VoteKind::nullify);
    progress.finalized_by = impl_->tally.voters(impl_->view, VoteKind::finalize);
    progress.leader = impl_->members.leader(impl_->view);
    const auto here = impl_->seen.find(impl_->view);
    progress.proposal_seen = here != impl_->seen.end() && here->second.proposed.has_value();
    progress.body_missing = progress.proposal_seen && impl_->asked.contains(*here->second.proposed);
    progress.may_vote = impl_->may_vote;
    progress.delta_ms = impl_->timers.delta_ms();
    return progress;
}

std::optional<QuorumCert> Simplex::cert(VoteKind kind, View view) const {
    const QuorumCert* cert = impl_->certs.find(kind, view);
    return cert == nullptr ? std::nullopt : std::optional(*cert);
}

std::optional<QuorumCert> Simplex::entry_cert() const {
    if (impl_->view.value <= 1) return std::nullopt;
    const QuorumCert* cert = impl_->certs.leaving(impl_->view.prev());
    return cert == nullptr ? std::nullopt : std::optional(*cert);
}

}  // namespace quanlu::consensus
