// See world.h. The end of a turn is done here in the order of Turn's fields, as the node's shell
// does it; everything else is the code that ships.
#include "tests/sim/world.h"

#include <cstdio>

#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"
#include "node/replica/carry_out.h"

namespace quanlu::sim {

namespace {

constexpr int kRoundsMax = 64;
constexpr std::int64_t kWallBase = 1'790'000'000'000;
constexpr std::int64_t kFaultsMs = 12'000;    // virtual time of the safety phase
constexpr std::int64_t kLivenessMs = 60'000;  // and the bound within which everybody must go on
constexpr std::size_t kEventsMax = 400'000;

json::Value officer(const crypto::SigningKey& key, const char* duty) {
    return json::Object{{"key", crypto::to_jwk(key.public_key())},
                        {"duties", json::Array{duty}},
                        {"valid_from", "2020-01-01"},
                        {"valid_to", "2099-12-31"}};
}

class LogSource : public replica::BlockSource {
public:
    explicit LogSource(const log::BlockLog& log) : log_(log) {}
    [[nodiscard]] std::optional<chain::FinalBlock> at(Height height) const override {
        return log_.at(height);
    }

private:
    const log::BlockLog& log_;
};

struct Node {
    SimDisk block_disk, journal_disk;
    std::unique_ptr<kv::KvStore> kv;
    std::unique_ptr<state::Store> store;
    std::unique_ptr<log::BlockLog> blocks;
    std::unique_ptr<log::Journal> journal;
    std::unique_ptr<LogSource> source;
    std::unique_ptr<replica::Replica> replica;
    bool up = false;
    std::int64_t wake = 0;
    std::uint64_t life = 0;  // counts starts: what was sent to an earlier life is lost
    Vice vice = Vice::none;
};

struct Event {
    std::int64_t at;
    std::uint64_t order;
    chain::MemberIndex from, to;
    std::uint64_t life;
    std::shared_ptr<const Bytes> frame;
    bool operator>(const Event& other) const {
        return std::pair(at, order) > std::pair(other.at, other.order);
    }
};

class World {
public:
    World(const Scene& scene, const Options& options)
        : scene_(scene),
          options_(options),
          random_(options.seed),
          n_(scene.keys.size()),
          nodes_(n_),
          oracle_(n_) {
        loss_percent_ = random_() % 4 == 0 ? random_() % 30 : random_() % 5;
        delay_max_ = 1 + random_() % (random_() % 3 == 0 ? 400 : 40);
        crash_every_ms_ = random_() % 3 == 0 ? 0 : 400 + random_() % 4'000;
        partition_every_ms_ = random_() % 3 == 0 ? 600 + random_() % 3'000 : 0;
        const auto liar = static_cast<std::size_t>(random_() % n_);
        nodes_[liar].vice = n_ >= 4 ? static_cast<Vice>(random_() % 4) : Vice::none;
        for (std::size_t i = 0; i < n_; ++i) start(i, true);
    }

