// The system calls and library calls of PosixDisk and DataDir, as the linker redirects them
// (--wrap): under kMount to the SimFs, else to the real ones.
#include "tests/disk/mount.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>

namespace quanlu::disk {

namespace {

constexpr int kFirstFd = 1 << 20;  // the kernel hands out none so high

struct OpenFile {
    SimFs* fs = nullptr;
    int inode = SimFs::kNone;
    std::string path;
};
struct OpenFolder {
    OpenFile file;
    std::vector<std::string> names;
    std::size_t next = 0;
    dirent entry{};
};

SimFs* current = nullptr;
std::map<int, OpenFile> open_files;
std::set<OpenFolder*> open_folders;
int next_fd = kFirstFd;
std::jmp_buf* way_out = nullptr;
int exit_code = 0;
std::string last_words;

bool is_ours(const char* path) {
    return current != nullptr && std::string_view(path).starts_with(kMount);
}
OpenFile* ours(int fd) {
    const auto found = open_files.find(fd);
    return found == open_files.end() ? nullptr : &found->second;
}
int fail(int error) {
    errno = error;
    return error == 0 ? 0 : -1;
}
int hand_out(OpenFile file) {
    open_files.emplace(next_fd, std::move(file));
    return next_fd++;
}
OpenFolder* ours(DIR* folder) {
    auto* mine = reinterpret_cast<OpenFolder*>(folder);
    return open_folders.contains(mine) ? mine : nullptr;
}

int open_ours(const std::string& path, int flags) {
    int inode = current->find(path);
    if (inode != SimFs::kNone && (flags & O_EXCL) != 0) return fail(EEXIST);
    if (inode == SimFs::kNone) {
        if ((flags & O_CREAT) == 0) return fail(ENOENT);
        if (const int error = current->create(path, inode)) return fail(error);
    }
    return hand_out({current, inode, path});
}

// The error, if any.
int remove_tree(SimFs& fs, const std::string& path, std::uintmax_t& removed) {
    const int inode = fs.find(path);
    if (inode == SimFs::kNone) return 0;
    if (fs.is_folder(inode)) {
        for (const std::string& name : fs.names(inode)) {
            if (const int error = remove_tree(fs, path + "/" + name, removed)) return error;
        }
    }
    ++removed;
    return fs.remove(path);
}

}  // namespace

Mounted::Mounted(SimFs& fs) : before_(current) {
    current = &fs;
}
Mounted::~Mounted() {
    current = before_;
}
SimFs* mounted() {
    return current;
}

std::string how_it_ended(int code) {
    return code == kAborted ? "134 (" + last_words + ")" : std::to_string(code);
}

std::optional<int> run_as_process(const std::function<void()>& work) {
    std::jmp_buf here;
    std::jmp_buf* const before = way_out;
    SimFs* const fs = current;
    way_out = &here;
    if (setjmp(here) != 0) {
        way_out = before;
        current = fs;
        return exit_code;
    }
    work();
    way_out = before;
    return std::nullopt;
}

}  // namespace quanlu::disk

using quanlu::disk::current;
using quanlu::disk::fail;
using quanlu::disk::is_ours;
using quanlu::disk::open_folders;
using quanlu::disk::OpenFolder;
using quanlu::disk::ours;
using quanlu::disk::SimFs;

