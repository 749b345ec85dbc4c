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
    json::Value bundle;  // what --out writes
};

struct TxAnswer {
    json::Value said;  // the node's word; "status": unknown, pending, committed, invalid
    std::optional<ProvenTx> proven;  // nothing: it shows no proof, to this caller or at all
};

// GET /v1/transactions/{id}, with proof. A proof that does not hold: "bad_proof".
Result<TxAnswer, Failure> fetch_tx(Session& session, const Context& context, const std::string& id);

}  // namespace quanlu::cli
