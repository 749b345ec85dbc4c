// Keys and values of the state database beside the tree's own (docs/formats/state-db.md): what
// holds after each height, the log tree's perfect subtrees, the stale list.
#pragma once

#include <optional>

#include "ledger/kv/kv.h"
#include "ledger/state/node.h"
#include "ledger/state/store.h"

namespace quanlu::state {

// The height whose tables, all that is not history, were written last.
Bytes reached_key();
Bytes pruned_key();
// Keys of nodes and values that stopped being part of the tree at `since`, one record a height.
Bytes stale_key(std::uint64_t since);
Bytes encode_stale(const std::vector<Bytes>& keys);
// Nothing where the list is cut short.
std::optional<std::vector<Bytes>> decode_stale(BytesView bytes);

// Perfect subtrees of the log, one record a block, in the order in which they are completed: leaf i
// completes one subtree of each level 0..ctz(i + 1), so subtree number 2i - popcount(i) + level.
Bytes log_nodes_key(std::uint64_t last_leaf);
std::optional<Hash> read_log_node(const kv::Reader& reader, unsigned level, std::uint64_t index);

// What holds after one height; the record under height_key().
struct AtHeight {
    Applied applied;
    Child root;
};
Bytes encode(const AtHeight& at);
std::optional<AtHeight> read_height(const kv::Reader& reader, Height height);
// The last height that is written whole.
std::optional<AtHeight> read_last(const kv::Reader& reader);
std::uint64_t read_pruned(const kv::Reader& reader);

}  // namespace quanlu::state
