// Who must sign and what a certificate may not be: RELIABILITY E9 and mutants M3 to M6, M8, M17.
#include "fixture.h"

namespace quanlu::chain {

namespace {

const Hash kBlock = crypto::sha256(as_bytes("block"));

struct Net {
    Genesis genesis = test_genesis();
    Members members = genesis.member_set();
    ChainTag tag = genesis.tag();

    [[nodiscard]] QuorumCert cert(VoteKind kind = VoteKind::finalize,
                                  std::uint64_t signers = 0b0111) const {
        return make_cert(kind, View(9), kind == VoteKind::nullify ? Hash{} : kBlock, signers, tag);
    }
    [[nodiscard]] std::optional<Reject> judge(const QuorumCert& cert) const {
        const auto checked = check(cert, members, tag);
        const bool sealed = verify(cert, members, tag).ok(),
                   moved = verify(QuorumCert(cert), members, tag).ok();
        CHECK(checked.ok() == sealed);
        CHECK(checked.ok() == moved);
        if (checked.ok()) return std::nullopt;
        return checked.error();
    }
    [[nodiscard]] std::optional<Reject> links(const Block& block) const {
        const auto checked = verify_links(block.header, block.justification, members, tag);
        if (checked.ok()) return std::nullopt;
        return checked.error();
    }
};

}  // namespace

TEST_CASE(
    "any two quorums share an honest member, and the honest alone make one, for 1 to 64 members") {
    for (std::size_t n = 1; n <= kMembersMax; ++n) {
        const Members members(Epoch(0), member_list(n));
        const std::size_t f = members.f(), q = members.quorum();
        REQUIRE(3 * f + 1 <= n);
        REQUIRE(n < 3 * (f + 1) + 1);
        REQUIRE(2 * q > n + f);  // the overlap 2q - n is more than the liars
        REQUIRE(n - f >= q);     // the liars silent: the rest is enough
        for (std::uint64_t view = 1; view < 200; ++view)
            REQUIRE(members.leader(View(view)) == view % n);
    }
}

TEST_CASE("a certificate holds with q signers, and with all") {
    const Net net;
    for (const VoteKind kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
        CHECK(net.judge(net.cert(kind)) == std::nullopt);
        CHECK(net.judge(net.cert(kind, 0b1111)) == std::nullopt);
        CHECK(net.judge(net.cert(kind, 0b1110)) == std::nullopt);
    }
    // 64 members: the bitmap's last bit is a member like the others.
    const Members all(Epoch(0), member_list(64));
    const std::uint64_t high = ~std::uint64_t{0} << (64 - all.quorum());
    CHECK(check(make_cert(VoteKind::finalize, View(1), kBlock, high, net.tag), all, net.tag).ok());
    CHECK_FALSE(
        check(make_cert(VoteKind::finalize, View(1), kBlock, high << 1, net.tag), all, net.tag)
            .ok());
}

TEST_CASE("too few, unknown or repeated signers are refused") {
    const Net net;
    CHECK(net.judge(net.cert(VoteKind::finalize, 0b0101)) == Reject::too_few_signers);
    CHECK(net.judge(net.cert(VoteKind::finalize, 0)) == Reject::too_few_signers);
    CHECK(net.judge(net.cert(VoteKind::finalize, 0b10111)) == Reject::bad_bitmap);
    CHECK(net.judge(net.cert(VoteKind::finalize, std::uint64_t{1} << 63 | 0b0111)) ==
          Reject::bad_bitmap);

    // One member's signature in three places: three signatures, one signer.
    QuorumCert one = net.cert(VoteKind::finalize, 0b0001);
    one.signatures.assign(3, one.signatures[0]);
    CHECK(net.judge(one) == Reject::bad_bitmap);
    one.signers = 0b0111;
    CHECK(net.judge(one) == Reject::bad_signature);

    QuorumCert extra = net.cert();
    extra.signatures.push_back(extra.signatures[0]);
    CHECK(net.judge(extra) == Reject::bad_bitmap);
    QuorumCert fewer = net.cert();
    fewer.signatures.pop_back();
    CHECK(net.judge(fewer) == Reject::bad_bitmap);
    QuorumCert swapped = net.cert();
    std::swap(swapped.signatures[0], swapped.signatures[1]);
    CHECK(net.judge(swapped) == Reject::bad_signature);
}

TEST_CASE("kind, chain, suite tag, epoch, view and block are all signed") {
    const Net net;
    QuorumCert cert = net.cert();
    cert.statement.kind = VoteKind::notarize;
    CHECK(net.judge(cert) == Reject::bad_signature);
    cert = net.cert();
    cert.statement.view = View(10);
    CHECK(net.judge(cert) == Reject::bad_signature);
    cert = net.cert();
    cert.statement.block = crypto::sha256(as_bytes("other"));
    CHECK(net.judge(cert) == Reject::bad_signature);
    cert = net.cert();
    cert.statement.epoch = Epoch(1);
    CHECK(net.judge(cert) == Reject::wrong_epoch);
    const ChainTag other{net.tag.suite, crypto::sha256(as_bytes("other chain"))};
    CHECK_FALSE(check(net.cert(), net.members, other).ok());
    // The same list under another epoch number is another set.
    const Members next(Epoch(1), net.members.list());
    CHECK_FALSE(check(net.cert(), next, net.tag).ok());
    CHECK(next.hash() != net.members.hash());
    QuorumCert moved = make_cert(VoteKind::finalize, View(9), kBlock, 0b0111, net.tag, Epoch(1));
    moved.statement.epoch = Epoch(0);
    CHECK(net.judge(moved) == Reject::bad_signature);
}

TEST_CASE("nullify names no block, the others name one, and no vote is of view 0") {
    const Net net;
    CHECK(net.judge(make_cert(VoteKind::nullify, View(9), kBlock, 0b0111, net.tag)) ==
          Reject::nullify_with_block);
    CHECK(net.judge(make_cert(VoteKind::notarize, View(9), Hash{}, 0b0111, net.tag)) ==
          Reject::nullify_with_block);
    CHECK(net.judge(make_cert(VoteKind::finalize, View(9), Hash{}, 0b0111, net.tag)) ==
          Reject::nullify_with_block);
    CHECK(net.judge(make_cert(VoteKind::finalize, View(0), kBlock, 0b0111, net.tag)) ==
          Reject::malformed);
}

TEST_CASE("one flipped bit in any signature is refused") {
    const Net net;
    for (std::size_t place = 0; place < 3; ++place) {
        for (std::size_t bit = 0; bit < 512; ++bit) {
            QuorumCert cert = net.cert();
            cert.signatures[place][bit / 8] =
                static_cast<std::uint8_t>(cert.signatures[place][bit / 8] ^ (1 << (bit % 8)));
            if (check(cert, net.members, net.tag).ok())
                FAIL("signature " << place << " bit " << bit);
        }
    }
}

TEST_CASE("a vote is one member's, over exactly its fields") {
    const Net net;
    const SignedVote vote = make_vote(VoteKind::notarize, View(9), kBlock, 2, net.tag);
    REQUIRE(verify(vote, net.members, net.tag).ok());
    const auto judge = [&](SignedVote changed) {
        return verify(changed, net.members, net.tag).error();
    };
    SignedVote changed = vote;
    changed.member = 1;
    CHECK(judge(changed) == Reject::bad_signature);
    changed.member = 4;
    CHECK(judge(changed) == Reject::unknown_member);
    changed = vote;
    changed.vote.epoch = Epoch(1);
    CHECK(judge(changed) == Reject::wrong_epoch);
    changed = vote;
    changed.vote.kind = VoteKind::finalize;
    CHECK(judge(changed) == Reject::bad_signature);
    changed.vote.kind = VoteKind::nullify;
    CHECK(judge(changed) == Reject::nullify_with_block);
    changed = vote;
    changed.vote.view = View(0);
    CHECK(judge(changed) == Reject::malformed);

    std::vector<Verified<SignedVote>> votes;
    for (const MemberIndex member : {3U, 0U, 2U}) {
        votes.push_back(*verify(make_vote(VoteKind::notarize, View(9), kBlock, member, net.tag),
                                net.members, net.tag));
    }
    const auto cert = assemble(votes, net.members);
    CHECK(*cert == make_cert(VoteKind::notarize, View(9), kBlock, 0b1101, net.tag));
    CHECK(net.judge(*cert) == std::nullopt);
}

TEST_CASE("a justification covers exactly the views between parent and block (R4)") {
    const Net net;
    const Block good = test_block();
    REQUIRE(net.links(good) == std::nullopt);

    Block block = good;  // a finalization of the parent serves as well
    block.justification.parent =
        make_cert(VoteKind::finalize, View(7), block.header.parent, 0b0111, net.tag);
    CHECK(net.links(block) == std::nullopt);
    block.justification.parent =
        make_cert(VoteKind::notarize, View(6), block.header.parent, 0b0111, net.tag);
    CHECK(net.links(block) == Reject::bad_link);
    block.justification.parent = make_cert(VoteKind::notarize, View(7), kBlock, 0b0111, net.tag);
    CHECK(net.links(block) == Reject::bad_link);
    block.justification.parent = make_cert(VoteKind::nullify, View(7), Hash{}, 0b0111, net.tag);
    CHECK(net.links(block) == Reject::bad_link);
    block.justification.parent =
        make_cert(VoteKind::notarize, View(7), block.header.parent, 0b0011, net.tag);
    CHECK(net.links(block) == Reject::too_few_signers);
    block.justification.parent.reset();
    CHECK(net.links(block) == Reject::bad_link);

    block = good;
    block.justification.skipped.clear();
    CHECK(net.links(block) == Reject::bad_link);
    block.justification.skipped = {make_cert(VoteKind::nullify, View(9), Hash{}, 0b0111, net.tag)};
    CHECK(net.links(block) == Reject::bad_link);
    block.justification.skipped = {make_cert(VoteKind::notarize, View(8), kBlock, 0b0111, net.tag)};
    CHECK(net.links(block) == Reject::bad_link);
    block.justification.skipped = {make_cert(VoteKind::nullify, View(8), Hash{}, 0b0110, net.tag)};
    CHECK(net.links(block) == Reject::too_few_signers);
    block.justification.skipped.assign(
        2, make_cert(VoteKind::nullify, View(8), Hash{}, 0b0111, net.tag));
    CHECK(net.links(block) == Reject::bad_link);

    block = good;  // views 8 and 9 skipped, out of place
    block.header.view = View(10);
    block.justification.skipped = {make_cert(VoteKind::nullify, View(9), Hash{}, 0b0111, net.tag),
                                   make_cert(VoteKind::nullify, View(8), Hash{}, 0b0111, net.tag)};
    CHECK(net.links(block) == Reject::bad_link);
    std::swap(block.justification.skipped[0], block.justification.skipped[1]);
    CHECK(net.links(block) == std::nullopt);

    block = good;
    block.header.view = block.header.parent_view;
    CHECK(net.links(block) == Reject::bad_link);
    block.header.view = View(UINT64_MAX);
    CHECK(net.links(block) == Reject::bad_link);
    block = good;
    block.header.epoch = Epoch(1);
    CHECK(net.links(block) == Reject::wrong_epoch);
    block = good;
    block.header.chain.chain_id = kBlock;
    CHECK(net.links(block) == Reject::wrong_chain);
}

TEST_CASE("genesis is a parent without a certificate, and the only one") {
    const Net net;
    Block first = test_block();
    first.header.height = Height(1);
    first.header.parent_view = View(0);
    first.header.view = View(1);
    first.justification = {};
    CHECK(net.links(first) == std::nullopt);
    first.header.view = View(2);
    CHECK(net.links(first) == Reject::bad_link);
    first.justification.skipped = {make_cert(VoteKind::nullify, View(1), Hash{}, 0b0111, net.tag)};
    CHECK(net.links(first) == std::nullopt);
    first.justification.parent = make_cert(VoteKind::notarize, View(1), kBlock, 0b0111, net.tag);
    CHECK(net.links(first) == Reject::bad_link);

    // A later block that calls its parent genesis would need no notarization at all.
    Block later = test_block();
    later.header.parent_view = View(0);
    later.header.view = View(1);
    later.justification = {};
    CHECK(net.links(later) == Reject::bad_link);
    Block odd = test_block();
    odd.header.height = Height(1);
    CHECK(net.links(odd) == Reject::bad_link);
}

}  // namespace quanlu::chain
