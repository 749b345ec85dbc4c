// Who may read what is not public (DESIGN D4a, D4b): a caller proves its party with a short-lived
// JWS by an officer's key, bound to method and path. A proof needs the whole value, so a value with
// more than public fields is given whole, with its bundle, to those who may read it; others get its
// public fields and no proof (docs/decisions/0003-visibility.md).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ledger/chain/state_reader.h"
#include "node/api/backend.h"
#include "node/api/reply.h"

namespace quanlu::api {

// Who asks. Without a credential: the public.
struct Caller {
    std::optional<std::string> party;
    bool is_official = false;  // IP office, auditor, regulator, court: reads everything (D4a)
    std::shared_ptr<const chain::StateReader> state;
};

// The party that the Authorization header proves ("Quanlu-JWS <compact JWS>"); the public when
// there is no header. Refused: a credential that does not hold.
Result<Caller, chain::Refusal> caller(const Request& request,
                                      std::shared_ptr<const chain::StateReader> state,
                                      const Hash& chain_id, std::int64_t wall_ms);
// May this caller ask whether the key is there at all? Of a list that is withheld, an absence would
// say how many entries it has.
bool may_ask(std::string_view key, const Caller& who);
// May this caller read the whole value at `key`? What is no record (claims, pending approvals) is
// for officials, except fingerprints and the system's own.
bool may_read_all(const std::string& key, const json::Value& value, const Caller& who);
// May this caller read the body of the transaction, and what its outcome says of it? The one who
// signed it, and who may read the record that it made or changed; anybody when its body has public
// fields alone.
bool may_read_tx(const std::string& jws, const Hash& chain_id, std::string_view record_id,
                 const Caller& who);
// The value without fields that are not public; of what is no record, nothing.
json::Value public_part(const json::Value& value);
// Code, record, state and version of an outcome.
json::Value public_outcome(const json::Value& outcome);
// Does the text stand anywhere in the value?
bool names(const json::Value& value, const std::string& text);

}  // namespace quanlu::api
