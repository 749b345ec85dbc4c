// Transactions that wait, and what those who wait are told.
#include "node/replica/impl.h"

#include <algorithm>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/index/index.h"
#include "ledger/registry/registry.h"

namespace quanlu::replica {

namespace {

constexpr std::size_t kTicketsMax = 20'000;

}  // namespace

execution::TxPtr Replica::Impl::check_tx(const std::string& jws) {
    if (execution::TxPtr known = mempool.find_hash(crypto::sha256(as_bytes(jws)))) return known;
    auto parsed = chain::parse_tx(jws, tag.chain_id);
    if (!parsed.ok()) return nullptr;
    auto key = registry::officer_key(*tip.state, *parsed);
    for (auto& [hash, candidate] : candidates.all()) {
        if (key) break;
        if (candidate.executed)
            key = registry::officer_key(*candidate.executed->tip.state, *parsed);
    }
    if (!key || !chain::check_signature(*parsed, *key).ok()) return nullptr;
    return std::make_shared<const chain::Tx>(std::move(parsed).value());
}

void Replica::Impl::take_tx(const NewTx& input) {
    candidates.fill(input.tx);
    if (const auto seen = execution::find_recent(tip.recent, *input.tx, tip.header.time)) {
        if (input.ticket != 0) answer_known(*input.tx, input.ticket, *seen);
        return;
    }
    const Mempool::Added added = mempool.add(input.tx);
    if (input.ticket == 0) return;
    if (added == Mempool::Added::full || tickets.size() >= kTicketsMax) {
        answer_invalid(input.tx->id, input.ticket, Refusal(Code::E_MEMPOOL_FULL));
        return;
    }
    tickets[input.tx->id].push_back(input.ticket);
    if (added == Mempool::Added::yes) out->gossip.push_back(input.tx);
}

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

void Replica::Impl::give_up_tx(const Hash& id, const Refusal& why) {
    mempool.remove(id);
    const auto waiting = tickets.find(id);
    if (waiting == tickets.end()) return;
    for (const std::uint64_t ticket : waiting->second) answer_invalid(id, ticket, why);
    tickets.erase(waiting);
}

}  // namespace quanlu::replica
