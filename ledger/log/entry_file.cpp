// See entry_file.h for the layout.
#include "ledger/log/entry_file.h"

#include "crypto/base/binary.h"
#include "crypto/hash.h"

namespace quanlu::log {

namespace {

constexpr std::size_t kHeadBytes = 4 + 1 + 8 + 8 + 32;
constexpr std::size_t kChecksumBytes = 32;

struct Parsed {
    std::uint8_t type = 0;
    std::uint64_t position = 0, synced = 0;
    Hash previous;
    BytesView payload;
    Hash checksum;
    std::size_t size = 0;
    bool good = false;
    bool incomplete = false;
};

Parsed parse_entry(BytesView bytes) {
    Parsed entry;
    Reader in(bytes);
    const std::uint32_t length = in.u32();
    entry.type = in.u8();
    entry.position = in.u64();
    entry.synced = in.u64();
    entry.previous = in.hash();
    if (!in.ok() || length > kEntryPayloadMax) {
        entry.incomplete = !in.ok();
        return entry;
    }
    entry.payload = in.raw(length);
    entry.checksum = in.hash();
    if (!in.ok()) {
        entry.incomplete = true;
        return entry;
    }
    entry.size = kHeadBytes + length + kChecksumBytes;
    entry.good = crypto::sha256(bytes.first(kHeadBytes + length)) == entry.checksum;
    return entry;
}

ScanEnd bad(ScanEnd::Kind kind, const std::string& file, std::uint64_t offset, const char* what) {
    return {kind, {file, offset}, what};
}

}  // namespace

EntryFile::EntryFile(Disk& disk, EntryOptions options)
    : disk_(disk), options_(std::move(options)) {}

std::string EntryFile::name_of(std::uint64_t number) const {
    std::string digits = std::to_string(number);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return digits + options_.suffix;
}

// Was the entry at position_, which is bad, once durable? A whole entry after it that was written
// when it was says so. Whole entries of its own sync do not: the disk may have taken them first.
bool EntryFile::was_synced(BytesView bytes, std::size_t from) const {
    // Behind one flipped bit there can be 64 MiB to look through, byte by byte: two loads a place.
    const auto number = [&bytes](std::size_t at, std::size_t width) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[at + i];
        return value;
    };
    for (std::size_t at = from; at + kHeadBytes + kChecksumBytes <= bytes.size(); ++at) {
        // Only places that could be an entry of this file are worth a hash.
        if (number(at, 4) > bytes.size() - at - kHeadBytes - kChecksumBytes) continue;
        const std::uint64_t position = number(at + 5, 8);
        if (position < position_ || position > position_ + bytes.size()) continue;
        const Parsed later = parse_entry(bytes.subspan(at));
        if (later.good && later.synced > position_) return true;
    }
    return false;
}

ScanEnd EntryFile::scan_segment(const std::string& name, bool last, const Visit& visit) {
    const auto size = disk_.size(name);
    if (!size.ok()) return bad(ScanEnd::Kind::corrupt, name, 0, "io");
    const auto content = disk_.read(name, 0, static_cast<std::size_t>(*size));
    if (!content.ok() || content->size() != *size)
        return bad(ScanEnd::Kind::corrupt, name, 0, "io");
    const BytesView bytes(*content);
    std::size_t at = 0;
    bool first = true;
    size_ = 0;
    // Also for a segment without a whole entry: the next append begins its chain.
    if (!options_.chained_segments) chain_ = Hash{};
    while (at < bytes.size()) {
        const Parsed entry = parse_entry(bytes.subspan(at));
        if (!entry.good) {
            if (!last || was_synced(bytes, at + 1))
                return bad(ScanEnd::Kind::corrupt, name, at, "checksum");
            torn_ = EntryAt{name, at};
            return bad(ScanEnd::Kind::torn, name, at, entry.incomplete ? "length" : "checksum");
        }
        if (first && !options_.chained_segments)
            position_ = entry.position;  // older segments may be gone
        if (entry.position != position_ || entry.synced > position_)
            return bad(ScanEnd::Kind::corrupt, name, at, "position");
        if (entry.previous != chain_) return bad(ScanEnd::Kind::corrupt, name, at, "chain");
        visit(entry.type, entry.position, entry.payload, {name, at});
        chain_ = entry.checksum;
        ++position_;
        at += entry.size;
        size_ = at;
        first = false;
    }
    return {};
}

