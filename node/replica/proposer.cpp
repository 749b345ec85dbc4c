// See proposer.h.
#include "node/replica/proposer.h"

#include <algorithm>

#include "node/replica/limits.h"

namespace quanlu::replica {

namespace {

using chain::Code;

void sort_out(const execution::LeftOut& one, const Mempool& mempool, UnixMillis time,
              Draft& draft) {
    const TxPtr tx = mempool.find_id(one.tx_id);
    if (tx == nullptr) return;
    const Code code = one.why.code;
    if (code == Code::E_VALIDITY_TOO_LONG) {
        draft.drop.push_back(one.tx_id);
        return;
    }
    // A key not yet in force, an operation that stands in this branch: later, perhaps.
    std::int64_t until = time.value + kParkMs;
    if (code == Code::E_NOT_YET_VALID) until = tx->iat * 1000 - 60'000;
    // It goes when final block time has passed it: until then an older block may hold it.
    if (code == Code::E_EXPIRED) until = tx->exp * 1000;
    draft.park.emplace_back(one.tx_id, UnixMillis{until});
}

}  // namespace

Draft draft_block(const consensus::NeedBuild& need, const execution::Tip& parent,
                  const std::set<Hash>& branch, const Mempool& mempool, std::size_t tx_max,
                  const chain::Params& params, MemberIndex self, Now now, state::Store& store) {
    chain::Header header;
    header.epoch = parent.header.epoch;
    header.view = need.view;
    header.proposer = self;
    header.time = UnixMillis{std::max(now.wall.value, parent.header.time.value + 1)};
    const std::vector<TxPtr> pool =
        mempool.oldest(tx_max, [&branch](const TxPtr& tx) { return branch.contains(tx->id); });
    Draft draft;
    std::vector<execution::LeftOut> left_out;
    draft.block = execution::build(parent, params, header, pool, store, left_out);
    for (const execution::LeftOut& one : left_out) sort_out(one, mempool, header.time, draft);
    return draft;
}

bool is_time_acceptable(UnixMillis time, UnixMillis parent, UnixMillis now, std::int64_t delta_ms,
                        std::int64_t eps_ms) {
    if (time.value == parent.value + 1) return true;
    return now.value - eps_ms - 2 * delta_ms <= time.value && time.value <= now.value + eps_ms;
}

}  // namespace quanlu::replica
