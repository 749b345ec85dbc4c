// The rules of CONSENSUS 7.3 at one member, input by input. Four members unless said otherwise: q =
// 3, leader of view v is v mod 4.
#include <catch2/catch.hpp>

#include "consensus/simplex.h"

#include "consensus/limits.h"
#include "lone.h"

namespace quanlu::consensus {

TEST_CASE("a view: proposal, check, notarize, certificate, finalize, final") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    REQUIRE(node.asks_check(b));
    REQUIRE(node.casts.empty());  // nothing before it was executed (M26)
    node.check(b);
    REQUIRE(node.has_cast(notarize(1, b)));
    REQUIRE(node.view() == 1);
    node.vote(notarize(1, b), 2);  // with the leader's and ours: the third
    REQUIRE(node.view() == 2);
    REQUIRE(node.seen.send_certs.size() == 1);
    REQUIRE(node.seen.send_certs[0].cert.statement == notarize(1, b));
    REQUIRE(node.has_cast(finalize(1, b)));
    REQUIRE(node.casts.back().basis->statement ==
            notarize(1, b));  // nobody else may hold it after a power cut
    node.votes(finalize(1, b), {1, 3});
    REQUIRE(node.floor() == 1);
    REQUIRE(node.seen.finalized.size() == 1);
    REQUIRE(node.seen.finalized[0].block == b);
    REQUIRE(node.seen.finalized[0].finalization.statement == finalize(1, b));
    REQUIRE(node.core->floor().cert.has_value());
}

TEST_CASE("the entry certificate travels with the vote (7.4)") {
    Lone node(4, 0);
    node.cert(nullify(1));
    const Hash b = node.propose(2);
    node.check(b);
    REQUIRE(node.casts.back().vote == notarize(2, b));
    REQUIRE(node.casts.back().basis->statement == nullify(1));
}

TEST_CASE("no path finalizes a view we gave up (T1, ava#280; kills M1)") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    node.check(b);
    node.load(true);
    node.tick(300);
    REQUIRE(node.has_cast(nullify(1)));
    SECTION("a certificate from our own tally") {
        node.votes(notarize(1, b), {2, 3});
    }
    SECTION("a certificate from a peer") {
        node.cert(notarize(1, b));
    }
    SECTION("rebroadcast afterwards") {
        node.cert(notarize(1, b));
        node.tick(200);
        node.tick(200);
    }
    SECTION("the body checked once more") {
        node.cert(notarize(1, b));
        node.check(b);
    }
    REQUIRE(node.view() == 2);
    REQUIRE_FALSE(node.has_cast(finalize(1, b)));
    // Others may finalize it all the same.
    node.cert(finalize(1, b));
    REQUIRE(node.floor() == 1);
}

TEST_CASE("the nullify promise outlives a restart (M2)") {
    Restored restored = Lone::genesis_floor();
    restored.own = {sign(nullify(1), 0)};
    Lone node(4, 0, restored);
    const Hash b = node.propose(1);
    REQUIRE_FALSE(node.asks_check(b));
    node.cert(notarize(1, b));
    REQUIRE(node.asks_check(b));  // followed all the same (T6)
    node.check(b);
    REQUIRE(has_note(node.seen, "finalize_withheld"));
    REQUIRE(node.casts.empty());
}

TEST_CASE("a second notarize in one view never leaves (kills M10)") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    node.check(b);
    REQUIRE(node.has_cast(notarize(1, b)));
    const Hash c = node.propose(1, block("genesis"), 0, "other");
    REQUIRE(b != c);
    node.check(c);
    REQUIRE_FALSE(node.has_cast(notarize(1, c)));
    node.cert(notarize(1, c));
    REQUIRE(node.asks_check(c));
    node.check(c);
    REQUIRE_FALSE(node.has_cast(finalize(1, c)));
    REQUIRE_FALSE(node.has_cast(notarize(1, c)));
}

