// The only permit(): every pair of promises in one view, against the rules written out by hand.
#include <catch2/catch.hpp>

#include "consensus/own_votes.h"

#include "fixture.h"

namespace quanlu::consensus {

namespace {

const Hash kA = block("a");
const Hash kB = block("b");

// The votes one member may cast in one view, in the order of the table below.
std::vector<Vote> five(std::uint64_t view) {
    return {notarize(view, kA), notarize(view, kB), nullify(view), finalize(view, kA),
            finalize(view, kB)};
}

}  // namespace

TEST_CASE("R1-R3: what may follow what in one view (kills M1, M10)") {
    // Row: promised before. Column: asked for now. From CONSENSUS 7.3, not from the code.
    const bool kMay[5][5] = {
        //             N(a)   N(b)   nullify F(a)   F(b)
        /* N(a)    */ {true, false, true, true, false},    // R1; notarize then nullify is allowed
        /* N(b)    */ {false, true, true, false, true},    // R1
        /* nullify */ {false, false, true, false, false},  // R2, R3
        /* F(a)    */ {true, false, false, true, false},   // R2, R3, R1
        /* F(b)    */ {false, true, false, false, true},
    };
    for (std::size_t before = 0; before < 5; ++before) {
        for (std::size_t now = 0; now < 5; ++now) {
            OwnVotes own{View(0)};
            REQUIRE(own.permit(five(7)[before]));
            INFO("before " << before << " now " << now);
            REQUIRE(own.permit(five(7)[now]) == kMay[before][now]);
        }
    }
}

TEST_CASE("no finalize after notarize and nullify of one view, whatever the order asked (M1)") {
    OwnVotes own{View(0)};
    REQUIRE(own.permit(notarize(3, kA)));
    REQUIRE(own.permit(nullify(3)));
    REQUIRE_FALSE(own.permit(finalize(3, kA)));
    REQUIRE(own.permit(notarize(3, kA)));  // the same again is yes
    REQUIRE_FALSE(own.permit(notarize(3, kB)));
    REQUIRE_FALSE(own.permit(finalize(3, kA)));
}

TEST_CASE("a promise asked for twice is yes and changes nothing (T11)") {
    OwnVotes own{View(0)};
    for (const Vote& vote : {notarize(4, kA), finalize(4, kA)}) {
        REQUIRE(own.permit(vote));
        REQUIRE(own.permit(vote));
    }
    REQUIRE(own.at(View(4)).notarized == kA);
    REQUIRE(own.at(View(4)).finalized == kA);
    REQUIRE_FALSE(own.at(View(4)).nullified);
}

TEST_CASE("a refused promise leaves no trace") {
    OwnVotes own{View(0)};
    REQUIRE(own.permit(finalize(2, kA)));
    REQUIRE_FALSE(own.permit(nullify(2)));
    REQUIRE_FALSE(own.at(View(2)).nullified);
    REQUIRE_FALSE(own.permit(notarize(2, kB)));
    REQUIRE_FALSE(own.at(View(2)).notarized.has_value());
}

TEST_CASE("nothing at or below the floor, everything above it") {
    OwnVotes own{View(5)};
    for (std::uint64_t view : {0, 1, 5}) {
        for (const Vote& vote : five(view)) REQUIRE_FALSE(own.permit(vote));
    }
    REQUIRE(own.permit(nullify(6)));
    own.raise_floor(View(6));
    REQUIRE_FALSE(own.permit(nullify(6)));  // not even the same again
    REQUIRE(own.permit(notarize(7, kA)));
    own.raise_floor(View(6));  // the same floor is no move
    REQUIRE(own.holds(notarize(7, kA)));
}

TEST_CASE("a view is forgotten only when its floor makes it unsignable (M2, ava#280)") {
    OwnVotes own{View(0)};
    REQUIRE(own.permit(nullify(9)));
    own.raise_floor(View(8));
    REQUIRE_FALSE(own.permit(finalize(9, kA)));
    own.raise_floor(View(9));
    REQUIRE_FALSE(own.permit(finalize(9, kA)));
}

TEST_CASE("lost memory: nothing at or below sign_above, the floor notwithstanding (7.4)") {
    OwnVotes own{View(3)};
    own.forbid_to(View(20));
    own.forbid_to(View(7));  // only ever rises
    REQUIRE_FALSE(own.is_open(View(20)));
    for (const Vote& vote : five(20)) REQUIRE_FALSE(own.permit(vote));
    REQUIRE(own.permit(nullify(21)));
    own.raise_floor(View(10));
    REQUIRE_FALSE(own.permit(nullify(11)));
}

TEST_CASE("promises come back from the journal and bind as before (M2)") {
    OwnVotes own{View(2)};
    own.recall(nullify(2));  // below the floor: nothing to keep
    own.recall(notarize(3, kA));
    own.recall(nullify(3));
    own.recall(notarize(4, kB));
    REQUIRE_FALSE(own.permit(finalize(3, kA)));
    REQUIRE_FALSE(own.permit(notarize(4, kA)));
    REQUIRE(own.permit(notarize(4, kB)));
    REQUIRE(own.holds(nullify(3)));
    REQUIRE_FALSE(own.holds(nullify(4)));
    REQUIRE_FALSE(own.holds(finalize(4, kB)));
}

TEST_CASE("two views do not speak for each other") {
    OwnVotes own{View(0)};
    REQUIRE(own.permit(nullify(1)));
    REQUIRE(own.permit(finalize(2, kA)));
    REQUIRE(own.permit(notarize(3, kB)));
}

}  // namespace quanlu::consensus
