// A disk in memory that fails or crashes at the n-th operation: what was synced stays, of what was
// not a prefix of any length may.
#pragma once

#include <catch2/catch.hpp>
#include <cerrno>
#include <map>

#include "ledger/log/disk.h"

namespace quanlu::log {

struct Crash {};

// Outside Catch's macros, which would catch the crash themselves.
template <class Outcome>
void must(const Outcome& outcome) {
    const bool is_ok = outcome.ok();
    REQUIRE(is_ok);
}

class TestDisk : public Disk {
public:
    struct File {
        Bytes durable, pending;
    };
    std::map<std::string, File> files;
    std::size_t operations = 0;
    std::optional<std::size_t> crash_at, fail_at;  // operation number, from 0
    int error = EIO;

    Result<std::vector<std::string>, IoError> list() override {
        std::vector<std::string> names;
        for (const auto& [name, file] : files) names.push_back(name);
        return names;
    }
    Result<Bytes, IoError> read(const std::string& name, std::uint64_t offset,
                                std::size_t n) override {
        const Bytes all = content(name);
        if (offset >= all.size()) return Bytes{};
        return to_bytes(BytesView(all).subspan(
            static_cast<std::size_t>(offset),
            std::min<std::size_t>(n, all.size() - static_cast<std::size_t>(offset))));
    }
    Result<std::uint64_t, IoError> size(const std::string& name) override {
        return std::uint64_t{content(name).size()};
    }
    Status<IoError> create(const std::string& name) override {
        TRY_VOID(count("create", name));
        files[name];
        return Unit{};
    }
    Status<IoError> append(const std::string& name, BytesView bytes) override {
        // The bytes may be on their way when the crash comes.
        quanlu::append(files.at(name).pending, bytes);
        return count("append", name);
    }
    Status<IoError> sync(const std::string& name) override {
        TRY_VOID(count("sync", name));
        File& file = files.at(name);
        quanlu::append(file.durable, file.pending);
        file.pending.clear();
        return Unit{};
    }
    Status<IoError> truncate(const std::string& name, std::uint64_t size) override {
        TRY_VOID(count("truncate", name));
        File& file = files.at(name);
        file.durable = content(name);
        file.pending.clear();
        file.durable.resize(static_cast<std::size_t>(size));
        return Unit{};
    }
    Status<IoError> rename(const std::string& from, const std::string& to) override {
        TRY_VOID(count("rename", from));
        files[to] = files.at(from);
        files.erase(from);
        return Unit{};
    }
    Status<IoError> remove(const std::string& name) override {
        TRY_VOID(count("remove", name));
        files.erase(name);
        return Unit{};
    }

    [[nodiscard]] Bytes content(const std::string& name) const {
        Bytes all = files.at(name).durable;
        quanlu::append(all, files.at(name).pending);
        return all;
    }
    // Keeps `thousandths` of what was not synced.
    void power_off(std::size_t thousandths) {
        for (auto& [name, file] : files) {
            file.pending.resize(file.pending.size() * thousandths / 1'000);
            quanlu::append(file.durable, file.pending);
            file.pending.clear();
        }
        crash_at.reset();
        fail_at.reset();
        operations = 0;
    }

private:
    Status<IoError> count(const char* what, const std::string& name) {
        const std::size_t now = operations++;
        if (crash_at == now) throw Crash{};
        if (fail_at == now) return Err(IoError{name, what, error, 0});
        return Unit{};
    }
};

}  // namespace quanlu::log
