// Plain POSIX calls; a short write is an error like any other.
#include "ledger/log/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace quanlu::log {

void storage_fatal(const IoError& error) {
    std::fprintf(stderr, "storage: %s of %s at offset %llu: errno %d (%s)\n", error.what.c_str(),
                 error.path.c_str(), static_cast<unsigned long long>(error.offset), error.error,
                 std::strerror(error.error));
    std::fflush(stderr);
    std::_Exit(74);
}

IoError PosixDisk::error(const std::string& name, const char* what, std::uint64_t offset) const {
    return {directory_ + "/" + name, what, errno, offset};
}

Status<IoError> make_directory(const std::string& path) {
    if (mkdir(path.c_str(), 0700) != 0) {
        if (errno == EEXIST) return Unit{};
        return Err(IoError{path, "mkdir", errno, 0});
    }
    const std::size_t slash = path.find_last_of('/');
    const std::string parent = slash == std::string::npos ? "."
                               : slash == 0               ? "/"
                                                          : path.substr(0, slash);
    const int fd = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return Err(IoError{parent, "open", errno, 0});
    const bool is_synced = fsync(fd) == 0;
    const int error = errno;
    close(fd);
    if (!is_synced) return Err(IoError{parent, "fsync", error, 0});
    return Unit{};
}

Result<PosixDisk, IoError> PosixDisk::open(const std::string& directory) {
    TRY_VOID(make_directory(directory));
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return Err(IoError{directory, "open", errno, 0});
    return PosixDisk(directory, fd);
}

PosixDisk::PosixDisk(PosixDisk&& other) noexcept
    : directory_(std::move(other.directory_)),
      directory_fd_(other.directory_fd_),
      open_(std::move(other.open_)) {
    other.directory_fd_ = -1;
    other.open_.clear();
}

PosixDisk::~PosixDisk() {
    for (const auto& [name, fd] : open_) close(fd);
    if (directory_fd_ >= 0) close(directory_fd_);
}

Result<int, IoError> PosixDisk::fd_of(const std::string& name) {
    const auto found = open_.find(name);
    if (found != open_.end()) return found->second;
    const int fd = openat(directory_fd_, name.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return Err(error(name, "open"));
    open_[name] = fd;
    return fd;
}

void PosixDisk::forget(const std::string& name) {
    const auto found = open_.find(name);
    if (found == open_.end()) return;
    close(found->second);
    open_.erase(found);
}

Status<IoError> PosixDisk::sync_directory() {
    if (fsync(directory_fd_) != 0) return Err(error("", "sync_dir"));
    return Unit{};
}

Result<std::vector<std::string>, IoError> PosixDisk::list() {
    std::vector<std::string> names;
    const int fd = dup(directory_fd_);
    DIR* folder = fd < 0 ? nullptr : fdopendir(fd);
    if (folder == nullptr) return Err(error("", "list"));
    rewinddir(folder);
    while (const dirent* entry = readdir(folder)) {
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
    closedir(folder);
    std::sort(names.begin(), names.end());
    return names;
}

Result<Bytes, IoError> PosixDisk::read(const std::string& name, std::uint64_t offset,
                                       std::size_t n) {
    TRY(const int fd, fd_of(name));
    Bytes bytes(n);
    std::size_t done = 0;
    while (done < n) {
        const ssize_t got =
            pread(fd, bytes.data() + done, n - done, static_cast<off_t>(offset + done));
        if (got < 0) return Err(error(name, "read", offset + done));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

Result<std::uint64_t, IoError> PosixDisk::size(const std::string& name) {
    TRY(const int fd, fd_of(name));
    struct stat status {};
    if (fstat(fd, &status) != 0) return Err(error(name, "stat"));
    return static_cast<std::uint64_t>(status.st_size);
}

Status<IoError> PosixDisk::create(const std::string& name) {
    const int fd =
        openat(directory_fd_, name.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return Err(error(name, "create"));
    open_[name] = fd;
    if (fsync(fd) != 0) return Err(error(name, "sync"));
    return sync_directory();
}

Status<IoError> PosixDisk::append(const std::string& name, BytesView bytes) {
    TRY(const int fd, fd_of(name));
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 || static_cast<std::size_t>(written) != bytes.size()) {
        if (written >= 0) errno = ENOSPC;  // a short write: the disk is full or going
        return Err(error(name, "append"));
    }
    return Unit{};
}

Status<IoError> PosixDisk::sync(const std::string& name) {
    TRY(const int fd, fd_of(name));
    if (fdatasync(fd) != 0) return Err(error(name, "sync"));
    return Unit{};
}

Status<IoError> PosixDisk::truncate(const std::string& name, std::uint64_t size) {
    TRY(const int fd, fd_of(name));
    if (ftruncate(fd, static_cast<off_t>(size)) != 0 || fsync(fd) != 0)
        return Err(error(name, "truncate", size));
    return Unit{};
}

Status<IoError> PosixDisk::rename(const std::string& from, const std::string& to) {
    forget(from);
    forget(to);
    if (renameat(directory_fd_, from.c_str(), directory_fd_, to.c_str()) != 0)
        return Err(error(from, "rename"));
    return sync_directory();
}

Status<IoError> PosixDisk::remove(const std::string& name) {
    forget(name);
    if (unlinkat(directory_fd_, name.c_str(), 0) != 0) return Err(error(name, "remove"));
    return sync_directory();
}

}  // namespace quanlu::log
