// A file system in memory that forgets what was not synced: files with durable bytes and pending
// writes, folders with durable and pending names. Every operation that changes something is counted
// and may be the last one before the power goes, or fail, or lie.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "tests/sim/prng.h"

namespace quanlu::disk {

using sim::Prng;

// What of the pending writes and names a power cut leaves.
enum class Keep : std::uint8_t {
    all,
    none,
    subset,   // each write and each name change on its own
    torn,     // in order up to some place, the last write cut at a sector
    sectors,  // each sector of each write on its own; the length stays, zeros where nothing came
};
const char* to_text(Keep keep);

// When the name of a file is durable: created, renamed or removed.
enum class Names : std::uint8_t {
    journal,  // with any sync of anything, and in order, as ext4 and XFS keep their metadata
    posix,    // when its folder was synced; a folder's own name when something in it was
    strict,   // when its folder was synced, for folders too
};

struct Fault {
    enum class Kind : std::uint8_t {
        none,
        eio,          // fails, changes nothing; a sync that fails loses what was pending
        short_write,  // half of the bytes, and the call says so
        enospc,       // from this operation on no byte more fits
        misdirect,    // the write lands 512 bytes off, and the call says that all is well
        flip,         // one bit of the write is another, and the call says that all is well
    };
    Kind kind = Kind::none;
    std::uint64_t at = 0;  // number of the operation
};
const char* to_text(Fault::Kind kind);

class SimFs {
public:
    static constexpr int kNone = -1;
    // What an operation is called, for those who want to see it.
    struct Op {
        std::uint64_t number = 0;
        const char* what = "";  // "mkdir", "create", "write", "sync", "sync_dir", "truncate", ...
        std::string path;
    };

    SimFs();
    // After a power cut: everything durable, nothing pending. Hook and faults do not come along.
    [[nodiscard]] SimFs after_power_cut(Keep keep, Prng& random) const;

    // Called before each operation that changes something. It may look at this file system and
    // start others, not change this one.
    std::function<void(const Op&)> hook;
    Fault fault;
    std::optional<std::uint64_t> read_fault_at;  // number of the read that fails with EIO
    Names rules = Names::posix;

    [[nodiscard]] std::uint64_t operations() const { return operations_; }
    [[nodiscard]] std::uint64_t reads() const { return reads_; }
    [[nodiscard]] bool has_failed() const { return has_failed_; }  // an injected fault was told

    // Look-ups. Inode or kNone.
    [[nodiscard]] int find(const std::string& path) const;
    [[nodiscard]] bool is_folder(int inode) const { return inodes_.at(inode)->is_folder; }
    [[nodiscard]] std::vector<std::string> names(int folder) const;
    [[nodiscard]] std::uint64_t size(int file) const { return inodes_.at(file)->live.size(); }
    [[nodiscard]] const Bytes& content(const std::string& path) const;
    // All files under a folder with their full names.
    [[nodiscard]] std::vector<std::string> files(const std::string& folder) const;
    // What would be left of it after the worst power cut.
    [[nodiscard]] const Bytes& durable(const std::string& path) const;

    // Operations: 0 or an errno.
    int read(int file, std::uint64_t offset, std::size_t n, Bytes& out);
    int make_folder(const std::string& path);
    int create(const std::string& path, int& inode);             // must not exist
    int write(int file, BytesView bytes, std::size_t& written);  // at the end
    int truncate(int file, std::uint64_t size);
    int sync(int inode);                                         // file or folder
    int rename(const std::string& from, const std::string& to);  // in one folder
    int remove(const std::string& path);                         // a file or an empty folder

private:
    struct Change {  // of a file: bytes at an offset, or a new length
        std::uint64_t offset = 0;
        std::shared_ptr<const Bytes> bytes;  // nothing: truncate to offset
    };
    struct NameChange {
        std::string remove, add;  // empty: none
        int inode = kNone;
    };
    struct Inode {
        bool is_folder = false;
        int parent = kNone;
        std::string path;  // as created, for the operation's name
        Bytes live, durable;
        std::vector<Change> pending;
        std::map<std::string, int> names, durable_names;
        std::vector<NameChange> pending_names;
    };
    static void apply(Bytes& bytes, const Change& change);
    static void apply(std::map<std::string, int>& names, const NameChange& change);
    void keep_of(Inode& inode, Keep keep, Prng& random) const;
    static void keep_sectors(Bytes& bytes, const Change& change, Prng& random);
    static void keep_torn(Bytes& bytes, const Change& change, Prng& random);
    // Splits "/a/b/c" into the inode of "/a/b" and "c".
    [[nodiscard]] std::pair<int, std::string> split(const std::string& path) const;
    Inode& mutate(int inode);
    void rename_in(int folder, const NameChange& change);
    void settle_names(int inode);
    // Counts, tells, and says what goes wrong: 0 or an errno.
    int begin(const char* what, const std::string& path);

    std::map<int, std::shared_ptr<Inode>> inodes_;  // shared with copies until written
    int next_ = 1;
    std::uint64_t operations_ = 0, reads_ = 0;
    bool is_full_ = false, has_failed_ = false;
};

}  // namespace quanlu::disk
