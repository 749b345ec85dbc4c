// See passphrase.h.
#include "crypto/passphrase.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

namespace quanlu::crypto {

std::optional<std::string> ask_passphrase(const std::string& prompt, bool is_new) {
    std::array<char, 1'001> typed{};
    const int failed = EVP_read_pw_string(typed.data(), static_cast<int>(typed.size()),
                                          (prompt + ": ").c_str(), is_new ? 1 : 0);
    std::optional<std::string> passphrase;
    if (failed == 0) passphrase = typed.data();
    OPENSSL_cleanse(typed.data(), typed.size());
    return passphrase;
}

}  // namespace quanlu::crypto
