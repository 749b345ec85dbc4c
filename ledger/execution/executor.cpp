// One run() serves leader and voter: the difference is only what happens to a transaction that may
// not stand. Rule numbers: docs/protocol.md 3 (admission), 4.1 (header), 6 (log order); E13 (roots
// before any vote).
#include "ledger/execution/executor.h"

#include <algorithm>
#include <set>

#include "crypto/base/encode.h"
#include "ledger/chain/leaf.h"
#include "ledger/execution/recent.h"
#include "ledger/execution/window.h"
#include "ledger/execution/working_state.h"
#include "ledger/registry/registry.h"

namespace quanlu::execution {

namespace {

using chain::Code;
using chain::Refusal;

// The block in the making: state after the transactions taken so far, log leaves, keys used inside
// this block.
struct Run {
    const Tip& parent;
    const chain::Params& params;
    Height height;
    UnixMillis time;
    WorkingState state;
    Lookup<bool> operations;  // of this block, for duplicates inside it
    std::size_t bytes = 0;
    Executed out;

    Run(const Tip& p, const chain::Params& ps, UnixMillis t)
        : parent(p), params(ps), height(p.header.height.next()), time(t), state(p.state) {
        out.tip.log = p.log;
        add_leaf(chain::header_leaf(p.header));
    }

    void add_leaf(std::string leaf) {
        const Hash hash = crypto::log_leaf_hash(as_bytes(leaf));
        out.tip.log.append(hash);
        out.leaf_hashes.push_back(hash);
        out.leaves.push_back(std::move(leaf));
    }

    void deadlines() {
        chain::Writes writes;
        const registry::Moment moment{height, 0, time};
        out.system_events = registry::run_deadlines(
            state, moment, static_cast<std::size_t>(params.deadlines_per_block_max), writes);
        state.absorb(std::move(writes));
        if (!out.system_events.empty()) {
            add_leaf(chain::system_leaf(height, time, out.system_events));
        }
    }

    [[nodiscard]] bool has_room(const chain::Tx& tx) const {
        return out.txs.size() < static_cast<std::size_t>(params.block_tx_max) &&
               bytes + tx.jws.size() <= static_cast<std::size_t>(params.block_bytes_max);
    }

    // What keeps a transaction out of any block at this place.
    [[nodiscard]] Status<Refusal> admit(const chain::Tx& tx) const {
        TRY_VOID(chain::check_window(tx, time, params.tx_validity_max_ms));
        if (const RecentEntry* seen = parent.recent->find(tx.operation, time)) {
            json::Value facts;
            facts.set("tx", to_hex(seen->tx_id));
            return Err(Refusal(Code::E_DUPLICATE_SUBMISSION, "jti", std::move(facts), seen->where));
        }
        if (operations.find(tx.operation) != nullptr)
            return Err(Refusal(Code::E_DUPLICATE_SUBMISSION, "jti"));
        return registry::admit(state, tx, time);
    }

    // By the key that was admitted: the state at this place holds it, earlier in this block or not.
    [[nodiscard]] bool is_signed(const chain::Tx& tx) const {
        const auto key = registry::officer_key(state, tx);
        return key && chain::check_signature(tx, *key).ok();
    }

    void take(const TxPtr& tx) {
        const registry::Moment moment{height, static_cast<std::uint32_t>(out.txs.size()), time};
        chain::Writes writes;
        chain::Outcome outcome = registry::apply(state, *tx, moment, writes);
        if (outcome.ok()) state.absorb(std::move(writes));
        std::string text = chain::outcome_text(outcome);
        add_leaf(chain::tx_leaf_with({height, moment.index}, time, tx->jws, tx->id, text));
        out.outcome_texts.push_back(std::move(text));
        operations.set(tx->operation, true);
        bytes += tx->jws.size();
        out.txs.push_back(tx);
        out.outcomes.push_back(std::move(outcome));
    }

