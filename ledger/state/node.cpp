// Hashing and layout of nodes.
#include "ledger/state/node.h"

#include <algorithm>

#include "ledger/kv/kv.h"
#include "ledger/proof/tree_proof.h"

namespace quanlu::state {

Child Child::leaf(const Hash& key_hash, const Hash& value_hash, std::uint64_t version) {
    return {Kind::leaf, version, proof::tree_leaf_hash(key_hash, value_hash), key_hash, value_hash};
}

namespace {

// The heap's place of a range of 2 places or more.
unsigned inner_at(unsigned begin, unsigned width) {
    return 16 / width - 1 + begin / width;
}

}  // namespace

void Node::set_child(unsigned nibble, const Child& child) {
    children_[nibble] = child;
    for (unsigned width = 2; width <= 16; width *= 2)
        known_ &= static_cast<std::uint16_t>(~(1U << inner_at(nibble / width * width, width)));
}

Hash Node::hash() {
    for (unsigned width = 2; width <= 16; width *= 2) {
        for (unsigned begin = 0; begin < 16; begin += width) {
            const unsigned at = inner_at(begin, width);
            if ((known_ >> at & 1) == 0) inner_[at] = range_hash(begin, width);
            known_ |= static_cast<std::uint16_t>(1U << at);
        }
    }
    return inner_[0];
}

unsigned Node::range_count(unsigned begin, unsigned width, const Child** last) const {
    unsigned n = 0;
    for (unsigned i = begin; i < begin + width; ++i) {
        if (children_[i].empty()) continue;
        *last = &children_[i];
        ++n;
    }
    return n;
}

Hash Node::range_hash(unsigned begin, unsigned width) const {
    if (width > 1 && (known_ >> inner_at(begin, width) & 1) != 0)
        return inner_[inner_at(begin, width)];
    const Child* last = nullptr;
    const unsigned n = range_count(begin, width, &last);
    if (n == 0) return proof::tree_empty_hash();
    // A lone leaf stands for its whole subtree; a lone node does not.
    if (width == 1 || (n == 1 && last->kind == Child::Kind::leaf)) return last->hash;
    return proof::tree_inner_hash(range_hash(begin, width / 2),
                                  range_hash(begin + width / 2, width / 2));
}

namespace {

void put(Writer& out, const Child& child) {
    out.varint(child.version);
    if (child.kind == Child::Kind::leaf) {
        out.hash(child.key_hash);  // its hash follows from these two
        out.hash(child.value_hash);
    } else {
        out.hash(child.hash);
    }
}

Child take(Reader& in, Child::Kind kind) {
    Child child;
    child.kind = kind;
    child.version = in.varint();
    if (kind == Child::Kind::leaf) {
        const Hash key_hash = in.hash();
        return Child::leaf(key_hash, in.hash(), child.version);
    }
    child.hash = in.hash();
    return child;
}

}  // namespace

Bytes encode(const Node& node) {
    Writer out;
    std::uint32_t kinds = 0;
    for (unsigned i = 0; i < 16; ++i)
        kinds |= static_cast<std::uint32_t>(node.child(i).kind) << (2 * i);
    out.u32(kinds);
    for (unsigned i = 0; i < 16; ++i) {
        if (!node.child(i).empty()) put(out, node.child(i));
    }
    return out.take();
}

std::optional<Node> decode_node(BytesView bytes) {
    Reader in(bytes);
    const std::uint32_t kinds = in.u32();
    Node node;
    for (unsigned i = 0; i < 16; ++i) {
        const std::uint32_t kind = kinds >> (2 * i) & 3;
        if (kind == 3) return std::nullopt;
        if (kind != 0) node.set_child(i, take(in, static_cast<Child::Kind>(kind)));
    }
    if (!in.done()) return std::nullopt;
    return node;
}

void encode(Writer& out, const Child& root) {
    out.u8(static_cast<std::uint8_t>(root.kind));
    if (!root.empty()) put(out, root);
}

Child decode_root(Reader& in) {
    const std::uint8_t kind = in.u8();
    if (kind > 2) in.fail();
    return kind == 0 || !in.ok() ? Child{} : take(in, static_cast<Child::Kind>(kind));
}

namespace {

Writer history(std::uint64_t version, char letter) {
    Writer out;
    out.u8(kv::kHistoryTag);
    out.u64(version);
    out.u8(static_cast<std::uint8_t>(letter));
    return out;
}

}  // namespace

NodePlace::NodePlace(std::uint64_t v, const Hash& way, std::size_t d)
    : version(v), depth(static_cast<std::uint8_t>(d)) {
    std::copy_n(way.bytes.begin(), d / 2, along.bytes.begin());
    if (d % 2 != 0) along.bytes[d / 2] = way.bytes[d / 2] & 0xF0;
}

Bytes node_key(const NodePlace& place) {
    Writer out = history(place.version, 'n');
    out.u8(place.depth);
    out.raw(place.along.view().first((place.depth + std::size_t{1}) / 2));
    return out.take();
}

Bytes value_key(std::uint64_t version, const Hash& key_hash) {
    Writer out = history(version, 'v');
    out.hash(key_hash);
    return out.take();
}

Bytes height_key(std::uint64_t height) {
    return history(height, 'z').take();
}

}  // namespace quanlu::state
