// The auditor's report: what was checked, what was not, how it ended. JSON whose hash two auditors
// compare; nothing in it depends on time, machine or speed.
#pragma once

#include <string>
#include <vector>

#include "crypto/base/json.h"
#include "ledger/audit/blame.h"
#include "ledger/audit/replay.h"

namespace quanlu::audit {

enum class Verdict {
    complete,         // replayed whole, tip confirmed by an independent tip
    tip_unconfirmed,  // replayed whole; whether the ledger goes on after it, these files cannot
                      // show
    wrong,
    two_histories,
    interrupted,
};

// An independent word on where the ledger ends: a header hash at a height, from a court file,
// another member, a receipt.
struct KnownTip {
    Height height;
    Hash block;
};

struct Report {
    Verdict verdict = Verdict::tip_unconfirmed;
    Hash chain_id;
    Height height;
    Hash tip;
    Hash state_root;
    std::uint64_t log_size = 0;
    Hash log_root;
    Counts counts;
    std::vector<std::string> tip_signers;  // members whose finalization covers the tip
    std::optional<KnownTip> known_tip;
    std::optional<Wrong> wrong;
    std::vector<Accusation> accused;
    std::vector<std::string> not_checked;  // plain sentences
};

Report make_report(const Replay& replay, Replay::End end, const std::optional<KnownTip>& known_tip,
                   const std::vector<Hash>& block_at_known_height);
json::Value to_json(const Report& report, const chain::Members& members);
// SHA-256 of the JCS text: equal for equal findings, whoever ran it.
Hash report_hash(const json::Value& report);
// 0 complete, 3 tip unconfirmed or interrupted, 1 wrong or two histories (ECOSYSTEM 1.5).
int exit_code(Verdict verdict);
std::string_view to_text(Verdict verdict);

}  // namespace quanlu::audit