    Outcome run() {
        std::int64_t next_load = 50, next_crash = crash_every_ms_,
                     next_partition = partition_every_ms_;
        std::size_t next_tx = 0;
        while (now_ < kFaultsMs && going()) {
            const std::int64_t until =
                std::min({kFaultsMs, next_load, crash_every_ms_ ? next_crash : kFaultsMs,
                          partition_every_ms_ ? next_partition : kFaultsMs});
            advance(until);
            if (now_ >= next_load && next_tx < scene_.txs.size() / 2) {
                submit(scene_.txs[next_tx++], random_() % n_);
                next_load = now_ + static_cast<std::int64_t>(random_() % 400);
            } else if (now_ >= next_load) {
                next_load = kFaultsMs;
            }
            if (crash_every_ms_ && now_ >= next_crash) {
                crash_one();
                next_crash = now_ +
                             static_cast<std::int64_t>(
                                 random_() % static_cast<std::uint64_t>(2 * crash_every_ms_)) +
                             1;
            }
            if (partition_every_ms_ && now_ >= next_partition) {
                for (auto& cut : cut_) cut = random_() % 3 == 0;
                next_partition =
                    now_ +
                    static_cast<std::int64_t>(random_() %
                                              static_cast<std::uint64_t>(2 * partition_every_ms_)) +
                    1;
            }
        }
        heal();
        const std::uint64_t before = oracle_.height();
        // New transactions must become final everywhere that is honest.
        for (std::size_t i = 0; i < 3 && going(); ++i)
            submit(scene_.txs[scene_.txs.size() - 1 - i], i % n_);
        const std::int64_t end = now_ + kLivenessMs;
        while (going() && now_ < end && !everybody_beyond(before))
            advance(std::min(end, now_ + 500));
        oracle_.at_end();
        Outcome out;
        out.violation = oracle_.violation();
        if (!out.violation && !everybody_beyond(before))
            out.violation = "no liveness: height " + std::to_string(before) +
                            " was not passed by every honest member";
        if (!out.violation && events_done_ >= kEventsMax)
            out.violation = "no end: too many messages";
        out.height = oracle_.height();
        out.messages = events_done_;
        out.crashes = crashes_;
        out.acknowledged = oracle_.acknowledged_count();
        out.trace = crypto::sha256({trace_.view(), oracle_.last_hash().view()});
        return out;
    }

private:
    [[nodiscard]] bool going() const { return !oracle_.violation() && events_done_ < kEventsMax; }
    [[nodiscard]] replica::Now clock() const {
        return {Millis{now_}, UnixMillis{kWallBase + now_}};
    }

    [[nodiscard]] bool everybody_beyond(std::uint64_t height) const {
        for (const Node& node : nodes_) {
            if (node.vice != Vice::none) continue;
            if (!node.up || node.replica->final_tip().header.height.value <= height) return false;
        }
        return true;
    }

    void start(std::size_t i, bool first) {
        Node& node = nodes_[i];
        if (!node.kv || random_() % 2 == 0)
            node.kv = kv::make_memory_kv();  // derived: may be gone after a crash
        node.store = std::make_unique<state::Store>(*node.kv);
        node.blocks = std::make_unique<log::BlockLog>(node.block_disk);
        if (node.blocks->open({}).kind == log::ScanEnd::Kind::torn)
            ENSURE(node.blocks->cut_torn_tail().ok());
        node.journal = std::make_unique<log::Journal>(node.journal_disk, scene_.genesis.chain_id,
                                                      scene_.keys[i].public_key());
        if (first) ENSURE(node.journal->create().ok());
        auto content = node.journal->open();
        ENSURE(content.ok());
        if (first) {
            // create() wrote the identity through another object's view: read it as a restart does.
            node.journal = std::make_unique<log::Journal>(
                node.journal_disk, scene_.genesis.chain_id, scene_.keys[i].public_key());
            content = node.journal->open();
        }
        auto recovered = replica::recover(scene_.genesis, *node.store, *node.blocks, *content, {});
        if (!recovered.ok() && recovered.error().rebuild) {
            node.kv = kv::make_memory_kv();
            node.store = std::make_unique<state::Store>(*node.kv);
            recovered = replica::recover(scene_.genesis, *node.store, *node.blocks, *content, {});
        }
        ENSURE(recovered.ok(), recovered.ok() ? "" : recovered.error().what);
        node.source = std::make_unique<LogSource>(*node.blocks);
        replica::Config config;
        config.self = static_cast<chain::MemberIndex>(i);
        node.replica = std::make_unique<replica::Replica>(
            scene_.genesis, config, *node.store, *node.source, std::move(*recovered), clock());
        node.up = true;
        ++node.life;
        replica::Turn out;
        node.replica->start(clock(), out);
        finish(i, out);
        for (std::size_t other = 0; other < n_; ++other) {
            if (other == i || !nodes_[other].up) continue;
            input(i, replica::PeerUp{static_cast<chain::MemberIndex>(other)});
            input(other, replica::PeerUp{static_cast<chain::MemberIndex>(i)});
        }
    }

