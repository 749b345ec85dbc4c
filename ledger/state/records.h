// Keys and values of the state database beside the tree's own (docs/formats/state-db.md): what is
// applied, the root of each height, the log tree's perfect subtrees, the stale list.
#pragma once

#include <optional>

#include "ledger/kv/kv.h"
#include "ledger/state/node.h"
#include "ledger/state/store.h"

namespace quanlu::state {

Bytes applied_key();
Bytes pruned_key();
Bytes root_key(std::uint64_t height);
Bytes log_node_key(unsigned level, std::uint64_t index);
// 's' || since u64 || the key that is stale.
Bytes stale_key(std::uint64_t since, BytesView key);

Bytes encode(const Applied& applied);
std::optional<Applied> decode_applied(BytesView bytes);
std::optional<Applied> read_applied(const kv::Reader& reader);
std::uint64_t read_pruned(const kv::Reader& reader);

}  // namespace quanlu::state
