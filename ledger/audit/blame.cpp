// The four exclusive pairs: two notarized blocks, two finalized blocks, nullify and finalize,
// notarize b and finalize c, all within one (epoch, view).
#include "ledger/audit/blame.h"

#include <algorithm>

#include "crypto/base/encode.h"

namespace quanlu::audit {

namespace {

using chain::VoteKind;

std::optional<crypto::Signature> signature_of(const chain::QuorumCert& cert,
                                              chain::MemberIndex member) {
    if ((cert.signers >> member & 1) == 0) return std::nullopt;
    std::size_t place = 0;
    for (chain::MemberIndex i = 0; i < member; ++i) place += cert.signers >> i & 1;
    return cert.signatures.at(place);
}

json::Value vote_json(const chain::SignedVote& vote) {
    json::Value out;
    const VoteKind kind = vote.vote.kind;
    out.set("kind", kind == VoteKind::notarize  ? "notarize"
                    : kind == VoteKind::nullify ? "nullify"
                                                : "finalize");
    out.set("epoch", vote.vote.epoch.value);
    out.set("view", vote.vote.view.value);
    out.set("block", to_hex(vote.vote.block));
    out.set("signature", to_base64url(vote.signature));
    return out;
}

}  // namespace

bool exclude_each_other(const chain::Vote& a, const chain::Vote& b) {
    if (a.epoch != b.epoch || a.view != b.view) return false;
    const bool a_null = a.kind == VoteKind::nullify;
    const bool b_null = b.kind == VoteKind::nullify;
    // Notarize then nullify is allowed (R3); nullify and finalize never are.
    if (a_null || b_null)
        return a_null != b_null && (a_null ? b.kind : a.kind) == VoteKind::finalize;
    return a.block != b.block;
}

bool Blame::add(const chain::QuorumCert& cert) {
    if (!chain::verify(cert, members_, tag_).ok()) return false;
    const auto same = [&cert](const chain::QuorumCert& other) {
        return other.statement == cert.statement && other.signers == cert.signers;
    };
    if (std::none_of(certs_.begin(), certs_.end(), same)) certs_.push_back(cert);
    return true;
}

void Blame::add(const chain::FinalBlock& block) {
    const chain::Justification& justification = block.block.justification;
    if (justification.parent) add(*justification.parent);
    for (const chain::QuorumCert& skipped : justification.skipped) add(skipped);
    if (block.finalization) add(*block.finalization);
}

std::vector<Accusation> Blame::accusations() const {
    std::vector<Accusation> found;
    const auto known = [&found](chain::MemberIndex member, const chain::Vote& a,
                                const chain::Vote& b) {
        return std::any_of(found.begin(), found.end(), [&](const Accusation& one) {
            return one.member == member && ((one.first.vote == a && one.second.vote == b) ||
                                            (one.first.vote == b && one.second.vote == a));
        });
    };
    for (std::size_t i = 0; i < certs_.size(); ++i) {
        for (std::size_t j = i + 1; j < certs_.size(); ++j) {
            const chain::Vote& a = certs_[i].statement;
            const chain::Vote& b = certs_[j].statement;
            if (!exclude_each_other(a, b)) continue;
            for (chain::MemberIndex member = 0; member < members_.n(); ++member) {
                const auto first = signature_of(certs_[i], member);
                const auto second = signature_of(certs_[j], member);
                if (!first || !second || known(member, a, b)) continue;
                found.push_back({member, {a, member, *first}, {b, member, *second}});
            }
        }
    }
    std::sort(found.begin(), found.end(), [](const Accusation& a, const Accusation& b) {
        return std::pair(a.first.vote.view, a.member) < std::pair(b.first.vote.view, b.member);
    });
    return found;
}

json::Value to_json(const Accusation& accusation, const chain::Members& members) {
    json::Value out;
    out.set("member", members.at(accusation.member).name);
    out.set("index", accusation.member);
    out.set("first", vote_json(accusation.first));
    out.set("second", vote_json(accusation.second));
    return out;
}

}  // namespace quanlu::audit
