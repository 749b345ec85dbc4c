// The disk that ships: one directory, fsync of file and directory where a name appears or goes (E1,
// E5).
#pragma once

#include <map>

#include "ledger/log/disk.h"

namespace quanlu::log {

// Makes a directory (mode 0700) where there is none, and syncs the one above it: a name that is not
// durable takes all that was synced below it along (cometbft#6031).
Status<IoError> make_directory(const std::string& path);

class PosixDisk : public Disk {
public:
    // Makes the directory (mode 0700) when it is not there.
    static Result<PosixDisk, IoError> open(const std::string& directory);
    PosixDisk(PosixDisk&& other) noexcept;
    PosixDisk& operator=(PosixDisk&&) = delete;
    ~PosixDisk() override;

    Result<std::vector<std::string>, IoError> list() override;
    Result<Bytes, IoError> read(const std::string& name, std::uint64_t offset,
                                std::size_t n) override;
    Result<std::uint64_t, IoError> size(const std::string& name) override;
    Status<IoError> create(const std::string& name) override;
    Status<IoError> append(const std::string& name, BytesView bytes) override;
    Status<IoError> sync(const std::string& name) override;
    Status<IoError> truncate(const std::string& name, std::uint64_t size) override;
    Status<IoError> rename(const std::string& from, const std::string& to) override;
    Status<IoError> remove(const std::string& name) override;

private:
    PosixDisk(std::string directory, int fd)
        : directory_(std::move(directory)), directory_fd_(fd) {}
    Result<int, IoError> fd_of(const std::string& name);
    void forget(const std::string& name);
    Status<IoError> sync_directory();
    [[nodiscard]] IoError error(const std::string& name, const char* what,
                                std::uint64_t offset = 0) const;

    std::string directory_;
    int directory_fd_;
    std::map<std::string, int> open_;  // kept open: a log has few files
};

}  // namespace quanlu::log
