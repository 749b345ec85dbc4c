// A map from SHA-256 values that can be asked and never walked: the order in which a hash table
// holds its entries cannot leak into a result, because nothing here shows it.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstring>
#include <utility>

#include "crypto/base/bytes.h"

namespace quanlu {

// Keys are hashes, so their first bytes are hash enough. Somebody who grinds keys into one bucket
// pays about as many hashes for each as there are buckets.
template <class Value>
class Lookup {
public:
    // nullptr when absent. Valid until the next change.
    [[nodiscard]] const Value* find(const Hash& key) const {
        const auto found = held_.find(key);
        return found == held_.end() ? nullptr : &found->second;
    }
    void set(const Hash& key, Value value) { held_.insert_or_assign(key, std::move(value)); }
    void erase(const Hash& key) { held_.erase(key); }
    void clear() { held_.clear(); }
    [[nodiscard]] std::size_t size() const { return held_.size(); }

private:
    struct FirstBytes {
        std::size_t operator()(const Hash& key) const {
            std::size_t first = 0;
            std::memcpy(&first, key.bytes.data(), sizeof first);
            return first;
        }
    };
    boost::unordered_flat_map<Hash, Value, FirstBytes> held_;
};

}  // namespace quanlu
