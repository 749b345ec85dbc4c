// See process.h.
#include "tests/sim/process.h"

#include "ledger/index/index.h"
#include "ledger/registry/registry.h"

namespace quanlu::sim {

Process::Process(const Scene& scene, ParsedTxs& txs, chain::MemberIndex member, Nature nature,
                 Ears& ears)
    : scene_(scene), txs_(txs), member_(member), nature_(nature), ears_(ears) {
    log::Journal journal(journal_disk_, scene.genesis.chain_id, scene.keys[member].public_key());
    ENSURE(journal.open().ok() && journal.create().ok());
}

bool Process::start(replica::Now now) {
    try {
        open(now);
        return true;
    } catch (const Crashed&) {
        return false;
    }
}

void Process::open(replica::Now now) {
    blocks_ = std::make_unique<log::BlockLog>(block_disk_);
    const log::ScanEnd end = blocks_->open({});
    ENSURE(end.kind != log::ScanEnd::Kind::corrupt, end.what);
    if (end.kind == log::ScanEnd::Kind::torn) ENSURE(blocks_->cut_torn_tail().ok());
    const auto make_journal = [&] {
        journal_ = std::make_unique<log::Journal>(journal_disk_, scene_.genesis.chain_id,
                                                  scene_.keys[member_].public_key());
        auto content = journal_->open();
        ENSURE(content.ok());
        return *content;
    };
    log::JournalContent content = make_journal();
    if (content.state == log::JournalContent::State::corrupt && nature_.is_rejoining) {
        journal_disk_.wipe();  // what the operator does with a damaged journal before a rejoin
        content = make_journal();
    }
    trusts_journal_ = content.state == log::JournalContent::State::intact;
    ENSURE(has_forgotten_ || content.state == log::JournalContent::State::intact,
           "a journal that lost nothing durable is intact");
    if (!state::is_whole(kv_)) kv_.wipe();  // as DataDir does
    store_ = std::make_unique<state::Store>(kv_);
    if (store_->applied() &&
        !index::is_whole(kv_, store_->applied()->height, state::kUnsyncedHeightsMax)) {
        kv_.wipe();
        store_ = std::make_unique<state::Store>(kv_);
    }
    auto recovered = replica::recover(scene_.genesis, *store_, *blocks_, content, {});
    if (!recovered.ok() && recovered.error().rebuild) {
        ENSURE(has_forgotten_, recovered.error().what + ", after a mere crash");
        kv_.wipe();
        store_ = std::make_unique<state::Store>(kv_);
        recovered = replica::recover(scene_.genesis, *store_, *blocks_, content, {});
    }
    ENSURE(recovered.ok(), recovered.ok() ? "" : recovered.error().what);
    ears_.woke(*this, content.votes);
    source_ = std::make_unique<LogSource>(*blocks_);
    replica::Config config;
    config.self = member_;
    config.version = "sim";
    config.mempool_count_max = 64;
    config.rejoin_by_quorum = nature_.is_rejoining;
    config.heeds_memory = nature_.heeds_memory;
    config.seed = life_;
    ++life_;
    replica_ = std::make_unique<replica::Replica>(scene_.genesis, config, *store_, *source_,
                                                  *std::move(recovered), now);
    inbox_.clear();
    replica::Turn out;
    replica_->start(now, out);
    finish(now, out);
}

bool Process::turn(replica::Now now) {
    try {
        taken_.clear();
        taken_.swap(inbox_);
        replica::Turn out;
        for (const replica::Input& input : taken_) replica_->step(now, input, out);
        replica_->settle(now, out);
        finish(now, out);
        return true;
    } catch (const Crashed&) {
        return false;
    }
}

void Process::finish(replica::Now now, replica::Turn& out) {
    const replica::Hands hands{*journal_, *blocks_, scene_.keys[member_], scene_.genesis.tag(),
                               member_};
    for (int rounds = 0;; ++rounds) {
        ENSURE(rounds < kRoundsMax, "a turn that does not end");
        for (const consensus::Note& note : out.notes) ears_.noted(*this, note);
        auto own = replica::carry_out(*replica_, out, hands, *this);
        ENSURE(own.ok());
        wake_at_ = std::max(now.steady.value + 1, out.wake_at.value);
        if (own->empty()) return;
        out.clear();
        for (const chain::SignedVote& vote : *own) replica_->step(now, replica::OwnVote{vote}, out);
        replica_->settle(now, out);
    }
}

std::optional<chain::Outcome> Process::outcome_of(const Hash& tx_id) const {
    const auto place = index::find_tx(kv_, tx_id);
    const auto text = place ? json::parse(place->outcome) : json::parse("{}");
    return text.ok() ? chain::outcome_from_json(*text) : std::nullopt;
}

void Process::crash(Prng& random) {
    replica_.reset();
    source_.reset();
    journal_.reset();
    blocks_.reset();
    store_.reset();
    fuse_.disarm();
    inbox_.clear();
    block_disk_.crash(random);
    journal_disk_.crash(random);
    kv_.crash(random);
}

void Process::back_up() {
    backup_ = {block_disk_.copy(), journal_disk_.copy(), kv_.copy()};
}

void Process::lose_memory(Amnesia amnesia, Prng& random) {
    ENSURE(!is_up());
    has_forgotten_ = true;
    if (amnesia == Amnesia::wiped) journal_disk_.wipe();
    if (amnesia == Amnesia::flipped) journal_disk_.flip(random);
    if (amnesia != Amnesia::set_back) return;
    journal_disk_.set_back(backup_.journal);
    if (random.chance(1, 3)) return;
    block_disk_.set_back(backup_.blocks);
    if (random.chance(1, 2))
        kv_.set_back(backup_.state);
    else
        kv_.wipe();
}

// What the node's workers do: form, key in the final state, signature.
execution::TxPtr Process::check(const std::string& jws) const {
    const execution::TxPtr& tx = txs_.of(jws);
    if (tx == nullptr) return nullptr;
    const auto key = registry::officer_key(*replica_->final_tip().state, *tx);
    if (!key || !chain::check_signature(*tx, *key).ok()) return nullptr;
    return tx;
}

void Process::receive(chain::MemberIndex from, BytesView frame, bool has_workers) {
    auto message = replica::wire::decode(frame);
    if (!message.ok()) return;
    if (const auto* txs = std::get_if<replica::wire::Txs>(&*message);
        txs != nullptr && has_workers) {
        for (const std::string& jws : txs->jws) {
            if (execution::TxPtr tx = check(jws)) put(replica::NewTx{std::move(tx), from, 0});
        }
        return;
    }
    put(replica::FromPeer{from, *std::move(message)});
}

void Process::submit(const std::string& jws, std::uint64_t ticket) {
    if (execution::TxPtr tx = check(jws)) put(replica::NewTx{std::move(tx), std::nullopt, ticket});
}

void Process::durable(const replica::Turn& turn) {
    ears_.durable(*this, turn);
}

void Process::send(const replica::Send& send) {
    fuse_.burn();
    ears_.said(*this, send.to, send.message);
}

void Process::gossip(const std::vector<execution::TxPtr>& txs) {
    fuse_.burn();
    replica::wire::Txs message;
    for (const execution::TxPtr& tx : txs) message.jws.push_back(tx->jws);
    ears_.said(*this, std::nullopt, message);
}

void Process::finalized(const replica::Finalized& block) {
    ears_.finalized(*this, block);
}

void Process::answer(const replica::Answer& answer) {
    fuse_.burn();
    ears_.answered(*this, answer);
}

}  // namespace quanlu::sim
