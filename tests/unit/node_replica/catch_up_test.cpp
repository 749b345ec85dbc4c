// What a member takes in catch-up, and from whom (mutants M15, O15).
#include <catch2/catch.hpp>

#include <algorithm>

#include "member.h"
#include "node/replica/limits.h"

namespace quanlu::replica {

namespace {

constexpr std::size_t kBlocks = 8;

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

}  // namespace

TEST_CASE("catch-up: a range with a justification nobody signed is refused and its sender named") {
    const chain::Genesis genesis = founded();
    const std::vector<chain::FinalBlock> honest = history(genesis);
    std::vector<chain::FinalBlock> forged = honest;
    chain::Justification& bent = forged[3].block.justification;
    bool is_intact = true;
    const char* why = "m1: justification";
    std::uint64_t taken = 3;
    SECTION("a nullification's signature") {
        bent.skipped.front().signatures.front()[7] ^= 1;
    }
    SECTION("the parent's signature") {
        bent.parent->signatures.back()[7] ^= 1;
    }
    SECTION("a nullification of another view") {
        bent.skipped.front().statement.view = View(3);
    }
    SECTION("a nullification of another view, by a member that lost its memory") {
        bent.skipped.front().statement.view = View(3);
        is_intact = false;
    }
    SECTION("none") {
        bent.skipped.clear();
        why = "m1: form";
        taken = 0;
    }
    SECTION("more than there are views") {
        bent.skipped.resize(2, bent.skipped.front());
        why = "m1: form";
        taken = 0;
    }
    SECTION("signatures of more members than there are") {
        bent.skipped.front().signers |= std::uint64_t{1} << kMembers;
        bent.skipped.front().signatures.resize(kMembers);
        why = "m1: form";
        taken = 0;
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
    CHECK(has_note(member.turn, "sync_rejected", why));
    CHECK(replica.status(kNow).height.value == taken);
    const auto rest = static_cast<std::ptrdiff_t>(replica.status(kNow).height.value);
    send(2, {honest.begin() + rest, honest.end()});
    CHECK(replica.status(kNow).height.value == kBlocks);
    // A journal that lost something is never restated as a whole one.
    CHECK(member.turn.journal_floor.has_value() == is_intact);
}

// A block that only those hold who also hold one of its transactions from elsewhere would end the
// chain for everybody else.
TEST_CASE("a final block in which an officer acts whom it adds is carried out, once signed") {
    const chain::Genesis genesis = founded();
    const execution::TxPtr adds = parsed(genesis, added_officer(genesis, 50));
    const std::string text = signed_by(key(50), genesis, "one");
    const std::string others = signed_by(key(98), genesis, "one");
    const std::string unsigned_text =
        text.substr(0, text.rfind('.')) + others.substr(others.rfind('.'));
    for (const bool is_signed : {true, false}) {
        const execution::TxPtr acts = parsed(genesis, is_signed ? text : unsigned_text);
        chain::FinalBlock block;
        block.block.header = proposed(genesis, 0, {adds, acts});
        block.block.body = {adds->jws, acts->jws};
        const Hash hash = chain::hash_of(block.block.header);
        block.finalization = certify(genesis, chain::VoteKind::finalize, View(1), hash);
        const auto check = [is_signed](const Member& member) {
            CHECK(member.replica.status(kNow).height == Height(is_signed ? 1 : 0));
            const std::string_view refused = "final_block_not_executable";
            const auto& notes = member.turn.notes;
            CHECK(std::any_of(notes.begin(), notes.end(), [&](const consensus::Note& note) {
                      return note.code == refused;
                  }) != is_signed);
        };
        Member by_range(genesis);
        wire::Greeting greeting;
        greeting.view = View(2);
        greeting.height = Height(1);
        greeting.wall = kNow.wall;
        greeting.life = 101;
        by_range.step(PeerUp{1});
        by_range.step(FromPeer{1, greeting});
        by_range.step(Tick{}, {kNow.steady + Millis{kSyncStallMs}, kNow.wall});
        by_range.step(FromPeer{1, wire::Range{{block}}});
        check(by_range);
        Member by_certificate(genesis);
        by_certificate.step(PeerUp{1});
        by_certificate.step(FromPeer{1, wire::CertMsg{*block.finalization}});
        by_certificate.step(FromPeer{1, wire::BlockMsg{block.block}});
        check(by_certificate);
    }
}

TEST_CASE("a fetched block with a justification nobody signed is asked of another member") {
    const chain::Genesis genesis = founded();
    const chain::FinalBlock honest = history(genesis).front();
    chain::Block forged = honest.block;
    SECTION("a nullification's signature") {
        forged.justification.skipped.front().signatures.front()[7] ^= 1;
    }
    SECTION("none") {
        forged.justification.skipped.clear();
    }
    SECTION("more than there are views") {
        forged.justification.skipped.resize(200, forged.justification.skipped.front());
    }
    Member member(genesis);
    const auto asked = [&] {
        std::optional<MemberIndex> to;
        for (const Send& send : member.turn.send) {
            if (std::holds_alternative<wire::FetchBlock>(send.message)) to = send.to;
        }
        REQUIRE(to.has_value());
        return *to;
    };
    for (const MemberIndex from : {1U, 2U, 3U}) member.step(PeerUp{from});
    member.step(FromPeer{1, wire::CertMsg{*honest.finalization}});
    const MemberIndex liar = asked();
    member.step(FromPeer{liar, wire::BlockMsg{forged}});
    CHECK(has_note(member.turn, "block_rejected", "m" + std::to_string(liar) + ": justification"));
    CHECK(member.replica.status(kNow).height == Height(0));
    member.step(Tick{}, {kNow.steady + Millis{kFetchAgainMs}, kNow.wall});
    CHECK(asked() != liar);
    member.step(FromPeer{asked(), wire::BlockMsg{honest.block}});
    REQUIRE(member.turn.log.size() == 1);
    CHECK(member.turn.log.front().block.justification == honest.block.justification);
}

// Else a process killed in between finds a state its log knows nothing of, and makes it all anew.
TEST_CASE("the state store waits for the block log, whatever else the batch brings (E1)") {
    const chain::Genesis genesis = founded();
    const chain::FinalBlock block = history(genesis).front();
    Member member(genesis);
    const auto applied = [&] { return member.ledger.store.applied()->height; };
    member.step(PeerUp{1});
    member.step(FromPeer{1, wire::CertMsg{*block.finalization}});
    member.turn.clear();
    for (const Input& input :
         std::vector<Input>{FromPeer{1, wire::BlockMsg{block.block}}, Tick{}, PeerDown{1}}) {
        member.replica.step(kNow, input, member.turn);
        CHECK(applied() == Height(0));
    }
    member.replica.settle(kNow, member.turn);
    REQUIRE(member.turn.log.size() == 1);
    CHECK(applied() == Height(0));
    member.replica.commit_final();
    CHECK(applied() == Height(1));
}

}  // namespace quanlu::replica
