// Blocks that are not final: taking them in, fetching what they lack, carrying them out, building
// our own. Missing is not invalid (T9): what cannot be judged yet waits.
#include <algorithm>

#include "crypto/base/encode.h"
#include "node/replica/impl.h"
#include "node/replica/proposer.h"

namespace quanlu::replica {

void Replica::Impl::take_proposal(MemberIndex from, const wire::Proposal& message) {
    const View view = message.header.view;
    if (view <= core->floor().view || view <= tip.header.view) return;
    const Hash hash = chain::hash_of(message.header);
    if (candidates.find(hash) == nullptr && candidates.in_view(view) >= kProposalsPerView) return;
    auto checked = consensus::CheckedProposal::check(
        {message.header, {}, message.justification, message.leader_vote}, members, tag);
    if (!checked.ok()) {
        note("proposal_rejected", view, std::string(chain::to_text(checked.error())));
        return;
    }
    Candidate* candidate = candidates.add(message.header, message.justification, message.tx_hashes);
    if (candidate == nullptr) return note("proposal_without_room", view, "");
    fill_known(*candidate);
    if (candidate->missing > 0) fetch_block(hash, from);
    something_came = true;
    peers.voted(*checked->leader_vote());
    Effects effects;
    core->on_proposal(now.steady, *checked, effects);
    absorb(effects);
}

// A block nobody asked for takes no memory. The hash names no justification: one that does not hold
// would be kept, and served to others as the block's own. Whoever sent it, another is asked.
void Replica::Impl::take_fetched(MemberIndex from, const chain::Block& block) {
    if (block.header.height <= tip.header.height) return;
    const Hash hash = chain::hash_of(block.header);
    if (!asked_blocks.contains(hash)) return;
    if (candidates.find(hash) == nullptr &&
        !chain::verify_links(block.header, block.justification, members, tag).ok()) {
        return note("block_rejected", block.header.view, members.at(from).name + ": justification");
    }
    take_block(block);
}

// REQUIRES: take_fetched found it good, or it stood in our journal.
void Replica::Impl::take_block(const chain::Block& block) {
    Candidate* candidate =
        candidates.add(block.header, block.justification, chain::tx_hashes(block.body));
    if (candidate == nullptr) return;
    fill_known(*candidate);
    for (std::size_t i = 0; i < block.body.size() && candidate->missing > 0; ++i) {
        if (candidate->txs[i] != nullptr) continue;
        const CheckedTx checked = check_tx(block.body[i]);
        if (checked.tx != nullptr) candidates.fill(checked.tx, checked.is_proven);
    }
    asked_blocks.forget(candidate->hash);
    something_came = true;
}

void Replica::Impl::fill_known(const Candidate& candidate) {
    for (std::size_t i = 0; i < candidate.tx_hashes.size() && candidate.missing > 0; ++i) {
        if (candidate.txs[i] != nullptr) continue;
        if (const execution::TxPtr tx = mempool.find_hash(candidate.tx_hashes[i]))
            candidates.fill(tx, true);
    }
}

// From `first`, then from those who notarized the block, then from anybody (7.3, T28).
void Replica::Impl::fetch_block(const Hash& hash, std::optional<MemberIndex> first) {
    const auto attempt = asked_blocks.again(hash, now.steady);
    if (!attempt) return;
    const Candidate* candidate = candidates.find(hash);
    std::vector<MemberIndex> order;
    if (first) order.push_back(*first);
    if (candidate != nullptr) {
        order.push_back(candidate->header.proposer);
        const auto cert = core->cert(chain::VoteKind::notarize, candidate->header.view);
        for (MemberIndex member = 0; cert && member < members.n(); ++member) {
            if ((cert->signers >> member & 1) != 0) order.push_back(member);
        }
    }
    const std::optional<MemberIndex> to = peers.choose(order, *attempt);
    if (!to) return;
    const bool is_begun = candidate != nullptr && candidate->missing < candidate->txs.size();
    // Parts come as gossip does, which lets no key pass that is younger than the final state.
    const bool is_whole = *attempt % kWholeBlockEvery == kWholeBlockEvery - 1;
    if (candidate == nullptr || !is_begun || is_whole) return send(*to, wire::FetchBlock{hash});
    wire::FetchTxs fetch{hash, {}};
    for (std::size_t i = 0; i < candidate->txs.size(); ++i) {
        if (fetch.tx_hashes.size() >= kFetchTxsMax) break;
        if (candidate->txs[i] == nullptr) fetch.tx_hashes.push_back(candidate->tx_hashes[i]);
    }
    send(*to, std::move(fetch));
}

const execution::Tip* Replica::Impl::tip_of(const Hash& block) const {
    if (block == tip.hash) return &tip;
    const Candidate* candidate = candidates.find(block);
    return candidate != nullptr && candidate->executed ? &candidate->executed->tip : nullptr;
}

// Carries a block out on its branch, oldest first, down to one that was, without recursion on what
// peers send.
Verdict Replica::Impl::execute(const Hash& hash) {
    std::vector<Candidate*> path;
    for (Hash at = hash; at != tip.hash;) {
        Candidate* candidate = candidates.find(at);
        if (candidate == nullptr || candidate->missing > 0) {
            fetch_block(at, std::nullopt);
            return Verdict::missing;
        }
        if (candidate->invalid) return Verdict::invalid;
        if (candidate->executed) break;
        path.push_back(candidate);
        at = candidate->header.parent;
        // On another block of the final height or below: it can never become final.
        if (at != tip.hash && candidate->header.height <= tip.header.height.next())
            return Verdict::invalid;
    }
    for (auto at = path.rbegin(); at != path.rend(); ++at) {
        Candidate& candidate = **at;
        const execution::Tip* parent = tip_of(candidate.header.parent);
        ENSURE(parent != nullptr, "the branch was walked down to something carried out");
        auto executed = execution::check(*parent, genesis.params, candidate.header, candidate.txs,
                                         store, candidate.unproven);
        if (!executed.ok()) {
            candidate.invalid = true;
            const execution::Mismatch& why = executed.error();
            note("block_refused", candidate.header.view,
                 why.what + ": header " + why.expected + ", here " + why.found);
            return Verdict::invalid;
        }
        candidate.executed =
            std::make_shared<const execution::Executed>(std::move(executed).value());
        set_in_block(candidates.enliven(candidate), true);
    }
    return Verdict::valid;
}

void Replica::Impl::set_in_block(const std::vector<Hash>& ids, bool is_in_block) {
    for (const Hash& id : ids) mempool.set_in_block(id, is_in_block);
}

void Replica::Impl::answer_check(const Hash& hash) {
    Verdict verdict = execute(hash);
    if (verdict == Verdict::missing) {
        checks.insert(hash);
        if (checks.size() > kChecksMax) checks.erase(checks.begin());
        return;
    }
    checks.erase(hash);
    const Candidate* candidate = candidates.find(hash);
    if (verdict == Verdict::valid && candidate != nullptr) {
        const View view = candidate->header.view;
        // What others notarized is judged by execution alone: time is for live votes (R9).
        const bool is_live = view == core->view() && !core->cert(chain::VoteKind::notarize, view);
        const execution::Tip* parent = tip_of(candidate->header.parent);
        if (is_live && parent != nullptr &&
            !is_time_acceptable(candidate->header.time, parent->header.time, now.wall,
                                core->progress().delta_ms, genesis.params.clock_eps_ms)) {
            note("time_refused", view,
                 std::to_string(candidate->header.time.value - now.wall.value) + " ms from ours");
            verdict = Verdict::invalid;
        }
    }
    Effects effects;
    core->on_checked(now.steady, hash, verdict, effects);
    absorb(effects);
}

void Replica::Impl::try_build() {
    if (build->view != core->view()) return build.reset();
    if (was_clock_wrong) return fail_build();                // R9
    if (execute(build->parent) == Verdict::missing) return;  // tried again when something came
    const execution::Tip* parent = tip_of(build->parent);
    if (parent == nullptr) return fail_build();
    const Millis gathered = build_since + Millis{kGatherMs};
    if (parent->header.tx_count >= kBusyBlockTxs && mempool.ready() < kGatheredTxs &&
        now.steady < gathered) {
        out->wake_at = std::min(out->wake_at, gathered);
        return;
    }
    const bool is_full = candidates.bytes() > kUnfinalBytesMax;
    const auto tx_max = is_full ? 0 : static_cast<std::size_t>(genesis.params.block_tx_max);
    Draft draft = draft_block(*build, *parent, branch_ids(build->parent), mempool, tx_max,
                              genesis.params, config.self, now, store);
    for (const Hash& id : draft.drop) mempool.remove(id);
    for (const auto& [id, until] : draft.park) mempool.park(id, until);
    if (draft.block.txs.empty() && !build->may_be_empty) return fail_build();
    std::vector<Hash> hashes;
    hashes.reserve(draft.block.txs.size());
    for (const execution::TxPtr& tx : draft.block.txs) hashes.push_back(tx->hash);
    Candidate* candidate =
        candidates.add(draft.block.tip.header, build->justification, std::move(hashes));
    if (candidate == nullptr) return fail_build();
    for (const execution::TxPtr& tx : draft.block.txs) candidates.fill(tx, true);
    candidate->executed = std::make_shared<const execution::Executed>(std::move(draft.block));
    set_in_block(candidates.enliven(*candidate), true);
    own_proposal = candidate->hash;
    const chain::Justification justification = std::move(build->justification);
    build.reset();
    Effects effects;
    core->on_built(now.steady, candidate->header, justification, effects);
    absorb(effects);
}

void Replica::Impl::fail_build() {
    const View view = build->view;
    build.reset();
    Effects effects;
    core->on_build_failed(now.steady, view, effects);
    absorb(effects);
}

// What stands between the final tip and `parent`.
std::set<Hash> Replica::Impl::branch_ids(const Hash& parent) const {
    std::set<Hash> ids;
    for (Hash at = parent; at != tip.hash;) {
        const Candidate* candidate = candidates.find(at);
        if (candidate == nullptr) break;
        for (const execution::TxPtr& tx : candidate->txs) ids.insert(tx->id);
        at = candidate->header.parent;
    }
    return ids;
}

}  // namespace quanlu::replica