ScanEnd EntryFile::scan(const Visit& visit) {
    const auto names = disk_.list();
    if (!names.ok()) return bad(ScanEnd::Kind::corrupt, "", 0, "io");
    for (const std::string& name : *names) {
        if (name.size() > options_.suffix.size() && name.ends_with(options_.suffix))
            segments_.push_back(name);
    }
    if (segments_.empty()) return {};
    std::uint64_t expected =
        options_.chained_segments ? 1 : std::strtoull(segments_.front().c_str(), nullptr, 10);
    for (std::size_t i = 0; i < segments_.size(); ++i, ++expected) {
        if (segments_[i] != name_of(expected))
            return bad(ScanEnd::Kind::corrupt, name_of(expected), 0, "segment_missing");
        number_ = expected;
        const ScanEnd end = scan_segment(segments_[i], i + 1 == segments_.size(), visit);
        unsynced_ = is_read_back_ = true;
        if (end.kind != ScanEnd::Kind::clean) return end;
    }
    return {};
}

Status<IoError> EntryFile::cut_torn_tail() {
    ENSURE(torn_.has_value());
    TRY_VOID(disk_.truncate(torn_->file, torn_->offset));
    torn_.reset();
    return Unit{};
}

Status<IoError> EntryFile::rotate() {
    ENSURE(!torn_);
    TRY_VOID(sync());
    const std::string name = name_of(number_ + 1);
    TRY_VOID(disk_.create(name));
    ++number_;
    segments_.push_back(name);
    size_ = 0;
    if (!options_.chained_segments) chain_ = Hash{};
    return Unit{};
}

Result<EntryAt, IoError> EntryFile::append(std::uint8_t type, BytesView payload) {
    ENSURE(!torn_ && payload.size() <= kEntryPayloadMax);
    if (segments_.empty() || (options_.chained_segments && size_ >= options_.segment_bytes_max))
        TRY_VOID(rotate());
    if (is_read_back_) TRY_VOID(sync());
    Writer out(kHeadBytes + payload.size() + kChecksumBytes);
    out.u32(static_cast<std::uint32_t>(payload.size()));
    out.u8(type);
    out.u64(position_);
    out.u64(synced_);
    out.hash(chain_);
    out.raw(payload);
    const Hash checksum = crypto::sha256(out.bytes());
    out.hash(checksum);
    const EntryAt at{segments_.back(), size_};
    TRY_VOID(disk_.append(segments_.back(), out.bytes()));
    chain_ = checksum;
    size_ += out.bytes().size();
    ++position_;
    unsynced_ = true;
    return at;
}

Status<IoError> EntryFile::sync() {
    if (!unsynced_) return Unit{};
    TRY_VOID(disk_.sync(segments_.back()));
    synced_ = position_;
    unsynced_ = is_read_back_ = false;
    return Unit{};
}

Status<IoError> EntryFile::drop_old_segments() {
    ENSURE(!options_.chained_segments);
    while (segments_.size() > 1) {
        TRY_VOID(disk_.remove(segments_.front()));
        segments_.erase(segments_.begin());
    }
    return Unit{};
}

Result<Bytes, IoError> EntryFile::read_payload(const EntryAt& at) const {
    TRY(const Bytes head, disk_.read(at.file, at.offset, kHeadBytes));
    const std::uint32_t length = Reader(head).u32();
    if (head.size() != kHeadBytes || length > kEntryPayloadMax)
        return Err(IoError{at.file, "read", 0, at.offset});
    TRY(const Bytes whole, disk_.read(at.file, at.offset, kHeadBytes + length + kChecksumBytes));
    const Parsed entry = parse_entry(whole);
    if (!entry.good) return Err(IoError{at.file, "read: checksum", 0, at.offset});
    return to_bytes(entry.payload);
}

}  // namespace quanlu::log
