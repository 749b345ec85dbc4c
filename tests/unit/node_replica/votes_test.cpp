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

chain::Header proposed(const chain::Genesis& genesis, std::int64_t ahead_ms,
                       const std::vector<execution::TxPtr>& txs = {}) {
    Ledger ledger(genesis);
    chain::Header header;
    header.view = View(1);
    header.proposer = 1;
    header.time = UnixMillis{kStart + 60'000 + ahead_ms};
    std::vector<execution::LeftOut> left_out;
    return execution::build(ledger.tip, genesis.params, header, txs, ledger.store, left_out)
        .tip.header;
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
    CHECK(votes(wrong, {}).empty());
    CHECK(votes(wrong, {right}).empty());
}

}  // namespace quanlu::replica
