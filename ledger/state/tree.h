// One batch of changes to the tree: reads the old nodes it passes, makes new ones, lists what they
// replace. Pure but for the loader it is given. A node is read and written at most once a batch.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "ledger/state/node.h"

namespace quanlu::state {

using NodePtr = std::shared_ptr<const Node>;

struct Change {
    Hash key_hash;
    std::optional<Hash> value_hash;  // nothing: delete
};

struct TreeUpdate {
    Child root;
    std::vector<std::pair<NodePlace, NodePtr>> nodes;  // written at this version
    std::vector<Bytes> stale;  // keys of nodes and values that this version replaces
};

// The node a reference leads to. REQUIRES of the loader: never fails; a missing node is lost
// storage, not an answer.
using LoadNode =
    std::function<NodePtr(const Child& reference, const Hash& along, std::size_t depth)>;

// REQUIRES: changes sorted by key hash, each key once.
TreeUpdate update_tree(const Child& root, std::uint64_t version, const std::vector<Change>& changes,
                       const LoadNode& load);

// The leaf at a key, if it is there.
const Child* find_leaf(const Child& root, const Hash& key_hash, const LoadNode& load,
                       NodePtr& keeps_alive);

}  // namespace quanlu::state
