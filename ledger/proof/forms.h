// JSON forms of what members sign, as bundles, evidence and the API show them
// (docs/protocol.md 9.1). A header keeps its 329 bytes, because those are what is hashed; a quorum
// certificate is spelled out.
#pragma once

#include <optional>
#include <string>

#include "crypto/base/json.h"
#include "ledger/chain/header.h"
#include "ledger/chain/quorum_cert.h"

namespace quanlu::proof {

// base64url of the encoded header, 439 characters.
std::string header_text(const chain::Header& header);
std::optional<chain::Header> header_from_text(std::string_view text);

// "notarize", "nullify", "finalize".
std::string_view to_text(chain::VoteKind kind);

// {"block":hex,"epoch","kind","signatures":[b64u,...],"signers":[index,...],"view"}; signers
// ascend, one signature each.
json::Value to_json(const chain::QuorumCert& cert);
// Strict in form; says nothing about whether the signatures hold.
std::optional<chain::QuorumCert> quorum_cert_from_json(const json::Value& value);

}  // namespace quanlu::proof
