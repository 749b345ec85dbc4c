// A disk of maps: everything is durable at once and nothing fails. For faults: tests/sim/disk.h.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "ledger/log/disk.h"

namespace quanlu {

class MemoryDisk : public log::Disk {
public:
    std::map<std::string, Bytes> files;

    Result<std::vector<std::string>, log::IoError> list() override {
        std::vector<std::string> names;
        for (const auto& [name, bytes] : files) names.push_back(name);
        return names;
    }
    Result<Bytes, log::IoError> read(const std::string& name, std::uint64_t offset,
                                     std::size_t n) override {
        const BytesView all(files.at(name));
        if (offset >= all.size()) return Bytes{};
        const BytesView rest = all.subspan(static_cast<std::size_t>(offset));
        return to_bytes(rest.first(std::min(n, rest.size())));
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
    Status<log::IoError> truncate(const std::string& name, std::uint64_t size) override {
        files.at(name).resize(static_cast<std::size_t>(size));
        return Unit{};
    }
    Status<log::IoError> rename(const std::string& from, const std::string& to) override {
        files[to] = std::move(files.at(from));
        files.erase(from);
        return Unit{};
    }
    Status<log::IoError> remove(const std::string& name) override {
        files.erase(name);
        return Unit{};
    }
};

}  // namespace quanlu
