// quanlu ledger report as a program: what no finalization covers is not reported, and whether the
// ledger goes on is not claimed.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "ledger/audit/export.h"
#include "ledger/log/block_log.h"
#include "ledger/log/posix_disk.h"
#include "office.h"

namespace quanlu::cli {

namespace {

namespace fs = std::filesystem;

const audit::ForEach kInOrder = [](std::size_t n, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < n; ++i) work(i);
};

struct Folder {
    std::string path = "/tmp/quanlu-report-XXXXXX";
    Folder() { REQUIRE(mkdtemp(path.data()) != nullptr); }
    ~Folder() {
        std::error_code error;
        fs::remove_all(path, error);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

struct Ran {
    int exit = -1;
    std::string out;
    [[nodiscard]] json::Value document() const {
        auto parsed = json::parse(out);
        REQUIRE(parsed.ok());
        return *std::move(parsed);
    }
};

// An export of `office` in which the blocks of these heights have no finalization of their own.
void write_export(const bench::Office& office, const std::string& room,
                  const std::set<std::uint64_t>& uncovered) {
    fs::create_directories(room + "/data/blocks");
    auto disk = log::PosixDisk::open(room + "/data/blocks");
    REQUIRE(disk.ok());
    log::BlockLog blocks(*disk);
    blocks.open({});
    for (const bench::Office::Made& made : office.blocks()) {
        chain::FinalBlock block = made.block;
        if (uncovered.contains(block.block.header.height.value)) block.finalization.reset();
        REQUIRE(blocks.append(block).ok());
    }
    REQUIRE(blocks.sync().ok());
    const auto kv = kv::make_memory_kv();
    const auto done = audit::export_ledger(room + "/data", room + "/export", office.genesis(), *kv,
                                           kInOrder, [](const audit::Progress&) { return true; });
    REQUIRE(done.ok());
    std::ofstream(room + "/genesis.json") << json::write(chain::to_json(office.genesis()));
}

// Beside this test program: build/<preset>/tests/../bin/quanlu.
std::string program() {
    return (fs::read_symlink("/proc/self/exe").parent_path() / "../bin/quanlu").string();
}

Ran report(const std::string& room, const std::string& more) {
    Ran ran;
    const std::string words = "LANG=C '" + program() + "' ledger report '" + room +
                              "/export' --about approvals --genesis '" + room +
                              "/genesis.json' -o json " + more + " 2>/dev/null";
    std::FILE* pipe = ::popen(words.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char buffer[4096];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe))
        ran.out.append(buffer, got);
    const int status = ::pclose(pipe);
    if (WIFEXITED(status)) ran.exit = WEXITSTATUS(status);
    return ran;
}

}  // namespace

TEST_CASE("a report of the whole ledger needs a tip, one of a height that is final does not") {
    if (!fs::exists(program())) {
        WARN("SKIPPED: quanlu is not built");
        return;
    }
    bench::Office office(7);
    office.file(4);
    const std::uint64_t end = office.blocks().size();
    const Folder folder;
    write_export(office, folder.path, {end - 2, end - 1});  // final by the last block
    const auto tip = [&](std::uint64_t height, const Hash& block) {
        const std::string path = folder.path + "/tip.json";
        std::ofstream(path) << json::write(
            json::Object{{"height", height}, {"block", to_hex(block)}});
        return "--tip '" + path + "'";
    };
    const auto hash_at = [&](std::uint64_t height) {
        return chain::hash_of(office.blocks()[height - 1].block.block.header);
    };

    const Ran bare = report(folder.path, "");
    CHECK(bare.exit == 3);
    CHECK(bare.document().find("data")->string_or("verdict", "") == "tip_unconfirmed");
    const Ran known = report(folder.path, tip(end, hash_at(end)));
    CHECK(known.exit == 0);
    CHECK(known.document().find("data")->string_or("verdict", "") == "complete");
    CHECK(report(folder.path, tip(2, hash_at(2))).exit == 0);
    CHECK(report(folder.path, tip(2, hash_at(3))).exit == 2);
    CHECK(report(folder.path, tip(end + 1, hash_at(end))).exit == 2);  // it goes on, somebody says
    CHECK(report(folder.path, tip(0, Hash{})).exit == 2);
    for (const std::uint64_t height : {std::uint64_t{1}, end - 2, end - 1, end}) {
        INFO(height);
        const Ran then = report(folder.path, "--at-height " + std::to_string(height));
        CHECK(then.exit == 0);
        CHECK(then.document().find("data")->integer_or("height", 0) ==
              static_cast<std::int64_t>(height));
    }
    // A tip above the height asked for is held against the blocks after it.
    const std::string early = "--at-height 3 ";
    CHECK(report(folder.path, early + tip(end, hash_at(end))).exit == 0);
    CHECK(report(folder.path, early + tip(end, hash_at(1))).exit == 2);
    CHECK(report(folder.path, early + tip(end + 1, hash_at(end))).exit == 2);
}

TEST_CASE("blocks that no finalization covers give no report and no file") {
    if (!fs::exists(program())) {
        WARN("SKIPPED: quanlu is not built");
        return;
    }
    bench::Office office(7);
    office.file(4);
    const std::uint64_t end = office.blocks().size();
    const Folder folder;
    write_export(office, folder.path, {end - 1, end});
    const std::string rows = folder.path + "/rows.ndjson";
    const std::string out = "--out '" + rows + "'";
    for (const std::string& more : {std::string(), "--at-height " + std::to_string(end),
                                    "--at-height " + std::to_string(end - 1)}) {
        INFO(more);
        const Ran ran = report(folder.path, out + " " + more);
        CHECK(ran.exit == 3);
        CHECK(ran.document().string_or("code", "") == "tip_unconfirmed");
        CHECK_FALSE(fs::exists(rows));
        CHECK_FALSE(fs::exists(rows + ".part"));
    }
    const Ran covered = report(folder.path, out + " --at-height " + std::to_string(end - 2));
    CHECK(covered.exit == 0);
    CHECK(fs::file_size(rows) > 0);
}

}  // namespace quanlu::cli
