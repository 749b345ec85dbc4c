// Clients of this node, and what becomes of their transactions. A refusal is final for whoever
// hears it (I11): so a transaction is refused at the door, before anybody else has heard of it, or
// when no later block can hold it.
#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/registry/registry.h"
#include "node/replica/impl.h"

namespace quanlu::replica {

using chain::Code;
using chain::Refusal;

// A transaction inside a block or a reply, verified once for each of its texts. The key may be
// younger than the final tip, even added by the block that the transaction stands in: then only
// carrying the block out tells, and every node hears the same, whatever other branches it knows.
Replica::Impl::CheckedTx Replica::Impl::check_tx(const std::string& jws) const {
    if (execution::TxPtr known = mempool.find_hash(crypto::sha256(as_bytes(jws))))
        return {std::move(known), true};
    auto parsed = chain::parse_tx(jws, tag.chain_id);
    if (!parsed.ok()) return {};
    const auto key = registry::officer_key(*tip.state, *parsed);
    const bool is_proven = key && chain::check_signature(*parsed, *key).ok();
    return {std::make_shared<const chain::Tx>(std::move(parsed).value()), is_proven};
}

void Replica::Impl::take_tx(const NewTx& input) {
    const chain::Tx& tx = *input.tx;
    candidates.fill(input.tx, true);
    something_came = true;
    if (const auto seen = execution::find_recent(tip.recent, tx, tip.header.time)) {
        if (input.ticket != 0) answer_known(tx, input.ticket, *seen);
        return;
    }
    if (!input.from && mempool.find_id(tx.id) == nullptr) {
        if (const auto refusal = refuse_at_door(tx)) {
            if (input.ticket != 0) answer_invalid(tx.id, input.ticket, *refusal);
            return;
        }
    }
    const Mempool::Added added = mempool.add(input.tx, candidates.holds(tx.id));
    if (added == Mempool::Added::full || added == Mempool::Added::party_full) {
        if (input.ticket == 0) return;
        const bool is_all = added == Mempool::Added::full;
        answer_invalid(tx.id, input.ticket,
                       Refusal(is_all ? Code::E_MEMPOOL_FULL : Code::E_RATE_LIMITED, "",
                               json::Object{{"party", tx.iss}}));
        return;
    }
    if (added == Mempool::Added::other_of_operation) return;
    if (input.ticket != 0 && !tickets.add(tx.id, tx.exp, input.ticket)) {
        // It may become final all the same; its status can be asked for.
        Answer answer;
        answer.ticket = input.ticket;
        answer.tx_id = tx.id;
        out->answers.push_back(std::move(answer));
    }
    // Also what came from another member first: it may have told nobody else before it ended.
    if (!input.from && mempool.adopt(tx.id)) out->gossip.push_back(input.tx);
}

// What a member missed while its link was down. Otherwise a transaction that one member alone holds
// waits until that one leads: the others see an idle chain and let a heartbeat go by in each view.
void Replica::Impl::tell_waiting(MemberIndex to) {
    wire::Txs txs;
    std::size_t bytes = 0;
    for (const execution::TxPtr& tx : mempool.waiting(kToldBytesMax)) {
        bytes += tx->jws.size();
        txs.jws.push_back(tx->jws);
    }
    if (!txs.jws.empty() && peers.may_serve(to, bytes, now.steady)) send(to, std::move(txs));
}

std::optional<Refusal> Replica::Impl::refuse_at_door(const chain::Tx& tx) const {
    if (const execution::TxPtr other = mempool.find_operation(tx)) {
        return Refusal(Code::E_DUPLICATE_SUBMISSION, "jti",
                       json::Object{{"tx", to_hex(other->id)}});
    }
    const std::int64_t next = tip.header.time.value + 1;
    const UnixMillis time{was_clock_wrong ? next : std::max(next, now.wall.value)};
    const std::int64_t longest = genesis.params.tx_validity_max_ms;
    const auto window = chain::check_window(tx, time, longest);
    // Expired is a word for ever, and only block time can say it (E18): by this clock alone, which
    // may be fast, the transaction waits until a block has passed it.
    const bool by_clock_alone = !window.ok() && window.error().code == Code::E_EXPIRED &&
                                chain::check_window(tx, UnixMillis{next}, longest).ok();
    if (!window.ok() && !by_clock_alone) return window.error();
    const auto admitted = registry::admit(*tip.state, tx, time);
    if (!admitted.ok()) return admitted.error();
    return std::nullopt;
}

// The same transaction again gets its first result; another one under the same key is
// refused.
void Replica::Impl::answer_known(const chain::Tx& tx, std::uint64_t ticket,
                                 const execution::Seen& seen) {
    if (seen.tx_id != tx.id) {
        answer_invalid(tx.id, ticket,
                       Refusal(Code::E_DUPLICATE_SUBMISSION, "jti",
                               json::Object{{"tx", to_hex(seen.tx_id)}}, seen.where));
        return;
    }
    Answer answer;
    answer.ticket = ticket;
    answer.tx_id = tx.id;
    answer.status = Answer::Status::committed;
    answer.where = seen.where;
    out->answers.push_back(std::move(answer));
}

void Replica::Impl::answer_invalid(const Hash& id, std::uint64_t ticket, Refusal refusal) {
    Answer answer;
    answer.ticket = ticket;
    answer.tx_id = id;
    answer.status = Answer::Status::invalid;
    answer.refusal = std::move(refusal);
    out->answers.push_back(std::move(answer));
}

// A block became final: who waits for its transactions hears it.
void Replica::Impl::settle_txs(const execution::Executed& block) {
    for (std::size_t i = 0; i < block.txs.size(); ++i) {
        const chain::Where where{block.tip.header.height, static_cast<std::uint32_t>(i)};
        settle_operation(*block.txs[i], where, block.outcomes[i]);
    }
    pass_time(block.tip.header.time);
}

void Replica::Impl::settle_operation(const chain::Tx& tx, const chain::Where& where,
                                     const chain::Outcome& outcome) {
    for (const std::uint64_t ticket : tickets.take(tx.id)) {
        Answer answer;
        answer.ticket = ticket;
        answer.tx_id = tx.id;
        answer.status = Answer::Status::committed;
        answer.where = where;
        answer.outcome = outcome;
        out->answers.push_back(std::move(answer));
    }
    const execution::TxPtr waiting = mempool.find_operation(tx);
    if (waiting == nullptr) return;
    mempool.remove(waiting->id);
    if (waiting->id == tx.id) return;
    for (const std::uint64_t ticket : tickets.take(waiting->id))
        answer_known(*waiting, ticket, {tx.id, where});
}

// Block times only rise: what lapsed at this one can never stand in a block.
void Replica::Impl::pass_time(UnixMillis time) {
    for (const execution::TxPtr& tx : mempool.pass_time(time))
        note("lapsed", core->view(), tx->iss);
    for (const Hash& id : tickets.lapsed(time)) {
        for (const std::uint64_t ticket : tickets.take(id))
            answer_invalid(id, ticket, Refusal(Code::E_EXPIRED, "exp"));
    }
}

}  // namespace quanlu::replica
