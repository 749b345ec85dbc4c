// See shell.h. E3: the first storage error ends the process. E5, I14: append, sync, then send.
#include "node/shell.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdio>

#include "crypto/base/encode.h"
#include "crypto/random.h"
#include "node/log_gate.h"
#include "node/replica/carry_out.h"

namespace quanlu::node {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kInputsPerTurn =
    2'048;  // then the turn is carried out, so that votes do not wait for a flood
constexpr std::size_t kInboxMax =
    20'000;  // gossiped transactions beyond this are dropped, and asked for when a block has them
constexpr std::uint64_t kPruneEvery = 16;
constexpr std::size_t kPrunedPerTurn =
    20'000;  // nodes and values; a backlog shrinks block by block
constexpr std::size_t kEvidenceShown = 1'000;

class LogSource : public replica::BlockSource {
public:
    explicit LogSource(const log::BlockLog& log) : log_(log) {}
    [[nodiscard]] std::optional<chain::FinalBlock> at(Height height) const override {
        return log_.at(height);
    }

private:
    const log::BlockLog& log_;
};

}  // namespace

replica::Now clocks() {
    const auto ms = [](auto since) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    };
    return {Millis{ms(std::chrono::steady_clock::now().time_since_epoch())},
            UnixMillis{ms(std::chrono::system_clock::now().time_since_epoch())}};
}

struct Shell::Impl : replica::Listener {
    asio::io_context& loop;
    Config config;
    const Identity& identity;
    chain::Members members;
    DataDir& data;
    Workers& workers;
    Board& board;
    ShellHooks hooks;
    LogSource source;
    replica::Replica replica;
    std::unique_ptr<net::Links> links;
    asio::steady_timer timer;
    std::vector<replica::Input> inbox;
    bool scheduled = false, stopping = false;
    std::vector<std::pair<chain::SignedVote, chain::SignedVote>> evidence;
    mutable std::mutex evidence_mutex;
    LogGate gate;

    static replica::Config replica_config(const Identity& identity, bool rejoins) {
        replica::Config config;
        config.self = identity.self;
        config.version = "quanlud " QUANLU_VERSION;
        config.rejoin_by_quorum = rejoins;
        config.seed = Reader(crypto::random_bytes(8)).u64();
        return config;
    }

    Impl(asio::io_context& l, const Config& c, const Identity& i, DataDir& d,
         replica::Recovered recovered, Workers& w, Board& b, ShellHooks h)
        : loop(l),
          config(c),
          identity(i),
          members(i.genesis.member_set()),
          data(d),
          workers(w),
          board(b),
          hooks(std::move(h)),
          source(d.blocks()),
          replica(i.genesis, replica_config(i, c.rejoin_by_quorum), d.store(), source,
                  std::move(recovered), clocks()),
          timer(l) {
        std::map<chain::MemberIndex, net::Address> addresses;
        for (chain::MemberIndex m = 0; m < members.n(); ++m) {
            const auto found = config.peers.find(members.at(m).name);
            if (m != identity.self && found != config.peers.end()) addresses[m] = found->second;
        }
        net::Hooks net_hooks;
        net_hooks.up = [this](chain::MemberIndex m) { push(replica::PeerUp{m}); };
        net_hooks.down = [this](chain::MemberIndex m) { push(replica::PeerDown{m}); };
        net_hooks.frame = [this](chain::MemberIndex m, Bytes payload) {
            return take_frame(m, payload);
        };
        net_hooks.log = [this](const std::string& text) { write_log("info", "link", text); };
        links = std::make_unique<net::Links>(loop, members, identity.self, identity.key,
                                             std::move(addresses), std::move(net_hooks));
    }

