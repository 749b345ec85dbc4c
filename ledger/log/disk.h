// Every file operation of block log and journal. PosixDisk ships; the simulator's disk tears, drops
// and lies. E3: the caller of a mutating call that fails must end the process; `fatal` is the one
// way out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace quanlu::log {

struct IoError {
    std::string path;
    std::string what;  // "open", "append", "sync", "rename", "read", "remove", "sync_dir"
    int error = 0;     // errno
    std::uint64_t offset = 0;
};

// A directory of files, names without '/'. Not thread-safe: one owner.
class Disk {
public:
    virtual ~Disk() = default;
    virtual Result<std::vector<std::string>, IoError> list() = 0;  // sorted
    virtual Result<Bytes, IoError> read(const std::string& name, std::uint64_t offset,
                                        std::size_t n) = 0;  // short at the end of the file
    virtual Result<std::uint64_t, IoError> size(const std::string& name) = 0;
    virtual Status<IoError> create(
        const std::string& name) = 0;  // must not exist; synced with its directory
    virtual Status<IoError> append(const std::string& name, BytesView bytes) = 0;  // at the end
    virtual Status<IoError> sync(const std::string& name) = 0;                     // data durable
    virtual Status<IoError> truncate(const std::string& name, std::uint64_t size) = 0;  // synced
    virtual Status<IoError> rename(const std::string& from,
                                   const std::string& to) = 0;    // directory synced
    virtual Status<IoError> remove(const std::string& name) = 0;  // directory synced
};

// Prints file, offset and errno, and ends the process with exit code 74: no unwinding, no retry
// (E3).
[[noreturn]] void storage_fatal(const IoError& error);

}  // namespace quanlu::log
