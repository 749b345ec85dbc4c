// See certs.h.
#include "consensus/certs.h"

#include "consensus/evidence.h"
#include "consensus/limits.h"

namespace quanlu::consensus {

const std::optional<QuorumCert>& Certs::Row::of(VoteKind kind) const {
    switch (kind) {
        case VoteKind::notarize:
            return notarization;
        case VoteKind::nullify:
            return nullification;
        case VoteKind::finalize:
            return finalization;
    }
    ENSURE(false, "a certificate has one of three kinds");
}

bool Certs::add(const QuorumCert& cert) {
    const View view = cert.statement.view;
    if (find(cert.statement.kind, view) != nullptr) return false;
    if (held_.size() >= kCertViewsMax && !held_.contains(view)) {
        if (view < held_.begin()->first) return false;
        held_.erase(held_.begin());
    }
    Row& row = held_[view];
    switch (cert.statement.kind) {
        case VoteKind::notarize:
            row.notarization = cert;
            break;
        case VoteKind::nullify:
            row.nullification = cert;
            break;
        case VoteKind::finalize:
            row.finalization = cert;
            break;
    }
    return true;
}

const QuorumCert* Certs::find(VoteKind kind, View view) const {
    const auto found = held_.find(view);
    if (found == held_.end()) return nullptr;
    const std::optional<QuorumCert>& cert = found->second.of(kind);
    return cert ? &*cert : nullptr;
}

const QuorumCert* Certs::notarized(View view) const {
    if (const QuorumCert* cert = find(VoteKind::notarize, view)) return cert;
    return find(VoteKind::finalize, view);
}

const QuorumCert* Certs::leaving(View view) const {
    for (const VoteKind kind : {VoteKind::finalize, VoteKind::notarize, VoteKind::nullify}) {
        if (const QuorumCert* cert = find(kind, view)) return cert;
    }
    return nullptr;
}

std::vector<QuorumCert> Certs::newest_notarized(View floor, std::size_t max) const {
    std::vector<QuorumCert> found;
    for (auto at = held_.rbegin(); at != held_.rend() && at->first > floor; ++at) {
        if (found.size() == max) break;
        if (at->second.notarization) found.push_back(*at->second.notarization);
    }
    return found;
}

std::size_t Certs::skipped_between(View floor, View view, std::size_t max) const {
    std::size_t skipped = 0;
    if (view.value == 0) return skipped;
    for (View at = view.prev(); at > floor && skipped < max; at = at.prev()) {
        if (notarized(at) == nullptr) ++skipped;
    }
    return skipped;
}

std::vector<Evidence> Certs::against(const SignedVote& vote) const {
    std::vector<Evidence> pairs;
    for (const VoteKind kind : {VoteKind::notarize, VoteKind::nullify, VoteKind::finalize}) {
        const QuorumCert* cert = find(kind, vote.vote.view);
        if (cert == nullptr || !contradict(cert->statement, vote.vote)) continue;
        for (const SignedVote& signed_vote : votes_in(*cert)) {
            if (signed_vote.member == vote.member) pairs.push_back({signed_vote, vote});
        }
    }
    return pairs;
}

std::vector<SignedVote> Certs::votes_of(MemberIndex member) const {
    std::vector<SignedVote> votes;
    for (const auto& [view, row] : held_) {
        for (const auto* cert : {&row.notarization, &row.nullification, &row.finalization}) {
            if (!*cert) continue;
            for (const SignedVote& vote : votes_in(**cert)) {
                if (vote.member == member) votes.push_back(vote);
            }
        }
    }
    return votes;
}

}  // namespace quanlu::consensus
