// A node of the tree as it is stored: radix 16, a child is either a leaf (key, value and the height
// that set it) or a reference to a node below. Leaves live in their parent, so inserting moves no
// node. The binary hashes of docs/protocol.md 7.1 are computed over the 16 places. Byte layout:
// docs/formats/state-db.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/base/binary.h"

namespace quanlu::state {

struct Child {
    enum class Kind : std::uint8_t { none = 0, node = 1, leaf = 2 } kind = Kind::none;
    std::uint64_t version = 0;  // height that wrote the node, or that set the leaf's value
    Hash hash;                  // of the node; for a leaf of key and value together (computed)
    Hash key_hash, value_hash;  // leaf only

    [[nodiscard]] bool empty() const { return kind == Kind::none; }
    static Child leaf(const Hash& key_hash, const Hash& value_hash, std::uint64_t version);
};

class Node {
public:
    [[nodiscard]] const Child& child(unsigned nibble) const { return children_[nibble]; }
    // Forgets the hashes above it.
    void set_child(unsigned nibble, const Child& child);
    // Of the whole. Keeps the hashes of its ranges, so that a copy of which few children change
    // hashes only the ranges above those: 4 for one child instead of 15.
    Hash hash();
    // Hash of the places [begin, begin + width), width a power of two.
    [[nodiscard]] Hash range_hash(unsigned begin, unsigned width) const;
    // How many children stand in the range, and the last of them.
    [[nodiscard]] unsigned range_count(unsigned begin, unsigned width, const Child** last) const;

private:
    std::array<Child, 16> children_;
    // Of the ranges of 16, 8, 4 and 2 places, in the order of a heap; bit i of `known_`: held.
    std::array<Hash, 15> inner_;
    std::uint16_t known_ = 0;
};

// Where a node is kept: the height that wrote it and the way to it, zero beyond `depth` nibbles.
struct NodePlace {
    std::uint64_t version = 0;
    std::uint8_t depth = 0;
    Hash along;

    NodePlace(std::uint64_t version, const Hash& along, std::size_t depth);
    auto operator<=>(const NodePlace&) const = default;
};

inline unsigned nibble_of(const Hash& hash, std::size_t depth) {
    const std::uint8_t byte = hash.bytes[depth / 2];
    return depth % 2 == 0 ? byte >> 4 : byte & 15;
}

Bytes encode(const Node& node);
std::optional<Node> decode_node(BytesView bytes);
// A root stands in the record of its height: kind u8, then as a child.
void encode(Writer& out, const Child& root);
Child decode_root(Reader& in);

// Keys of the history (kv.h), ascending with the height that writes them.
// 'h' || version u64 || 'n' || nibble count u8 || nibbles, two a byte.
Bytes node_key(const NodePlace& place);
// 'h' || version u64 || 'v' || key hash.
Bytes value_key(std::uint64_t version, const Hash& key_hash);
// 'h' || height u64 || 'z': the last key of a height, so the last of all says what is applied.
Bytes height_key(std::uint64_t height);

}  // namespace quanlu::state
