// An auditor believes nobody: a ledger altered anywhere is refused with the height and the reason,
// also by somebody who can make every hash fit again.
#include "ledger/audit/replay.h"

#include <catch2/catch.hpp>

#include "office.h"

namespace quanlu::audit {

namespace {

using Blocks = std::vector<chain::FinalBlock>;

class Given : public BlockSource {
public:
    explicit Given(const Blocks& blocks) : blocks_(blocks) {}
    Result<std::optional<chain::FinalBlock>, std::string> next() override {
        if (at_ == blocks_.size()) return std::optional<chain::FinalBlock>();
        return std::optional<chain::FinalBlock>(blocks_[at_++]);
    }

private:
    const Blocks& blocks_;
    std::size_t at_ = 0;
};

const ForEach kInOrder = [](std::size_t n, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < n; ++i) work(i);
};

bench::Office& office() {
    static bench::Office made = [] {
        bench::Office one(7);
        one.file(6);
        return one;
    }();
    return made;
}

Blocks ledger() {
    Blocks blocks;
    for (const bench::Office::Made& made : office().blocks()) blocks.push_back(made.block);
    return blocks;
}

struct Found {
    Replay::End end;
    std::optional<Wrong> wrong;
    Counts counts;
    Hash tip;
};

Found replay(const Blocks& blocks, const chain::Genesis& genesis = office().genesis()) {
    const auto kv = kv::make_memory_kv();
    Replay replay(genesis, *kv, kInOrder);
    Given source(blocks);
    const auto end = replay.run(source, {}, {});
    return {end, replay.wrong(), replay.counts(), replay.tip().hash};
}

// What is wrong with it, and where: "signature@4".
std::string flaw(const Blocks& blocks) {
    const Found found = replay(blocks);
    if (found.end != Replay::End::wrong) return "none";
    return found.wrong->what + "@" + std::to_string(found.wrong->height.value);
}

// Makes the header say what the forger needs, signs it with whatever keys the forger has, and
// relinks every later block: only certificates of the others are missing to him.
void recertify(Blocks& blocks, std::size_t at, const std::vector<std::size_t>& with) {
    for (std::size_t i = at; i < blocks.size(); ++i) {
        chain::FinalBlock& block = blocks[i];
        if (i > at) {
            block.block.header.parent = chain::hash_of(blocks[i - 1].block.header);
            block.block.justification.parent =
                office().certify(chain::VoteKind::notarize, blocks[i - 1].block.header, with);
        }
        block.finalization = office().certify(chain::VoteKind::finalize, block.block.header, with);
    }
}

constexpr std::size_t kAt = 4;  // block of height 5

}  // namespace

TEST_CASE("the ledger as it is replays whole, twice the same") {
    const Found one = replay(ledger());
    REQUIRE(one.end == Replay::End::complete);
    CHECK(one.tip == office().tip().hash);
    CHECK(one.counts.transactions == office().transactions());
    CHECK(one.counts.signatures == office().transactions());
    CHECK(one.counts.blocks == office().blocks().size());
    CHECK(replay(ledger()).tip == one.tip);
}

TEST_CASE("what is altered is named, with its height") {
    Blocks blocks = ledger();
    chain::FinalBlock& block = blocks[kAt];
    chain::Header& header = block.block.header;
    SECTION("a transaction's text") {
        std::string& jws = block.block.body[2];
        jws[jws.size() / 2] = jws[jws.size() / 2] == 'A' ? 'B' : 'A';
        const std::string found = flaw(blocks);
        CHECK((found == "signature@5" || found == "transaction_form@5"));
    }
    SECTION("a transaction's signature") {
        std::string& jws = block.block.body[2];
        jws[jws.size() - 20] = jws[jws.size() - 20] == 'A' ? 'B' : 'A';
        CHECK(flaw(blocks) == "signature@5");
    }
    SECTION("a transaction left out") {
        block.block.body.pop_back();
        CHECK(flaw(blocks) == "limit@5");
    }
    SECTION("two transactions exchanged") {
        std::swap(block.block.body[1], block.block.body[2]);
        CHECK(flaw(blocks) == "txs_hash@5");
    }
    SECTION("a transaction of another block put in") {
        block.block.body[1] = blocks[kAt - 1].block.body[1];
        CHECK(flaw(blocks) == "inadmissible@5");
    }
    SECTION("a header field, with the certificates of before") {
        header.state_root.bytes[0] ^= 1;
        CHECK(flaw(blocks) == "certificate@5");
    }
    SECTION("the proposer") {
        header.proposer = (header.proposer + 1) % 4;
        CHECK(flaw(blocks) == "proposer@5");
    }
    SECTION("the chain") {
        header.chain.chain_id.bytes[0] ^= 1;
        CHECK(flaw(blocks) == "chain_id@5");
    }
    SECTION("a block left out") {
        blocks.erase(blocks.begin() + kAt);
        CHECK(flaw(blocks) == "height@5");
    }
    SECTION("a block twice") {
        blocks.insert(blocks.begin() + kAt, blocks[kAt - 1]);
        CHECK(flaw(blocks) == "height@5");
    }
    SECTION("two blocks exchanged") {
        std::swap(blocks[kAt], blocks[kAt + 1]);
        CHECK(flaw(blocks) == "height@5");
    }
    SECTION("a finalization signed by too few") {
        block.finalization = office().certify(chain::VoteKind::finalize, header, {0, 1});
        CHECK(flaw(blocks) == "certificate@5");
    }
    SECTION("a finalization with one signature of somebody else") {
        block.finalization->signatures[1][3] ^= 1;
        CHECK(flaw(blocks) == "certificate@5");
    }
    SECTION("signers that are no members") {
        block.finalization->signers = 0b10110;
        CHECK(flaw(blocks) == "certificate@5");
    }
    SECTION("a notarization in the place of a finalization") {
        block.finalization = office().certify(chain::VoteKind::notarize, header, {0, 1, 2});
        CHECK(flaw(blocks) == "certificate@5");
    }
    SECTION("the finalization of another block") {
        block.finalization = blocks[kAt + 1].finalization;
        CHECK(flaw(blocks) == "certificate@5");
    }
    SECTION("a parent's certificate that is missing or of another view") {
        block.block.justification.parent.reset();
        CHECK(flaw(blocks) == "justification@5");
        block.block.justification.parent =
            office().certify(chain::VoteKind::notarize, blocks[kAt - 2].block.header, {0, 1, 2});
        CHECK(flaw(blocks) == "justification@5");
    }
    SECTION("a view left out without nullification") {
        header.view = header.view.next();
        header.proposer = office().genesis().member_set().leader(header.view);
        block.finalization = office().certify(chain::VoteKind::finalize, header, {0, 1, 2});
        CHECK(flaw(blocks) == "justification@5");
    }
}