    void crash_one() {
        const std::size_t i = random_() % n_;
        Node& node = nodes_[i];
        if (!node.up) return start(i, false);
        ++crashes_;
        node.up = false;
        node.replica.reset();
        node.block_disk.crash(random_);
        node.journal_disk.crash(random_);
        for (std::size_t other = 0; other < n_; ++other) {
            if (other != i && nodes_[other].up)
                input(other, replica::PeerDown{static_cast<chain::MemberIndex>(i)});
        }
    }

    void heal() {
        for (auto& cut : cut_) cut = false;
        loss_percent_ = 0;
        delay_max_ = 20;
        for (std::size_t i = 0; i < n_; ++i) {
            if (!nodes_[i].up) start(i, false);
        }
    }

    void submit(const execution::TxPtr& tx, std::size_t i) {
        if (nodes_[i].up) input(i, replica::NewTx{tx, std::nullopt, ++ticket_});
    }

    void advance(std::int64_t until) {
        while (going()) {
            std::int64_t next = until;
            std::size_t timer = n_;
            for (std::size_t i = 0; i < n_; ++i) {
                if (nodes_[i].up && nodes_[i].wake < next) {
                    next = nodes_[i].wake;
                    timer = i;
                }
            }
            if (!queue_.empty() && queue_.top().at <= next) {
                const Event event = queue_.top();
                queue_.pop();
                now_ = std::max(now_, event.at);
                deliver(event);
                continue;
            }
            now_ = std::max(now_, next);
            if (timer == n_) return;
            nodes_[timer].wake = INT64_MAX;
            input(timer, replica::Tick{});
        }
    }

    void deliver(const Event& event) {
        ++events_done_;
        Node& node = nodes_[event.to];
        if (!node.up || node.life != event.life) return;
        trace_ = crypto::sha256({trace_.view(), BytesView(*event.frame)});
        auto message = replica::wire::decode(*event.frame);
        ENSURE(message.ok());
        input(event.to, replica::FromPeer{event.from, std::move(*message)});
    }

    void input(std::size_t i, const replica::Input& what) {
        Node& node = nodes_[i];
        if (!node.up) return;
        replica::Turn out;
        node.replica->step(clock(), what, out);
        node.replica->settle(clock(), out);
        finish(i, out);
    }

    // The end of a turn is the code that ships; here is who hears of it.
    class Ears : public replica::Listener {
    public:
        Ears(World& world, std::size_t node) : world_(world), node_(node) {}
        void durable(const replica::Turn& turn) override { world_.note(node_, turn.notes); }
        void send(const replica::Send& send) override { world_.post(node_, send); }
        void gossip(const std::vector<execution::TxPtr>& txs) override {
            replica::wire::Txs message;
            for (const execution::TxPtr& tx : txs) message.jws.push_back(tx->jws);
            world_.post(node_, {std::nullopt, std::move(message)});
        }
        void settled(const replica::Turn&) override {}
        void finalized(const replica::Finalized& block) override {
            if (is_honest()) world_.oracle_.finalized(node_, *block.block);
        }
        void answer(const replica::Answer& answer) override {
            if (!is_honest()) return;
            if (answer.status == replica::Answer::Status::committed)
                world_.oracle_.acknowledged(answer.tx_id, answer.where);
            if (answer.status == replica::Answer::Status::invalid)
                world_.oracle_.refused(answer.tx_id);
        }

    private:
        [[nodiscard]] bool is_honest() const { return world_.nodes_[node_].vice == Vice::none; }
        World& world_;
        std::size_t node_;
    };

    void note(std::size_t i, const std::vector<consensus::Note>& notes) const {
        if (!options_.verbose) return;
        for (const consensus::Note& note : notes) {
            std::printf("%8lld node %zu view %llu %s %s\n", static_cast<long long>(now_), i,
                        static_cast<unsigned long long>(note.view.value), note.code,
                        note.detail.c_str());
        }
    }

