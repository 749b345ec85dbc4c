// What a start finds in store and block log again (mutant O13).
#include <catch2/catch.hpp>

#include <map>

#include "member.h"

namespace quanlu::replica {

namespace {

// Files in memory; everything is durable at once.
struct Files : log::Disk {
    std::map<std::string, Bytes> files;
    Result<std::vector<std::string>, log::IoError> list() override {
        std::vector<std::string> names;
        for (const auto& [name, bytes] : files) names.push_back(name);
        return names;
    }
    Result<Bytes, log::IoError> read(const std::string& name, std::uint64_t offset,
                                     std::size_t n) override {
        const Bytes& all = files.at(name);
        const auto from = static_cast<std::size_t>(offset);
        if (from >= all.size()) return Bytes{};
        return to_bytes(BytesView(all).subspan(from, std::min(n, all.size() - from)));
    }
    Result<std::uint64_t, log::IoError> size(const std::string& name) override {
        return std::uint64_t{files.at(name).size()};
    }
    Status<log::IoError> create(const std::string& name) override {
        files[name];
        return Unit{};
    }
    Status<log::IoError> append(const std::string& name, BytesView bytes) override {
        quanlu::append(files.at(name), bytes);
        return Unit{};
    }
    Status<log::IoError> sync(const std::string&) override { return Unit{}; }
    Status<log::IoError> truncate(const std::string&, std::uint64_t) override { return Unit{}; }
    Status<log::IoError> rename(const std::string&, const std::string&) override { return Unit{}; }
    Status<log::IoError> remove(const std::string&) override { return Unit{}; }
};

}  // namespace

TEST_CASE("a restart remembers the operations of every block inside the window (R-29)") {
    const chain::Genesis genesis = founded();
    Ledger ledger(genesis);
    Files disk;
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