    void write_log(const char* level, const char* event, const std::string& text) {
        if (config.log_level == "error" && level[0] != 'e') return;
        const replica::Now now = clocks();
        // Who asks for debug lines wants them all.
        const auto left_out = level[0] == 'd' ? 0 : gate.pass(event, now.steady);
        if (!left_out) return;
        json::Value line = json::Object{
            {"level", level}, {"event", event}, {"time", now.wall.value}, {"text", text}};
        if (*left_out > 0) line.set("left_out", static_cast<std::int64_t>(*left_out));
        std::printf("%s\n", json::write(line).c_str());
    }

    void push(replica::Input input) {
        inbox.push_back(std::move(input));
        schedule();
    }
    void schedule() {
        if (scheduled || stopping) return;
        scheduled = true;
        asio::post(loop, [this] {
            scheduled = false;
            turn();
        });
    }

    // Gossip goes to the workers first; everything else is small and decoded here.
    bool take_frame(chain::MemberIndex from, const Bytes& payload) {
        auto message = replica::wire::decode(payload);
        if (!message.ok()) {
            write_log("info", "frame_rejected",
                      members.at(from).name + ": " + std::string(chain::to_text(message.error())));
            return false;
        }
        if (auto* txs = std::get_if<replica::wire::Txs>(&*message)) {
            check(from, std::move(txs->jws));
            return true;
        }
        push(replica::FromPeer{from, std::move(message).value()});
        return true;
    }

    // What is too much is dropped. Gossip is not sent again: a block that holds what was dropped
    // here makes this member ask for it (FetchTxs).
    void check(chain::MemberIndex from, std::vector<std::string> jws) {
        const auto done = [this, from](const std::vector<Workers::Checked>& checked) {
            std::vector<execution::TxPtr> good;
            for (const Workers::Checked& one : checked) {
                if (one.tx) good.push_back(one.tx);
            }
            asio::post(loop, [this, from, good = std::move(good)] {
                for (const execution::TxPtr& tx : good) {
                    if (inbox.size() < kInboxMax) push(replica::NewTx{tx, from, 0});
                }
            });
        };
        if (!workers.check(from, std::move(jws), done))
            write_log("info", "transactions_dropped", members.at(from).name + " sends too many");
    }

    void turn() {
        if (stopping) return;
        std::vector<replica::Input> inputs;
        inputs.swap(inbox);
        if (inputs.size() > kInputsPerTurn) {
            inbox.assign(std::make_move_iterator(inputs.begin() + kInputsPerTurn),
                         std::make_move_iterator(inputs.end()));
            inputs.resize(kInputsPerTurn);
            schedule();
        }
        const replica::Now now = clocks();
        replica::Turn out;
        for (const replica::Input& input : inputs) replica.step(now, input, out);
        replica.settle(now, out);
        finish(out);
    }

    // Carries turns out until none asks for another promise.
    void finish(replica::Turn& out) {
        const replica::Hands hands{data.journal(), data.blocks(), identity.key,
                                   identity.genesis.tag(), identity.self};
        Millis wake = out.wake_at;
        while (true) {
            const auto own = replica::carry_out(replica, out, hands, *this);
            if (!own.ok()) log::storage_fatal(own.error());
            wake = out.wake_at;
            if (own->empty()) break;
            out.clear();
            const replica::Now now = clocks();
            for (const chain::SignedVote& vote : *own)
                replica.step(now, replica::OwnVote{vote}, out);
            replica.settle(now, out);
        }
        publish();
        set_timer(wake);
        std::fflush(stdout);
    }

    void durable(const replica::Turn& turn) override {
        for (const consensus::Evidence& one : turn.evidence) {
            write_log("error", "evidence", members.at(one.first.member).name);
            const std::lock_guard lock(evidence_mutex);
            if (evidence.size() < kEvidenceShown) evidence.emplace_back(one.first, one.second);
        }
        for (const consensus::Note& note : turn.notes) log_note(note);
    }
    // A read that follows "committed" sees it.
    void settled(const replica::Turn& turn) override {
        if (turn.finalized.empty()) return;
        publish();
        prune(turn.finalized.back().block->tip.header.height);
    }
    // A little now and then: never so much that votes wait.
    void prune(Height height) {
        if (config.keep_heights == 0 || height.value <= config.keep_heights) return;
        if (height.value % kPruneEvery == 0)
            data.store().prune(Height(height.value - config.keep_heights), kPrunedPerTurn);
    }
    void finalized(const replica::Finalized& block) override { hooks.finalized(block); }
    void answer(const replica::Answer& answer) override { hooks.answer(answer); }