    void finish(std::size_t i, replica::Turn& out) {
        Node& node = nodes_[i];
        const replica::Hands hands{*node.journal, *node.blocks, scene_.keys[i],
                                   scene_.genesis.tag(), static_cast<chain::MemberIndex>(i)};
        Ears ears(*this, i);
        for (int rounds = 0; rounds < kRoundsMax; ++rounds) {
            const auto own = replica::carry_out(*node.replica, out, hands, ears);
            ENSURE(own.ok());
            node.wake = std::max(now_ + 1, out.wake_at.value);
            if (own->empty()) return;
            out.clear();
            for (const chain::SignedVote& vote : *own)
                node.replica->step(clock(), replica::OwnVote{vote}, out);
            node.replica->settle(clock(), out);
        }
        ENSURE(false, "a turn that does not end");
    }

    void post(std::size_t from, const replica::Send& send) {
        const Node& node = nodes_[from];
        if (node.vice == Vice::none) look(from, send.message);
        for (std::size_t to = 0; to < n_; ++to) {
            if (to == from || (send.to && *send.to != to)) continue;
            replica::wire::Message message = send.message;
            if (node.vice != Vice::none) corrupt(from, to, message);
            transmit(from, to, std::make_shared<const Bytes>(replica::wire::encode(message)));
        }
    }

    // What honest members send is what the oracle judges; and it must have been durable.
    void look(std::size_t from, const replica::wire::Message& message) {
        if (!nodes_[from].journal_disk.all_synced() || !nodes_[from].block_disk.all_synced())
            oracle_.not_durable("message");
        if (const auto* vote = std::get_if<replica::wire::VoteMsg>(&message)) {
            if (vote->vote.member == from) oracle_.sent_vote(vote->vote);
        }
        if (const auto* proposal = std::get_if<replica::wire::Proposal>(&message))
            oracle_.sent_vote(proposal->leader_vote);
        if (const auto* cert = std::get_if<replica::wire::CertMsg>(&message))
            oracle_.sent_cert(cert->cert);
    }

