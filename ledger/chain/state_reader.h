// The one read view that rules see: committed value of a key, as parsed JSON. Pure callers, any
// store behind it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/json.h"

namespace quanlu::chain {

inline constexpr std::size_t kStateKeyMax =
    256;  // bytes of a key of the map (docs/protocol.md 7.1); at least one

class StateReader {
public:
    virtual ~StateReader() = default;
    // nullptr when absent. The value stays alive while the pointer is held; it never changes.
    [[nodiscard]] virtual std::shared_ptr<const json::Value> get(std::string_view key) const = 0;
};

// What an act changes: key -> new value, or nullptr for an index entry that goes. Sorted, so order
// is explicit.
using Writes = std::map<std::string, std::shared_ptr<const json::Value>, std::less<>>;

}  // namespace quanlu::chain
