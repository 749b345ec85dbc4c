// Slots, windows, and the q-th vote.
#include <catch2/catch.hpp>

#include "consensus/tally.h"

#include "consensus/evidence.h"
#include "fixture.h"

namespace quanlu::consensus {

namespace {

struct Book {
    explicit Book(std::size_t n) : members(members_of(n)), tally(members) {
        tally.set_window(View(0), View(100));
    }
    std::optional<Verified<QuorumCert>> add(const Vote& vote, MemberIndex member) {
        return tally.add(checked(sign(vote, member), members));
    }
    chain::Members members;
    Tally tally;
};

}  // namespace

TEST_CASE("a certificate comes with exactly the q-th distinct member (kills M3, M4)") {
    // n, q written out: 1/1, 2/2, 3/3, 4/3, 5/4, 6/5, 7/5, 10/7, 31/21.
    const std::vector<std::pair<std::size_t, std::size_t>> kQuorums = {
        {1, 1}, {2, 2}, {3, 3}, {4, 3}, {5, 4}, {6, 5}, {7, 5}, {10, 7}, {31, 21}};
    for (const auto& [n, q] : kQuorums) {
        Book book(n);
        for (MemberIndex member = 0; member < n; ++member) {
            const auto cert = book.add(notarize(1, block("a")), member);
            INFO("n " << n << " member " << member);
            REQUIRE(cert.has_value() == (member + 1 == q));
            if (cert) {
                REQUIRE((*cert)->statement == notarize(1, block("a")));
                REQUIRE((*cert)->signatures.size() == q);
                REQUIRE(chain::verify(**cert, book.members, test_tag()).ok());
            }
            REQUIRE_FALSE(book.add(notarize(1, block("a")), member));  // duplicates count nothing
        }
    }
}

TEST_CASE("votes for different things make no certificate together (M5)") {
    Book book(4);
    REQUIRE_FALSE(book.add(notarize(1, block("a")), 0));
    REQUIRE_FALSE(book.add(notarize(1, block("b")), 1));
    REQUIRE_FALSE(book.add(finalize(1, block("a")), 2));
    REQUIRE_FALSE(book.add(nullify(1), 3));
    REQUIRE_FALSE(book.add(notarize(2, block("a")), 3));
    REQUIRE_FALSE(book.add(notarize(1, block("a")), 2));
    REQUIRE(book.add(notarize(1, block("a")), 3));
}

TEST_CASE("the first vote of a slot stays (M14)") {
    Book book(4);
    book.add(notarize(1, block("a")), 2);
    book.add(notarize(1, block("b")), 2);
    REQUIRE(book.tally.find(View(1), VoteKind::notarize, 2)->vote.block == block("a"));
    REQUIRE(book.tally.size() == 1);
    // The second one was not counted either.
    REQUIRE_FALSE(book.add(notarize(1, block("b")), 0));
    REQUIRE_FALSE(book.add(notarize(1, block("b")), 1));
    REQUIRE(book.add(notarize(1, block("b")), 3));
}

TEST_CASE("the window refuses and forgets (R5, M16)") {
    Book book(4);
    book.tally.set_window(View(10), View(20));
    REQUIRE_FALSE(book.tally.covers(View(9)));
    REQUIRE(book.tally.covers(View(10)));
    REQUIRE(book.tally.covers(View(20)));
    REQUIRE_FALSE(book.tally.covers(View(21)));
    REQUIRE_FALSE(book.tally.covers(View(UINT64_MAX)));
    for (std::uint64_t view = 10; view <= 20; ++view) book.add(nullify(view), 1);
    REQUIRE(book.tally.size() == 11);
    book.tally.set_window(View(19), View(30));
    REQUIRE(book.tally.size() == 2);
    REQUIRE(book.tally.find(View(18), VoteKind::nullify, 1) == nullptr);
    REQUIRE(book.tally.find(View(19), VoteKind::nullify, 1) != nullptr);
}

TEST_CASE("who voted what, as a bitmap") {
    Book book(7);
    book.add(nullify(3), 0);
    book.add(nullify(3), 5);
    book.add(notarize(3, block("a")), 6);
    REQUIRE(book.tally.voters(View(3), VoteKind::nullify) == 0b0100001);
    REQUIRE(book.tally.voters(View(3), VoteKind::notarize) == 0b1000000);
    REQUIRE(book.tally.voters(View(3), VoteKind::finalize) == 0);
    REQUIRE(book.tally.voters(View(4), VoteKind::nullify) == 0);
}

TEST_CASE("a contradiction is found against every vote of its member, and of no other") {
    Book book(4);
    book.add(notarize(1, block("a")), 2);
    book.add(nullify(1), 2);
    book.add(finalize(1, block("c")), 3);
    // finalize b contradicts notarize a and nullify.
    REQUIRE(book.tally.against(sign(finalize(1, block("b")), 2)).size() == 2);
    REQUIRE(book.tally.against(sign(finalize(1, block("a")), 2)).size() == 1);
    REQUIRE(book.tally.against(sign(nullify(1), 2)).empty());
    REQUIRE(book.tally.against(sign(finalize(1, block("b")), 1)).empty());
    REQUIRE(book.tally.against(sign(finalize(2, block("b")), 2)).empty());
}

}  // namespace quanlu::consensus
