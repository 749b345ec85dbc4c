// What a member votes for (mutants M26, O10, O12, O16).
#include <catch2/catch.hpp>

#include "member.h"

namespace quanlu::replica {

namespace {

// What the member votes when the leader of view 1 sends this header under its own signature, with
// the transactions `jws` where the member is told `known` first.
std::vector<chain::VoteKind> votes_for(const chain::Genesis& genesis, const chain::Header& header,
                                       const std::vector<std::string>& jws = {},
                                       const std::vector<execution::TxPtr>& known = {}) {
    Member member(genesis);
    const wire::Greeting question = question_in(member.turn);
    Turn turn;
    const auto step = [&](const Input& input) { member.replica.step(kNow, input, turn); };
    step(PeerUp{1});
    for (const MemberIndex from : {1U, 2U, 3U}) step(FromPeer{from, answer_to(question, from)});
    for (const execution::TxPtr& tx : known) step(NewTx{tx, {}, 0});
    const chain::Vote vote{chain::VoteKind::notarize, Epoch(0), View(1), chain::hash_of(header)};
    step(FromPeer{
        1,
        wire::Proposal{header, chain::tx_hashes(jws), {}, signed_by_member(genesis, 1, vote, 1)}});
    step(FromPeer{1, wire::Txs{jws}});
    member.replica.settle(kNow, turn);
    std::vector<chain::VoteKind> kinds;
    for (const consensus::Cast& cast : turn.cast) kinds.push_back(cast.vote.kind);
    return kinds;
}

}  // namespace

TEST_CASE("a vote is for a block whose roots its execution gave, and for no other (E13)") {
    const chain::Genesis genesis = founded();
    chain::Header header = proposed(genesis, 0);
    CHECK(votes_for(genesis, header) == std::vector{chain::VoteKind::notarize});
    SECTION("state root") {
        header.state_root.bytes[3] ^= 1;
    }
    SECTION("log root") {
        header.log_root.bytes[3] ^= 1;
    }
    SECTION("log size") {
        ++header.log_size;
    }
    SECTION("parameters") {
        header.params_hash.bytes[3] ^= 1;
    }
    SECTION("next members") {
        header.next_members_hash.bytes[3] ^= 1;
    }
    CHECK(votes_for(genesis, header) == std::vector{chain::VoteKind::nullify});
}

TEST_CASE("a vote is for a block whose time is near the voter's clock (R9)") {
    const chain::Genesis genesis = founded();
    const std::int64_t eps = genesis.params.clock_eps_ms;
    const std::int64_t late = eps + 2 * genesis.params.delta_ms;
    CHECK(votes_for(genesis, proposed(genesis, eps)) == std::vector{chain::VoteKind::notarize});
    CHECK(votes_for(genesis, proposed(genesis, eps + 1)) == std::vector{chain::VoteKind::nullify});
    CHECK(votes_for(genesis, proposed(genesis, -late)) == std::vector{chain::VoteKind::notarize});
    CHECK(votes_for(genesis, proposed(genesis, -late - 1)) ==
          std::vector{chain::VoteKind::nullify});
}

TEST_CASE("a vote is for a block whose transactions are signed, known or not") {
    const chain::Genesis genesis = founded();
    const std::string good = signed_by(key(99), genesis, "one");
    const std::string last_part = signed_by(key(98), genesis, "one").substr(good.rfind('.'));
    const std::string bad = good.substr(0, good.rfind('.')) + last_part;
    const execution::TxPtr right = parsed(genesis, good), wrong = parsed(genesis, bad);
    REQUIRE(right->id == wrong->id);
    const auto votes = [&](const execution::TxPtr& tx, const std::vector<execution::TxPtr>& known) {
        return votes_for(genesis, proposed(genesis, 0, {tx}), {tx->jws}, known);
    };
    CHECK(votes(right, {}) == std::vector{chain::VoteKind::notarize});
    CHECK(votes(right, {right}) == std::vector{chain::VoteKind::notarize});
    CHECK(votes(wrong, {}) == std::vector{chain::VoteKind::nullify});
    CHECK(votes(wrong, {right}) == std::vector{chain::VoteKind::nullify});
}

TEST_CASE("an officer whom a block adds may act in it: voters find the key by carrying it out") {
    const chain::Genesis genesis = founded();
    const execution::TxPtr adds = parsed(genesis, added_officer(genesis, 50));
    const std::string good = signed_by(key(50), genesis, "one");
    const std::string last_part = signed_by(key(98), genesis, "one").substr(good.rfind('.'));
    const execution::TxPtr acts = parsed(genesis, good);
    const execution::TxPtr wrong = parsed(genesis, good.substr(0, good.rfind('.')) + last_part);
    const auto votes = [&](const execution::TxPtr& tx, const std::vector<execution::TxPtr>& known) {
        return votes_for(genesis, proposed(genesis, 0, {adds, tx}), {adds->jws, tx->jws}, known);
    };
    CHECK(votes(acts, {}) == std::vector{chain::VoteKind::notarize});
    CHECK(votes(acts, {adds}) == std::vector{chain::VoteKind::notarize});
    CHECK(votes(wrong, {}) == std::vector{chain::VoteKind::nullify});
    CHECK(votes(wrong, {adds}) == std::vector{chain::VoteKind::nullify});
}

// Of a key younger than the final state a node's workers let nothing pass as gossip, whoever asked.
TEST_CASE("what does not come in parts is asked for whole, and voted for") {
    const chain::Genesis genesis = founded();
    const execution::TxPtr adds = parsed(genesis, added_officer(genesis, 50));
    const execution::TxPtr acts = parsed(genesis, signed_by(key(50), genesis, "one"));
    const chain::Header header = proposed(genesis, 0, {adds, acts});
    const Hash hash = chain::hash_of(header);
    Member member(genesis);
    const wire::Greeting question = question_in(member.turn);
    for (const MemberIndex from : {1U, 2U, 3U}) {
        member.step(PeerUp{from});
        member.step(FromPeer{from, answer_to(question, from)});
    }
    member.step(NewTx{adds, {}, 0});
    const chain::Vote vote{chain::VoteKind::notarize, Epoch(0), View(1), hash};
    std::size_t parts = 0, wholes = 0;
    const auto count = [&] {
        for (const Send& send : member.turn.send) {
            parts += std::holds_alternative<wire::FetchTxs>(send.message) ? 1 : 0;
            wholes += std::holds_alternative<wire::FetchBlock>(send.message) ? 1 : 0;
        }
    };
    member.step(FromPeer{
        1, wire::Proposal{
               header, {adds->hash, acts->hash}, {}, signed_by_member(genesis, 1, vote, 1)}});
    count();
    for (std::int64_t ms = 100; wholes == 0 && ms < 1'500; ms += 100) {
        member.step(Tick{}, {kNow.steady + Millis{ms}, UnixMillis{kNow.wall.value + ms}});
        count();
    }
    CHECK(parts == 3);
    REQUIRE(wholes == 1);
    CHECK(member.turn.cast.empty());
    member.step(FromPeer{2, wire::BlockMsg{{header, {adds->jws, acts->jws}, {}}}});
    REQUIRE(member.turn.cast.size() == 1);
    CHECK(member.turn.cast.front().vote == vote);
}

}  // namespace quanlu::replica
