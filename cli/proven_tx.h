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

// Files an act, waits for finality up to `wait_s` seconds and, unless --no-verify, puts what the
// log says of it in the place of what the node said. "bad_proof" where the log says otherwise.
Result<Outcome, Failure> file_act(Session& session, const Context& context, const Actor& actor,
                                  const std::string& act, const std::string& record,
                                  const json::Value& body, int wait_s, std::int64_t ver = 0);
// What it makes of the answer: its trust, and exit 3 where it is not final, or not proven so.
void judge_act(const Outcome& outcome, const Flags& flags, Answer& answer);
// The file for the disclosures of what was filed: named after the record, or after the transaction
// where the record's name is none for a file here.
std::string disclosures_path(const Outcome& outcome);

}  // namespace quanlu::cli
