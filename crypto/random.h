// Bytes from the operating system's generator: salts, nonces, idempotency keys. Never in pure code.
#pragma once

#include "crypto/base/bytes.h"

namespace quanlu::crypto {

Bytes random_bytes(std::size_t n);

}  // namespace quanlu::crypto
