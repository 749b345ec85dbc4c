// Who may read what is not public (DESIGN D4a, D4b): a caller proves its party with a short-lived
// JWS by an officer's key, bound to method and path. A proof needs the whole value, so a value with
// more than public fields is given whole, with its bundle, to those who may read it; others get its
// public fields and no proof (docs/decisions/0003-visibility.md).
#pragma once

#include <optional>
#include <string>

#include "ledger/chain/state_reader.h"
#include "node/api/backend.h"
#include "node/api/reply.h"

namespace quanlu::api {

// The party that the Authorization header proves ("Quanlu-JWS <compact JWS>"); nothing when there
// is no header.
Result<std::optional<std::string>, chain::Refusal> caller(const Request& request,
                                                          const chain::StateReader& state,
                                                          const Hash& chain_id,
                                                          std::int64_t wall_ms);
// May this caller read the whole record?
bool may_read_all(const json::Value& record, const std::optional<std::string>& party,
                  const chain::StateReader& state);
// The record without fields that are not public.
json::Value public_part(const json::Value& record);

}  // namespace quanlu::api
