// quanlu ledger report as a program: what no finalization covers is not reported, and whether the
// ledger goes on is not claimed.
#include <set>

#include "folder.h"
#include "ledger/audit/export.h"
#include "ledger/log/block_log.h"
#include "ledger/log/posix_disk.h"
#include "office.h"
#include "program.h"

namespace quanlu::cli {

namespace {

namespace fs = std::filesystem;

const audit::ForEach kInOrder = [](std::size_t n, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < n; ++i) work(i);
};

json::Value document(const Ran& ran) {
    auto parsed = json::parse(ran.out);
    REQUIRE(parsed.ok());
    return *std::move(parsed);
}

// A small office's ledger and its export, in which some blocks have no finalization of their own:
// those that stand so many before the last.
class Exported {
public:
    explicit Exported(const std::set<std::uint64_t>& uncovered) {
        office_.file(4);
        const std::string data = folder_.file("data");
        fs::create_directories(data + "/blocks");
        auto disk = log::PosixDisk::open(data + "/blocks");
        REQUIRE(disk.ok());
        log::BlockLog blocks(*disk);
        blocks.open({});
        for (const bench::Office::Made& made : office_.blocks()) {
            chain::FinalBlock block = made.block;
            if (uncovered.contains(end() - block.block.header.height.value))
                block.finalization.reset();
            REQUIRE(blocks.append(block).ok());
        }
        REQUIRE(blocks.sync().ok());
        const auto kv = kv::make_memory_kv();
        REQUIRE(audit::export_ledger(data, folder_.file("export"), office_.genesis(), *kv, kInOrder,
                                     [](const audit::Progress&) { return true; })
                    .ok());
        folder_.write("genesis.json", json::write(chain::to_json(office_.genesis())));
    }

    [[nodiscard]] const Folder& folder() const { return folder_; }
    [[nodiscard]] std::uint64_t end() const { return office_.blocks().size(); }
    [[nodiscard]] Hash hash_at(std::uint64_t height) const {
        return chain::hash_of(office_.blocks()[height - 1].block.block.header);
    }
    [[nodiscard]] Ran report(const std::string& program, const std::string& more) const {
        return run("LANG=C '" + program + "' ledger report '" + folder_.file("export") +
                   "' --about approvals --genesis '" + folder_.file("genesis.json") + "' -o json " +
                   more + " 2>/dev/null");
    }

private:
    bench::Office office_{7};
    Folder folder_;
};

}  // namespace

TEST_CASE("a report of the whole ledger needs a tip, one of a height that is final does not") {
    const auto program = built_program("quanlu");
    if (!program) {
        WARN("SKIPPED: quanlu is not built");
        return;
    }
    const Exported ledger({1, 2});  // final by the last block
    const std::uint64_t end = ledger.end();
    const auto report = [&](const std::string& more) { return ledger.report(*program, more); };
    const auto tip = [&](std::uint64_t height, const Hash& block) {
        return "--tip '" +
               ledger.folder().write(
                   "tip.json",
                   json::write(json::Object{{"height", height}, {"block", to_hex(block)}})) +
               "'";
    };
    const auto hash_at = [&](std::uint64_t height) { return ledger.hash_at(height); };

    const Ran bare = report("");
    CHECK(bare.exit == 3);
    CHECK(document(bare).find("data")->string_or("verdict", "") == "tip_unconfirmed");
    const Ran known = report(tip(end, hash_at(end)));
    CHECK(known.exit == 0);
    CHECK(document(known).find("data")->string_or("verdict", "") == "complete");
    CHECK(report(tip(2, hash_at(2))).exit == 0);
    CHECK(report(tip(2, hash_at(3))).exit == 2);
    CHECK(report(tip(end + 1, hash_at(end))).exit == 2);  // it goes on, somebody says
    CHECK(report(tip(0, Hash{})).exit == 2);
    for (const std::uint64_t height : {std::uint64_t{1}, end - 2, end - 1, end}) {
        INFO(height);
        const Ran then = report("--at-height " + std::to_string(height));
        CHECK(then.exit == 0);
        CHECK(document(then).find("data")->integer_or("height", 0) ==
              static_cast<std::int64_t>(height));
    }
    // A tip above the height asked for is held against the blocks after it.
    const std::string early = "--at-height 3 ";
    CHECK(report(early + tip(end, hash_at(end))).exit == 0);
    CHECK(report(early + tip(end, hash_at(1))).exit == 2);
    CHECK(report(early + tip(end + 1, hash_at(end))).exit == 2);
}

TEST_CASE("blocks that no finalization covers give no report and no file") {
    const auto program = built_program("quanlu");
    if (!program) {
        WARN("SKIPPED: quanlu is not built");
        return;
    }
    const Exported ledger({0, 1});
    const std::uint64_t end = ledger.end();
    const std::string rows = ledger.folder().file("rows.ndjson");
    const std::string out = "--out '" + rows + "'";
    for (const std::string& more : {std::string(), "--at-height " + std::to_string(end),
                                    "--at-height " + std::to_string(end - 1)}) {
        INFO(more);
        const Ran ran = ledger.report(*program, out + " " + more);
        CHECK(ran.exit == 3);
        CHECK(document(ran).string_or("code", "") == "tip_unconfirmed");
        CHECK_FALSE(fs::exists(rows));
        CHECK_FALSE(fs::exists(rows + ".part"));
    }
    const Ran covered = ledger.report(*program, out + " --at-height " + std::to_string(end - 2));
    CHECK(covered.exit == 0);
    CHECK(fs::file_size(rows) > 0);
}

}  // namespace quanlu::cli
