// Who is told of transactions that wait (mutant O22).
#include <catch2/catch.hpp>

#include "member.h"
#include "node/replica/mempool.h"

namespace quanlu::replica {

TEST_CASE("whose link comes up is told what waits for a block because of our clients") {
    const chain::Genesis genesis = founded();
    Member member(genesis);
    const execution::TxPtr ours = parsed(genesis, signed_by(key(99), genesis, "ours"));
    const execution::TxPtr theirs = parsed(genesis, signed_by(key(99), genesis, "theirs"));
    const auto told = [&](const Input& input) {
        member.step(input);
        std::vector<std::string> jws;
        for (const Send& send : member.turn.send) {
            if (const auto* txs = std::get_if<wire::Txs>(&send.message)) {
                CHECK(send.to == MemberIndex{2});
                jws.insert(jws.end(), txs->jws.begin(), txs->jws.end());
            }
        }
        return jws;
    };
    const auto gossiped = [&](const Input& input) {
        member.step(input);
        return member.turn.gossip.size();
    };
    CHECK(gossiped(NewTx{ours, std::nullopt, 1}) == 1);
    CHECK(gossiped(NewTx{theirs, MemberIndex{1}, 0}) == 0);
    CHECK(told(PeerUp{2}) == std::vector{ours->jws});
    // A client brings what another member told us of: from now on it is ours to tell, once.
    CHECK(gossiped(NewTx{theirs, std::nullopt, 2}) == 1);
    CHECK(gossiped(NewTx{theirs, std::nullopt, 3}) == 0);
    CHECK(told(PeerDown{2}).empty());
    CHECK(told(PeerUp{2}) == std::vector{ours->jws, theirs->jws});
}

TEST_CASE("what stands in a block that reached nobody is told as well") {
    const chain::Genesis genesis = founded();
    const execution::TxPtr tx = parsed(genesis, signed_by(key(99), genesis, "ours"));
    Mempool pool({10, 100'000, 10, 100'000});
    REQUIRE(pool.add(tx, false) == Mempool::Added::yes);
    CHECK(pool.waiting(100'000).empty());
    CHECK(pool.adopt(tx->id));
    pool.set_in_block(tx->id, true);
    CHECK_FALSE(pool.has_ready());
    CHECK(pool.waiting(100'000) == std::vector{tx});
    CHECK(pool.waiting(10).empty());
}

}  // namespace quanlu::replica