// Names with two underscores are what --wrap asks for.
extern "C" {
int __real_mkdir(const char* path, mode_t mode);
int __real_open(const char* path, int flags, ...);
int __real_openat(int fd, const char* path, int flags, ...);
int __real_close(int fd);
int __real_dup(int fd);
DIR* __real_fdopendir(int fd);
dirent* __real_readdir(DIR* folder);
void __real_rewinddir(DIR* folder);
int __real_closedir(DIR* folder);
ssize_t __real_pread(int fd, void* to, std::size_t n, off_t offset);
int __real_fstat(int fd, struct stat* status);
ssize_t __real_write(int fd, const void* from, std::size_t n);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
int __real_ftruncate(int fd, off_t size);
int __real_renameat(int from_fd, const char* from, int to_fd, const char* to);
int __real_unlinkat(int fd, const char* path, int flags);
int __real_flock(int fd, int operation);
[[noreturn]] void __real__Exit(int code);
[[noreturn]] void __real_abort();
// quanlu::ensure_failed: a broken ENSURE.
[[noreturn]] void
__real__ZN6quanlu13ensure_failedEPKcS1_iSt17basic_string_viewIcSt11char_traitsIcEE(
    const char* expression, const char* file, int line, std::string_view detail);

int __wrap_mkdir(const char* path, mode_t mode) {
    return is_ours(path) ? fail(current->make_folder(path)) : __real_mkdir(path, mode);
}
int __wrap_open(const char* path, int flags, ...) {
    if (is_ours(path)) return quanlu::disk::open_ours(path, flags);
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return __real_open(path, flags, mode);
}
int __wrap_openat(int fd, const char* path, int flags, ...) {
    if (const auto* folder = ours(fd))
        return quanlu::disk::open_ours(folder->path + "/" + path, flags);
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return __real_openat(fd, path, flags, mode);
}
int __wrap_close(int fd) {
    return quanlu::disk::open_files.erase(fd) != 0 ? 0 : __real_close(fd);
}
int __wrap_dup(int fd) {
    const auto* file = ours(fd);
    return file != nullptr ? quanlu::disk::hand_out(*file) : __real_dup(fd);
}
DIR* __wrap_fdopendir(int fd) {
    auto* file = ours(fd);
    if (file == nullptr) return __real_fdopendir(fd);
    auto* folder = new OpenFolder{*file, file->fs->names(file->inode), 0, {}};
    quanlu::disk::open_files.erase(fd);
    open_folders.insert(folder);
    return reinterpret_cast<DIR*>(folder);
}
dirent* __wrap_readdir(DIR* handle) {
    OpenFolder* folder = ours(handle);
    if (folder == nullptr) return __real_readdir(handle);
    if (folder->next == folder->names.size()) return nullptr;
    const std::string& name = folder->names[folder->next++];
    std::memcpy(folder->entry.d_name, name.c_str(), name.size() + 1);
    return &folder->entry;
}
void __wrap_rewinddir(DIR* handle) {
    OpenFolder* folder = ours(handle);
    if (folder == nullptr) return __real_rewinddir(handle);
    folder->next = 0;
}
int __wrap_closedir(DIR* handle) {
    OpenFolder* folder = ours(handle);
    if (folder == nullptr) return __real_closedir(handle);
    open_folders.erase(folder);
    delete folder;
    return 0;
}
ssize_t __wrap_pread(int fd, void* to, std::size_t n, off_t offset) {
    const auto* file = ours(fd);
    if (file == nullptr) return __real_pread(fd, to, n, offset);
    quanlu::Bytes bytes;
    if (const int error = file->fs->read(file->inode, static_cast<std::uint64_t>(offset), n, bytes))
        return fail(error);
    std::copy(bytes.begin(), bytes.end(), static_cast<std::uint8_t*>(to));
    return static_cast<ssize_t>(bytes.size());
}
int __wrap_fstat(int fd, struct stat* status) {
    const auto* file = ours(fd);
    if (file == nullptr) return __real_fstat(fd, status);
    *status = {};
    status->st_size = static_cast<off_t>(file->fs->size(file->inode));
    return 0;
}
ssize_t __wrap_write(int fd, const void* from, std::size_t n) {
    const auto* file = ours(fd);
    if (file == nullptr) return __real_write(fd, from, n);
    std::size_t written = 0;
    const quanlu::BytesView bytes(static_cast<const std::uint8_t*>(from), n);
    if (const int error = file->fs->write(file->inode, bytes, written)) return fail(error);
    return static_cast<ssize_t>(written);
}
int __wrap_fsync(int fd) {
    const auto* file = ours(fd);
    return file != nullptr ? fail(file->fs->sync(file->inode)) : __real_fsync(fd);
}
int __wrap_fdatasync(int fd) {
    const auto* file = ours(fd);
    return file != nullptr ? fail(file->fs->sync(file->inode)) : __real_fdatasync(fd);
}
int __wrap_ftruncate(int fd, off_t size) {
    const auto* file = ours(fd);
    if (file == nullptr) return __real_ftruncate(fd, size);
    return fail(file->fs->truncate(file->inode, static_cast<std::uint64_t>(size)));
}
int __wrap_renameat(int from_fd, const char* from, int to_fd, const char* to) {
    const auto *source = ours(from_fd), *target = ours(to_fd);
    if (source == nullptr || target == nullptr) return __real_renameat(from_fd, from, to_fd, to);
    return fail(source->fs->rename(source->path + "/" + from, target->path + "/" + to));
}
int __wrap_unlinkat(int fd, const char* path, int flags) {
    const auto* folder = ours(fd);
    if (folder == nullptr) return __real_unlinkat(fd, path, flags);
    return fail(folder->fs->remove(folder->path + "/" + path));
}
int __wrap_flock(int fd, int operation) {
    return ours(fd) != nullptr ? 0 : __real_flock(fd, operation);
}
[[noreturn]] void __wrap__Exit(int code) {
    if (quanlu::disk::way_out == nullptr) __real__Exit(code);
    quanlu::disk::exit_code = code;
    std::longjmp(*quanlu::disk::way_out, 1);
}
[[noreturn]] void
__wrap__ZN6quanlu13ensure_failedEPKcS1_iSt17basic_string_viewIcSt11char_traitsIcEE(
    const char* expression, const char* file, int line, std::string_view detail) {
    quanlu::disk::last_words = detail.empty() ? expression : std::string(detail);
    __real__ZN6quanlu13ensure_failedEPKcS1_iSt17basic_string_viewIcSt11char_traitsIcEE(
        expression, file, line, detail);
}
[[noreturn]] void __wrap_abort() {
    if (quanlu::disk::way_out == nullptr) __real_abort();
    quanlu::disk::exit_code = quanlu::disk::kAborted;
    std::longjmp(*quanlu::disk::way_out, 1);
}

// std::filesystem, by the names that the linker knows.
using Path = std::filesystem::path;
std::filesystem::file_status __real__ZNSt10filesystem6statusERKNS_7__cxx114pathERSt10error_code(
    const Path&, std::error_code&);
bool __real__ZNSt10filesystem8is_emptyERKNS_7__cxx114pathERSt10error_code(const Path&,
                                                                          std::error_code&);
std::uintmax_t __real__ZNSt10filesystem10remove_allERKNS_7__cxx114pathERSt10error_code(
    const Path&, std::error_code&);
bool __real__ZNSt10filesystem18create_directoriesERKNS_7__cxx114pathERSt10error_code(
    const Path&, std::error_code&);

std::filesystem::file_status __wrap__ZNSt10filesystem6statusERKNS_7__cxx114pathERSt10error_code(
    const Path& path, std::error_code& error) {
    if (!is_ours(path.c_str())) {
        return __real__ZNSt10filesystem6statusERKNS_7__cxx114pathERSt10error_code(path, error);
    }
    error.clear();
    const int inode = current->find(path.string());
    using Type = std::filesystem::file_type;
    if (inode == SimFs::kNone) return std::filesystem::file_status(Type::not_found);
    return std::filesystem::file_status(current->is_folder(inode) ? Type::directory
                                                                  : Type::regular);
}
bool __wrap__ZNSt10filesystem8is_emptyERKNS_7__cxx114pathERSt10error_code(const Path& path,
                                                                          std::error_code& error) {
    if (!is_ours(path.c_str())) {
        return __real__ZNSt10filesystem8is_emptyERKNS_7__cxx114pathERSt10error_code(path, error);
    }
    error.clear();
    return current->names(current->find(path.string())).empty();
}
std::uintmax_t __wrap__ZNSt10filesystem10remove_allERKNS_7__cxx114pathERSt10error_code(
    const Path& path, std::error_code& error) {
    if (!is_ours(path.c_str())) {
        return __real__ZNSt10filesystem10remove_allERKNS_7__cxx114pathERSt10error_code(path, error);
    }
    std::uintmax_t removed = 0;
    const int code = quanlu::disk::remove_tree(*current, path.string(), removed);
    error = std::error_code(code, std::generic_category());
    return code == 0 ? removed : static_cast<std::uintmax_t>(-1);
}
bool __wrap__ZNSt10filesystem18create_directoriesERKNS_7__cxx114pathERSt10error_code(
    const Path& path, std::error_code& error) {
    if (!is_ours(path.c_str()))
        return __real__ZNSt10filesystem18create_directoriesERKNS_7__cxx114pathERSt10error_code(
            path, error);
    error.clear();
    if (current->find(path.string()) != SimFs::kNone) return false;
    const int code = current->make_folder(path.string());  // its parent is there: the data folder
    error = std::error_code(code, std::generic_category());
    return code == 0;
}
}
