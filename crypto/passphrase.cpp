// See passphrase.h.
#include "crypto/passphrase.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

namespace quanlu::crypto {

Result<std::string, NoPassphrase> ask_passphrase(const std::string& prompt, bool is_new) {
    std::array<char, kPassphraseBytesMax + 1> typed{};  // the length that is given counts no end
    const int failed = EVP_read_pw_string(typed.data(), static_cast<int>(kPassphraseBytesMax),
                                          (prompt + ": ").c_str(), is_new ? 1 : 0);
    std::string passphrase(typed.data());
    OPENSSL_cleanse(typed.data(), typed.size());
    if (failed != 0) return Err(failed == -2 ? NoPassphrase::interrupted : NoPassphrase::refused);
    return passphrase;
}

}  // namespace quanlu::crypto
