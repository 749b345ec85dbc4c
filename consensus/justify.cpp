// One walk down from the view to the first view that a block may stand on.
#include "consensus/justify.h"

#include <algorithm>

namespace quanlu::consensus {

namespace {

// The certificate of the floor's own block; nothing for genesis, which needs none.
Result<std::optional<QuorumCert>, Gap> floor_cert(const Certs& certs, const Floor& floor) {
    if (floor.view == View(0)) return std::optional<QuorumCert>();
    if (floor.cert) return floor.cert;
    // The floor may be final through a later block's certificate; then N of the floor itself has to
    // be found.
    const QuorumCert* cert = certs.notarized(floor.view);
    if (cert == nullptr || cert->statement.block != floor.block) {
        return Err(Gap{Gap::Why::missing, floor.view});
    }
    return std::optional(*cert);
}

}  // namespace

Result<Parent, Gap> justify(View view, const Certs& certs, const Floor& floor) {
    ENSURE(view > floor.view);
    Parent parent;
    std::vector<QuorumCert>& skipped = parent.justification.skipped;
    for (View at = view.prev();; at = at.prev()) {
        if (at == floor.view) {
            TRY(parent.justification.parent, floor_cert(certs, floor));
            parent.block = floor.block;
            parent.view = at;
            break;
        }
        if (const QuorumCert* cert = certs.notarized(at)) {
            parent.justification.parent = *cert;
            parent.block = cert->statement.block;
            parent.view = at;
            break;
        }
        const QuorumCert* nullification = certs.find(VoteKind::nullify, at);
        if (nullification == nullptr) return Err(Gap{Gap::Why::missing, at});
        if (skipped.size() == chain::kJustifyMax) return Err(Gap{Gap::Why::too_long, at});
        skipped.push_back(*nullification);
    }
    std::reverse(skipped.begin(), skipped.end());
    return parent;
}

}  // namespace quanlu::consensus
