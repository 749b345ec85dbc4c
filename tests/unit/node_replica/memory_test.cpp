// What a member signs and says after it may have forgotten its votes (7.4; mutants O11, O17, O18).
#include <catch2/catch.hpp>

#include "member.h"
#include "node/replica/roll_call.h"

namespace quanlu::replica {

TEST_CASE("lost memory: silence up to one view above the highest that q members prove (7.4)") {
    RollCall call(2, 3, 7, Millis{1'000});
    CHECK(call.asks(Millis{1'000}));
    CHECK_FALSE(call.asks(Millis{1'999}));
    CHECK(call.asks(Millis{2'000}));
    call.answered(1, 7, View(5));
    call.answered(2, 9, View(90));  // an answer to another life's question
    CHECK(call.missing() == 1);
    CHECK_FALSE(call.is_complete(Millis{9'000}));
    call.answered(2, 7, View(9));
    call.answered(2, 7, View(3));
    CHECK(call.missing() == 0);
    CHECK_FALSE(call.is_complete(Millis{1'499}));  // the third may know more
    CHECK(call.is_complete(Millis{1'500}));
    CHECK(call.sign_above().value == 10);
    call.answered(3, 7, View(17));
    CHECK(call.is_complete(Millis{1'000}));
    CHECK(call.sign_above().value == 18);
    CHECK_FALSE(call.asks(Millis{9'000}));
}

TEST_CASE("a start: nothing is signed before q - 1 others told what they hold of us (7.4)") {
    const chain::Genesis genesis = founded();
    Config config;
    config.rejoin_by_quorum = GENERATE(false, true);
    const Now later{Millis{60'000}, UnixMillis{kStart + 120'000}};
    Member member(genesis, config);
    const Replica& replica = member.replica;
    const Turn& turn = member.turn;
    const wire::Greeting question = question_in(turn);
    member.step(FromPeer{1, answer_to(question, 1)});
    member.step(FromPeer{1, answer_to(question, 1)});  // one member is one answer
    wire::Greeting other_life = answer_to(question, 2);
    ++other_life.asked_by;
    member.step(FromPeer{2, other_life});
    member.step(Tick{}, later);
    CHECK(turn.cast.empty());
    CHECK(turn.wake_at > later.steady);              // who waits for answers does not spin
    CHECK(question_in(turn).life == question.life);  // asked again
    CHECK(replica.status(later).memory_answers_missing == 1);

    SECTION("nobody knows of a vote: it votes") {
        member.step(FromPeer{2, answer_to(question, 2)}, later);
        member.step(Tick{}, later);
        CHECK(turn.cast.size() == 1);
        CHECK_FALSE(replica.status(later).memory_answers_missing);
    }
    SECTION("one knows of a vote that the journal lacks") {
        wire::Greeting answer = answer_to(question, 2);
        const chain::Vote vote{chain::VoteKind::nullify, Epoch(0), View(700), {}};
        answer.yours.push_back(signed_by_member(genesis, 0, vote, 0));
        member.step(FromPeer{2, answer}, later);
        REQUIRE(turn.unknown_own);
        CHECK(turn.unknown_own->vote == vote);
        member.step(FromPeer{3, answer_to(question, 3)}, later);
        member.step(Tick{}, later);
        CHECK(turn.cast.empty());
        CHECK(replica.status(later).memory_answers_missing.has_value() == config.rejoin_by_quorum);
    }
    SECTION("one shows a vote under our name that we did not sign") {
        wire::Greeting answer = answer_to(question, 2);
        const chain::Vote vote{chain::VoteKind::nullify, Epoch(0), View(700), {}};
        answer.yours.push_back(signed_by_member(genesis, 1, vote, 0));
        member.step(FromPeer{2, answer}, later);
        CHECK_FALSE(turn.unknown_own);
    }
}

TEST_CASE("who asks is told every vote of his that is held; not while his key speaks twice (T26)") {
    const chain::Genesis genesis = founded();
    Member member(genesis);
    Now now = kNow;
    const auto greet = [&](std::uint64_t life, bool asks) {
        wire::Greeting greeting;
        greeting.view = View(1);
        greeting.wall = now.wall;
        greeting.life = life;
        if (asks) greeting.about = wire::Greeting::About::question;
        member.step(FromPeer{1, greeting}, now);
        for (const Send& send : member.turn.send) {
            const auto* answer = std::get_if<wire::Greeting>(&send.message);
            if (answer == nullptr || answer->about != wire::Greeting::About::answer) continue;
            CHECK(send.to == MemberIndex{1});
            CHECK(answer->asked_by == life);
            return std::optional(answer->yours.size());
        }
        return std::optional<std::size_t>();
    };
    const chain::Vote vote{chain::VoteKind::nullify, Epoch(0), View(1), {}};
    member.step(PeerUp{1}, now);
    CHECK(greet(11, true) == 0U);
    member.step(FromPeer{1, wire::VoteMsg{signed_by_member(genesis, 1, vote, 1)}}, now);
    CHECK_FALSE(greet(11, true));  // not again so soon
    now.steady = now.steady + Millis{200};
    CHECK(greet(11, true) >= 1U);
    // A second process under the key, while the link of the first was not closed by its end.
    CHECK_FALSE(greet(12, true));
    CHECK_FALSE(greet(11, false));
    now.steady = now.steady + Millis{9'000};
    CHECK_FALSE(greet(12, true));
    SECTION("the first one falls silent") {
        now.steady = now.steady + Millis{10'000};
        CHECK(greet(12, true) >= 1U);
    }
    SECTION("the link is closed by its end: a restart") {
        now.steady = now.steady + Millis{200};
        greet(11, false);
        member.step(PeerDown{1}, now);
        member.step(PeerUp{1}, now);
        CHECK(greet(13, true) >= 1U);
    }
}

}  // namespace quanlu::replica
