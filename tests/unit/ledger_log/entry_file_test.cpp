// The log's files under every crash, every flipped byte and every error of the disk (RELIABILITY E1
// to E6, T6, T8).
#include "ledger/log/entry_file.h"

#include <catch2/catch.hpp>

#include <set>

#include "test_disk.h"

namespace quanlu::log {

namespace {

const EntryOptions kSmall{".log", 400, true};
constexpr std::size_t kAround = 85;  // bytes of an entry around its payload

Bytes payload(std::size_t n) {
    return Bytes(20 + n % 60, static_cast<std::uint8_t>(n));
}

struct Read {
    ScanEnd end;
    std::vector<Bytes> payloads;
};

Read read_all(TestDisk& disk, EntryFile& file) {
    (void)disk;
    Read out;
    out.end =
        file.scan([&](std::uint8_t type, std::uint64_t position, BytesView bytes, const EntryAt&) {
            CHECK(type == 7);
            CHECK(position == out.payloads.size());
            out.payloads.push_back(to_bytes(bytes));
        });
    return out;
}

// Appends entries and syncs after every second. `synced`: how many are promised.
Status<IoError> write_some(EntryFile& file, std::size_t from, std::size_t to, std::size_t& synced) {
    for (std::size_t n = from; n < to; ++n) {
        TRY_VOID([&]() -> Status<IoError> {
            TRY(const EntryAt at, file.append(7, payload(n)));
            (void)at;
            return Unit{};
        }());
        if (n % 2 == 0) continue;
        TRY_VOID(file.sync());
        synced = n + 1;
    }
    return Unit{};
}

void check_prefix(const std::vector<Bytes>& found, std::size_t at_least, std::size_t at_most) {
    CHECK(found.size() >= at_least);
    CHECK(found.size() <= at_most);
    for (std::size_t n = 0; n < found.size(); ++n) CHECK(found[n] == payload(n));
}

// Twelve entries in several segments, all synced.
TestDisk full_disk() {
    TestDisk disk;
    EntryFile file(disk, kSmall);
    file.scan({});
    std::size_t synced = 0;
    REQUIRE(write_some(file, 0, 12, synced).ok());
    REQUIRE(synced == 12);
    REQUIRE(file.segments().size() > 2);
    return disk;
}

}  // namespace

TEST_CASE("a crash at every operation, and another during the recovery, lose nothing promised") {
    std::size_t cases = 0, torn = 0;
    for (std::size_t crash = 0;; ++crash) {
        bool was_reached = false;
        for (const std::size_t kept : {0U, 300U, 700U, 1'000U}) {
            TestDisk disk;
            disk.crash_at = crash;
            std::size_t synced = 0;
            try {
                EntryFile file(disk, kSmall);
                file.scan({});
                must(write_some(file, 0, 12, synced));
            } catch (const Crash&) {
                was_reached = true;
            }
            disk.power_off(kept);
            for (const bool twice : {true, false}) {
                EntryFile file(disk, kSmall);
                const Read read = read_all(disk, file);
                REQUIRE(read.end.kind != ScanEnd::Kind::corrupt);
                check_prefix(read.payloads, synced, 12);
                if (read.end.kind != ScanEnd::Kind::torn) continue;
                ++torn;
                if (twice) disk.crash_at = 0;
                try {
                    must(file.cut_torn_tail());
                } catch (const Crash&) {
                    disk.power_off(kept);
                }
            }
            // And on from there.
            EntryFile file(disk, kSmall);
            const Read read = read_all(disk, file);
            REQUIRE(read.end.kind == ScanEnd::Kind::clean);
            REQUIRE(write_some(file, read.payloads.size(), read.payloads.size() + 4, synced).ok());
            REQUIRE(file.sync().ok());
            EntryFile again(disk, kSmall);
            const Read last = read_all(disk, again);
            CHECK(last.end.kind == ScanEnd::Kind::clean);
            check_prefix(last.payloads, read.payloads.size() + 4, read.payloads.size() + 4);
            ++cases;
        }
        if (!was_reached) break;
    }
    CHECK(cases > 80);
    CHECK(torn > 10);
}

// What a journal does when its segment is full (Journal::restate).
TEST_CASE("segments that stand alone: a crash anywhere in a restatement, then two starts") {
    EntryOptions alone = kSmall;
    alone.chained_segments = false;
    const auto scan = [&](EntryFile& file) {
        std::set<std::string> read;
        const ScanEnd end = file.scan([&](std::uint8_t, std::uint64_t, BytesView payload,
                                          const EntryAt&) { read.emplace(as_text(payload)); });
        CHECK(end.kind != ScanEnd::Kind::corrupt);
        if (end.kind == ScanEnd::Kind::torn) must(file.cut_torn_tail());
        return read;
    };
    const auto append = [](EntryFile& file, const std::string& text) {
        must(file.append(1, as_bytes(text)));
    };
    std::size_t cases = 0;
    for (std::size_t crash = 0;; ++crash) {
        bool was_reached = false;
        for (const std::size_t kept : {0U, 300U, 700U, 1'000U}) {
            TestDisk disk;
            std::set<std::string> promised{"one", "two"};
            {
                EntryFile file(disk, alone);
                scan(file);
                for (const std::string& text : promised) append(file, text);
                must(file.sync());
                disk.operations = 0;
                disk.crash_at = crash;
                try {
                    must(file.rotate());
                    for (const std::string& text : promised) append(file, text);
                    must(file.sync());
                    must(file.drop_old_segments());
                } catch (const Crash&) {
                    was_reached = true;
                }
            }
            disk.power_off(kept);
            for (const char* next : {"three", "four"}) {
                EntryFile file(disk, alone);
                CHECK(scan(file) == promised);
                append(file, next);
                must(file.sync());
                promised.emplace(next);
            }
            EntryFile file(disk, alone);
            CHECK(scan(file) == promised);
            ++cases;
        }
        if (!was_reached) break;
    }
    CHECK(cases >= 20);
}

TEST_CASE("a flipped bit is refused with its file, or was in what the last sync took") {
    const TestDisk good = full_disk();
    std::size_t refused = 0, cut = 0;
    for (const auto& [name, content] : good.files) {
        for (std::size_t at = 0; at < content.durable.size(); ++at) {
            TestDisk disk = good;
            disk.files.at(name).durable[at] ^= 1;
            EntryFile file(disk, kSmall);
            const Read read = read_all(disk, file);
            REQUIRE(read.end.kind != ScanEnd::Kind::clean);
            check_prefix(read.payloads, 0, 11);
            CHECK(read.end.where.file == name);
            CHECK(read.end.where.offset <= at);
            if (read.end.kind == ScanEnd::Kind::torn) {
                CHECK(read.payloads.size() >= 10);  // of the last sync
                ++cut;
            } else {
                ++refused;
            }
        }
    }
    CHECK(refused > 1'000);
    CHECK(cut == 2 * kAround + payload(10).size() + payload(11).size());
}

TEST_CASE("the disk takes the appends of one sync in any order: torn, and what was synced stays") {
    const EntryOptions large{".log", 4'000, true};
    TestDisk disk;
    std::vector<EntryAt> places;
    {
        EntryFile file(disk, large);
        file.scan({});
        for (std::size_t n = 0; n < 6; ++n) {
            places.push_back(*file.append(7, payload(n)));
            if (n == 1) REQUIRE(file.sync().ok());
        }
        REQUIRE(file.sync().ok());  // of which only some arrived:
    }
    const auto lose = [&](std::size_t n) {
        Bytes& bytes = disk.files.begin()->second.durable;
        const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(places[n].offset);
        std::fill(from, from + 60, std::uint8_t{0});
    };
    SECTION("the first of them did not") {
        lose(2);
        EntryFile file(disk, large);
        const Read read = read_all(disk, file);
        REQUIRE(read.end.kind == ScanEnd::Kind::torn);
        CHECK(read.payloads.size() == 2);
        REQUIRE(file.cut_torn_tail().ok());
        // What comes after says that what was read is durable: it is synced before.
        REQUIRE(file.append(7, payload(2)).ok());
        REQUIRE(file.sync().ok());
        lose(1);
        EntryFile again(disk, large);
        CHECK(again.scan([](auto...) {}).kind == ScanEnd::Kind::corrupt);
    }
    SECTION("what was synced before them is gone") {
        lose(1);
        EntryFile file(disk, large);
        CHECK(file.scan([](auto...) {}).kind == ScanEnd::Kind::corrupt);
    }
}

TEST_CASE("cut short: in the last segment a torn tail, before it corruption") {
    const TestDisk good = full_disk();
    const std::string last = good.files.rbegin()->first;
    for (const auto& [name, content] : good.files) {
        for (std::size_t size = 0; size < content.durable.size(); ++size) {
            TestDisk disk = good;
            disk.files.at(name).durable.resize(size);
            EntryFile file(disk, kSmall);
            const Read read = read_all(disk, file);
            check_prefix(read.payloads, 0, 11);
            if (name != last) CHECK(read.end.kind == ScanEnd::Kind::corrupt);
            if (name == last) CHECK(read.end.kind != ScanEnd::Kind::corrupt);
        }
    }
}

TEST_CASE("segments that are gone, swapped or of another log") {
    const TestDisk good = full_disk();
    TestDisk disk = good;
    disk.files.erase(std::next(disk.files.begin())->first);
    EntryFile gone(disk, kSmall);
    const ScanEnd end = gone.scan([](auto...) {});
    CHECK(end.kind == ScanEnd::Kind::corrupt);
    CHECK(end.what == "segment_missing");
    disk = good;
    std::swap(disk.files.begin()->second, std::next(disk.files.begin())->second);
    EntryFile swapped(disk, kSmall);
    CHECK(swapped.scan([](auto...) {}).kind == ScanEnd::Kind::corrupt);
    // The tail of a longer log under another history.
    TestDisk other;
    EntryFile file(other, kSmall);
    file.scan({});
    for (std::size_t n = 0; n < 12; ++n) REQUIRE(file.append(7, payload(n + 1)).ok());
    REQUIRE(file.sync().ok());
    disk = good;
    disk.files.rbegin()->second = other.files.rbegin()->second;
    EntryFile mixed(disk, kSmall);
    CHECK(mixed.scan([](auto...) {}).kind == ScanEnd::Kind::corrupt);
}

TEST_CASE("an error of the disk comes back as it is, and nothing is tried again (E3)") {
    for (const int error : {EIO, ENOSPC}) {
        for (std::size_t at = 0; at < 30; ++at) {
            TestDisk disk;
            disk.fail_at = at;
            disk.error = error;
            EntryFile file(disk, kSmall);
            file.scan({});
            std::size_t synced = 0;
            const auto written = write_some(file, 0, 12, synced);
            if (written.ok()) continue;
            CHECK(written.error().error == error);
            CHECK(disk.operations == at + 1);
            CHECK(synced < 12);
        }
    }
}

TEST_CASE("a payload is read back by its place; a damaged one is not") {
    TestDisk disk;
    EntryFile file(disk, kSmall);
    file.scan({});
    std::vector<EntryAt> places;
    for (std::size_t n = 0; n < 8; ++n) places.push_back(*file.append(7, payload(n)));
    REQUIRE(file.sync().ok());
    for (std::size_t n = 0; n < places.size(); ++n)
        CHECK(*file.read_payload(places[n]) == payload(n));
    for (std::size_t at = 0; at < kAround + payload(3).size(); ++at) {
        Bytes& bytes = disk.files.at(places[3].file).durable;
        bytes[static_cast<std::size_t>(places[3].offset) + at] ^= 0x40;
        const auto read = file.read_payload(places[3]);
        CHECK_FALSE(read.ok());
        if (!read.ok()) CHECK(read.error().offset == places[3].offset);
        bytes[static_cast<std::size_t>(places[3].offset) + at] ^= 0x40;
    }
}

}  // namespace quanlu::log
