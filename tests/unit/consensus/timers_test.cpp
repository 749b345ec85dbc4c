// Patience in numbers: D 100 ms, D_max 400 ms, heartbeat 1000 ms.
#include <catch2/catch.hpp>

#include "consensus/timers.h"

#include "consensus/cert_search.h"
#include "consensus/presence.h"
#include "consensus/proposals.h"
#include "fixture.h"

namespace quanlu::consensus {

TEST_CASE("an idle view is given up 2D after the heartbeat was due (R10)") {
    Timers timers(test_params(), Millis{0});
    REQUIRE(timers.build_at() == Millis{1'000});
    REQUIRE(timers.give_up_at() == Millis{1'200});
    timers.notarized(Millis{5'000}, true);
    timers.finalized(false);
    timers.enter(Millis{5'000});
    REQUIRE(timers.build_at() == Millis{6'000});
    REQUIRE_FALSE(timers.may_be_empty(Millis{5'999}));
    REQUIRE(timers.may_be_empty(Millis{6'000}));
    REQUIRE(timers.give_up_at() == Millis{6'200});
}

TEST_CASE("after a skipped view the heartbeat is due at once, not once more later") {
    Timers timers(test_params(), Millis{0});
    timers.enter(Millis{1'200});
    REQUIRE(timers.build_at() == Millis{1'200});
    REQUIRE(timers.give_up_at() == Millis{1'400});
}

TEST_CASE("a waiting transaction makes the view due at once; 2D, then 3D with a proposal") {
    Timers timers(test_params(), Millis{0});
    timers.enter(Millis{100});
    timers.load(Millis{300}, true);
    REQUIRE(timers.build_at() == Millis{300});
    REQUIRE_FALSE(timers.may_be_empty(Millis{300}));
    REQUIRE(timers.give_up_at() == Millis{500});
    timers.load(Millis{350}, true);  // the first one counts
    REQUIRE(timers.give_up_at() == Millis{500});
    timers.proposal_seen(Millis{450});
    REQUIRE(timers.give_up_at() == Millis{600});
    timers.enter(Millis{700});
    REQUIRE(timers.give_up_at() == Millis{900});
    timers.load(Millis{800}, false);
    REQUIRE(timers.give_up_at() == Millis{1'200});
}

TEST_CASE("a proposal of a leader that knew more than we starts t_a") {
    Timers timers(test_params(), Millis{0});
    timers.proposal_seen(Millis{50});
    REQUIRE(timers.give_up_at() == Millis{350});
    timers.proposal_seen(Millis{200});
    REQUIRE(timers.give_up_at() == Millis{350});
}

TEST_CASE("a notarized block that does not become final calls for a successor") {
    Timers timers(test_params(), Millis{0});
    timers.notarized(Millis{100}, true);
    timers.enter(Millis{100});
    REQUIRE(timers.build_at() == Millis{300});
    REQUIRE(timers.give_up_at() == Millis{500});
    timers.finalized(false);
    REQUIRE(timers.build_at() == Millis{1'100});
    timers.finalized(true);
    REQUIRE(timers.build_at() == Millis{300});
    // One successor each 2D, not one each round trip: the clock runs from the newest block.
    timers.notarized(Millis{310}, true);
    timers.enter(Millis{310});
    REQUIRE(timers.build_at() == Millis{510});
    timers.notarized(Millis{400}, false);  // an older one, heard of late
    REQUIRE(timers.build_at() == Millis{510});
}

TEST_CASE("D grows by half for each skipped view, in integers, up to its cap (R8)") {
    Timers timers(test_params(), Millis{0});
    const std::vector<std::int64_t> kDelta = {100, 150, 225, 338, 400, 400};
    for (std::size_t skipped = 0; skipped < kDelta.size(); ++skipped) {
        timers.back_off(skipped);
        REQUIRE(timers.delta_ms() == kDelta[skipped]);
    }
    timers.back_off(0);
    REQUIRE(timers.delta_ms() == 100);
    chain::Params tiny = test_params();
    tiny.delta_ms = 1;
    tiny.delta_max_ms = 1'000'000'000'000;
    Timers grows(tiny, Millis{0});
    grows.back_off(SIZE_MAX);  // ends at the cap, whatever the count
    REQUIRE(grows.delta_ms() == 1'000'000'000'000);
    grows.back_off(1);
    REQUIRE(grows.delta_ms() == 2);
}

TEST_CASE("a build that fails is tried again, later, and at last with an empty block") {
    Timers timers(test_params(), Millis{0});
    timers.load(Millis{10}, true);
    timers.build_failed(Millis{10});
    REQUIRE(timers.build_at() == Millis{21});
    timers.build_failed(Millis{21});
    REQUIRE(timers.build_at() == Millis{32});
    REQUIRE_FALSE(timers.may_be_empty(Millis{109}));
    REQUIRE(timers.may_be_empty(Millis{110}));  // before the others give up at 210
    timers.enter(Millis{500});
    REQUIRE(timers.build_at() == Millis{500});
    REQUIRE_FALSE(timers.may_be_empty(Millis{500}));
}

TEST_CASE("resending is periodic, whatever the views do") {
    Timers timers(test_params(), Millis{0});
    REQUIRE(timers.resend_at() == Millis{200});
    timers.enter(Millis{150});
    REQUIRE(timers.resend_at() == Millis{200});
    REQUIRE_FALSE(timers.is_stuck(Millis{249}));
    REQUIRE(timers.is_stuck(Millis{250}));
    timers.resent(Millis{200});
    REQUIRE(timers.resend_at() == Millis{400});
}

TEST_CASE("a silent leader is skipped only while a quorum was heard (R7)") {
    Presence presence(4, Millis{0});
    const Millis skip{400};
    REQUIRE_FALSE(presence.is_silent(1, 0, 3, Millis{399}, skip));
    REQUIRE_FALSE(
        presence.is_silent(1, 0, 3, Millis{400}, skip));  // nobody was heard: it may be us
    presence.heard(2, Millis{300});
    REQUIRE_FALSE(presence.is_silent(1, 0, 3, Millis{400}, skip));
    presence.heard(3, Millis{300});
    REQUIRE(presence.is_silent(1, 0, 3, Millis{400}, skip));
    REQUIRE_FALSE(presence.is_silent(0, 0, 3, Millis{400}, skip));  // never ourselves
    presence.heard(1, Millis{350});
    REQUIRE_FALSE(presence.is_silent(1, 0, 3, Millis{400}, skip));
}

TEST_CASE("a missing certificate is asked of one member after another, never of ourselves (T3)") {
    const chain::Members members = members_of(4);
    CertSearch search;
    REQUIRE(search.again_at() < Millis{0});
    std::vector<MemberIndex> asked;
    for (int i = 0; i < 6; ++i) {
        asked.push_back(*search.ask(View(9), members, 2, Millis{100}));
    }
    // Leader of view 10 is member 2, ourselves: the next is member 3.
    REQUIRE(asked == std::vector<MemberIndex>{3, 0, 1, 3, 0, 1});
    REQUIRE(search.view() == View(9));
    REQUIRE(search.again_at() == Millis{100});
    search.hurry(Millis{50});
    REQUIRE(search.again_at() == Millis{50});
    search.stop();
    REQUIRE_FALSE(search.view().has_value());
    REQUIRE_FALSE(CertSearch().ask(View(9), members_of(1), 0, Millis{1}).has_value());
}

TEST_CASE("proposals: the first one stays, a second one is marked, checks are asked once") {
    Proposals proposals;
    REQUIRE(proposals.take(View(3), block("a")) == Proposals::Seen::first);
    REQUIRE(proposals.take(View(3), block("a")) == Proposals::Seen::again);
    REQUIRE_FALSE(proposals.has_two(View(3)));
    REQUIRE(proposals.take(View(3), block("b")) == Proposals::Seen::second);
    REQUIRE(proposals.has_two(View(3)));
    REQUIRE(proposals.first(View(3)) == block("a"));
    REQUIRE_FALSE(proposals.first(View(4)).has_value());

    REQUIRE(proposals.ask(View(3), block("a")));
    REQUIRE_FALSE(proposals.ask(View(3), block("a")));
    REQUIRE(proposals.is_under_way(block("a")));
    REQUIRE(proposals.view_of(block("a")) == View(3));
    proposals.answer(block("a"), true);
    REQUIRE(proposals.is_valid(block("a")));
    proposals.answer(block("a"), false);  // valid once is valid: the answer is a fact about bytes
    REQUIRE(proposals.is_valid(block("a")));
    REQUIRE_FALSE(proposals.is_under_way(block("a")));
    proposals.answer(block("never asked"), true);
    REQUIRE_FALSE(proposals.is_valid(block("never asked")));
}

TEST_CASE("proposals: what a quorum notarized gets exactly one second look (R9)") {
    Proposals proposals;
    REQUIRE(proposals.ask(View(3), block("a")));
    proposals.answer(block("a"), false);
    REQUIRE(proposals.ask_notarized(View(3), block("a")));
    REQUIRE_FALSE(proposals.ask_notarized(View(3), block("a")));
    proposals.answer(block("a"), false);
    REQUIRE_FALSE(proposals.ask_notarized(View(3), block("a")));
    REQUIRE_FALSE(proposals.is_valid(block("a")));

    REQUIRE(proposals.ask_notarized(View(4), block("b")));
    proposals.answer(block("b"), true);
    REQUIRE(proposals.is_valid(block("b")));
    proposals.forget_below(View(4));
    REQUIRE_FALSE(proposals.view_of(block("a")).has_value());
    REQUIRE(proposals.is_valid(block("b")));
}

}  // namespace quanlu::consensus
