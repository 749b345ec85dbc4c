// A transaction as the log of the ledger has it: place, time, outcome and content out of the line
// that the proof covers, never the node's word.
#pragma once

#include <optional>
#include <string>

#include "cli/verified.h"
#include "ledger/chain/outcome.h"
#include "ledger/chain/transaction.h"

namespace quanlu::cli {

struct ProvenTx {
    chain::Tx tx;
    chain::Outcome outcome;
    std::int64_t height = 0, index = 0;
    UnixMillis time;
    proof::Verdict verdict;
    json::Value bundle;  // what --out writes
};

// GET /v1/transactions/{id}, with proof. Nothing: the node shows none to this caller, does not know
// it, or it is not final. A proof that does not hold: "bad_proof".
Result<std::optional<ProvenTx>, Failure> fetch_tx(Session& session, const Context& context,
                                                  const std::string& id);

// Puts what the log says of our own transaction in the place of what the node said of it. False: no
// proof was shown, and `outcome` is still the node's word. "bad_proof" where the log says
// otherwise.
Result<bool, Failure> confirm(Session& session, const Context& context, Outcome& outcome);
// The file for the disclosures of what was filed: named after the record, or after the transaction
// where the record's name is none for a file here.
std::string disclosures_path(const Outcome& outcome);

}  // namespace quanlu::cli