TEST_CASE("a notarization without the body moves on; the body is finalized late (T28)") {
    Lone node(4, 0);
    const Hash b = block("unseen");
    node.cert(notarize(1, b));
    REQUIRE(node.view() == 2);
    REQUIRE(node.asks_check(b));
    node.check(b, Verdict::missing);
    node.cert(nullify(2));
    node.cert(nullify(3));
    REQUIRE(node.view() == 4);
    node.tick(200);
    REQUIRE(node.asks_check(b));  // asked again at t_r
    node.check(b);
    REQUIRE(node.has_cast(finalize(1, b)));
    REQUIRE_FALSE(node.has_cast(notarize(1, b)));
    node.tick(200);
    REQUIRE_FALSE(node.asks_check(b));
}

TEST_CASE("no finalize of a view whose nullification is held") {
    Lone node(4, 0);
    const Hash b = block("b");
    node.cert(notarize(1, b));
    node.cert(nullify(1));
    node.check(b);
    REQUIRE(has_note(node.seen, "finalize_withheld"));
    REQUIRE(node.casts.empty());
}

TEST_CASE("missing is not invalid: the view goes on (T9)") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    node.check(b, Verdict::missing);
    REQUIRE(node.casts.empty());
    node.check(b);
    REQUIRE(node.has_cast(notarize(1, b)));
}

TEST_CASE("an invalid block is answered with one nullify (T11)") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    node.check(b, Verdict::invalid);
    REQUIRE(node.has_cast(nullify(1)));
    node.check(b, Verdict::invalid);
    node.load(true);
    node.tick(1'000);
    node.vote(nullify(1), 1);
    REQUIRE(node.casts.size() == 1);
}

TEST_CASE("messages never move the view, q - 1 of them least of all (R5; kills M4, M28)") {
    Lone node(4, 0);
    node.votes(nullify(1), {2, 3});
    node.votes(notarize(1, block("b")), {1, 2});
    node.vote(nullify(2), 3);
    node.vote(nullify(3), 3);
    node.vote(nullify(1'000'000), 1);
    REQUIRE(node.view() == 1);
    node.cert(nullify(40));  // a certificate of any view does
    REQUIRE(node.view() == 41);
    node.cert(nullify(7));
    REQUIRE(node.view() == 41);
}

TEST_CASE("n = 7: four nullify votes are not five (kills M4)") {
    Lone node(7, 6);
    node.votes(nullify(1), {0, 2, 3, 4});
    REQUIRE(node.view() == 1);
    node.vote(nullify(1), 3);
    REQUIRE(node.view() == 1);
    node.vote(nullify(1), 5);
    REQUIRE(node.view() == 2);
}

TEST_CASE("votes of far views take no memory (M16)") {
    Lone node(4, 0);
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        node.vote(nullify(3 + i * 1'000'003), 1);
        node.vote(notarize(3 + i, block("x")), 2);
    }
    REQUIRE(node.core->progress().votes_held == 0);
    node.vote(nullify(2), 1);  // view + 1 is taken
    REQUIRE(node.core->progress().votes_held == 1);
}

TEST_CASE("while nothing is final, votes held stay under their cap (I16)") {
    Lone node(4, 0);
    for (std::uint64_t view = 1; view <= 2 * kFollowedViews; ++view) {
        node.vote(nullify(view), 1);
        node.vote(finalize(view, block("x")), 2);
        node.cert(nullify(view));
    }
    REQUIRE(node.core->progress().votes_held <= 3 * (kFollowedViews + 2));
    REQUIRE(node.core->progress().cert_views_held <= kCertViewsMax);
    REQUIRE(node.core->progress().delta_ms == test_params().delta_max_ms);
}

