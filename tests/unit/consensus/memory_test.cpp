// What a member that may have forgotten promises, and what makes it silent (CONSENSUS 7.4, T26).
#include <catch2/catch.hpp>

#include "lone.h"

namespace quanlu::consensus {

TEST_CASE("lost memory: follows and relays, promises nothing (7.4)") {
    Restored restored = Lone::genesis_floor();
    restored.memory = Memory::lost;
    Lone node(4, 1, restored);
    node.load(true);
    node.tick(1'000);
    REQUIRE(node.seen.builds.empty());
    node.votes(nullify(1), {0, 2, 3});
    REQUIRE(node.view() == 2);
    REQUIRE(node.seen.send_certs.size() == 1);  // assembled and passed on
    const Hash b = node.propose(2);
    REQUIRE(node.asks_check(b));
    node.check(b);
    node.cert(notarize(2, b));
    node.cert(finalize(2, b));
    REQUIRE(node.floor() == 2);
    REQUIRE(node.casts.empty());
    REQUIRE_FALSE(node.core->progress().may_vote);
}

TEST_CASE("lost memory with a proven limit: silent up to it, a member above it (7.4)") {
    Restored restored = Lone::genesis_floor();
    restored.memory = Memory::lost;
    Lone node(4, 1, restored);
    node.confirm(View(2));
    node.load(true);
    node.tick(1'000);
    REQUIRE(node.seen.builds.empty());
    node.vote(nullify(1), 1);  // a peer still holds what we signed before: no surprise
    node.cert(nullify(1));
    node.tick(1'000);
    node.cert(nullify(2));
    REQUIRE(node.casts.empty());
    const Hash b = node.propose(3);
    node.check(b);
    REQUIRE(node.has_cast(notarize(3, b)));
}

TEST_CASE("a vote under our key that we did not cast ends our voting (T26)") {
    Lone node(4, 0);
    node.vote(nullify(1), 0);
    REQUIRE(has_note(node.seen, "own_vote_unknown"));
    REQUIRE_FALSE(node.core->progress().may_vote);
    const Hash b = node.propose(1);
    node.check(b);
    REQUIRE(node.casts.empty());
}

TEST_CASE("until its memory is confirmed a member follows and casts nothing; then what it missed") {
    Restored restored = Lone::genesis_floor();
    restored.memory = Memory::unconfirmed;
    Lone node(4, 0, restored);
    const Hash b = node.propose(1);
    node.check(b);
    node.cert(notarize(1, b));
    REQUIRE(node.view() == 2);
    const Hash c = node.propose(2, b, 1);
    node.check(c);
    node.tick(10'000);
    REQUIRE(node.casts.empty());
    node.confirm(View(0));
    REQUIRE(node.has_cast(notarize(2, c)));
    REQUIRE(node.has_cast(finalize(1, b)));
    REQUIRE_FALSE(node.has_cast(notarize(1, b)));  // of a view left behind
}

TEST_CASE("a vote of ours that the journal lacks ends our voting, however it is met (7.4)") {
    const chain::Members members = members_of(4);
    Restored restored = Lone::genesis_floor();
    restored.memory = Memory::unconfirmed;
    const Hash b = block("b");
    SECTION("alone, far beyond what is followed") {
        Lone node(4, 0, restored);
        node.vote(nullify(9'000), 0);
        REQUIRE(node.seen.unknown_own);
    }
    SECTION("inside a certificate") {
        Lone node(4, 0, restored);
        node.cert(cert_of(notarize(7, b), members));
        REQUIRE(node.seen.unknown_own);
        REQUIRE(node.view() == 8);
    }
    SECTION("inside the finalization that moves the floor past it") {
        Lone node(4, 0, restored);
        node.cert(cert_of(finalize(7, b), members));
        REQUIRE(node.seen.unknown_own);
        REQUIRE(node.floor() == 7);
    }
    SECTION("inside the finalization of a fetched block") {
        Lone node(4, 0, restored);
        node.begin();
        node.core->on_floor(node.now, {View(7), b, cert_of(finalize(7, b), members)}, node.seen);
        REQUIRE(node.seen.unknown_own);
    }
    SECTION("in the own ledger") {
        restored.floor = {View(7), b, cert_of(finalize(7, b), members)};
        Lone node(4, 0, restored);
        REQUIRE(node.seen.unknown_own);
    }
    SECTION("remembered, it is no surprise") {
        restored.own = {sign(notarize(7, b), 0), sign(finalize(7, b), 0)};
        restored.floor = {View(7), b, cert_of(finalize(7, b), members)};
        Lone node(4, 0, restored);
        node.vote(notarize(7, b), 0);
        REQUIRE_FALSE(node.seen.unknown_own);
    }
}

TEST_CASE("what is told of a member's votes: each once, alone or from certificates") {
    Lone node(4, 0);
    node.vote(nullify(1), 2);
    node.cert(nullify(1));  // of 1, 2, 3
    node.cert(notarize(2, block("b")));
    REQUIRE(node.core->votes_of(2).size() == 2);
    REQUIRE(node.core->votes_of(0).empty());
}

}  // namespace quanlu::consensus
