// TLS 1.3 between members: each side shows a certificate whose public key is its member key on the
// ledger; the peer's key is compared with the member set and with nothing else (DESIGN D8, E26).
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>

#include "crypto/suite.h"

namespace quanlu::net {

// A context for both directions with a self-signed envelope around the key, made in memory. Whoever
// proves to have the key of its certificate passes, when all it shows is at most 4 KiB: Ed25519 and
// X25519 alone.
boost::asio::ssl::context make_context(const crypto::SigningKey& key);
// The Ed25519 key of the peer's certificate after the handshake.
std::optional<crypto::PublicKey> peer_key(SSL* ssl);

}  // namespace quanlu::net
