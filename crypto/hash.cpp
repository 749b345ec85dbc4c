// SHA-256 through one fetched EVP digest and one context a thread (DESIGN 5): three times the
// one-shot call on short input.
#include "crypto/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/base/check.h"

namespace quanlu::crypto {

namespace {

struct Hasher {
    EVP_MD* digest;
    EVP_MD_CTX* context;
    explicit Hasher(const char* name)
        : digest(EVP_MD_fetch(nullptr, name, nullptr)), context(EVP_MD_CTX_new()) {
        ENSURE(digest != nullptr && context != nullptr, name);
    }
    ~Hasher() {
        EVP_MD_CTX_free(context);
        EVP_MD_free(digest);
    }
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;

    Hash run(const BytesView* parts, std::size_t count) {
        Hash out;
        unsigned size = 0;
        bool ok = EVP_DigestInit_ex2(context, digest, nullptr) == 1;
        for (std::size_t i = 0; i < count; ++i) {
            ok = ok && EVP_DigestUpdate(context, parts[i].data(), parts[i].size()) == 1;
        }
        ok = ok && EVP_DigestFinal_ex(context, out.bytes.data(), &size) == 1;
        ENSURE(ok && size == 32);
        return out;
    }
};

Hasher& sha256_hasher() {
    thread_local Hasher hasher("SHA256");
    return hasher;
}

Hash hmac(const char* name, BytesView key, BytesView data) {
    Hash out;
    unsigned size = 0;
    Hasher hasher(name);
    const unsigned char* made = HMAC(hasher.digest, key.data(), static_cast<int>(key.size()),
                                     data.data(), data.size(), out.bytes.data(), &size);
    ENSURE(made != nullptr && size == 32);
    return out;
}

}  // namespace

Hash sha256(BytesView data) {
    return sha256_hasher().run(&data, 1);
}
Hash sha256(std::initializer_list<BytesView> parts) {
    return sha256_hasher().run(parts.begin(), parts.size());
}
Hash sm3(BytesView data) {
    thread_local Hasher hasher("SM3");
    return hasher.run(&data, 1);
}
Hash hmac_sha256(BytesView key, BytesView data) {
    return hmac("SHA256", key, data);
}
Hash hmac_sm3(BytesView key, BytesView data) {
    return hmac("SM3", key, data);
}

}  // namespace quanlu::crypto
