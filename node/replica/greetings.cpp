// Who is there, and what the others know of our own votes (CONSENSUS 7.4, decision 0022).
#include "node/replica/impl.h"

namespace quanlu::replica {

wire::Greeting Replica::Impl::greeting() const {
    wire::Greeting greeting;
    greeting.epoch = members.epoch();
    greeting.view = core->view();
    greeting.height = tip.header.height;
    greeting.floor = core->floor().cert;
    greeting.entry = core->entry_cert();
    greeting.wall = now.wall;
    greeting.life = life;
    greeting.version = config.version;
    return greeting;
}

wire::Greeting Replica::Impl::question() const {
    wire::Greeting question = greeting();
    question.about = wire::Greeting::About::question;
    return question;
}

void Replica::Impl::take_greeting(MemberIndex from, const wire::Greeting& theirs) {
    if (theirs.epoch != members.epoch()) return;
    peers.lives(from, theirs.life, now.steady);
    sync.claimed(from, theirs.height);  // a hint: never moves state (E15)
    peers.told_time(from, theirs.wall, now.wall);
    watch_clock();
    if (theirs.floor) take_cert(*theirs.floor);
    if (theirs.entry) take_cert(*theirs.entry);
    // A peer behind our view lacks what we entered with.
    if (theirs.view < core->view()) {
        if (const auto entry = core->entry_cert()) send(from, wire::CertMsg{*entry});
    }
    if (theirs.about == wire::Greeting::About::question) answer_question(from, theirs);
    if (theirs.about == wire::Greeting::About::answer) take_answer(from, theirs);
}

void Replica::Impl::answer_question(MemberIndex from, const wire::Greeting& theirs) {
    if (peers.has_two_lives(from, now.steady)) {
        // While the other one speaks this one is told nothing, so it does not vote (T26).
        return note("two_lives", core->view(), members.at(from).name);
    }
    // Before the votes are gathered: that walks through all that is held.
    if (!peers.may_ask_memory(from, now.steady)) return;
    wire::Greeting answer = greeting();
    answer.about = wire::Greeting::About::answer;
    answer.asked_by = theirs.life;
    answer.yours = core->votes_of(from);
    const auto& highest = peers.highest_vote(from);
    if (highest) answer.yours.push_back(*highest);
    // More would not be followed by the asker either; the newest are at the end.
    if (answer.yours.size() > wire::kAnswerVotesMax) {
        answer.yours.erase(answer.yours.begin(),
                           answer.yours.end() - static_cast<std::ptrdiff_t>(wire::kAnswerVotesMax));
    }
    if (!peers.may_serve(from, answer.yours.size() * chain::kSignedVoteBytes, now.steady)) return;
    send(from, std::move(answer));
}

void Replica::Impl::take_answer(MemberIndex from, const wire::Greeting& theirs) {
    if (theirs.asked_by != life) return;
    for (const chain::SignedVote& vote : theirs.yours) {
        if (vote.member == config.self && vote.vote.view > core->floor().view) take_vote(vote);
    }
    if (!roll_call) return;
    View proved(1);
    for (const std::optional<chain::QuorumCert>* cert : {&theirs.floor, &theirs.entry}) {
        if (*cert && chain::check(**cert, members, tag).ok())
            proved = std::max(proved, (*cert)->statement.view.plus(1));
    }
    roll_call->answered(from, theirs.asked_by, proved);
    take_memory();
}

void Replica::Impl::call_roll() {
    if (!roll_call) return;
    take_memory();  // where nobody else is needed
    if (roll_call && roll_call->asks(now.steady)) send(std::nullopt, question());
}

// Enough have told what they know. Votes are cast from now on, bound to silence where something may
// have been promised that nobody remembers.
void Replica::Impl::take_memory() {
    if (!roll_call->is_complete(now.steady)) {
        // Who lacks answers is woken by them; who has enough, when the moment is over.
        if (roll_call->missing() == 0)
            out->wake_at = std::min(out->wake_at, roll_call->waits_until());
        return;
    }
    const bool was_lost = !remembers_above;
    const View sign_above = was_lost ? roll_call->sign_above() : View(0);
    if (was_lost) note("memory_bounded", sign_above, "signs above this view only");
    roll_call.reset();
    remembers_above = sign_above;
    Effects effects;
    core->on_memory(now.steady, sign_above, effects);
    absorb(effects);
}

// Somebody has a vote of ours that our memory lacks: it is an older one than we took it for, or the
// key is active elsewhere. The journal remembers it, so that no later start forgets.
void Replica::Impl::take_unknown_own(const chain::SignedVote& vote) {
    if (!config.heeds_memory) {
        Effects effects;
        core->on_memory(now.steady, View(0), effects);
        return absorb(effects);
    }
    out->unknown_own = vote;
    out->journal_floor.reset();  // of earlier in this turn: the journal was taken for whole then
    remembers_above.reset();
    roll_call.reset();
    if (config.rejoin_by_quorum && !was_disowned)
        roll_call.emplace(members.quorum(), members.n() - 1, life, now.steady);
    was_disowned = true;
}

}  // namespace quanlu::replica
