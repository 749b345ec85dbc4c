// A disk that loses what was not synced: durable bytes and pending appends for each file. A crash
// keeps a prefix of the pending ones, torn anywhere or at a sector, or leaves zeros where they
// would have been. Names appear and go durably, as PosixDisk syncs the directory.
#pragma once

#include <map>

#include "ledger/log/disk.h"
#include "tests/sim/fuse.h"
#include "tests/sim/prng.h"

namespace quanlu::sim {

class SimDisk : public log::Disk {
public:
    explicit SimDisk(Fuse& fuse) : fuse_(fuse) {}

    Result<std::vector<std::string>, log::IoError> list() override;
    Result<Bytes, log::IoError> read(const std::string& name, std::uint64_t offset,
                                     std::size_t n) override;
    Result<std::uint64_t, log::IoError> size(const std::string& name) override;
    Status<log::IoError> create(const std::string& name) override;
    Status<log::IoError> append(const std::string& name, BytesView bytes) override;
    Status<log::IoError> sync(const std::string& name) override;
    Status<log::IoError> truncate(const std::string& name, std::uint64_t size) override;
    Status<log::IoError> rename(const std::string& from, const std::string& to) override;
    Status<log::IoError> remove(const std::string& name) override;

    void crash(Prng& random);
    // Everything gone, or one byte in the middle wrong: the operator restored the wrong backup.
    void wipe() { files_.clear(); }
    // A backup of what is durable, and its return.
    using Copy = std::map<std::string, Bytes>;
    [[nodiscard]] Copy copy() const;
    void set_back(const Copy& copy);
    void flip(Prng& random);

    // What would be there after the worst crash, file by file.
    template <class Visit>
    void each_durable(const Visit& visit) const {
        for (const auto& [name, file] : files_) visit(name, BytesView(file.durable));
    }

private:
    struct File {
        Bytes durable, pending;
        [[nodiscard]] std::size_t size() const { return durable.size() + pending.size(); }
    };
    Fuse& fuse_;
    std::map<std::string, File> files_;
};

}  // namespace quanlu::sim
