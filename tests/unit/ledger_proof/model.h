// The oracle: the map as a plain std::map with the recursive root of docs/protocol.md 7.1, the log
// as a plain vector with the recursive root of RFC 9162 2.1, and provers as naive as both. Shares
// the hash functions with the product and nothing else.
#pragma once

#include <bit>
#include <map>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "ledger/proof/log_proof.h"
#include "ledger/proof/tree_proof.h"

namespace quanlu::proof {

struct Pair {
    Hash key, value;
};
using Map = std::map<std::string, std::string>;  // key -> value bytes

inline bool bit(const Hash& hash, unsigned at) {
    return (hash.bytes[at / 8] >> (7 - at % 8) & 1) != 0;
}

inline std::vector<Pair> pairs_of(const Map& map) {
    std::vector<Pair> pairs;
    for (const auto& [key, value] : map) {
        pairs.push_back({crypto::sha256(as_bytes(key)), crypto::sha256(as_bytes(value))});
    }
    return pairs;
}

inline Hash naive_leaf(const Pair& pair) {
    return crypto::sha256({as_bytes("JMT::LeafNode"), pair.key.view(), pair.value.view()});
}

inline std::vector<Pair> half(const std::vector<Pair>& set, unsigned depth, bool side) {
    std::vector<Pair> taken;
    for (const Pair& pair : set) {
        if (bit(pair.key, depth) == side) taken.push_back(pair);
    }
    return taken;
}

inline Hash naive_root(const std::vector<Pair>& set, unsigned depth = 0) {
    if (set.empty()) return Hash::from(as_bytes("SPARSE_MERKLE_PLACEHOLDER_HASH__"));
    if (set.size() == 1) return naive_leaf(set[0]);
    const Hash left = naive_root(half(set, depth, false), depth + 1);
    const Hash right = naive_root(half(set, depth, true), depth + 1);
    return crypto::sha256({as_bytes("JMT::IntrnalNode"), left.view(), right.view()});
}
inline Hash naive_root(const Map& map) {
    return naive_root(pairs_of(map));
}

// Down the key's own bits until at most one element is left.
inline TreeProof naive_prove(const Map& map, const std::string& key) {
    const Hash asked = crypto::sha256(as_bytes(key));
    TreeProof proof;
    std::vector<Pair> set = pairs_of(map);
    for (unsigned depth = 0; set.size() > 1; ++depth) {
        proof.siblings.push_back(naive_root(half(set, depth, !bit(asked, depth)), depth + 1));
        set = half(set, depth, bit(asked, depth));
    }
    if (set.size() == 1) proof.leaf = TreeProof::Leaf{set[0].key, set[0].value};
    return proof;
}

inline Hash naive_log_root(const std::vector<std::string>& lines, std::size_t begin,
                           std::size_t end) {
    if (begin == end) return crypto::sha256(BytesView{});
    if (end - begin == 1) {
        const std::uint8_t zero = 0;
        return crypto::sha256({BytesView(&zero, 1), as_bytes(lines[begin])});
    }
    const std::size_t split = begin + std::bit_floor(end - begin - 1);
    const std::uint8_t one = 1;
    const Hash left = naive_log_root(lines, begin, split),
               right = naive_log_root(lines, split, end);
    return crypto::sha256({BytesView(&one, 1), left.view(), right.view()});
}

// RFC 9162 2.1.3.1, word for word.
inline std::vector<Hash> naive_path(const std::vector<std::string>& lines, std::size_t index,
                                    std::size_t begin, std::size_t end) {
    if (end - begin <= 1) return {};
    const std::size_t split = begin + std::bit_floor(end - begin - 1);
    const bool left = index < split;
    std::vector<Hash> path =
        left ? naive_path(lines, index, begin, split) : naive_path(lines, index, split, end);
    path.push_back(left ? naive_log_root(lines, split, end) : naive_log_root(lines, begin, split));
    return path;
}

// RFC 9162 2.1.4.1: SUBPROOF(m, D[begin:end], whole).
inline std::vector<Hash> naive_growth(const std::vector<std::string>& lines, std::size_t m,
                                      std::size_t begin, std::size_t end, bool whole) {
    if (m == end - begin) {
        if (whole) return {};
        return {naive_log_root(lines, begin, end)};
    }
    const std::size_t split = std::bit_floor(end - begin - 1);
    std::vector<Hash> path;
    if (m <= split) {
        path = naive_growth(lines, m, begin, begin + split, whole);
        path.push_back(naive_log_root(lines, begin + split, end));
    } else {
        path = naive_growth(lines, m - split, begin + split, end, false);
        path.push_back(naive_log_root(lines, begin, begin + split));
    }
    return path;
}

}  // namespace quanlu::proof
