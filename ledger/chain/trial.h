// A trial: what a node is asked about before an act is filed. It says what a transaction says and
// is signed under another `typ`, so that whoever has seen it, a node or what stands before it, has
// nothing to file: no pool, block or peer takes it (docs/protocol.md 3.1).
#pragma once

#include "ledger/chain/transaction.h"

namespace quanlu::chain {

inline constexpr std::string_view kTrialType = "quanlu-trial+jws";

// As parse_tx(); a transaction is no trial, nor the other way round. Codes: those of parse_tx().
Result<Tx, Refusal> parse_trial(std::string_view jws, const Hash& chain_id);
std::string sign_trial(const crypto::SigningKey& key, const Hash& chain_id, const TxDraft& draft);

}  // namespace quanlu::chain