TEST_CASE("a view beyond counting is nobody's honest work (kills M29)") {
    Lone node(4, 0);
    for (const std::uint64_t view : {UINT64_MAX, UINT64_MAX - 1, kViewMax + 1}) {
        for (const VoteKind kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
            const Hash of = kind == VoteKind::nullify ? Hash{} : block("b");
            node.cert(Vote{kind, Epoch(0), View(view), of});
            node.vote(Vote{kind, Epoch(0), View(view), of}, 1);
        }
    }
    REQUIRE(node.view() == 1);
    REQUIRE(node.floor() == 0);
    node.cert(nullify(kViewMax));
    REQUIRE(node.view() == kViewMax + 1);
    Restored restored = Lone::genesis_floor();
    restored.certs = {cert_of(nullify(UINT64_MAX), node.members)};
    REQUIRE(Lone(4, 0, restored).view() == 1);
}

TEST_CASE("what another epoch's members signed is not counted (M18, T14)") {
    Lone node(4, 0);
    std::vector<chain::Member> list = node.members.list();
    const chain::Members next(Epoch(1), std::move(list));
    Vote vote = nullify(1);
    vote.epoch = Epoch(1);
    node.begin();
    for (MemberIndex i = 1; i < 4; ++i) {
        node.core->on_vote(node.now, checked(sign(vote, i), next), node.seen);
    }
    node.core->on_cert(node.now, checked(cert_of(vote, next), next), node.seen);
    REQUIRE(node.view() == 1);
    REQUIRE(node.core->progress().nullified_by == 0);
}

TEST_CASE("the leader builds once, on load, on what it can justify") {
    Lone node(4, 1);
    REQUIRE(node.seen.builds.empty());
    node.load(true);
    REQUIRE(node.seen.builds.size() == 1);
    REQUIRE(node.need->parent == block("genesis"));
    REQUIRE_FALSE(node.need->may_be_empty);
    node.load(true);
    node.tick(1);
    REQUIRE(node.seen.builds.empty());
    const Hash b = node.build();
    REQUIRE(node.has_cast(notarize(1, b)));
    node.load(true);
    REQUIRE(node.seen.builds.empty());
    node.votes(notarize(1, b), {0, 2});
    REQUIRE(node.has_cast(finalize(1, b)));  // what it built it need not check
}