    // Fills everything of the header that execution decides.
    Executed finish(chain::Header header, state::Store& store) {
        std::vector<Hash> hashes;
        hashes.reserve(out.txs.size());
        for (const TxPtr& tx : out.txs) hashes.push_back(tx->hash);
        out.writes = state.writes();
        out.tip.state = store.stage(parent.state, height, out.writes);
        out.tip.recent = extend_recent(parent.recent, time, out.txs, height);
        header.chain = parent.header.chain;
        header.height = height;
        header.parent = parent.hash;
        header.parent_view = parent.header.view;
        header.tx_count = static_cast<std::uint32_t>(out.txs.size());
        header.txs_hash = chain::txs_hash(hashes);
        header.log_size = out.tip.log.size();
        header.log_root = out.tip.log.root();
        header.state_root = out.tip.state->root();
        header.members_hash = parent.header.next_members_hash;
        header.next_members_hash = parent.header.next_members_hash;
        header.params_hash = parent.header.params_hash;
        out.tip.header = header;
        out.tip.hash = chain::hash_of(header);
        return std::move(out);
    }
};

Mismatch differ(std::string what, std::string expected, std::string found,
                std::uint32_t index = 0) {
    return Mismatch{std::move(what), std::move(expected), std::move(found), index};
}

// Links that need no execution, refused first because they cost nothing.
Status<Mismatch> check_place(const Tip& parent, const chain::Params& params,
                             const chain::Header& header, const std::vector<TxPtr>& txs) {
    const chain::Header& before = parent.header;
    if (header.chain != before.chain)
        return Err(differ("chain", to_hex(before.chain.chain_id), ""));
    if (header.kind != chain::BlockKind::normal) return Err(differ("kind", "normal", "other"));
    if (header.height != before.height.next()) {
        return Err(differ("height", std::to_string(header.height.value),
                          std::to_string(before.height.value + 1)));
    }
    if (header.parent != parent.hash) {
        return Err(differ("parent", to_hex(header.parent), to_hex(parent.hash)));
    }
    if (header.parent_view != before.view || header.epoch != before.epoch) {
        return Err(differ("parent_view", std::to_string(header.parent_view.value),
                          std::to_string(before.view.value)));
    }
    if (header.time <= before.time) {
        return Err(
            differ("time", std::to_string(header.time.value), std::to_string(before.time.value)));
    }
    if (txs.size() > static_cast<std::size_t>(params.block_tx_max) ||
        txs.size() != header.tx_count) {
        return Err(differ("limit", std::to_string(header.tx_count), std::to_string(txs.size())));
    }
    return Unit{};
}

Status<Mismatch> compare(const chain::Header& expected, const chain::Header& found) {
    if (expected == found) return Unit{};
    if (expected.txs_hash != found.txs_hash) {
        return Err(differ("txs_hash", to_hex(expected.txs_hash), to_hex(found.txs_hash)));
    }
    if (expected.state_root != found.state_root) {
        return Err(differ("state_root", to_hex(expected.state_root), to_hex(found.state_root)));
    }
    if (expected.log_size != found.log_size) {
        return Err(
            differ("log_size", std::to_string(expected.log_size), std::to_string(found.log_size)));
    }
    if (expected.log_root != found.log_root) {
        return Err(differ("log_root", to_hex(expected.log_root), to_hex(found.log_root)));
    }
    if (expected.params_hash != found.params_hash) {
        return Err(differ("params_hash", to_hex(expected.params_hash), to_hex(found.params_hash)));
    }
    return Err(differ("members_hash", to_hex(expected.members_hash), to_hex(found.members_hash)));
}

}  // namespace

Result<Tip, std::string> genesis_tip(const chain::Genesis& genesis, state::Store& store) {
    TRY(chain::Writes founding, registry::founding_writes(genesis.records));
    return genesis_tip(genesis, std::move(founding), store);
}

Result<Tip, std::string> genesis_tip(const chain::Genesis& genesis, chain::Writes writes,
                                     state::Store& store) {
    // The parties that run members, for acts that need a quorum of them.
    std::set<std::string> parties;
    for (const chain::Member& member : genesis.members) parties.insert(member.party);
    json::Array list;
    for (const std::string& party : parties) {
        if (!writes.contains("party/" + party))
            return Err("members: party " + party + " is not among the records");
        list.emplace_back(party);
    }
    writes["sys/members"] =
        std::make_shared<const json::Value>(json::Object{{"parties", std::move(list)}});
    Tip tip;
    tip.state = store.stage(nullptr, Height(0), writes);
    tip.header = chain::genesis_header(genesis, tip.state->root());
    tip.hash = chain::hash_of(tip.header);
    tip.recent = make_recent();
    return tip;
}

Executed build(const Tip& parent, const chain::Params& params, chain::Header header,
               const std::vector<TxPtr>& pool, state::Store& store,
               std::vector<LeftOut>& left_out) {
    ENSURE(header.time > parent.header.time);
    Run run(parent, params, header.time);
    run.deadlines();
    std::vector<TxPtr> ordered = pool;
    std::stable_partition(ordered.begin(), ordered.end(),
                          [](const TxPtr& tx) { return registry::goes_first(*tx); });
    for (const TxPtr& tx : ordered) {
        if (!run.has_room(*tx)) break;
        const Status<Refusal> admitted = run.admit(*tx);
        if (!admitted.ok()) {
            left_out.push_back({tx->id, admitted.error()});
            continue;
        }
        run.take(tx);
    }
    return run.finish(header, store);
}

Result<Executed, Mismatch> check(const Tip& parent, const chain::Params& params,
                                 const chain::Header& header, const std::vector<TxPtr>& txs,
                                 state::Store& store, const std::set<std::size_t>& unproven) {
    TRY_VOID(check_place(parent, params, header, txs));
    Run run(parent, params, header.time);
    run.deadlines();
    bool others_stand = false;
    for (const TxPtr& tx : txs) {
        const auto index = static_cast<std::uint32_t>(run.out.txs.size());
        const bool first = registry::goes_first(*tx);
        if (first && others_stand) return Err(differ("order", "before the others", tx->act, index));
        others_stand = others_stand || !first;
        if (!run.has_room(*tx)) return Err(differ("limit", "block_bytes_max", "more", index));
        const Status<Refusal> admitted = run.admit(*tx);
        if (!admitted.ok()) {
            return Err(differ("inadmissible", "OK", std::string(chain::name(admitted.error().code)),
                              index));
        }
        if (unproven.contains(index) && !run.is_signed(*tx))
            return Err(differ("signature", "a signature of " + tx->kid, to_hex(tx->id), index));
        run.take(tx);
    }
    Executed executed = run.finish(header, store);
    TRY_VOID(compare(header, executed.tip.header));
    return executed;
}

void commit(const Executed& executed, state::Store& store, kv::Batch extra) {
    const Tip& tip = executed.tip;
    add_window(executed, store.reader(), extra);
    store.commit(tip.state, {tip.header.height, tip.hash, tip.header.state_root, tip.log},
                 executed.leaf_hashes, std::move(extra));
    settle_recent(tip.recent, tip.header.height);
}

}  // namespace quanlu::execution
