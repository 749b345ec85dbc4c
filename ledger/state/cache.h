// A bounded cache of two generations: when the young one is full it becomes the old one and the old
// one goes. Lookups of the old generation come back young. What is in it never changes an answer,
// only its price.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstring>
#include <utility>

#include "ledger/state/node.h"

namespace quanlu::state {

// Never iterated: order means nothing here.
struct CacheHash {
    std::size_t operator()(const NodePlace& place) const {
        return (*this)({place.version * 65 + place.depth, place.along});
    }
    std::size_t operator()(const std::pair<std::uint64_t, Hash>& key) const {
        std::size_t low = 0;
        std::memcpy(&low, key.second.bytes.data(), sizeof low);
        return low * 0x9E3779B97F4A7C15U ^
               key.first;  // short ways differ in their first bytes only
    }
};

template <class Key, class Value>
class Cache {
public:
    explicit Cache(std::size_t entries_max) : half_(entries_max / 2) {}

    // nullptr (a default Value) when not held.
    Value find(const Key& key) {
        if (const auto found = young_.find(key); found != young_.end()) return found->second;
        const auto found = old_.find(key);
        if (found == old_.end()) return Value{};
        Value value = found->second;
        put(key, value);
        return value;
    }
    void put(const Key& key, Value value) {
        if (young_.size() >= half_) {
            old_ = std::move(young_);
            young_.clear();
        }
        young_.insert_or_assign(key, std::move(value));
    }

private:
    std::size_t half_;
    boost::unordered_flat_map<Key, Value, CacheHash> young_, old_;
};

}  // namespace quanlu::state
