// How long a canonical text can be, before it is written: what is stored must be readable again.
#pragma once

#include <cstddef>
#include <optional>

#include "crypto/base/json.h"

namespace quanlu::json {

// Not less than the bytes of write(value), without looking into texts; nothing when parse() would
// refuse that text at any size: an integer out of range, or too deep. REQUIRES: texts and keys as
// parse() leaves them.
std::optional<std::size_t> size_bound(const Value& value);

}  // namespace quanlu::json
