// Recursion is on nibbles, at most 64 deep: 256 bits of a hash.
#include "ledger/state/tree.h"

#include <span>

namespace quanlu::state {

namespace {

using Changes = std::span<const Change>;

struct Update {
    std::uint64_t version;
    const LoadNode& load;
    TreeUpdate out;

    Child keep(Node node, const Hash& along, std::size_t depth) {
        // No child: nothing. One leaf: it stands for the whole subtree and moves up (collapse).
        const Child* last = nullptr;
        const unsigned n = node.range_count(0, 16, &last);
        if (n == 0) return {};
        if (n == 1 && last->kind == Child::Kind::leaf) return *last;
        Child reference;
        reference.kind = Child::Kind::node;
        reference.version = version;
        reference.hash = node.hash();
        out.nodes.emplace_back(NodePlace(version, along, depth),
                               std::make_shared<const Node>(std::move(node)));
        return reference;
    }

    // A subtree where nothing was before, from leaves (`other` is a leaf that stood here under
    // another key).
    Child make(std::size_t depth, Changes changes, const Child* other) {
        std::size_t present = other == nullptr ? 0 : 1;
        const Change* lone = nullptr;
        for (const Change& change : changes) {
            if (!change.value_hash) continue;
            lone = &change;
            ++present;
        }
        if (present == 0) return {};
        if (present == 1) {
            return lone == nullptr ? *other
                                   : Child::leaf(lone->key_hash, *lone->value_hash, version);
        }
        Node node;
        const Hash along = lone == nullptr ? other->key_hash : lone->key_hash;
        for (unsigned nibble = 0; nibble < 16; ++nibble) {
            const Changes part = take(changes, depth, nibble);
            const bool here = other != nullptr && nibble_of(other->key_hash, depth) == nibble;
            if (part.empty() && !here) continue;
            node.set_child(nibble, make(depth + 1, part, here ? other : nullptr));
        }
        return keep(std::move(node), along, depth);
    }

    static Changes take(Changes& changes, std::size_t depth, unsigned nibble) {
        std::size_t n = 0;
        while (n < changes.size() && nibble_of(changes[n].key_hash, depth) == nibble) ++n;
        const Changes part = changes.first(n);
        changes = changes.subspan(n);
        return part;
    }

    Child apply(const Child& old, std::size_t depth, Changes changes) {
        if (changes.empty()) return old;
        if (old.empty()) return make(depth, changes, nullptr);
        if (old.kind == Child::Kind::leaf) {
            for (const Change& change : changes) {
                if (change.key_hash != old.key_hash) continue;
                out.stale.push_back(value_key(old.version, old.key_hash));
                return make(depth, changes, nullptr);
            }
            return make(depth, changes, &old);
        }
        const Hash along = changes.front().key_hash;
        Node node = *load(old, along, depth);
        out.stale.push_back(node_key({old.version, along, depth}));
        for (unsigned nibble = 0; nibble < 16; ++nibble) {
            const Changes part = take(changes, depth, nibble);
            if (!part.empty()) node.set_child(nibble, apply(node.child(nibble), depth + 1, part));
        }
        return keep(std::move(node), along, depth);
    }
};

}  // namespace

TreeUpdate update_tree(const Child& root, std::uint64_t version, const std::vector<Change>& changes,
                       const LoadNode& load) {
    Update update{version, load, {}};
    update.out.root = update.apply(root, 0, changes);
    return std::move(update.out);
}

const Child* find_leaf(const Child& root, const Hash& key_hash, const LoadNode& load,
                       NodePtr& keeps_alive) {
    const Child* at = &root;
    for (std::size_t depth = 0; at->kind == Child::Kind::node; ++depth) {
        NodePtr node = load(*at, key_hash, depth);
        at = &node->child(nibble_of(key_hash, depth));
        keeps_alive = std::move(node);
    }
    return at->kind == Child::Kind::leaf && at->key_hash == key_hash ? at : nullptr;
}

}  // namespace quanlu::state