TEST_CASE("all members together cannot make a wrong block right") {
    Blocks blocks = ledger();
    chain::Header& header = blocks[kAt].block.header;
    std::string expected;
    SECTION("another state root") {
        header.state_root.bytes[5] ^= 1;
        expected = "state_root@5";
    }
    SECTION("another log root") {
        header.log_root.bytes[5] ^= 1;
        expected = "log_root@5";
    }
    SECTION("another log size") {
        header.log_size += 1;
        expected = "log_size@5";
    }
    SECTION("another list of transactions") {
        header.txs_hash.bytes[5] ^= 1;
        expected = "txs_hash@5";
    }
    SECTION("other members from here on") {
        header.next_members_hash.bytes[5] ^= 1;
        expected = "members_hash@5";
    }
    SECTION("a block before its parent in time") {
        header.time = blocks[kAt - 1].block.header.time;
        expected = "time@5";
    }
    SECTION("a transaction left out, and counted so") {
        blocks[kAt].block.body.pop_back();
        header.tx_count -= 1;
        expected = "txs_hash@5";
    }
    SECTION("a transaction carried out twice") {
        blocks[kAt].block.body[0] = blocks[kAt - 2].block.body[0];
        expected = "inadmissible@5";
    }
    recertify(blocks, kAt, {0, 1, 2, 3});
    CHECK(flaw(blocks) == expected);
}

TEST_CASE("another genesis is another ledger") {
    chain::Genesis other = office().genesis();
    other.name = "elsewhere";
    other = *chain::genesis_from_json(chain::to_json(other));
    const Found found = replay(ledger(), other);
    CHECK(found.end == Replay::End::wrong);
    CHECK(found.wrong->height == Height(1));
}

TEST_CASE("a replay that was stopped goes on where it stood, on the same ledger only") {
    const auto kv = kv::make_memory_kv();
    const Blocks all = ledger();
    const Blocks some(all.begin(), all.begin() + 6);
    {
        Replay first(office().genesis(), *kv, kInOrder);
        Given source(some);
        REQUIRE(first.run(source, {}, {}) == Replay::End::complete);
    }
    SECTION("and ends with the same tip") {
        Replay second(office().genesis(), *kv, kInOrder);
        CHECK(second.resumed_at() == Height(6));
        Given source(all);
        REQUIRE(second.run(source, {}, {}) == Replay::End::complete);
        CHECK(second.tip().hash == office().tip().hash);
        CHECK(second.counts().blocks == all.size() - 6);
    }
    SECTION("not on a shorter one") {
        Replay second(office().genesis(), *kv, kInOrder);
        const Blocks fewer(all.begin(), all.begin() + 4);
        Given source(fewer);
        REQUIRE(second.run(source, {}, {}) == Replay::End::wrong);
        CHECK(second.wrong()->what == "scratch");
    }
    SECTION("not on another one") {
        Blocks forged = all;
        forged[5].block.header.state_root.bytes[0] ^= 1;
        recertify(forged, 5, {0, 1, 2, 3});
        Replay second(office().genesis(), *kv, kInOrder);
        Given source(forged);
        REQUIRE(second.run(source, {}, {}) == Replay::End::wrong);
        CHECK(second.wrong()->what == "scratch");
    }
}

}  // namespace quanlu::audit
