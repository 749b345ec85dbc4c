// See certs.h.
#include "consensus/certs.h"

#include <algorithm>

namespace quanlu::consensus {

bool Certs::add(const QuorumCert& cert) {
    return held_.try_emplace({cert.statement.view, cert.statement.kind}, cert).second;
}

bool Certs::conflict(const QuorumCert& a, const QuorumCert& b) {
    return a.statement.kind == b.statement.kind && a.statement.view == b.statement.view &&
           a.statement.block != b.statement.block;
}

const QuorumCert* Certs::find(VoteKind kind, View view) const {
    const auto found = held_.find({view, kind});
    return found == held_.end() ? nullptr : &found->second;
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

void Certs::forget_below(View view) { held_.erase(held_.begin(), held_.lower_bound({view, VoteKind::notarize})); }

std::optional<View> Certs::highest() const {
    if (held_.empty()) return std::nullopt;
    return held_.rbegin()->first.first;
}

Result<Certs::Parent, Certs::Missing> Certs::parent_for(View view, const Floor& floor) const {
    Parent parent;
    for (View at = view.prev(); at > floor.view; at = at.prev()) {
        if (const QuorumCert* cert = notarized(at)) {
            parent.block = cert->statement.block;
            parent.view = at;
            parent.justification.parent = *cert;
            std::reverse(parent.justification.skipped.begin(), parent.justification.skipped.end());
            return parent;
        }
        const QuorumCert* skipped = find(VoteKind::nullify, at);
        if (skipped == nullptr) return Err(Missing{at});
        parent.justification.skipped.push_back(*skipped);
    }
    parent.block = floor.block;
    parent.view = floor.view;
    parent.justification.parent = floor.cert;
    std::reverse(parent.justification.skipped.begin(), parent.justification.skipped.end());
    return parent;
}

}  // namespace quanlu::consensus
