// The final chain on disk, in height order from height 1: header, body, justification, and the
// finalization where this very block has one. The truth of the ledger; everything else can be
// rebuilt from it (DESIGN 1.2). One thread appends; any thread may read.
#pragma once

#include <mutex>
#include <vector>

#include "ledger/chain/block.h"
#include "ledger/log/entry_file.h"

namespace quanlu::log {

inline constexpr std::uint8_t kEntryFinalBlock = 1;

Bytes encode(const chain::FinalBlock& block);
Result<chain::FinalBlock, chain::Reject> decode_final_block(BytesView bytes);

class BlockLog {
public:
    explicit BlockLog(Disk& disk);

    using Visit = std::function<void(const chain::FinalBlock&)>;
    // Reads the whole log once, checks entries and that heights follow each other. `visit` may be
    // empty.
    ScanEnd open(const Visit& visit);
    Status<IoError> cut_torn_tail() { return file_.cut_torn_tail(); }

    // REQUIRES: block.header.height == height() + 1.
    Status<IoError> append(const chain::FinalBlock& block);
    Status<IoError> sync();

    // Height of the last block; 0 when there is none.
    [[nodiscard]] Height height() const;
    // Nothing above height() or at 0. A read error or damage ends the process.
    [[nodiscard]] std::optional<chain::FinalBlock> at(Height height) const;
    [[nodiscard]] std::vector<std::string> segments() const { return file_.segments(); }

private:
    struct Place {
        std::uint32_t segment;
        std::uint32_t offset;
    };
    mutable std::mutex mutex_;  // of what follows: readers of old blocks are on other threads
    EntryFile file_;
    std::vector<Place> places_;  // by height - 1; 8 bytes a block
};

}  // namespace quanlu::log
