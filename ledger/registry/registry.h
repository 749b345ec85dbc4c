// The registry as the ledger sees it: one pure function from (state, transaction, moment) to an
// outcome and writes. Record types, rules and policies stay behind it. No clock, file, thread,
// float or unordered iteration.
#pragma once

#include <vector>

#include "crypto/suite.h"
#include "ledger/chain/outcome.h"
#include "ledger/chain/state_reader.h"
#include "ledger/chain/transaction.h"

namespace quanlu::registry {

// The only "now" a rule can see.
struct Moment {
    Height height;
    std::uint32_t index = 0;  // of the transaction in its block
    UnixMillis time;          // block time
};

// May this transaction stand in a block at all? Its party exists and its key is one of the party's
// officers, in force at `time`. Codes: E_UNKNOWN_PARTY, E_UNKNOWN_KEY, E_KEY_NOT_IN_FORCE. Nothing
// about its act.
Status<chain::Refusal> admit(const chain::StateReader& state, const chain::Tx& tx, UnixMillis time);

// does this act stand before all others of its block? Asked of the act's name alone, so that
// whoever looks at a block can tell.
bool goes_first(const chain::Tx& tx);

// The officer's public key that `tx.kid` names in party `tx.iss`, whatever its dates; for signature
// checks.
std::optional<crypto::PublicKey> officer_key(const chain::StateReader& state, const chain::Tx& tx);

// Carries out an admitted transaction. A refusal leaves `writes` as it was. REQUIRES: admit() said
// yes.
chain::Outcome apply(const chain::StateReader& state, const chain::Tx& tx, const Moment& moment,
                     chain::Writes& writes);

// Carries out what fell due at or before moment.time (expiries, lapses), at most `max` deadlines,
// oldest first. Returns the events, empty when nothing was due. Runs once a block, before its
// transactions.
std::vector<chain::Event> run_deadlines(const chain::StateReader& state, const Moment& moment,
                                        std::size_t max, chain::Writes& writes);

// Every code that would refuse this act now, in the fixed order of checks (DOMAIN C), for
// --dry-run.
std::vector<chain::Refusal> all_refusals(const chain::StateReader& state, const chain::Tx& tx,
                                         const Moment& moment);

// Checks the founding records of a genesis file (party and policy values) field by field.
Result<chain::Writes, std::string> founding_writes(const json::Value& records);

}  // namespace quanlu::registry
