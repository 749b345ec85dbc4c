// What a member takes in catch-up, and from whom (mutants M15, O15).
#include <catch2/catch.hpp>

#include "member.h"

namespace quanlu::replica {

namespace {

constexpr std::size_t kBlocks = 8;

chain::QuorumCert certify(const chain::Genesis& genesis, chain::VoteKind kind, View view,
                          const Hash& block) {
    chain::QuorumCert cert;
    cert.statement = {kind, Epoch(0), view, block};
    for (std::uint8_t i = 1; i < kMembers; ++i) {
        cert.signers |= std::uint64_t{1} << i;
        cert.signatures.push_back(
            key(i).sign(chain::statement_bytes(genesis.tag(), cert.statement)));
    }
    return cert;
}

// Every second view is skipped, so that each block has a nullification to show.
std::vector<chain::FinalBlock> history(const chain::Genesis& genesis) {
    Ledger ledger(genesis);
    std::vector<chain::FinalBlock> blocks;
    execution::Tip tip = ledger.tip;
    for (std::uint64_t height = 1; height <= kBlocks; ++height) {
        chain::Header header;
        header.view = View(2 * height);
        header.proposer = static_cast<chain::MemberIndex>(header.view.value % kMembers);
        header.time = UnixMillis{tip.header.time.value + 1'000};
        std::vector<execution::LeftOut> left_out;
        const execution::Executed executed =
            execution::build(tip, genesis.params, header, {}, ledger.store, left_out);
        chain::FinalBlock block;
        block.block.header = executed.tip.header;
        if (height > 1) {
            block.block.justification.parent =
                certify(genesis, chain::VoteKind::notarize, tip.header.view, tip.hash);
        }
        block.block.justification.skipped.push_back(
            certify(genesis, chain::VoteKind::nullify, header.view.prev(), {}));
        tip = executed.tip;
        block.finalization = certify(genesis, chain::VoteKind::finalize, tip.header.view, tip.hash);
        blocks.push_back(std::move(block));
    }
    return blocks;
}

bool has_note(const Turn& turn, const std::string& code, const std::string& detail) {
    for (const consensus::Note& note : turn.notes) {
        if (note.code == code && note.detail == detail) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("catch-up: a range with a justification nobody signed is refused and its sender named") {
    const chain::Genesis genesis = founded();
    const std::vector<chain::FinalBlock> honest = history(genesis);
    std::vector<chain::FinalBlock> forged = honest;
    chain::Justification& bent = forged[3].block.justification;
    bool is_intact = true;
    SECTION("a nullification's signature") {
        bent.skipped.front().signatures.front()[7] ^= 1;
    }
    SECTION("the parent's signature") {
        bent.parent->signatures.back()[7] ^= 1;
    }
    SECTION("a nullification of another view") {
        bent.skipped.front().statement.view = View(3);
    }
    SECTION("none") {
        bent.skipped.clear();
    }
    SECTION("none, by a member that lost its memory") {
        bent.skipped.clear();
        is_intact = false;
    }

    Member member(genesis, {}, is_intact);
    const Replica& replica = member.replica;
    const auto send = [&](MemberIndex from, const std::vector<chain::FinalBlock>& range) {
        wire::Greeting greeting;
        greeting.view = View(1);
        greeting.height = Height(kBlocks);
        greeting.wall = kNow.wall;
        greeting.life = 100 + from;
        member.step(PeerUp{from});
        member.step(FromPeer{from, greeting});
        member.step(FromPeer{from, wire::Range{range}});
    };
    send(1, forged);
    CHECK(has_note(member.turn, "sync_rejected", "m1: justification"));
    CHECK(replica.status(kNow).height.value == 3);
    const auto rest = static_cast<std::ptrdiff_t>(replica.status(kNow).height.value);
    send(2, {honest.begin() + rest, honest.end()});
    CHECK(replica.status(kNow).height.value == kBlocks);
    // A journal that lost something is never restated as a whole one.
    CHECK(member.turn.journal_floor.has_value() == is_intact);
}

}  // namespace quanlu::replica
