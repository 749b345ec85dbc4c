// See durable_file.h.
#include "crypto/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace quanlu::crypto {

namespace {

// A descriptor is closed once, and the errno of a failure outlives that.
Status<int> closed(int fd, bool ok) {
    const int error = ok ? 0 : errno;
    if (close(fd) != 0 && ok) return Err(errno);
    if (!ok) return Err(error);
    return Unit{};
}

Status<int> write_all(const std::string& path, std::string_view bytes, mode_t mode) {
    unlink(path.c_str());  // of a process that had our number and was cut off; its mode may differ
    const int fd = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    if (fd < 0) return Err(errno);
    bool ok = true;
    while (ok && !bytes.empty()) {
        const ssize_t n = write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        ok = n > 0;
        if (ok) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return closed(fd, ok && fsync(fd) == 0);
}

Status<int> give_name(const std::string& beside, const std::string& path, IfThere if_there) {
    int failed = 0;
    if (if_there == IfThere::replace) {
        failed = rename(beside.c_str(), path.c_str());
    } else {
        failed = renameat2(AT_FDCWD, beside.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
        // NFS has no such rename, FAT no links.
        if (failed != 0 && errno == EINVAL) failed = link(beside.c_str(), path.c_str());
    }
    if (failed != 0) return Err(errno);
    return Unit{};
}

Status<int> sync_parent(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    const int fd = open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return Err(errno);
    return closed(fd, fsync(fd) == 0);
}

}  // namespace

Status<int> write_durably(const std::string& path, std::string_view bytes, mode_t mode,
                          IfThere if_there) {
    const std::string beside = path + ".new" + std::to_string(getpid());
    Status<int> done = write_all(beside, bytes, mode);
    if (done.ok()) done = give_name(beside, path, if_there);
    unlink(beside.c_str());
    if (!done.ok()) return done;
    return sync_parent(path);
}

}  // namespace quanlu::crypto