TEST_CASE("an idle leader builds an empty block when the heartbeat is due") {
    Lone node(4, 1);
    REQUIRE(node.seen.wake_at <= Millis{1'000});
    node.tick(999);
    REQUIRE(node.seen.builds.empty());
    node.tick(1);
    REQUIRE(node.seen.builds.size() == 1);
    REQUIRE(node.need->may_be_empty);
}

TEST_CASE("a block built for a view that is over is not voted for") {
    Lone node(4, 1);
    node.load(true);
    node.cert(nullify(1));
    REQUIRE(node.view() == 2);
    node.build();
    REQUIRE(node.casts.empty());
    REQUIRE(has_note(node.seen, "built_too_late"));
}

TEST_CASE("a load that makes no block ends in an empty one, not in a storm") {
    Lone node(4, 1);
    node.load(true);
    std::size_t builds = 0;
    bool empty = false;
    for (int ms = 0; ms < 150 && !empty; ++ms) {
        if (!node.seen.builds.empty()) {
            ++builds;
            empty = node.need->may_be_empty;
            if (empty) break;
            node.begin();
            node.core->on_build_failed(node.now, View(1), node.seen);
            node.answer();
        }
        node.tick(1);
    }
    REQUIRE(empty);
    REQUIRE(node.now <= Millis{test_params().delta_ms + 11});  // before the others' 2D
    REQUIRE(builds <= 12);
}

TEST_CASE(
    "a leader that lacks a certificate asks for exactly that, of one after another (T3; kills "
    "M27)") {
    Lone node(4, 3);
    node.load(true);
    node.cert(nullify(2));  // we are in view 3 and know nothing of view 1
    REQUIRE(node.view() == 3);
    REQUIRE(node.seen.builds.empty());
    REQUIRE(node.seen.certs.size() == 1);
    REQUIRE(node.seen.certs[0].view == View(1));
    REQUIRE_FALSE(node.seen.certs[0].kind.has_value());
    REQUIRE(node.core->progress().missing_cert == View(1));
    const auto first = node.seen.certs[0].ask;
    REQUIRE(first == node.members.leader(View(2)));
    node.tick(1);
    REQUIRE(node.seen.certs.empty());  // not at every turn
    node.tick(200);
    REQUIRE(node.seen.certs.size() == 1);
    REQUIRE(node.seen.certs[0].ask != first);
    // An answer about another view does not end the search.
    node.cert(finalize(3, block("z")));
    SECTION("a nullification will do") {
        Lone other(4, 3);
        other.load(true);
        other.cert(nullify(2));
        other.cert(nullify(1));
        REQUIRE(other.seen.builds.size() == 1);
        REQUIRE(other.need->parent == block("genesis"));
        REQUIRE(other.need->justification.skipped.size() == 2);
    }
    SECTION("a notarization will do") {
        Lone other(4, 3);
        other.load(true);
        other.cert(nullify(2));
        other.cert(notarize(1, block("a")));
        REQUIRE(other.seen.builds.size() == 1);
        REQUIRE(other.need->parent == block("a"));
        REQUIRE(other.need->justification.skipped.size() == 1);
        REQUIRE_FALSE(other.core->progress().missing_cert.has_value());
    }
}

TEST_CASE("a proposal brings the certificates we lack, and its view") {
    Lone node(4, 0);
    const Hash b = node.propose(3, block("a"), 1);  // J: N(1, a), U(2)
    REQUIRE(node.view() == 3);
    REQUIRE(node.asks_check(b));
    REQUIRE(node.asks_check(block("a")));
    REQUIRE(node.core->cert(VoteKind::notarize, View(1)).has_value());
    REQUIRE(node.core->cert(VoteKind::nullify, View(2)).has_value());
    // Entered once: one certificate goes out, not one for each view on the way.
    REQUIRE(node.seen.send_certs.size() == 1);
    REQUIRE(node.seen.send_certs[0].cert.statement == nullify(2));
}

TEST_CASE("a proposal of a past view is kept for finalizing, not voted for") {
    Lone node(4, 0);
    node.cert(nullify(1));
    const Hash b = node.propose(1);
    REQUIRE_FALSE(node.asks_check(b));
    node.cert(notarize(1, b));
    REQUIRE(node.asks_check(b));
    node.check(b);
    REQUIRE(node.casts.empty());  // nullification held
}

TEST_CASE("the leader's own nullify is a reason to give up") {
    Lone node(4, 0);
    node.vote(nullify(1), 2);
    REQUIRE(node.casts.empty());
    SECTION("of this view") {
        node.vote(nullify(1), 1);
        REQUIRE(node.has_cast(nullify(1)));
    }
    SECTION("heard before the view was entered") {
        node.vote(nullify(2), 2);
        REQUIRE(node.casts.empty());
        node.cert(nullify(1));
        REQUIRE(node.view() == 2);
        REQUIRE(node.has_cast(nullify(2)));
    }
}

TEST_CASE("a silent leader is skipped at once, the others being there (R7)") {
    Lone node(4, 0);
    for (int i = 0; i < 5; ++i) {
        node.now = node.now + Millis{100};
        node.core->on_heard(node.now, 1);
        node.core->on_heard(node.now, 3);
    }
    node.cert(nullify(1));  // the leader of view 2 was never heard
    REQUIRE(node.has_cast(nullify(2)));
}

TEST_CASE("nobody is skipped when we may be the one who is cut off (R7)") {
    Lone node(4, 0);
    node.now = Millis{900};
    node.core->on_heard(node.now, 3);
    node.cert(nullify(1));
    REQUIRE(node.casts.empty());
}

TEST_CASE("time: 2D without a proposal, 3D with one, D growing with skipped views (R8)") {
    Lone node(4, 0);
    node.load(true);
    node.heard_all();
    REQUIRE(node.seen.wake_at == Millis{200});
    node.tick(199);
    REQUIRE(node.casts.empty());
    node.tick(1);
    REQUIRE(node.has_cast(nullify(1)));
    node.heard_all();
    node.cert(nullify(1));
    REQUIRE(node.core->progress().delta_ms == 150);
    node.tick(299);
    REQUIRE_FALSE(node.has_cast(nullify(2)));
    node.tick(1);
    REQUIRE(node.has_cast(nullify(2)));
    node.cert(finalize(2, block("b")));
    REQUIRE(node.core->progress().delta_ms == 100);
}

TEST_CASE("an equivocating leader: evidence once, no vote of ours helps it (I8)") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    const Hash c = node.propose(1, block("genesis"), 0, "twin");
    REQUIRE(node.seen.evidence.size() == 1);
    REQUIRE(node.seen.evidence[0].first.member == 1);
    REQUIRE(node.seen.evidence[0].second.member == 1);
    REQUIRE(node.seen.evidence[0].first.vote != node.seen.evidence[0].second.vote);
    REQUIRE(node.has_cast(nullify(1)));
    node.check(b);
    node.check(c);
    node.propose(1, block("genesis"), 0, "twin");
    REQUIRE(node.seen.evidence.empty());
    node.cert(notarize(1, b));
    node.check(b);
    REQUIRE_FALSE(node.has_cast(notarize(1, b)));
    REQUIRE_FALSE(node.has_cast(finalize(1, b)));
}

TEST_CASE("two proposals seen, the view over: the notarized one is not finalized by us") {
    Lone one(4, 0);
    const Hash b = one.propose(1);
    one.cert(notarize(1, b));
    one.check(b);
    REQUIRE(one.has_cast(finalize(1, b)));  // one proposal

    Lone two(4, 0);
    two.propose(1);
    two.cert(notarize(1, b));
    two.propose(1, block("genesis"), 0, "twin");  // too late to give up on the view
    two.check(b);
    REQUIRE(has_note(two.seen, "finalize_withheld"));
    REQUIRE(two.casts.empty());
}

TEST_CASE("a liar inside a certificate is named, the honest signers are not (I8)") {
    Lone node(4, 0);
    node.vote(finalize(1, block("b")), 3);
    node.vote(nullify(1), 2);
    node.cert(cert_of(nullify(1), {1, 2, 3}));
    REQUIRE(node.seen.evidence.size() == 1);
    REQUIRE(node.seen.evidence[0].first.member == 3);
    const auto& pair = node.seen.evidence[0];
    REQUIRE(chain::verify(pair.first, node.members, test_tag()).ok());
    REQUIRE(chain::verify(pair.second, node.members, test_tag()).ok());
}

TEST_CASE("two certificates of one view: the common signers are named, the first stays (7.5)") {
    Lone node(4, 0);
    node.cert(cert_of(notarize(1, block("b")), {0, 1, 2}));
    node.cert(cert_of(notarize(1, block("c")), {1, 2, 3}));
    REQUIRE(has_note(node.seen, "two_certificates"));
    REQUIRE(node.seen.evidence.size() == 2);
    REQUIRE(node.core->cert(VoteKind::notarize, View(1))->statement.block == block("b"));
    node.cert(cert_of(finalize(1, block("b")), {0, 1, 2}));
    REQUIRE(node.seen.evidence.empty());
    REQUIRE(node.floor() == 1);
}

TEST_CASE("after a restart the own vote counts again (R6, commonware#4275; kills M13)") {
    const Hash b = block("b");
    Restored restored = Lone::genesis_floor();
    restored.own = {sign(notarize(1, b), 0)};
    Lone node(4, 0, restored);
    REQUIRE(node.casts.empty());  // never signed again, sent again
    REQUIRE(node.seen.send_votes.size() == 1);
    REQUIRE(node.seen.send_votes[0].vote == restored.own[0]);
    REQUIRE(node.seen.greet);
    node.votes(notarize(1, b), {1, 2});
    REQUIRE(node.view() == 2);
}

TEST_CASE("all crash after nullify with exactly q alive: the votes are in the tally (T4)") {
    Restored restored = Lone::genesis_floor();
    restored.own = {sign(nullify(1), 0)};
    Lone node(4, 0, restored);
    node.votes(nullify(1), {1, 2});
    REQUIRE(node.view() == 2);
}

TEST_CASE("a restart resumes in the highest view of a vote or certificate") {
    Restored restored = Lone::genesis_floor();
    const chain::Members members = members_of(4);
    restored.own = {sign(nullify(5), 0)};
    restored.certs = {cert_of(nullify(4), members)};
    Lone node(4, 0, restored);
    REQUIRE(node.view() == 5);
    REQUIRE(node.core->entry_cert()->statement == nullify(4));
    restored.certs.push_back(cert_of(notarize(8, block("b")), members));
    Lone further(4, 0, restored);
    REQUIRE(further.view() == 9);
    REQUIRE(further.asks_check(block("b")));
    REQUIRE(further.seen.send_certs.empty());  // a restart is no news
}

TEST_CASE("what the journal cannot prove is not believed at restart") {
    Restored restored = Lone::genesis_floor();
    const chain::Members members = members_of(4);
    QuorumCert forged = cert_of(nullify(9), members);
    forged.signatures[1][3] ^= 1;
    SignedVote broken = sign(nullify(3), 0);
    broken.signature[0] ^= 1;
    restored.certs = {forged};
    restored.own = {broken, sign(nullify(2), 1)};
    Lone node(4, 0, restored);
    REQUIRE(node.view() == 1);
    REQUIRE(node.seen.send_votes.empty());
}

TEST_CASE("a finalization in the journal is carried out at restart") {
    Restored restored = Lone::genesis_floor();
    restored.certs = {cert_of(finalize(3, block("b")), members_of(4))};
    Lone node(4, 0, restored);
    REQUIRE(node.floor() == 3);
    REQUIRE(node.view() == 4);
    REQUIRE(node.seen.finalized.size() == 1);
}

TEST_CASE("the certificate wins over the own proposal of the last run (T5)") {
    Restored restored = Lone::genesis_floor();
    restored.own = {sign(notarize(1, block("mine")), 1)};
    Lone node(4, 1, restored);
    node.load(true);
    REQUIRE(node.seen.builds.empty());  // proposed already
    node.cert(notarize(1, block("theirs")));
    node.check(block("theirs"));
    REQUIRE(has_note(node.seen, "finalize_withheld"));
    REQUIRE(node.view() == 2);
    REQUIRE(node.casts.empty());
}

TEST_CASE("the floor only rises (T18)") {
    Lone node(4, 0);
    node.cert(finalize(5, block("five")));
    REQUIRE(node.floor() == 5);
    node.cert(finalize(3, block("three")));
    REQUIRE(node.floor() == 5);
    REQUIRE(node.seen.finalized.empty());
    node.begin();
    node.core->on_floor(node.now,
                        {View(4), block("four"), cert_of(finalize(4, block("four")), node.members)},
                        node.seen);
    REQUIRE(node.floor() == 5);
    node.cert(finalize(5, block("five")));
    REQUIRE(node.seen.finalized.empty());  // told once
}

TEST_CASE("catch-up raises the floor, the view and the parent to build on") {
    Lone node(4, 1);
    node.load(true);
    node.begin();
    const Floor floor{View(500), block("far"), node.of_others(finalize(500, block("far")))};
    node.core->on_floor(node.now, floor, node.seen);
    node.answer();
    REQUIRE(node.floor() == 500);
    REQUIRE(node.view() == 501);
    REQUIRE(node.seen.finalized.empty());
    REQUIRE(node.seen.builds.size() == 1);  // leader of 501
    REQUIRE(node.need->parent == block("far"));
    REQUIRE(node.need->justification.parent == floor.cert);
}

TEST_CASE("promises below a new floor are refused even if they were never made") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    node.cert(finalize(2, block("two")));
    node.check(b);
    REQUIRE(node.casts.empty());
}

