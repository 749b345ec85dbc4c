// The four pairs of CONSENSUS 7.5 and nothing else.
#include <catch2/catch.hpp>

#include "consensus/evidence.h"

#include "consensus/limits.h"
#include "fixture.h"

namespace quanlu::consensus {

TEST_CASE("exactly the pairs of 7.5 contradict") {
    const Hash a = block("a");
    const Hash b = block("b");
    const std::vector<Vote> kVotes = {notarize(5, a), notarize(5, b), nullify(5), finalize(5, a),
                                      finalize(5, b)};
    const bool kGuilty[5][5] = {
        //             N(a)   N(b)   nullify F(a)  F(b)
        /* N(a)    */ {false, true, false, false, true},
        /* N(b)    */ {true, false, false, true, false},
        /* nullify */ {false, false, false, true, true},
        /* F(a)    */ {false, true, true, false, true},
        /* F(b)    */ {true, false, true, true, false},
    };
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < 5; ++j) {
            INFO(i << " " << j);
            REQUIRE(contradict(kVotes[i], kVotes[j]) == kGuilty[i][j]);
        }
    }
    // Another view or epoch is another question (T14, ava#545).
    REQUIRE_FALSE(contradict(notarize(5, a), notarize(6, b)));
    Vote old = finalize(5, b);
    old.epoch = Epoch(1);
    REQUIRE_FALSE(contradict(finalize(5, a), old));
}

TEST_CASE("fields are compared, never signature bytes (T7, M24)") {
    SignedVote first = sign(notarize(5, block("a")), 1);
    SignedVote again = first;
    again.signature[0] ^= 1;
    REQUIRE_FALSE(contradict(first.vote, again.vote));
}

TEST_CASE("a certificate gives back what each signer said") {
    const chain::Members members = members_of(7);
    const QuorumCert cert = cert_of(notarize(5, block("a")), {0, 2, 3, 5, 6});
    const std::vector<SignedVote> votes = votes_in(cert);
    REQUIRE(votes.size() == 5);
    const std::vector<MemberIndex> kSigners = {0, 2, 3, 5, 6};
    for (std::size_t i = 0; i < votes.size(); ++i) {
        REQUIRE(votes[i].member == kSigners[i]);
        REQUIRE(chain::verify(votes[i], members, test_tag()).ok());
    }
}

TEST_CASE("one report for each member and view, and a bounded number for each member (I16)") {
    Accusations accusations;
    const auto pair = [](std::uint64_t view, MemberIndex member) {
        return Evidence{sign(notarize(view, block("a")), member),
                        sign(notarize(view, block("b")), member)};
    };
    REQUIRE(accusations.is_new(pair(1, 2)));
    REQUIRE_FALSE(accusations.is_new(pair(1, 2)));
    REQUIRE(accusations.is_new(pair(1, 3)));
    std::size_t reported = 1;
    for (std::uint64_t view = 2; view < 100; ++view) {
        accusations.forget_below(View(view));
        if (accusations.is_new(pair(view, 2))) ++reported;
    }
    REQUIRE(reported == kEvidencePerMember);
    REQUIRE(accusations.is_new(pair(100, 0)));  // another member's account is its own
}

}  // namespace quanlu::consensus
