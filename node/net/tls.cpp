// OpenSSL builds and checks the envelope; a certificate's dates and names mean nothing here.
#include "node/net/tls.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstring>

#include "crypto/base/check.h"

namespace quanlu::net {

namespace ssl = boost::asio::ssl;

constexpr long kCertificateBytesMax = 4'096;  // all that a peer shows

ssl::context make_context(const crypto::SigningKey& key) {
    ssl::context context(ssl::context::tls);
    SSL_CTX* raw = context.native_handle();
    bool ok = SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION) == 1 &&
              SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION) == 1;
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    auto seed = key.seed();
    EVP_PKEY* pkey =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size());
    OPENSSL_cleanse(seed.data(), seed.size());
    X509* cert = X509_new();
    ok = ok && pkey != nullptr && cert != nullptr && X509_set_version(cert, 2) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(cert), -86'400) != nullptr &&
         ASN1_TIME_set_string_X509(X509_getm_notAfter(cert), "99991231235959Z") == 1 &&
         X509_set_pubkey(cert, pkey) == 1;
    X509_NAME* name = X509_get_subject_name(cert);
    ok = ok &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>("quanlu-member"), -1, -1,
                                    0) == 1 &&
         X509_set_issuer_name(cert, name) == 1 && X509_sign(cert, pkey, nullptr) > 0 &&
         SSL_CTX_use_certificate(raw, cert) == 1 && SSL_CTX_use_PrivateKey(raw, pkey) == 1;
    X509_free(cert);
    EVP_PKEY_free(pkey);
    ENSURE(ok, "OpenSSL cannot make the member's TLS context");
    // peer_key() decides by the key alone, so nothing is computed over what a stranger chose: no
    // path is built from its certificates, ours being one of some 300 bytes, and it signs and
    // exchanges keys as members do. A whole chain, or ffdhe8192, would hold the votes up for a
    // second.
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(
        raw, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
    SSL_CTX_set_max_cert_list(raw, kCertificateBytesMax);
    ok = SSL_CTX_set1_sigalgs_list(raw, "ed25519") == 1 &&
         SSL_CTX_set1_groups_list(raw, "X25519") == 1;
    ENSURE(ok, "OpenSSL does not know Ed25519 and X25519");
    return context;
}

std::optional<crypto::PublicKey> peer_key(SSL* ssl) {
    X509* cert = SSL_get1_peer_certificate(ssl);
    if (cert == nullptr) return std::nullopt;
    crypto::PublicKey key{};
    std::size_t size = key.size();
    EVP_PKEY* pkey = X509_get0_pubkey(cert);
    const bool ok = pkey != nullptr && EVP_PKEY_get_id(pkey) == EVP_PKEY_ED25519 &&
                    EVP_PKEY_get_raw_public_key(pkey, key.data(), &size) == 1 && size == key.size();
    X509_free(cert);
    if (!ok) return std::nullopt;
    return key;
}

}  // namespace quanlu::net