TEST_CASE("two casts of one turn cannot contradict: the promise binds before it is durable (M11)") {
    Lone node(4, 0);
    node.answers = false;  // the disk is slow
    const Hash b = node.propose(1);
    node.check(b);
    node.load(true);
    node.tick(400);
    REQUIRE(node.has_cast(nullify(1)));
    node.cert(notarize(1, b));
    REQUIRE_FALSE(node.has_cast(finalize(1, b)));
    REQUIRE(node.core->progress().nullified_by == 0);  // and does not count before it is
}

TEST_CASE("a block that others notarized and we found invalid is named, not finalized") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    node.check(b, Verdict::invalid);
    node.cert(notarize(1, b));
    REQUIRE(node.asks_check(b));  // one second look: a time refused live is no reason any more
    node.check(b, Verdict::invalid);
    REQUIRE(has_note(node.seen, "notarized_block_invalid"));
    node.tick(200);
    REQUIRE_FALSE(node.asks_check(b));
    REQUIRE_FALSE(node.has_cast(finalize(1, b)));
}

TEST_CASE("own votes of the newest views are sent again while the view lasts") {
    Lone node(4, 0);
    const Hash b = node.propose(1);
    node.check(b);
    node.tick(200);
    REQUIRE(node.seen.greet);
    REQUIRE(node.seen.send_votes.size() == 1);
    REQUIRE(node.seen.send_votes[0].vote.vote == notarize(1, b));
    REQUIRE(node.seen.cast.empty());
    node.cert(finalize(1, b));
    node.tick(200);
    REQUIRE(node.seen.send_votes.empty());  // final: the greeting says so
}

