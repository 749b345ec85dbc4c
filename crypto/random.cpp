// libsodium asks getrandom(2).
#include "crypto/random.h"

#include <sodium.h>

#include "crypto/base/check.h"

namespace quanlu::crypto {

Bytes random_bytes(std::size_t n) {
    ENSURE(sodium_init() >= 0);
    Bytes bytes(n);
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

}  // namespace quanlu::crypto
