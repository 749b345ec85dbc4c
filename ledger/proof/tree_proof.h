// Membership and absence in the state map (JMT-SHA256-v1, STATE_AND_PROOFS 8.3;
// docs/protocol.md 7.2). Verifies; never asks. The root always comes from a verified certificate,
// never from the proof.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/json.h"
#include "crypto/base/result.h"

namespace quanlu::proof {

inline constexpr std::size_t kTreeDepthMax =
    256;  // 64 would let ground keys become unprovable (8.5 trap a)

Hash tree_leaf_hash(const Hash& key_hash, const Hash& value_hash);
Hash tree_inner_hash(const Hash& left, const Hash& right);
const Hash& tree_empty_hash();  // the 32 ASCII bytes SPARSE_MERKLE_PLACEHOLDER_HASH__

struct TreeProof {
    struct Leaf {
        Hash key_hash, value_hash;
        bool operator==(const Leaf&) const = default;
    };
    std::optional<Leaf>
        leaf;  // the leaf at the end of the key's path; nothing when that place is empty
    std::vector<Hash> siblings;  // root to leaf, at most kTreeDepthMax
    bool operator==(const TreeProof&) const = default;
};

// True when the map with this root holds exactly `value` at `key`.
bool verify_present(const TreeProof& proof, std::string_view key, std::string_view value,
                    const Hash& root);
// True when the map with this root holds nothing at `key`.
bool verify_absent(const TreeProof& proof, std::string_view key, const Hash& root);

// {"leaf":{"key_hash","value_hash"}?, "siblings":["<hex>",...]}; strict both ways.
json::Value to_json(const TreeProof& proof);
std::optional<TreeProof> tree_proof_from_json(const json::Value& value);

}  // namespace quanlu::proof
