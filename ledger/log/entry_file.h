// Append-only entries in numbered segments (docs/formats/log.md): length u32 | type u8 | position
// u64 | synced u64 | previous checksum 32 | payload | SHA-256 of all before it. The checksum binds
// an entry to its place and to everything before it in its chain; `synced` says from which entry on
// nothing was known to be durable. Reading tells a torn tail (appends that a crash kept from being
// synced, whatever of them reached the disk) from corruption (E4).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ledger/log/disk.h"

namespace quanlu::log {

inline constexpr std::size_t kEntryPayloadMax =
    16 * 1024 * 1024;  // a full block with justification, with room

struct EntryAt {
    std::string file;
    std::uint64_t offset = 0;
};

struct ScanEnd {
    enum class Kind { clean, torn, corrupt } kind = Kind::clean;
    EntryAt where;     // of the first bad byte
    std::string what;  // "checksum", "position", "chain", "length", "segment_missing", "io"
};

struct EntryOptions {
    std::string suffix;  // ".blk"
    std::uint64_t segment_bytes_max = 64 * 1024 * 1024;
    bool chained_segments =
        true;  // false: each segment starts its chain anew, so that old ones can be dropped
};

class EntryFile {
public:
    // REQUIRES: disk outlives the file; one EntryFile a disk and suffix.
    EntryFile(Disk& disk, EntryOptions options);

    using Visit = std::function<void(std::uint8_t type, std::uint64_t position, BytesView payload,
                                     const EntryAt& at)>;
    // Reads everything from the start; afterwards appends go to the end. Call once, first. After
    // `torn` call cut_torn_tail() before the first append; after `corrupt` nothing may be appended.
    ScanEnd scan(const Visit& visit);
    Status<IoError> cut_torn_tail();

    // The entry is in the file, not yet durable.
    Result<EntryAt, IoError> append(std::uint8_t type, BytesView payload);
    // Everything appended is durable.
    Status<IoError> sync();
    // Starts a new segment now; the old ones are synced first.
    Status<IoError> rotate();
    // Removes segments before the present one. Only for files whose segments are not chained.
    Status<IoError> drop_old_segments();

    [[nodiscard]] Result<Bytes, IoError> read_payload(const EntryAt& at) const;
    [[nodiscard]] bool exists() const { return !segments_.empty(); }
    [[nodiscard]] std::uint64_t next_position() const { return position_; }
    [[nodiscard]] std::uint64_t segment_bytes() const { return size_; }
    [[nodiscard]] std::vector<std::string> segments() const { return segments_; }

private:
    [[nodiscard]] std::string name_of(std::uint64_t number) const;
    ScanEnd scan_segment(const std::string& name, bool last, const Visit& visit);
    [[nodiscard]] bool was_synced(BytesView bytes, std::size_t from) const;

    Disk& disk_;
    EntryOptions options_;
    std::vector<std::string> segments_;
    std::uint64_t number_ = 0;    // of the present segment
    std::uint64_t size_ = 0;      // of the present segment
    std::uint64_t position_ = 0;  // of the next entry
    std::uint64_t synced_ = 0;    // what is below is durable
    Hash chain_;                  // checksum of the last entry
    bool unsynced_ = false;
    bool is_read_back_ = false;  // what was read may not be durable yet
    std::optional<EntryAt> torn_;
};

}  // namespace quanlu::log
