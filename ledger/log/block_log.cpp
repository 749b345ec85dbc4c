// FinalBlock entry: finalization flag u8 | certificate | block (docs/formats/log.md).
#include "ledger/log/block_log.h"

#include <cstdlib>

namespace quanlu::log {

constexpr std::size_t kUsualBytes = 1'024;

Bytes encode(const chain::FinalBlock& block) {
    Writer out(kUsualBytes);
    out.u8(block.finalization ? 1 : 0);
    if (block.finalization) encode(out, *block.finalization);
    encode(out, block.block);
    return out.take();
}

Result<chain::FinalBlock, chain::Reject> decode_final_block(BytesView bytes) {
    Reader in(bytes);
    chain::FinalBlock block;
    const std::uint8_t flag = in.u8();
    if (flag > 1) return Err(chain::Reject::malformed);
    if (flag == 1) block.finalization = chain::decode_quorum_cert(in);
    if (!in.ok()) return Err(chain::Reject::malformed);
    TRY(block.block, chain::decode_block(in.raw(in.left())));
    return block;
}

BlockLog::BlockLog(Disk& disk) : file_(disk, {".blk", 64 * 1024 * 1024, true}) {}

ScanEnd BlockLog::open(const Visit& visit) {
    ScanEnd broken;
    const ScanEnd end = file_.scan([&](std::uint8_t type, std::uint64_t, BytesView payload,
                                       const EntryAt& at) {
        if (broken.kind != ScanEnd::Kind::clean) return;
        const auto block = decode_final_block(payload);
        if (type != kEntryFinalBlock || !block.ok() ||
            block->block.header.height.value != places_.size() + 1) {
            broken = {ScanEnd::Kind::corrupt, at, "block"};
            return;
        }
        places_.push_back({static_cast<std::uint32_t>(std::strtoul(at.file.c_str(), nullptr, 10)),
                           static_cast<std::uint32_t>(at.offset)});
        if (visit) visit(*block);
    });
    return broken.kind != ScanEnd::Kind::clean ? broken : end;
}

Status<IoError> BlockLog::append(const chain::FinalBlock& block) {
    const std::lock_guard lock(mutex_);
    ENSURE(block.block.header.height == Height(places_.size() + 1), "block log out of order");
    TRY(const EntryAt at, file_.append(kEntryFinalBlock, encode(block)));
    places_.push_back({static_cast<std::uint32_t>(std::strtoul(at.file.c_str(), nullptr, 10)),
                       static_cast<std::uint32_t>(at.offset)});
    return Unit{};
}

Status<IoError> BlockLog::sync() {
    const std::lock_guard lock(mutex_);
    return file_.sync();
}

Height BlockLog::height() const {
    const std::lock_guard lock(mutex_);
    return Height(places_.size());
}

std::optional<chain::FinalBlock> BlockLog::at(Height height) const {
    std::unique_lock lock(mutex_);
    if (height.value == 0 || height.value > places_.size()) return std::nullopt;
    const Place& place = places_[height.value - 1];
    const EntryAt at{file_.segments().at(place.segment - 1), place.offset};
    const auto payload = file_.read_payload(at);
    if (!payload.ok()) storage_fatal(payload.error());
    lock.unlock();
    auto block = decode_final_block(*payload);
    if (!block.ok()) storage_fatal({at.file, "decode", 0, at.offset});
    return std::move(block).value();
}

}  // namespace quanlu::log
