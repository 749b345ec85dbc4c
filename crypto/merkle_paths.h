// Template bodies of merkle.h: which perfect subtrees make up a proof. Included by merkle.h only.
#pragma once

#include <bit>

namespace quanlu::crypto {

namespace detail {

// Root of leaves [begin, end) where begin is a multiple of the largest power of two inside: folds
// stored subtrees.
template <class Fetch>
Hash range_root(std::uint64_t begin, std::uint64_t end, Fetch& fetch) {
    const std::uint64_t n = end - begin;
    if (std::has_single_bit(n) && begin % n == 0) {
        const unsigned level = static_cast<unsigned>(std::countr_zero(n));
        return fetch(level, begin >> level);
    }
    const std::uint64_t split = std::bit_floor(n - 1);
    const Hash left = range_root(begin, begin + split, fetch);
    return log_node_hash(left, range_root(begin + split, end, fetch));
}

}  // namespace detail

template <class Fetch>
std::vector<Hash> inclusion_path(std::uint64_t index, std::uint64_t size, Fetch&& fetch) {
    std::vector<Hash> top_down;
    std::uint64_t begin = 0, end = size;
    while (end - begin > 1) {
        const std::uint64_t split = begin + std::bit_floor(end - begin - 1);
        if (index < split) {
            top_down.push_back(detail::range_root(split, end, fetch));
            end = split;
        } else {
            top_down.push_back(detail::range_root(begin, split, fetch));
            begin = split;
        }
    }
    return {top_down.rbegin(), top_down.rend()};
}

template <class Fetch>
std::vector<Hash> consistency_path(std::uint64_t old_size, std::uint64_t new_size, Fetch&& fetch) {
    if (old_size == 0 || old_size >= new_size) return {};
    std::vector<Hash> top_down;
    std::uint64_t begin = 0, end = new_size;
    bool whole = true;  // the old tree is exactly the left part seen so far
    while (old_size != end) {
        const std::uint64_t split = begin + std::bit_floor(end - begin - 1);
        if (old_size <= split) {
            top_down.push_back(detail::range_root(split, end, fetch));
            end = split;
        } else {
            top_down.push_back(detail::range_root(begin, split, fetch));
            begin = split;
            whole = false;
        }
    }
    if (!whole) top_down.push_back(detail::range_root(begin, end, fetch));
    return {top_down.rbegin(), top_down.rend()};
}

}  // namespace quanlu::crypto
