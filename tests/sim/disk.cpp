// See disk.h.
#include "tests/sim/disk.h"

#include <algorithm>

namespace quanlu::sim {

Result<std::vector<std::string>, log::IoError> SimDisk::list() {
    std::vector<std::string> names;
    for (const auto& [name, file] : files_) names.push_back(name);
    return names;
}

Result<Bytes, log::IoError> SimDisk::read(const std::string& name, std::uint64_t offset,
                                          std::size_t n) {
    const File& file = files_.at(name);
    Bytes out;
    const std::size_t end = std::min<std::size_t>(file.size(), offset + n);
    for (std::size_t at = offset; at < end;) {
        const bool is_durable = at < file.durable.size();
        const Bytes& from = is_durable ? file.durable : file.pending;
        const std::size_t start = is_durable ? at : at - file.durable.size();
        const std::size_t take = std::min(from.size() - start, end - at);
        quanlu::append(out, BytesView(from).subspan(start, take));
        at += take;
    }
    return out;
}

Result<std::uint64_t, log::IoError> SimDisk::size(const std::string& name) {
    return std::uint64_t{files_.at(name).size()};
}

Status<log::IoError> SimDisk::create(const std::string& name) {
    fuse_.burn();
    if (!files_.try_emplace(name).second) return Err(log::IoError{name, "create"});
    return Unit{};
}

Status<log::IoError> SimDisk::append(const std::string& name, BytesView bytes) {
    fuse_.burn();
    quanlu::append(files_.at(name).pending, bytes);
    return Unit{};
}

Status<log::IoError> SimDisk::sync(const std::string& name) {
    fuse_.burn();
    File& file = files_.at(name);
    quanlu::append(file.durable, file.pending);
    file.pending.clear();
    return Unit{};
}

Status<log::IoError> SimDisk::truncate(const std::string& name, std::uint64_t size) {
    fuse_.burn();
    File& file = files_.at(name);
    quanlu::append(file.durable, file.pending);
    file.pending.clear();
    file.durable.resize(size);
    return Unit{};
}

Status<log::IoError> SimDisk::rename(const std::string& from, const std::string& to) {
    fuse_.burn();
    files_[to] = files_.at(from);
    files_.erase(from);
    return Unit{};
}

Status<log::IoError> SimDisk::remove(const std::string& name) {
    fuse_.burn();
    files_.erase(name);
    return Unit{};
}

void SimDisk::crash(Prng& random) {
    constexpr std::size_t kSector = 512;
    for (auto& [name, file] : files_) {
        if (file.pending.empty()) continue;
        const std::size_t all = file.pending.size();
        std::size_t kept = 0;
        switch (random.below(4)) {
            case 0:
                break;
            case 1:
                kept = all;
                break;
            case 2:
                kept = random.below(all + 1);
                break;
            default:
                kept = random.below(all / kSector + 1) * kSector;
                break;
        }
        file.pending.resize(kept);
        // The length was written, the bytes were not.
        if (kept < all && random.chance(1, 8)) file.pending.resize(all, 0);
        quanlu::append(file.durable, file.pending);
        file.pending.clear();
    }
}

SimDisk::Copy SimDisk::copy() const {
    Copy copy;
    for (const auto& [name, file] : files_) copy[name] = file.durable;
    return copy;
}

void SimDisk::set_back(const Copy& copy) {
    files_.clear();
    for (const auto& [name, bytes] : copy) files_[name].durable = bytes;
}

void SimDisk::flip(Prng& random) {
    for (auto& [name, file] : files_) {
        if (file.durable.empty()) continue;
        file.durable[random.below(file.durable.size())] ^= 1;
        return;
    }
}

}  // namespace quanlu::sim
