// What waits for its cover in catch-up stays bounded, and does not keep honest members out.
#include "node/replica/sync.h"

#include <catch2/catch.hpp>

namespace quanlu::replica {

namespace {

constexpr std::size_t kMembers = 4;

// Blocks that no finalization covers, each with as many skipped views as its header names.
std::vector<chain::FinalBlock> made_up(Height from, std::size_t count, std::size_t skipped = 0) {
    std::vector<chain::FinalBlock> blocks;
    for (std::size_t i = 0; i < count; ++i) {
        chain::FinalBlock one;
        one.block.header.height = from.plus(i);
        one.block.header.view = View(skipped + 1);
        chain::QuorumCert cert;
        cert.signers = 0b111;
        cert.signatures.resize(3);
        one.block.justification.skipped.resize(skipped, cert);
        blocks.push_back(std::move(one));
    }
    return blocks;
}

}  // namespace

TEST_CASE("catch-up: certificates count as much as transactions in what waits") {
    Sync sync(kMembers);
    const Height tip(10);
    for (const MemberIndex member : {1U, 2U}) sync.claimed(member, Height(5'000));
    std::size_t held = 0, ranges = 0;
    // Member 1 is slow: what comes after its range waits.
    for (std::vector<Sync::Ask> asks = sync.ask(tip, Millis{0}); !asks.empty();
         asks = sync.ask(tip, Millis{0})) {
        for (const Sync::Ask& ask : asks) {
            if (ask.from == tip.plus(1)) continue;
            auto blocks = made_up(ask.from, ask.count, 400);
            for (const chain::FinalBlock& one : blocks) held += size_of(one.block);
            REQUIRE(sync.take(ask.member, std::move(blocks), Millis{0}) == Sync::Taken::yes);
            ++ranges;
        }
    }
    CHECK(ranges > 0);
    CHECK(held >= kSyncBytesMax);
    CHECK(held < kSyncBytesMax + kSyncBytesMax / 3);
    // Full of what nothing covers, the next block is still asked for, of whoever is left.
    sync.gone(1);
    const auto asks = sync.ask(tip, Millis{0});
    REQUIRE(asks.size() == 1);
    CHECK(asks.front().member == 2);
    CHECK(asks.front().from == tip.plus(1));
}

TEST_CASE("catch-up: a tip that consensus moves gives made-up blocks no more time") {
    Sync sync(kMembers);
    Height tip(10);
    sync.claimed(1, Height(5'000));
    const auto asks = sync.ask(tip, Millis{0});
    REQUIRE(asks.size() == 1);
    REQUIRE(sync.take(1, made_up(asks.front().from, asks.front().count), Millis{0}) ==
            Sync::Taken::yes);
    std::int64_t ms = 0;
    bool is_left_alone = false;
    sync.claimed(2, Height(5'000));
    // Member 2 answers nothing; who sent the made-up blocks is asked for the rest, until he is not.
    for (; !is_left_alone && ms < 20'000; ms += 500) {
        tip = tip.plus(1);
        sync.applied(tip);
        for (const Sync::Ask& ask : sync.ask(tip, Millis{ms}))
            is_left_alone = is_left_alone || ask.from == tip.plus(1);
    }
    CHECK(is_left_alone);
    CHECK(ms >= kUncoveredMs);
    CHECK(ms <= kUncoveredMs + 1'000);
}

TEST_CASE("catch-up: what goes on is an honest chain, whose newest block waits for its cover") {
    Sync sync(kMembers);
    const Height tip(10);
    sync.claimed(1, Height(5'000));
    const auto asks = sync.ask(tip, Millis{0});
    REQUIRE(asks.size() == 1);
    REQUIRE(sync.take(1, made_up(tip.plus(1), 1), Millis{0}) == Sync::Taken::yes);
    for (std::int64_t ms = 0; ms < 4 * kUncoveredMs; ms += kUncoveredMs / 2) {
        for (const Sync::Ask& ask : sync.ask(tip, Millis{ms})) CHECK(ask.from > tip.plus(1));
        sync.went_on();
    }
}

TEST_CASE("catch-up: the time of blocks without a cover is not that of others long gone") {
    Sync sync(kMembers);
    const auto take_one = [&](Height tip, std::int64_t ms) {
        sync.claimed(1, Height(5'000));
        REQUIRE(sync.ask(tip, Millis{ms}).size() == 1);
        REQUIRE(sync.take(1, made_up(tip.plus(1), 1), Millis{ms}) == Sync::Taken::yes);
        for (const Sync::Ask& ask : sync.ask(tip, Millis{ms})) CHECK(ask.from > tip.plus(1));
        sync.gone(1);
    };
    take_one(Height(10), 0);
    sync.applied(Height(11));  // by consensus
    CHECK(sync.ask(Height(11), Millis{1'000}).empty());
    take_one(Height(12), 10 * kUncoveredMs);
}

}  // namespace quanlu::replica
