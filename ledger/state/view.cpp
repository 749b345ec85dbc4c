// Queries over a frozen snapshot, on any thread: no cache is shared with the writer.
#include <algorithm>

#include "crypto/hash.h"
#include "ledger/state/records.h"
#include "ledger/state/tree.h"

namespace quanlu::state {

namespace {

struct Lookup {
    const kv::Reader& reader;
    bool missing = false;  // a node was pruned

    NodePtr operator()(const Child& reference, const Hash& along, std::size_t depth) {
        const std::optional<Bytes> bytes = reader.get(node_key({reference.version, along, depth}));
        std::optional<Node> node = bytes ? decode_node(*bytes) : std::nullopt;
        if (!node) {
            missing = true;
            return std::make_shared<const Node>();
        }
        return std::make_shared<const Node>(*std::move(node));
    }
};

std::optional<Child> root_at(const kv::Reader& reader, Height height) {
    const std::optional<AtHeight> last = read_last(reader);
    if (!last) return std::nullopt;
    if (std::min(height, last->applied.height).value < read_pruned(reader)) return std::nullopt;
    if (height >= last->applied.height) return last->root;
    const std::optional<AtHeight> at = read_height(reader, height);
    return at ? std::optional(at->root) : std::nullopt;
}

// Adds the binary siblings inside one node on the way to `nibble`; gives the child where the walk
// ends or goes on.
Child walk_node(const Node& node, unsigned nibble, std::vector<Hash>& siblings) {
    unsigned begin = 0;
    for (unsigned width = 16; width > 1; width /= 2) {
        const Child* last = nullptr;
        const unsigned n = node.range_count(begin, width, &last);
        if (n == 0) return {};
        if (n == 1 && last->kind == Child::Kind::leaf) return *last;
        const unsigned half = width / 2;
        const bool right = nibble >= begin + half;
        siblings.push_back(node.range_hash(right ? begin : begin + half, half));
        if (right) begin += half;
    }
    return node.child(nibble);
}

}  // namespace

View::View(std::shared_ptr<const kv::Reader> snapshot) : reader_(std::move(snapshot)) {}

std::optional<Applied> View::applied() const {
    std::optional<AtHeight> last = read_last(*reader_);
    return last ? std::optional(std::move(last->applied)) : std::nullopt;
}

std::optional<std::string> View::value(std::string_view key, Height height) const {
    const std::optional<Child> root = root_at(*reader_, height);
    if (!root) return std::nullopt;
    Lookup lookup{*reader_};
    NodePtr keeps_alive;
    const Hash key_hash = crypto::sha256(as_bytes(key));
    const Child* leaf = find_leaf(*root, key_hash, std::ref(lookup), keeps_alive);
    if (leaf == nullptr || lookup.missing) return std::nullopt;
    const std::optional<Bytes> text = reader_->get(value_key(leaf->version, key_hash));
    if (!text) return std::nullopt;
    return std::string(as_text(*text));
}

std::optional<proof::TreeProof> View::prove(std::string_view key, Height height) const {
    const std::optional<Child> root = root_at(*reader_, height);
    if (!root) return std::nullopt;
    Lookup lookup{*reader_};
    const Hash key_hash = crypto::sha256(as_bytes(key));
    proof::TreeProof proof;
    Child at = *root;
    for (std::size_t depth = 0; at.kind == Child::Kind::node; ++depth) {
        const NodePtr node = lookup(at, key_hash, depth);
        if (lookup.missing) return std::nullopt;
        at = walk_node(*node, nibble_of(key_hash, depth), proof.siblings);
    }
    if (!at.empty()) proof.leaf = proof::TreeProof::Leaf{at.key_hash, at.value_hash};
    return proof;
}

namespace {

// Answers with the stored perfect subtree, and remembers when one is missing.
struct LogFetch {
    const kv::Reader& reader;
    bool& missing;
    Hash operator()(unsigned level, std::uint64_t index) const {
        const std::optional<Hash> hash = read_log_node(reader, level, index);
        if (!hash) missing = true;
        return hash.value_or(Hash{});
    }
};

}  // namespace

std::optional<std::vector<Hash>> View::log_inclusion(std::uint64_t index,
                                                     std::uint64_t size) const {
    const std::optional<Applied> now = applied();
    if (!now || size > now->log.size() || index >= size) return std::nullopt;
    bool missing = false;
    std::vector<Hash> path = crypto::inclusion_path(index, size, LogFetch{*reader_, missing});
    if (missing) return std::nullopt;
    return path;
}

std::optional<std::vector<Hash>> View::log_consistency(std::uint64_t old_size,
                                                       std::uint64_t new_size) const {
    const std::optional<Applied> now = applied();
    if (!now || new_size > now->log.size() || old_size > new_size) return std::nullopt;
    bool missing = false;
    std::vector<Hash> path =
        crypto::consistency_path(old_size, new_size, LogFetch{*reader_, missing});
    if (missing) return std::nullopt;
    return path;
}

}  // namespace quanlu::state