TEST_CASE("n = 1: a chain of its own, and no spinning when idle") {
    Lone node(1, 0);
    Hash parent = block("genesis");
    for (std::uint64_t view = 1; view <= 5; ++view) {
        node.load(true);
        REQUIRE(node.need->view == View(view));
        REQUIRE(node.need->parent == parent);
        node.load(false);
        parent = node.build();
        REQUIRE(node.floor() == view);
        REQUIRE(node.view() == view + 1);
        REQUIRE(node.seen.finalized.size() == 1);
    }
    // A minute of nothing: woken by t_r and the heartbeat only.
    std::size_t wakes = 0;
    std::uint64_t blocks = 0;
    const Millis end = node.now + Millis{60'000};
    while (node.now < end) {
        ++wakes;
        node.tick((node.seen.wake_at - node.now).value);
        if (node.seen.builds.empty()) continue;
        REQUIRE(node.need->may_be_empty);
        node.build();
        ++blocks;
    }
    REQUIRE(blocks >= 58);
    REQUIRE(blocks <= 60);
    REQUIRE(wakes <= 60 * 5 + 2 * blocks);
    for (const Cast& cast : node.casts) REQUIRE(cast.vote.kind != VoteKind::nullify);
}

TEST_CASE("n = 1: a restart between notarize and finalize goes on") {
    Restored restored = Lone::genesis_floor();
    restored.own = {sign(notarize(1, block("b")), 0)};
    Lone node(1, 0, restored);
    REQUIRE(node.view() == 2);
    REQUIRE(node.asks_check(block("b")));
    node.check(block("b"));
    REQUIRE(node.floor() == 1);
    restored.own.push_back(sign(finalize(1, block("b")), 0));
    Lone further(1, 0, restored);
    REQUIRE(further.floor() == 1);
    REQUIRE(further.seen.finalized.size() == 1);
}

}  // namespace quanlu::consensus
