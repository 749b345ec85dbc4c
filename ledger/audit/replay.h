// The auditor's replay (docs/auditors): from genesis, believing nobody, every link, certificate,
// signature, rule and root recomputed by the code that ships. Reads blocks from any source; keeps
// its own state in a scratch store, so it resumes where it stopped. Prints nothing, reads no clock.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/chain/genesis.h"
#include "ledger/execution/executor.h"

namespace quanlu::audit {

// Final blocks in height order, from height 1. A source says what is wrong with its own bytes.
class BlockSource {
public:
    virtual ~BlockSource() = default;
    // Nothing at the end. An error is a text naming file and offset.
    virtual Result<std::optional<chain::FinalBlock>, std::string> next() = 0;
};

// Calls work(0) to work(n - 1), each once, in any order, and returns when all are done. The caller
// may use as many threads as it likes: no two calls touch the same data.
using ForEach = std::function<void(std::size_t n, const std::function<void(std::size_t)>& work)>;

struct Counts {
    std::uint64_t blocks = 0, transactions = 0, refused = 0, signatures = 0, certificates = 0,
                  leaves = 0;
};

// Why a ledger is wrong, and where.
struct Wrong {
    Height height;
    std::string what;  // "parent_hash", "certificate", "signature", "state_root", "rule", "leaf",
                       // "source", ...
    std::string expected, found;
    std::int64_t index = -1;  // transaction, when one is meant
};

struct Progress {
    Height height;
    Counts counts;
};

class Replay {
public:
    // REQUIRES: kv outlives the replay; it holds nothing, or what an earlier replay of the same
    // chain left.
    Replay(const chain::Genesis& genesis, kv::KvStore& kv, ForEach for_each);
    ~Replay();

    // Height already replayed by an earlier run; blocks up to there are read again only for the
    // window and links.
    [[nodiscard]] Height resumed_at() const;

    // Called with each log leaf in order (for the export, and to compare with an export's lines).
    // False: stop as wrong.
    using OnLeaf = std::function<bool(std::uint64_t index, const std::string& line)>;
    // Returning false interrupts; the replay can be resumed.
    using OnProgress = std::function<bool(const Progress&)>;

    enum class End { complete, interrupted, wrong };
    End run(BlockSource& source, const OnLeaf& on_leaf, const OnProgress& on_progress);

    [[nodiscard]] const std::optional<Wrong>& wrong() const;
    [[nodiscard]] const Counts& counts() const;
    [[nodiscard]] const execution::Tip& tip() const;
    // Finalization that covers the tip; nothing before the first block or when the last blocks lack
    // one.
    [[nodiscard]] const std::optional<chain::QuorumCert>& tip_certificate() const;
    [[nodiscard]] const chain::Members& members() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quanlu::audit