    // The three vices. Signatures are real: a liar has its own key and nobody else's.
    void corrupt(std::size_t from, std::size_t to, replica::wire::Message& message) {
        const Vice vice = nodes_[from].vice;
        const auto sign = [&](const chain::Vote& vote) {
            chain::SignedVote out{vote, static_cast<chain::MemberIndex>(from), {}};
            out.signature =
                scene_.keys[from].sign(chain::statement_bytes(scene_.genesis.tag(), vote));
            return out;
        };
        if (auto* proposal = std::get_if<replica::wire::Proposal>(&message);
            proposal != nullptr && vice == Vice::equivocator && to % 2 == 1) {
            // Another block for every second member: same place, other time.
            proposal->header.time.value += 1;
            proposal->leader_vote = sign({chain::VoteKind::notarize, proposal->header.epoch,
                                          proposal->header.view, chain::hash_of(proposal->header)});
        }
        if (auto* vote = std::get_if<replica::wire::VoteMsg>(&message);
            vote != nullptr && vote->vote.member == from) {
            chain::Vote said = vote->vote.vote;
            if (vice == Vice::nuller) {
                said.kind = chain::VoteKind::nullify;
                said.block = Hash{};
                vote->vote = sign(said);
            } else if (vice == Vice::equivocator && said.kind != chain::VoteKind::nullify &&
                       to % 2 == 0) {
                said.block.bytes[0] ^= 1;
                vote->vote = sign(said);
            }
        }
        if (auto* greeting = std::get_if<replica::wire::Greeting>(&message);
            greeting != nullptr && vice == Vice::sync_liar) {
            greeting->height = Height(greeting->height.value + 1'000);
        }
        if (auto* range = std::get_if<replica::wire::Range>(&message);
            range != nullptr && vice == Vice::sync_liar && !range->blocks.empty()) {
            chain::FinalBlock& block = range->blocks[random_() % range->blocks.size()];
            switch (random_() % 4) {
                case 0:
                    block.block.header.state_root.bytes[3] ^= 1;
                    break;
                case 1:
                    block.finalization.reset();
                    break;
                case 2:
                    if (block.finalization && !block.finalization->signatures.empty())
                        block.finalization->signatures[0][5] ^= 1;
                    break;
                default:
                    range->blocks.pop_back();
                    break;
            }
        }
    }

    void transmit(std::size_t from, std::size_t to, const std::shared_ptr<const Bytes>& frame) {
        if (cut_[from * 64 + to] || random_() % 100 < loss_percent_) return;
        const int copies = random_() % 50 == 0 ? 2 : 1;
        for (int copy = 0; copy < copies; ++copy) {
            const auto delay = static_cast<std::int64_t>(1 + random_() % delay_max_);
            queue_.push({now_ + delay, order_++, static_cast<chain::MemberIndex>(from),
                         static_cast<chain::MemberIndex>(to), nodes_[to].life, frame});
        }
    }

    const Scene& scene_;
    Options options_;
    std::mt19937_64 random_;
    std::size_t n_;
    std::vector<Node> nodes_;
    Oracle oracle_;
    std::int64_t now_ = 0;
    std::uint64_t order_ = 0, events_done_ = 0, ticket_ = 0, crashes_ = 0;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> queue_;
    std::vector<char> cut_ = std::vector<char>(64 * 64, 0);
    std::uint64_t loss_percent_ = 0, delay_max_ = 10;
    std::int64_t crash_every_ms_ = 0, partition_every_ms_ = 0;
    Hash trace_;
};

}  // namespace

Scene Scene::make(std::size_t members) {
    Scene scene;
    const crypto::SigningKey maker = crypto::SigningKey::from_seed({1}),
                             checker = crypto::SigningKey::from_seed({2});
    scene.genesis.name = "sim";
    scene.genesis.time = UnixMillis{kWallBase - 1'000};
    scene.genesis.params.heartbeat_ms = 1'500;
    scene.genesis.params.delta_ms = 150;
    scene.genesis.params.delta_max_ms = 2'000;
    scene.genesis.records.set("party/firm",
                              json::Object{{"party_id", "firm"},
                                           {"party_kind", "enterprise"},
                                           {"legal_name", "虚构公司"},
                                           {"uscc", "91330108MA28XYW55X"},
                                           {"country", "CN"},
                                           {"roles", json::Array{"pledgor"}},
                                           {"officers", json::Array{officer(maker, "maker"),
                                                                    officer(checker, "checker")}}});
    for (std::size_t i = 0; i < members; ++i) {
        std::array<std::uint8_t, 32> seed{};
        seed[0] = static_cast<std::uint8_t>(100 + i);
        scene.keys.push_back(crypto::SigningKey::from_seed(seed));
        scene.genesis.members.push_back(
            {"m" + std::to_string(i), "firm", scene.keys.back().public_key()});
    }
    const auto parsed = chain::genesis_from_json(chain::to_json(scene.genesis));
    ENSURE(parsed.ok(), parsed.ok() ? "" : parsed.error());
    scene.genesis = *parsed;
    for (int i = 0; i < 40; ++i) {
        chain::TxDraft draft;
        draft.iss = "firm";
        draft.jti = "t" + std::to_string(i);
        draft.act = "asset.register";
        draft.iat = kWallBase / 1000;
        draft.exp = draft.iat + 500;
        draft.body = json::Object{
            {"asset_name", "a" + std::to_string(i / 2)},
            {"industry", "x"},
            {"application_scenario", "y"},
            {"data_form", "api"},
            {"storage_format", "json"},
            {"source_kind", json::Array{"self_collected"}},
            {"update_frequency", "none"},
            {"grade", "general_1"},
            {"contains_personal_info", false},
            {"sensitive_pi", false},
            {"minors_pi", false},
            {"content_digest",
             json::Object{{"root", "sha256:" + std::string(64, 'b')}, {"algorithm_id", "sha256"}}}};
        auto tx = chain::parse_tx(
            chain::sign_tx(i % 2 == 0 ? maker : checker, scene.genesis.chain_id, draft),
            scene.genesis.chain_id);
        ENSURE(tx.ok());
        scene.txs.push_back(std::make_shared<const chain::Tx>(std::move(*tx)));
    }
    return scene;
}

Outcome run_seed(const Scene& scene, const Options& options) {
    return World(scene, options).run();
}

}  // namespace quanlu::sim
