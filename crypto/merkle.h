// The log tree of RFC 9162 2.1: leaf H(0x00||data), node H(0x01||l||r), empty H(""), split at the
// largest power of two below n. Appending needs only the frontier (the roots of the perfect
// subtrees, left to right).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/base/bytes.h"

namespace quanlu::crypto {

Hash log_leaf_hash(BytesView data);
Hash log_node_hash(const Hash& left, const Hash& right);

// Size and frontier of a log; a value, cheap to copy (at most 64 hashes).
class LogFrontier {
public:
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] Hash root() const;
    void append(const Hash& leaf);
    // As append, and tells every perfect subtree completed by it: (level, index, hash), level 0 =
    // the leaf.
    template <class Visit>
    void append(const Hash& leaf, Visit&& visit) {
        append_visiting(
            leaf,
            [](void* v, unsigned level, std::uint64_t index, const Hash& hash) {
                (*static_cast<Visit*>(v))(level, index, hash);
            },
            &visit);
    }
    [[nodiscard]] const std::vector<Hash>& peaks() const { return peaks_; }
    // REQUIRES: peaks.size() == popcount(size).
    static LogFrontier restore(std::uint64_t size, std::vector<Hash> peaks);

private:
    using Visitor = void (*)(void*, unsigned, std::uint64_t, const Hash&);
    void append_visiting(const Hash& leaf, Visitor visitor, void* context);
    std::uint64_t size_ = 0;
    std::vector<Hash> peaks_;  // largest first
};

// RFC 9162 2.1.3.2 and 2.1.4.2. False on any wrong length.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& path, const Hash& root);
bool verify_consistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                        const Hash& new_root, const std::vector<Hash>& path);

// Which perfect subtrees (level, index) an inclusion or consistency proof consists of; the store
// answers each. `fetch(level, index)` must give the hash of the perfect subtree covering leaves
// [index<<level, (index+1)<<level).
template <class Fetch>
std::vector<Hash> inclusion_path(std::uint64_t index, std::uint64_t size, Fetch&& fetch);
template <class Fetch>
std::vector<Hash> consistency_path(std::uint64_t old_size, std::uint64_t new_size, Fetch&& fetch);

}  // namespace quanlu::crypto

#include "crypto/merkle_paths.h"
