// See world.h.
#include "tests/sim/world.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "crypto/hash.h"
#include "tests/include/lasso.h"
#include "tests/sim/byzantine/role.h"
#include "tests/sim/clients.h"
#include "tests/sim/net.h"
#include "tests/sim/process.h"
#include "tests/sim/signatures.h"

namespace quanlu::sim {

namespace {

constexpr std::int64_t kLivenessMs = 120'000;
constexpr std::uint64_t kEventsMax = 1'500'000;
constexpr std::int64_t kWrongClockMs = 30'000, kHourMs = 3'600'000;
constexpr std::uint64_t kFuseDeedsMax = 80;
constexpr std::size_t kTracedBytes = 8 * 1024;
constexpr std::uint64_t kCapsEvery = 64;  // deliveries between two looks at what a member holds

// One process of a member. Twins are two under one key.
struct Body {
    std::unique_ptr<Process> process;
    std::size_t twin = 0;
    std::int64_t restart_at = INT64_MAX;
    std::int64_t clock_skew_ms = 0;
    Clock clock = Clock::right;
};

// What a member's wall clock says, `now` ms into the run.
std::int64_t wall_of(const Body& body, std::int64_t now) {
    switch (body.clock) {
        case Clock::right:
            return kWallStart + now + body.clock_skew_ms;
        case Clock::fast:
            return kWallStart + now + kWrongClockMs;
        case Clock::slow:
            return kWallStart + now - kWrongClockMs;
        case Clock::fast_hour:
            return kWallStart + now + kHourMs;
        case Clock::slow_hour:
            return kWallStart + now - kHourMs;
        case Clock::steps_back:
            return kWallStart + now - (now > 1'500 ? kHourMs : 0);
        case Clock::stands:
            return kWallStart;
    }
    return kWallStart + now;
}

struct Player {
    std::vector<Body> bodies;
    std::unique_ptr<Role> role;  // nothing: honest
};

class World : public Ears {
public:
    explicit World(const Options& options)
        : options_(options),
          random_(signed_for(options.seed)),
          swarm_(Swarm::draw(random_, options.wish)),
          scene_(Scene::make(swarm_.n, swarm_.params)),
          oracle_(scene_.genesis, liars(swarm_)),
          net_(swarm_, random_.fork()),
          txs_(scene_.genesis.chain_id),
          clients_(scene_, swarm_, oracle_, txs_, random_.fork()) {
        const std::size_t odd = random_.below(swarm_.n);  // who forgets, or whose clock is wrong
        forgetful_ = swarm_.amnesia == Amnesia::none ? swarm_.n : odd;
        if (swarm_.amnesia == Amnesia::set_back || swarm_.amnesia == Amnesia::flipped)
            watched_ = forgetful_;
        for (std::size_t m = 0; m < swarm_.n; ++m) {
            const auto member = static_cast<chain::MemberIndex>(m);
            Player player;
            player.role = make_role(swarm_.vices[m], {scene_, member, random_.fork()});
            const std::size_t bodies = swarm_.vices[m] == Vice::equivocator ? 2 : 1;
            for (std::size_t twin = 0; twin < bodies; ++twin) {
                Body body;
                body.twin = twin;
                const Process::Nature nature{swarm_.rejoin && m == forgetful_,
                                             player.role == nullptr};
                body.process = std::make_unique<Process>(scene_, txs_, member, nature, *this);
                body.clock_skew_ms =
                    swarm_.clock_skew_max_ms == 0
                        ? 0
                        : random_.between(-swarm_.clock_skew_max_ms, swarm_.clock_skew_max_ms);
                if (m == odd) body.clock = swarm_.odd_clock;
                player.bodies.push_back(std::move(body));
            }
            players_.push_back(std::move(player));
        }
        for (Player& player : players_) {
            for (Body& body : player.bodies) start(body);
        }
    }

    Outcome run() {
        shake();
        heal();
        const std::uint64_t before = oracle_.height();
        for (int i = 0; i < 2; ++i) clients_.add_asset();
        const std::int64_t end = now_ + kLivenessMs;
        const chain::Params& params = swarm_.params;
        test::Lasso lasso(params.heartbeat_ms + 3 * params.delta_max_ms + 2 * params.delta_ms);
        while (going() && now_ < end && !(clients_.all_told() && everybody_beyond(before))) {
            advance(std::min(end, now_ + 500));
            if (lasso.repeats(now_, state()))
                oracle_.fail("no liveness: the same again and again:" + lasso.state());
        }
        oracle_.at_end();
        if (going() && !everybody_beyond(before))
            oracle_.fail("no liveness: height " + std::to_string(before) +
                         " was not passed by every honest member");
        if (going() && !clients_.all_told())
            oracle_.fail("no liveness: a story is not told to its end");
        if (events_ >= kEventsMax) oracle_.fail("no end: too many messages");
        Outcome out;
        out.violation = oracle_.violation();
        out.weather = swarm_.describe();
        out.height = oracle_.height();
        out.messages = events_;
        out.crashes = crashes_;
        out.acknowledged = oracle_.acknowledged();
        out.races = oracle_.races_won();
        out.has_liar = !liars(swarm_).empty();
        if (options_.keep_ledger) out.ledger = ledger();
        fold_trace();
        out.trace = crypto::sha256({trace_.view(), oracle_.last_hash().view()});
        return out;
    }

    // --- what a process says

    void woke(Process& process, const std::vector<chain::SignedVote>& own_votes) override {
        for (const chain::SignedVote& vote : own_votes) oracle_.signed_vote(vote);
        if (flipped_ == &process) {
            // Damage in what was written last reads like a write that was torn: cut off, and the
            // rest is trusted, as it is of a disk that was set back by that much.
            if (process.trusts_journal()) oracle_.set_back(process.member());
            flipped_ = nullptr;
        }
        // A crash between the log and the word: final, and nobody has heard of it yet.
        for (std::uint64_t h = oracle_.told_height() + 1; h <= process.blocks().height().value;
             ++h) {
            const auto block = process.blocks().at(Height(h));
            oracle_.logged(process.member(), *block);
            if (oracle_.violation() || swarm_.vices[process.member()] != Vice::none) return;
            for (std::size_t i = 0; i < block->block.body.size(); ++i) {
                const execution::TxPtr& tx = txs_.of(block->block.body[i]);
                const auto outcome = process.outcome_of(tx->id);
                if (!outcome) return oracle_.fail("I14: in the block log, and not in the index");
                oracle_.stands(*tx, {block->block.header.height, static_cast<std::uint32_t>(i)},
                               *outcome);
            }
            oracle_.told(h);
        }
    }
    void durable(Process& process, const replica::Turn& turn) override {
        for (const auto* sends : {&turn.send_after_sync, &turn.send}) {
            for (const replica::Send& send : *sends) {
                if (const auto* vote = std::get_if<replica::wire::VoteMsg>(&send.message))
                    oracle_.signed_vote(vote->vote);
                if (const auto* own = std::get_if<replica::wire::Proposal>(&send.message))
                    oracle_.signed_vote(own->leader_vote);
            }
        }
        for (const chain::FinalBlock& block : turn.log) oracle_.logged(process.member(), block);
        for (const consensus::Evidence& one : turn.evidence) oracle_.accused(process.member(), one);
    }
    void said(Process& process, std::optional<chain::MemberIndex> to,
              const replica::wire::Message& message) override {
        const chain::MemberIndex from = process.member();
        Role* role = players_[from].role.get();
        if (role == nullptr) {
            oracle_.said(from, message, process.journal_disk(), process.block_disk(), from);
            const auto frame = framed(message);
            for (std::size_t other = 0; other < swarm_.n; ++other) {
                if (other != from && (!to || *to == other)) post(process, other, frame);
            }
            return;
        }
        for (std::size_t other = 0; other < swarm_.n; ++other) {
            const auto member = static_cast<chain::MemberIndex>(other);
            if (other == from || (to && *to != other)) continue;
            if (!role->hears(twin_of(process), member)) continue;
            for (const replica::wire::Message& one : role->speak(member, message)) {
                oracle_.said(from, one, process.journal_disk(), process.block_disk(), from);
                post(process, other, framed(one));
            }
        }
    }
    void finalized(Process& process, const replica::Finalized& block) override {
        oracle_.finalized(process.member(), *block.block);
        if (options_.keep_ledger && swarm_.vices[process.member()] == Vice::none)
            leaves_.try_emplace(block.block->tip.header.height.value, block.block->leaves);
    }
    void answered(Process& process, const replica::Answer& answer) override {
        oracle_.answered(process.member(), answer, process.block_disk(), process.member());
    }
    void noted(Process& process, const consensus::Note& note) override {
        if (!options_.verbose) return;
        std::printf("%8lld m%u view %llu %s %s\n", static_cast<long long>(now_), process.member(),
                    static_cast<unsigned long long>(note.view.value), note.code,
                    note.detail.c_str());
    }

private:
    static std::set<chain::MemberIndex> liars(const Swarm& swarm) {
        std::set<chain::MemberIndex> out;
        for (std::size_t m = 0; m < swarm.vices.size(); ++m) {
            if (swarm.vices[m] != Vice::none) out.insert(static_cast<chain::MemberIndex>(m));
        }
        return out;
    }

    // Real signatures in one seed of 100: before the first key of the scene signs anything.
    static std::uint64_t signed_for(std::uint64_t seed) {
        set_signing(seed % 100 == 0 ? Signing::real : Signing::keyed_hash);
        return seed;
    }
    // What the honest members know, as far as it can change without a new block or view.
    [[nodiscard]] std::string state() const {
        std::string text;
        for (const Player& player : players_) {
            const Process& process = *player.bodies.front().process;
            if (player.role != nullptr || !process.is_up()) continue;
            const auto status =
                process.replica().status({Millis{now_}, UnixMillis{kWallStart + now_}});
            const consensus::Progress& at = status.consensus;
            text += " m" + std::to_string(process.member()) + " height " +
                    std::to_string(status.height.value) + " view " + std::to_string(at.view.value) +
                    " n/u/f " + std::to_string(at.notarized_by) + "/" +
                    std::to_string(at.nullified_by) + "/" + std::to_string(at.finalized_by) +
                    (at.proposal_seen ? " proposal" : "") + (at.body_missing ? " no body" : "") +
                    (at.missing_cert ? " lacks " + std::to_string(at.missing_cert->value) : "") +
                    " held " + std::to_string(at.votes_held) + "/" +
                    std::to_string(at.cert_views_held) + " waiting " +
                    std::to_string(status.mempool_count);
        }
        return text;
    }
    [[nodiscard]] std::string ledger() const {
        std::string text = json::write(chain::to_json(scene_.genesis)) + "\n";
        std::uint64_t next = 1;
        for (const auto& [height, lines] : leaves_) {
            if (height != next++) break;
            for (const std::string& line : lines) text += line + "\n";
        }
        return text;
    }
    [[nodiscard]] bool going() const { return !oracle_.violation() && events_ < kEventsMax; }
    [[nodiscard]] replica::Now clock(const Body& body) const {
        return {Millis{now_}, UnixMillis{wall_of(body, now_)}};
    }
    [[nodiscard]] std::size_t twin_of(const Process& process) const {
        for (const Body& body : players_[process.member()].bodies) {
            if (body.process.get() == &process) return body.twin;
        }
        return 0;
    }
    [[nodiscard]] bool everybody_beyond(std::uint64_t height) const {
        for (const Player& player : players_) {
            if (player.role != nullptr) continue;
            const Process& process = *player.bodies.front().process;
            if (!process.is_up() || process.replica().final_tip().header.height.value <= height)
                return false;
        }
        return true;
    }

    static std::shared_ptr<const Frame> framed(const replica::wire::Message& message) {
        Frame frame;
        frame.bytes = replica::wire::encode(message);
        frame.hash = crypto::sha256(frame.bytes);
        return std::make_shared<const Frame>(std::move(frame));
    }
    void post(Process& process, std::size_t to, const std::shared_ptr<const Frame>& frame) {
        const auto receiver = static_cast<chain::MemberIndex>(to);
        for (const Body& body : players_[to].bodies) {
            // A twin that does not hear this member is another network to it.
            if (players_[to].role != nullptr &&
                !players_[to].role->hears(body.twin, process.member()))
                continue;
            Packet packet;
            packet.from = process.member();
            packet.to = receiver;
            packet.body = body.twin;
            packet.life = body.process->life();
            packet.frame = frame;
            net_.send(now_, std::move(packet));
        }
    }

    // --- life and death

    void start(Body& body) {
        body.restart_at = INT64_MAX;
        if (!body.process->start(clock(body))) return die(body);
        for (std::size_t other = 0; other < swarm_.n; ++other) {
            if (other == body.process->member()) continue;
            for (Body& peer : players_[other].bodies) {
                if (!peer.process->is_up()) continue;
                body.process->put(replica::PeerUp{static_cast<chain::MemberIndex>(other)});
                peer.process->put(replica::PeerUp{body.process->member()});
            }
        }
        turn(body);
    }

    void die(Body& body) {
        ++crashes_;
        oracle_.died(body.process->member());
        body.process->crash(random_);
        body.restart_at = is_healed_ ? now_ + 1 : now_ + random_.between(1, swarm_.down_max_ms);
        for (std::size_t other = 0; other < swarm_.n; ++other) {
            if (other == body.process->member()) continue;
            for (Body& peer : players_[other].bodies) {
                if (peer.process->is_up())
                    peer.process->put(replica::PeerDown{body.process->member()});
            }
        }
    }

    void turn(Body& body) {
        while (body.process->is_up() && body.process->has_work()) {
            if (!body.process->turn(clock(body))) return die(body);
        }
    }

    void crash_one() {
        Player& player = players_[random_.below(swarm_.n)];
        Body& body = player.bodies[random_.below(player.bodies.size())];
        if (!body.process->is_up()) return;
        if (random_.chance(swarm_.fuse_chance, 1'000)) {
            body.process->fuse().arm(random_.below(kFuseDeedsMax));  // dies between two deeds
        } else {
            die(body);
        }
    }

    void forget() {
        Body& body = players_[forgetful_].bodies.front();
        if (body.process->is_up()) die(body);
        body.process->lose_memory(swarm_.amnesia, random_);
        oracle_.forgot(body.process->member(), swarm_.rejoin);
        if (swarm_.amnesia == Amnesia::set_back) oracle_.set_back(body.process->member());
        if (swarm_.amnesia == Amnesia::flipped) flipped_ = body.process.get();
        forgetful_ = swarm_.n;
    }

    void heal() {
        is_healed_ = true;
        net_.heal();
        if (forgetful_ < swarm_.n) forget();
        for (Player& player : players_) {
            for (Body& body : player.bodies) {
                body.process->fuse().disarm();
                if (!body.process->is_up()) body.restart_at = now_ + 1;
            }
        }
    }

    // --- time

    void shake() {
        const std::int64_t end = swarm_.faults_ms;
        std::int64_t crash = swarm_.crash_every_ms, cut = swarm_.partition_every_ms,
                     power = swarm_.all_down_at_ms;
        const std::int64_t loss = forgetful_ < swarm_.n ? random_.between(end / 4, end / 2) : 0;
        // Often so young that little is forgotten: a vote of the present view and nothing else.
        std::int64_t backup = 0;
        if (swarm_.amnesia == Amnesia::set_back) {
            backup = random_.chance(1, 3)
                         ? random_.between(end / 8, loss)
                         : loss - random_.between(1, std::min<std::int64_t>(loss - 1, 300));
        }
        const auto due = [this](std::int64_t at) { return at > 0 && now_ >= at; };
        while (going() && now_ < end) {
            std::int64_t until = std::min(end, now_ + 1'000);
            for (const std::int64_t at : {crash, cut, power, backup, loss})
                if (at > now_) until = std::min(until, at);
            advance(until);
            if (due(crash)) {
                crash_one();
                crash = now_ + random_.between(1, 2 * swarm_.crash_every_ms);
            }
            if (due(cut)) {
                net_.partition();
                cut = now_ + random_.between(1, 2 * swarm_.partition_every_ms);
            }
            if (due(power)) {
                for (Player& player : players_) {
                    for (Body& body : player.bodies) {
                        if (body.process->is_up()) die(body);
                    }
                }
                power = 0;
            }
            if (due(backup)) {
                players_[forgetful_].bodies.front().process->back_up();
                backup = 0;
            }
            if (due(loss) && forgetful_ < swarm_.n) forget();
        }
    }

    // Everything that is due up to `until`, in order.
    void advance(std::int64_t until) {
        while (going()) {
            std::int64_t next = std::min({until, net_.next_at(), next_tick_});
            Body* due = nullptr;
            for (Player& player : players_) {
                for (Body& body : player.bodies) {
                    const std::int64_t at =
                        body.process->is_up() ? body.process->wake_at() : body.restart_at;
                    if (at >= next) continue;
                    next = at;
                    due = &body;
                }
            }
            now_ = std::max(now_, next);
            oracle_.set_now(kWallStart + now_, swarm_.clock_skew_max_ms);
            if (due != nullptr) {
                wake(*due);
            } else if (net_.next_at() <= now_) {
                deliver(*net_.next(now_));
            } else if (next_tick_ <= now_) {
                for (const Clients::Handed& one : clients_.tick(now_)) submit(one);
                for (Player& player : players_)
                    if (player.role != nullptr) player.role->pass_time(now_);
                net_.pass_time();
                next_tick_ = now_ + swarm_.pace_ms;
            } else {
                return;
            }
        }
    }

    void wake(Body& body) {
        if (!body.process->is_up()) return start(body);
        body.process->put(replica::Tick{});
        turn(body);
    }

    void deliver(const Packet& packet) {
        ++events_;
        Body& body = players_[packet.to].bodies.at(packet.body);
        if (!body.process->is_up() || body.process->life() != packet.life) return;
        quanlu::append(heard_, packet.frame->hash.view());
        if (heard_.size() >= kTracedBytes) fold_trace();
        if (packet.from == watched_) hear_watched(packet);
        body.process->receive(packet.from, packet.frame->bytes, swarm_.has_workers);
        turn(body);
        if (events_ % kCapsEvery == 0 && body.process->is_up())
            oracle_.holds(body.process->member(), body.process->replica().status(clock(body)));
    }

    // Who holds which votes of the member that will forget some.
    void hear_watched(const Packet& packet) {
        const auto message = replica::wire::decode(packet.frame->bytes);
        if (!message.ok()) return;
        if (const auto* m = std::get_if<replica::wire::VoteMsg>(&*message))
            oracle_.heard(packet.to, m->vote);
        if (const auto* m = std::get_if<replica::wire::Proposal>(&*message))
            oracle_.heard(packet.to, m->leader_vote);
    }

    void fold_trace() {
        trace_ = crypto::sha256({trace_.view(), BytesView(heard_)});
        heard_.clear();
    }

    void submit(const Clients::Handed& handed) {
        Body& body = players_[handed.node].bodies.front();
        if (!body.process->is_up()) return;
        if (const execution::TxPtr& tx = txs_.of(handed.jws)) oracle_.submitted(*tx);
        body.process->submit(handed.jws, ++ticket_);
        turn(body);
    }

    Options options_;
    Prng random_;
    Swarm swarm_;
    Scene scene_;
    Oracle oracle_;
    SimNet net_;
    ParsedTxs txs_;
    Clients clients_;
    std::vector<Player> players_;
    std::size_t forgetful_ = 0, watched_ = SIZE_MAX;
    const Process* flipped_ = nullptr;  // and not started since
    std::int64_t now_ = 0, next_tick_ = 50;
    std::uint64_t events_ = 0, crashes_ = 0, ticket_ = 0;
    bool is_healed_ = false;
    Hash trace_;   // of every frame that was heard, in order
    Bytes heard_;  // hashes of frames that are not in it yet
    std::map<std::uint64_t, std::vector<std::string>> leaves_;  // by height
};

}  // namespace

Outcome run_seed(const Options& options) {
    return World(options).run();
}

}  // namespace quanlu::sim
