// RFC 9162 2.1. The frontier holds one root for each set bit of the size, largest subtree first.
#include "crypto/merkle.h"

#include <bit>

#include "crypto/base/check.h"
#include "crypto/hash.h"

namespace quanlu::crypto {

namespace {

constexpr std::uint8_t kLeafTag[1] = {0};
constexpr std::uint8_t kNodeTag[1] = {1};

}  // namespace

Hash log_leaf_hash(BytesView data) {
    return sha256({BytesView(kLeafTag), data});
}
Hash log_node_hash(const Hash& left, const Hash& right) {
    return sha256({BytesView(kNodeTag), left.view(), right.view()});
}

Hash LogFrontier::root() const {
    if (peaks_.empty()) return sha256(BytesView{});
    Hash root = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = log_node_hash(peaks_[i], root);
    return root;
}

void LogFrontier::append(const Hash& leaf) {
    append_visiting(
        leaf, [](void*, unsigned, std::uint64_t, const Hash&) {}, nullptr);
}

void LogFrontier::append_visiting(const Hash& leaf, Visitor visitor, void* context) {
    Hash node = leaf;
    unsigned level = 0;
    visitor(context, 0, size_, node);
    for (std::uint64_t rest = size_; rest & 1; rest >>= 1) {
        node = log_node_hash(peaks_.back(), node);
        peaks_.pop_back();
        ++level;
        visitor(context, level, size_ >> level, node);
    }
    peaks_.push_back(node);
    ++size_;
}

LogFrontier LogFrontier::restore(std::uint64_t size, std::vector<Hash> peaks) {
    ENSURE(peaks.size() == static_cast<std::size_t>(std::popcount(size)));
    LogFrontier frontier;
    frontier.size_ = size;
    frontier.peaks_ = std::move(peaks);
    return frontier;
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& path, const Hash& root) {
    if (index >= size) return false;
    std::uint64_t fn = index, sn = size - 1;
    Hash r = leaf;
    for (const Hash& p : path) {
        if (sn == 0) return false;
        if ((fn & 1) != 0 || fn == sn) {
            r = log_node_hash(p, r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = log_node_hash(r, p);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && r == root;
}

bool verify_consistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                        const Hash& new_root, const std::vector<Hash>& path) {
    if (old_size > new_size) return false;
    if (old_size == new_size) return path.empty() && old_root == new_root;
    if (old_size == 0) return path.empty() && old_root == sha256(BytesView{});
    std::size_t at = 0;
    const bool power = std::has_single_bit(old_size);
    if (!power && path.empty()) return false;
    std::uint64_t fn = old_size - 1, sn = new_size - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    Hash fr = power ? old_root : path[at++];
    Hash sr = fr;
    for (; at < path.size(); ++at) {
        if (sn == 0) return false;
        if ((fn & 1) != 0 || fn == sn) {
            fr = log_node_hash(path[at], fr);
            sr = log_node_hash(path[at], sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = log_node_hash(sr, path[at]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && fr == old_root && sr == new_root;
}

}  // namespace quanlu::crypto
