// What a start finds in store and block log again (mutant O13).
#include <catch2/catch.hpp>

#include "member.h"
#include "memory_disk.h"

namespace quanlu::replica {

TEST_CASE("a restart remembers the operations of every block inside the window (R-29)") {
    const chain::Genesis genesis = founded();
    Ledger ledger(genesis);
    MemoryDisk disk;
    log::BlockLog blocks(disk);
    REQUIRE(blocks.open({}).kind == log::ScanEnd::Kind::clean);
    execution::Tip tip = ledger.tip;
    std::vector<execution::TxPtr> txs;
    for (std::uint64_t height = 1; height <= 3; ++height) {
        txs.push_back(parsed(genesis, signed_by(key(99), genesis, std::to_string(height))));
        chain::Header header;
        header.view = View(height);
        header.time = UnixMillis{tip.header.time.value + 1'000};
        std::vector<execution::LeftOut> left_out;
        const execution::Executed executed =
            execution::build(tip, genesis.params, header, {txs.back()}, ledger.store, left_out);
        REQUIRE(blocks.append({{executed.tip.header, {txs.back()->jws}, {}}, {}}).ok());
        execution::commit(executed, ledger.store, {});
        tip = executed.tip;
        tip.state = ledger.store.final_version();
    }
    const auto recovered = recover(genesis, ledger.store, blocks, {}, {});
    REQUIRE(recovered.ok());
    for (const execution::TxPtr& tx : txs) {
        const auto seen = execution::find_recent(recovered->tip.recent, *tx, tip.header.time);
        CHECK((seen && seen->tx_id == tx->id));
    }
}

}  // namespace quanlu::replica