    void log_note(const consensus::Note& note) {
        const std::string_view code = note.code;
        const bool loud = code.find("reject") != std::string_view::npos ||
                          code.find("refused") != std::string_view::npos || code == "timeout" ||
                          code == "two_certificates" || code == "second_proposal" ||
                          code == "block_invalid" || code == "own_vote_unknown" ||
                          code == "two_lives" || code == "memory_bounded";
        if (loud || config.log_level == "debug") {
            write_log(loud ? "info" : "debug", note.code,
                      "view " + std::to_string(note.view.value) + " " + note.detail);
        }
    }

    void send(const replica::Send& send) override {
        const net::Frame frame = net::make_frame(replica::wire::encode(send.message));
        if (send.to) {
            links->send(*send.to, frame);
        } else {
            links->broadcast(frame);
        }
    }

    void gossip(const std::vector<execution::TxPtr>& txs) override {
        replica::wire::Txs message;
        std::size_t bytes = 0;
        for (const execution::TxPtr& tx : txs) {
            bytes += tx->jws.size();
            message.jws.push_back(tx->jws);
            if (bytes < 1024 * 1024) continue;
            send({std::nullopt, std::move(message)});
            message = {};
            bytes = 0;
        }
        if (!message.jws.empty()) send({std::nullopt, std::move(message)});
    }

    void publish() {
        const replica::Now now = clocks();
        auto next = std::make_shared<Published>();
        const auto before = board.read();
        next->status = replica.status(now);
        next->at = now.steady;
        const bool same = before != nullptr && before->status.height == next->status.height;
        next->snapshot = same ? before->snapshot : data.kv().snapshot();
        board.write(std::move(next));
    }

    void set_timer(Millis wake) {
        const std::int64_t in_ms =
            std::clamp<std::int64_t>(wake.value - clocks().steady.value, 1, 1'000);
        timer.expires_after(std::chrono::milliseconds(in_ms));
        timer.async_wait([this](boost::system::error_code error) {
            if (!error && !stopping) push(replica::Tick{});
        });
    }
};

Shell::Shell(asio::io_context& loop, const Config& config, const Identity& identity, DataDir& data,
             replica::Recovered recovered, Workers& workers, Board& board, ShellHooks hooks)
    : impl_(std::make_unique<Impl>(loop, config, identity, data, std::move(recovered), workers,
                                   board, std::move(hooks))) {}
Shell::~Shell() = default;

std::string Shell::listen() {
    return impl_->members.n() == 1 ? std::string()
                                   : impl_->links->listen(impl_->config.peer_listen);
}

void Shell::start() {
    if (impl_->members.n() > 1) impl_->links->start();
    replica::Turn out;
    impl_->replica.start(clocks(), out);
    impl_->finish(out);
}

void Shell::stop() {
    impl_->stopping = true;
    impl_->timer.cancel();
    impl_->links->stop();
}

void Shell::submit(execution::TxPtr tx, std::uint64_t ticket) {
    asio::post(impl_->loop, [this, tx = std::move(tx), ticket] {
        impl_->push(replica::NewTx{tx, std::nullopt, ticket});
    });
}

std::vector<std::pair<chain::SignedVote, chain::SignedVote>> Shell::evidence() const {
    const std::lock_guard lock(impl_->evidence_mutex);
    return impl_->evidence;
}

}  // namespace quanlu::node
