// The journal: whose it is, what it remembers, and that it is never taken for whole when it is not.
#include "ledger/log/journal.h"

#include <catch2/catch.hpp>

#include "test_disk.h"

namespace quanlu::log {

namespace {

crypto::SigningKey key_of(std::uint8_t n) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = n;
    return crypto::SigningKey::from_seed(seed);
}

const Hash kChain = Hash::from(Bytes(32, 9));

chain::SignedVote vote(std::uint64_t view, chain::VoteKind kind = chain::VoteKind::nullify) {
    chain::SignedVote out{{kind, Epoch(0), View(view), Hash{}}, 1, {}};
    out.signature[0] = static_cast<std::uint8_t>(view);
    return out;
}

JournalContent open(TestDisk& disk, std::uint8_t key = 1) {
    Journal journal(disk, kChain, key_of(key).public_key());
    auto content = journal.open();
    REQUIRE(content.ok());
    return *std::move(content);
}

}  // namespace

TEST_CASE("a new journal is this key's on this chain, and empty is missing") {
    TestDisk disk;
    CHECK(open(disk).state == JournalContent::State::missing);
    Journal journal(disk, kChain, key_of(1).public_key());
    REQUIRE(journal.open().ok());
    REQUIRE(journal.create().ok());
    CHECK(open(disk).state == JournalContent::State::intact);
    CHECK(open(disk, 2).state == JournalContent::State::wrong_identity);
}

TEST_CASE("votes come back in order after a crash at any operation") {
    for (std::size_t crash = 0;; ++crash) {
        TestDisk disk;
        std::size_t promised = 0;
        bool was_reached = false;
        disk.crash_at = crash;
        try {
            Journal journal(disk, kChain, key_of(1).public_key());
            must(journal.open());
            must(journal.create());
            for (std::size_t view = 1; view <= 8; ++view) {
                must(journal.add_vote(vote(view)));
                must(journal.sync());
                promised = view;
            }
        } catch (const Crash&) {
            was_reached = true;
        }
        disk.power_off(crash % 2 == 0 ? 1'000 : 400);
        const JournalContent content = open(disk);
        if (promised > 0) CHECK(content.state == JournalContent::State::intact);
        REQUIRE(content.votes.size() >= promised);
        for (std::size_t i = 0; i < content.votes.size(); ++i)
            CHECK(content.votes[i] == vote(i + 1));
        if (!was_reached) break;
    }
}

TEST_CASE("a damaged journal is corrupt: what it promised is not known any more") {
    TestDisk disk;
    Journal journal(disk, kChain, key_of(1).public_key());
    REQUIRE(journal.open().ok());
    REQUIRE(journal.create().ok());
    for (std::uint64_t view = 1; view <= 6; ++view) {
        REQUIRE(journal.add_vote(vote(view)).ok());
        REQUIRE(journal.sync().ok());
    }
    const TestDisk good = disk;
    const std::size_t size = good.files.begin()->second.durable.size();
    const std::size_t last = size - (85 + 117);  // a vote entry
    for (std::size_t at = 0; at < size; ++at) {
        disk = good;
        disk.files.begin()->second.durable[at] ^= 2;
        const JournalContent content = open(disk);
        if (at < last) CHECK(content.state == JournalContent::State::corrupt);
        // The last entry may be what a crash tore.
        if (at >= last) CHECK(content.votes.size() == 5);
    }
}

}  // namespace quanlu::log
