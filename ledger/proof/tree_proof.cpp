// STATE_AND_PROOFS 8.3, steps 1 to 5. The key is hashed from what the verifier asked, never taken
// from the proof.
#include "ledger/proof/tree_proof.h"

#include "crypto/base/encode.h"
#include "crypto/hash.h"

namespace quanlu::proof {

namespace {

constexpr std::string_view kEmpty = "SPARSE_MERKLE_PLACEHOLDER_HASH__";
static_assert(kEmpty.size() == 32);

bool bit_of(const Hash& hash, std::size_t index) {
    return (hash.bytes[index / 8] >> (7 - index % 8) & 1) != 0;
}

std::size_t common_prefix_bits(const Hash& a, const Hash& b) {
    std::size_t bits = 0;
    while (bits < 256 && bit_of(a, bits) == bit_of(b, bits)) ++bits;
    return bits;
}

Hash fold(Hash node, const Hash& key_hash, const std::vector<Hash>& siblings) {
    for (std::size_t i = siblings.size(); i-- > 0;) {
        node = bit_of(key_hash, i) ? tree_inner_hash(siblings[i], node)
                                   : tree_inner_hash(node, siblings[i]);
    }
    return node;
}

}  // namespace

Hash tree_leaf_hash(const Hash& key_hash, const Hash& value_hash) {
    return crypto::sha256({as_bytes("JMT::LeafNode"), key_hash.view(), value_hash.view()});
}
// The missing vowel is the published format's.
Hash tree_inner_hash(const Hash& left, const Hash& right) {
    return crypto::sha256({as_bytes("JMT::IntrnalNode"), left.view(), right.view()});
}
const Hash& tree_empty_hash() {
    static const Hash empty = Hash::from(as_bytes(kEmpty));
    return empty;
}

bool verify_present(const TreeProof& proof, std::string_view key, std::string_view value,
                    const Hash& root) {
    if (proof.siblings.size() > kTreeDepthMax || !proof.leaf || key.empty() || value.empty())
        return false;
    const Hash key_hash = crypto::sha256(as_bytes(key));
    if (proof.leaf->key_hash != key_hash ||
        proof.leaf->value_hash != crypto::sha256(as_bytes(value)))
        return false;
    return fold(tree_leaf_hash(key_hash, proof.leaf->value_hash), key_hash, proof.siblings) == root;
}

bool verify_absent(const TreeProof& proof, std::string_view key, const Hash& root) {
    if (proof.siblings.size() > kTreeDepthMax || key.empty()) return false;
    const Hash key_hash = crypto::sha256(as_bytes(key));
    if (!proof.leaf) return fold(tree_empty_hash(), key_hash, proof.siblings) == root;
    // Another key's leaf stands where ours would: it differs, and shares the whole path down to
    // here.
    if (proof.leaf->key_hash == key_hash) return false;
    if (common_prefix_bits(proof.leaf->key_hash, key_hash) < proof.siblings.size()) return false;
    return fold(tree_leaf_hash(proof.leaf->key_hash, proof.leaf->value_hash), key_hash,
                proof.siblings) == root;
}

json::Value to_json(const TreeProof& proof) {
    json::Value out;
    if (proof.leaf) {
        out.set("leaf", json::Object{{"key_hash", to_hex(proof.leaf->key_hash)},
                                     {"value_hash", to_hex(proof.leaf->value_hash)}});
    }
    json::Array siblings;
    for (const Hash& sibling : proof.siblings) siblings.emplace_back(to_hex(sibling));
    out.set("siblings", std::move(siblings));
    return out;
}

std::optional<TreeProof> tree_proof_from_json(const json::Value& value) {
    const json::Value* siblings = value.find("siblings");
    if (siblings == nullptr || !siblings->is_array() || siblings->as_array().size() > kTreeDepthMax)
        return std::nullopt;
    TreeProof proof;
    for (const json::Value& one : siblings->as_array()) {
        const auto hash = one.is_string() ? hash_from_hex(one.as_string()) : std::nullopt;
        if (!hash) return std::nullopt;
        proof.siblings.push_back(*hash);
    }
    const json::Value* leaf = value.find("leaf");
    if (value.as_object().size() != (leaf == nullptr ? 1U : 2U)) return std::nullopt;
    if (leaf != nullptr) {
        const auto key_hash = hash_from_hex(leaf->string_or("key_hash", ""));
        const auto value_hash = hash_from_hex(leaf->string_or("value_hash", ""));
        if (!key_hash || !value_hash || leaf->as_object().size() != 2) return std::nullopt;
        proof.leaf = TreeProof::Leaf{*key_hash, *value_hash};
    }
    return proof;
}

}  // namespace quanlu::proof
