// CheckedProposal: one right proposal, and every way to get it wrong.
#include <catch2/catch.hpp>

#include "consensus/message.h"

#include "fixture.h"

namespace quanlu::consensus {

namespace {

using chain::Reject;

// View 5 on a parent notarized at view 3, view 4 skipped; leader is member 1.
struct Case {
    chain::Members members = members_of(4);
    Proposal proposal;

    Case() {
        proposal.header = header_of(5, members, block("parent"), 3, 2);
        proposal.justification.parent = cert_of(notarize(3, block("parent")), members);
        proposal.justification.skipped = {cert_of(nullify(4), members)};
        resign(1);
    }
    void resign(MemberIndex by) {
        proposal.leader_vote =
            sign(notarize(proposal.header.view.value, chain::hash_of(proposal.header)), by);
    }
    [[nodiscard]] Result<CheckedProposal, Reject> check() const {
        return CheckedProposal::check(proposal, members, test_tag());
    }
    void refused(Reject why) const {
        const auto result = check();
        REQUIRE_FALSE(result.ok());
        REQUIRE(result.error() == why);
    }
};

}  // namespace

TEST_CASE("a right proposal gives its certificates and its recomputed hash (T21)") {
    Case one;
    one.proposal.hash = block("a lie");
    const auto result = one.check();
    REQUIRE(result.ok());
    REQUIRE((*result)->hash == chain::hash_of(one.proposal.header));
    REQUIRE(result->certs().size() == 2);
    REQUIRE(result->certs()[0]->statement == notarize(3, block("parent")));
    REQUIRE(result->certs()[1]->statement == nullify(4));
    REQUIRE(result->leader_vote()->member == 1);
}

TEST_CASE("only the leader of the view proposes (kills M9)") {
    Case one;
    one.proposal.header.proposer = 2;
    one.resign(2);
    one.refused(Reject::unknown_member);
    Case two;  // the right proposer in the header, another's signature
    two.resign(2);
    two.refused(Reject::unknown_member);
    Case three;  // signed by another, said to be the leader's
    three.resign(2);
    three.proposal.leader_vote.member = 1;
    three.refused(Reject::bad_signature);
}

TEST_CASE("the vote is a notarize vote for exactly this header (M25)") {
    Case one;
    one.proposal.leader_vote = sign(notarize(5, block("another")), 1);
    one.refused(Reject::wrong_hash);
    Case two;
    two.proposal.leader_vote = sign(finalize(5, chain::hash_of(two.proposal.header)), 1);
    two.refused(Reject::wrong_hash);
    Case three;
    three.proposal.leader_vote = sign(notarize(9, chain::hash_of(three.proposal.header)), 1);
    three.refused(Reject::wrong_hash);
    Case four;
    four.proposal.header.time.value += 1;
    four.refused(Reject::wrong_hash);
}

TEST_CASE("another chain, epoch or member set is refused (M6, M17)") {
    Case one;
    one.proposal.header.chain.chain_id = block("other chain");
    one.resign(1);
    one.refused(Reject::wrong_chain);
    Case two;
    two.proposal.header.epoch = Epoch(1);
    two.resign(1);
    two.refused(Reject::wrong_epoch);
    Case three;
    three.proposal.header.members_hash = block("others");
    three.resign(1);
    three.refused(Reject::bad_link);
}

TEST_CASE("a parent without a certificate, or with another block's, is refused (kills M7)") {
    Case one;
    one.proposal.justification.parent.reset();
    one.refused(Reject::bad_link);
    Case two;
    two.proposal.justification.parent = cert_of(notarize(3, block("other")), two.members);
    two.refused(Reject::bad_link);
    Case three;
    three.proposal.justification.parent = cert_of(nullify(3), three.members);
    three.refused(Reject::bad_link);
    Case four;  // q - 1 signatures
    four.proposal.justification.parent = cert_of(notarize(3, block("parent")), {0, 1});
    four.refused(Reject::too_few_signers);
    Case five;
    five.proposal.justification.parent->signatures[2][7] ^= 1;
    five.refused(Reject::bad_signature);
    Case six;  // a finalization is as good
    six.proposal.justification.parent = cert_of(finalize(3, block("parent")), six.members);
    REQUIRE(six.check().ok());
}

TEST_CASE("a gap without its nullifications is refused (ava#281; kills M8)") {
    Case one;
    one.proposal.justification.skipped.clear();
    one.refused(Reject::bad_link);
    Case two;  // the wrong view
    two.proposal.justification.skipped = {cert_of(nullify(3), two.members)};
    two.refused(Reject::bad_link);
    Case three;  // one too many
    three.proposal.justification.skipped.push_back(cert_of(nullify(5), three.members));
    three.refused(Reject::bad_link);
    Case four;  // a notarization is no nullification
    four.proposal.justification.skipped = {cert_of(notarize(4, block("x")), four.members)};
    four.refused(Reject::bad_link);
    Case five;
    five.proposal.justification.skipped = {cert_of(nullify(4), {0, 3})};
    five.refused(Reject::too_few_signers);
    Case six;  // claims to stand on genesis, hiding a gap
    six.proposal.header.parent_view = View(0);
    six.resign(1);
    six.refused(Reject::bad_link);
}

}  // namespace quanlu::consensus
