// OpenSSL reads and writes PKCS#8; here only the file's mode, the passphrase and the wiping.
#include "crypto/key_file.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "crypto/durable_file.h"
#include "crypto/passphrase.h"

namespace quanlu::crypto {

namespace {

template <class T, void (*free_it)(T*)>
struct Free {
    void operator()(T* thing) const { free_it(thing); }
};
using Pkey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using Sig = std::unique_ptr<X509_SIG, Free<X509_SIG, X509_SIG_free>>;
using Info =
    std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO, BIO_free_all>>;

constexpr std::size_t kFileBytesMax = 16 * 1024;
// scrypt cost: about 50 ms and 16 MiB, inside OpenSSL's default memory cap of 32 MiB.
constexpr std::uint64_t kScryptN = 16'384, kScryptR = 8, kScryptP = 1;

struct Closer {
    int fd;
    ~Closer() { close(fd); }
};

KeyFileError fail(std::string reason, std::string detail) {
    return {std::move(reason), std::move(detail)};
}

int give_passphrase(char* buffer, int size, int, void* context) {
    const auto* passphrase = static_cast<const std::string_view*>(context);
    if (passphrase->size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(buffer, passphrase->data(), passphrase->size());
    return static_cast<int>(passphrase->size());
}

Result<std::string, KeyFileError> read_checked(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return Err(fail(errno == ENOENT ? "missing" : "io", path + ": " + std::strerror(errno)));
    const Closer closer{fd};
    struct stat status {};
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return Err(fail("io", path + ": not a file"));
    if ((status.st_mode & 077) != 0) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(status.st_mode & 07777));
        return Err(fail("mode", path + ": mode " + mode + ", expected 0600"));
    }
    std::string text(kFileBytesMax, '\0');
    const ssize_t n = read(fd, text.data(), text.size());
    if (n <= 0) return Err(fail("format", path + ": empty"));
    text.resize(static_cast<std::size_t>(n));
    return text;
}

}  // namespace

Result<SigningKey, KeyFileError> read_key_file(const std::string& path,
                                               std::string_view passphrase) {
    TRY(std::string text, read_checked(path));
    const bool encrypted = text.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string::npos;
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const Pkey pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
    sodium_memzero(text.data(), text.size());
    if (!pkey) return Err(fail(encrypted ? "passphrase" : "format", path));
    std::array<std::uint8_t, 32> seed{};
    std::size_t size = seed.size();
    if (EVP_PKEY_get_id(pkey.get()) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_private_key(pkey.get(), seed.data(), &size) != 1 || size != seed.size()) {
        return Err(fail("not_ed25519", path));
    }
    SigningKey key = SigningKey::from_seed(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

Status<KeyFileError> write_key_file(const std::string& path, const SigningKey& key,
                                    std::string_view passphrase) {
    // OpenSSL locks a key with any passphrase, and takes 1,024 bytes when it unlocks one.
    if (passphrase.size() > kPassphraseBytesMax)
        return Err(fail("passphrase", path + ": too long"));
    std::array<std::uint8_t, 32> seed = key.seed();
    const Pkey pkey(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
    sodium_memzero(seed.data(), seed.size());
    const Info info(EVP_PKEY2PKCS8(pkey.get()));
    const Bio bio(BIO_new(BIO_s_secmem()));
    bool ok = info != nullptr && bio != nullptr;
    if (passphrase.empty()) {
        ok = ok && PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), info.get()) == 1;
    } else {
        X509_ALGOR* algorithm = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr,
                                                      kScryptN, kScryptR, kScryptP);
        const Sig sealed(algorithm == nullptr ? nullptr
                                              : PKCS8_set0_pbe(passphrase.data(),
                                                               static_cast<int>(passphrase.size()),
                                                               info.get(), algorithm));
        ok = ok && sealed != nullptr && PEM_write_bio_PKCS8(bio.get(), sealed.get()) == 1;
    }
    if (!ok) return Err(fail("format", "OpenSSL cannot write the key"));
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    const auto written =
        write_durably(path, {text, static_cast<std::size_t>(size)}, 0600, IfThere::refuse);
    if (!written.ok())
        return Err(fail(written.error() == EEXIST ? "exists" : "io",
                        path + ": " + std::strerror(written.error())));
    return Unit{};
}

}  // namespace quanlu::crypto
