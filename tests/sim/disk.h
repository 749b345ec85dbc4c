// A disk that loses what was not synced: durable bytes and pending appends for each file; a crash
// keeps a prefix of the pending ones, torn anywhere. Names appear and go durably, as PosixDisk
// syncs the directory.
#pragma once

#include <map>
#include <random>

#include "ledger/log/disk.h"

namespace quanlu::sim {

class SimDisk : public log::Disk {
public:
    Result<std::vector<std::string>, log::IoError> list() override {
        std::vector<std::string> names;
        for (const auto& [name, file] : files_) names.push_back(name);
        return names;
    }
    Result<Bytes, log::IoError> read(const std::string& name, std::uint64_t offset,
                                     std::size_t n) override {
        const Bytes all = content(files_.at(name));
        if (offset >= all.size()) return Bytes{};
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(offset);
        return Bytes(begin, begin + static_cast<std::ptrdiff_t>(
                                        std::min<std::size_t>(n, all.size() - offset)));
    }
    Result<std::uint64_t, log::IoError> size(const std::string& name) override {
        return std::uint64_t{files_.at(name).durable.size() + files_.at(name).pending.size()};
    }
    Status<log::IoError> create(const std::string& name) override {
        files_[name];
        return Unit{};
    }
    Status<log::IoError> append(const std::string& name, BytesView bytes) override {
        quanlu::append(files_.at(name).pending, bytes);
        return Unit{};
    }
    Status<log::IoError> sync(const std::string& name) override {
        File& file = files_.at(name);
        quanlu::append(file.durable, file.pending);
        file.pending.clear();
        return Unit{};
    }
    Status<log::IoError> truncate(const std::string& name, std::uint64_t size) override {
        File& file = files_.at(name);
        file.durable = content(file);
        file.pending.clear();
        file.durable.resize(size);
        return Unit{};
    }
    Status<log::IoError> rename(const std::string& from, const std::string& to) override {
        files_[to] = files_.at(from);
        files_.erase(from);
        return Unit{};
    }
    Status<log::IoError> remove(const std::string& name) override {
        files_.erase(name);
        return Unit{};
    }

    void crash(std::mt19937_64& random) {
        for (auto& [name, file] : files_) {
            if (!file.pending.empty()) file.pending.resize(random() % (file.pending.size() + 1));
            quanlu::append(file.durable, file.pending);
            file.pending.clear();
        }
    }
    [[nodiscard]] bool all_synced() const {
        for (const auto& [name, file] : files_) {
            if (!file.pending.empty()) return false;
        }
        return true;
    }

private:
    struct File {
        Bytes durable, pending;
    };
    static Bytes content(const File& file) {
        Bytes all = file.durable;
        quanlu::append(all, file.pending);
        return all;
    }
    std::map<std::string, File> files_;
};

}  // namespace quanlu::sim
