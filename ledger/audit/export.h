// An export: the block-log segments as they are, the log leaves as NDJSON lines under zstd, a
// manifest with the hash of every file. Replay needs nothing else (docs/formats/export.md).
#pragma once

#include <memory>
#include <string>

#include "ledger/audit/blame.h"
#include "ledger/audit/replay.h"

namespace quanlu::audit {

// Copies and replays a data directory (of a running node too: the log only grows) into a new
// folder. The manifest.
Result<json::Value, std::string> export_ledger(const std::string& data_dir,
                                               const std::string& out_dir,
                                               const chain::Genesis& genesis, kv::KvStore& scratch,
                                               ForEach for_each,
                                               const Replay::OnProgress& on_progress);

// Reads an export: manifest and file hashes are checked when it is opened.
class Export : public BlockSource {
public:
    // After a whole replay: where manifest or lines say something else than the ledger itself.
    virtual std::optional<Wrong> disagreement(const execution::Tip& tip) = 0;
    virtual bool leaf_matches(std::uint64_t index, const std::string& line) = 0;
    [[nodiscard]] virtual Height height() const = 0;
    [[nodiscard]] virtual std::optional<chain::FinalBlock> at(Height height) const = 0;
    [[nodiscard]] virtual Hash block_hash(Height height) const = 0;
};
Result<std::unique_ptr<Export>, std::string> open_export(const std::string& folder);

// Two ledgers of one chain: where they part, and who signed both.
struct Fork {
    Wrong wrong;
    std::vector<Accusation> accused;
};
std::optional<Fork> compare(const Export& a, const Export& b, const chain::Members& members,
                            const chain::ChainTag& tag);

}  // namespace quanlu::audit
