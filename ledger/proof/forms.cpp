// docs/protocol.md 9.1.
#include "ledger/proof/forms.h"

#include "crypto/base/encode.h"

namespace quanlu::proof {

namespace {

constexpr chain::VoteKind kKinds[] = {chain::VoteKind::notarize, chain::VoteKind::nullify,
                                      chain::VoteKind::finalize};

// Ascending indexes below 64 as a bitmap; descending or repeated ones have no second spelling to
// hide behind.
std::optional<std::uint64_t> bitmap_from(const json::Value* list) {
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::uint64_t bits = 0;
    std::int64_t before = -1;
    for (const json::Value& one : list->as_array()) {
        if (!one.is_integer() || one.as_integer() <= before || one.as_integer() >= 64)
            return std::nullopt;
        before = one.as_integer();
        bits |= std::uint64_t{1} << before;
    }
    return bits;
}

}  // namespace

std::string header_text(const chain::Header& header) {
    return to_base64url(encode(header));
}

std::optional<chain::Header> header_from_text(std::string_view text) {
    if (text.size() > 2 * chain::kHeaderBytes) return std::nullopt;
    const auto bytes = from_base64url(text);
    if (!bytes) return std::nullopt;
    const auto header = chain::decode_header(*bytes);
    if (!header.ok()) return std::nullopt;
    return *header;
}

std::string_view to_text(chain::VoteKind kind) {
    switch (kind) {
        case chain::VoteKind::notarize:
            return "notarize";
        case chain::VoteKind::nullify:
            return "nullify";
        case chain::VoteKind::finalize:
            return "finalize";
    }
    ENSURE(false);
}

json::Value to_json(const chain::QuorumCert& cert) {
    json::Array signers, signatures;
    for (std::int64_t i = 0; i < 64; ++i) {
        if ((cert.signers >> i & 1) != 0) signers.emplace_back(i);
    }
    for (const crypto::Signature& signature : cert.signatures)
        signatures.emplace_back(to_base64url(signature));
    return json::Object{
        {"block", to_hex(cert.statement.block)}, {"epoch", cert.statement.epoch.value},
        {"kind", to_text(cert.statement.kind)},  {"signatures", std::move(signatures)},
        {"signers", std::move(signers)},         {"view", cert.statement.view.value}};
}

std::optional<chain::QuorumCert> quorum_cert_from_json(const json::Value& value) {
    if (!value.is_object() || value.as_object().size() != 6) return std::nullopt;
    chain::QuorumCert cert;
    bool known = false;
    for (const chain::VoteKind kind : kKinds) {
        if (value.string_or("kind", "") != to_text(kind)) continue;
        cert.statement.kind = kind;
        known = true;
    }
    const std::int64_t epoch = value.integer_or("epoch", -1), view = value.integer_or("view", -1);
    const auto block = hash_from_hex(value.string_or("block", ""));
    const auto signers = bitmap_from(value.find("signers"));
    const json::Value* signatures = value.find("signatures");
    if (!known || epoch < 0 || view < 0 || !block || !signers || signatures == nullptr ||
        !signatures->is_array() || signatures->as_array().size() > chain::kMembersMax) {
        return std::nullopt;
    }
    cert.statement.epoch = Epoch(static_cast<std::uint64_t>(epoch));
    cert.statement.view = View(static_cast<std::uint64_t>(view));
    cert.statement.block = *block;
    cert.signers = *signers;
    for (const json::Value& one : signatures->as_array()) {
        const auto bytes = one.is_string() ? from_base64url(one.as_string()) : std::nullopt;
        if (!bytes || bytes->size() != 64) return std::nullopt;
        std::memcpy(cert.signatures.emplace_back().data(), bytes->data(), 64);
    }
    return cert;
}

}  // namespace quanlu::proof
