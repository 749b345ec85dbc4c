// The edge of the window of R-29 (kills O14 of tests/mutants).
#include <catch2/catch.hpp>

#include "ledger/execution/window.h"

namespace quanlu::execution {

TEST_CASE("R-29: an operation is known up to the moment before its `exp`, and not at it") {
    auto tx = std::make_shared<chain::Tx>();
    tx->operation.bytes[0] = 7;
    tx->exp = 100;
    RecentPtr recent = extend_recent(make_recent(), UnixMillis{50'000}, {tx}, Height(1));
    SECTION("in a layer") {}
    SECTION("in the settled set") {
        settle_recent(recent, Height(1));
    }
    CHECK(find_recent(recent, *tx, UnixMillis{99'999}));
    CHECK_FALSE(find_recent(recent, *tx, UnixMillis{100'000}));
}

namespace {

// A block of one transaction that lapses at `exp`, made final at `height` in `kv`.
TxPtr add_block(kv::KvStore& kv, std::uint64_t height, std::int64_t exp) {
    auto tx = std::make_shared<chain::Tx>();
    tx->operation.bytes[0] = static_cast<std::uint8_t>(height);
    tx->operation.bytes[1] = static_cast<std::uint8_t>(height >> 8);
    tx->id = tx->operation;
    tx->exp = exp;
    Executed executed;
    executed.tip.header.height = Height(height);
    executed.tip.header.time = UnixMillis{static_cast<std::int64_t>(height) * 1'000};
    executed.txs = {tx};
    kv::Batch batch;
    add_window(executed, kv, batch);
    kv.write(batch, false);
    return tx;
}

std::size_t rows(const kv::KvStore& kv) {
    std::size_t count = 0;
    kv.scan(Bytes{'r'}, Bytes{'s'}, [&](BytesView, BytesView) {
        ++count;
        return true;
    });
    return count;
}

}  // namespace

TEST_CASE("R-29: a restarted node knows each operation that has not lapsed, with its place") {
    const auto kv = kv::make_memory_kv();
    std::vector<TxPtr> txs;
    for (std::uint64_t height = 1; height <= 700; ++height) {
        txs.push_back(add_block(*kv, height, static_cast<std::int64_t>(height) + 100));
    }
    // 640 let go of what had lapsed then; the row beside the blocks says where they begin.
    CHECK(rows(*kv) == 700 - 540 + 1);
    const auto recent = load_window(*kv, Height(700));
    REQUIRE(recent);
    const UnixMillis now{700'000};
    for (std::uint64_t height = 1; height <= 700; ++height) {
        CAPTURE(height);
        const auto seen = find_recent(*recent, *txs[height - 1], now);
        REQUIRE(seen.has_value() == (height > 600));
        if (!seen) continue;
        CHECK(seen->tx_id == txs[height - 1]->id);
        CHECK(seen->where.height == Height(height));
    }
    // The same node goes on.
    add_block(*kv, 701, 900);
    CHECK(load_window(*kv, Height(701)));
}

TEST_CASE("a window with a hole, or of another height, is not believed") {
    const auto kv = kv::make_memory_kv();
    CHECK_FALSE(load_window(*kv, Height(1)));
    for (std::uint64_t height = 1; height <= 200; ++height) {
        add_block(*kv, height, static_cast<std::int64_t>(height) + 50);
    }
    REQUIRE(load_window(*kv, Height(200)));
    CHECK_FALSE(load_window(*kv, Height(201)));
    kv::Batch batch;
    const Bytes key{'r', 0, 0, 0, 0, 0, 0, 0, 180};
    SECTION("a block is missing") {
        batch.erase(key);
    }
    SECTION("a block is cut short") {
        Bytes value = *kv->get(key);
        value.pop_back();
        batch.put(key, value);
    }
    SECTION("the first block is missing") {
        batch.erase(Bytes{'r', 0, 0, 0, 0, 0, 0, 0, 143});
    }
    SECTION("where it begins is no height") {
        batch.put(Bytes{'r'}, Bytes(8, 0));
    }
    kv->write(batch, false);
    CHECK_FALSE(load_window(*kv, Height(200)));
}

}  // namespace quanlu::execution
