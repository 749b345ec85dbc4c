// n cores that exchange effects in virtual time: delays, loss, duplicates, partitions, crashes that
// lose what was not durable, restarts from what was, and Twins (one key at two cores that never
// hear each other). A seed is a whole run. Bodies are hashes a peer has or has not; execution says
// yes except to blocks marked bad.
#pragma once

#include <functional>
#include <memory>
#include <random>

#include "consensus/simplex.h"
#include "fixture.h"
#include "oracle.h"

namespace quanlu::consensus {

struct Weather {
    std::uint64_t seed = 1;
    std::size_t n = 4;
    std::int64_t faults_ms = 4'000;  // then everything heals (GST)
    unsigned loss_percent = 0, duplicate_percent = 0;
    std::int64_t delay_max_ms = 20;
    std::int64_t crash_every_ms = 0;      // 0: nobody crashes
    std::int64_t partition_every_ms = 0;  // 0: no partitions
    std::set<MemberIndex> silent;         // never up, also after GST
    std::set<MemberIndex> twins;
    unsigned bad_block_percent = 0;  // of the blocks a twin builds
    // Twins cases (RELIABILITY T2): in its view v (from 1), a process speaks with those of its
    // group in groups[v - 1] alone, until GST; beyond them with everybody. By process: members in
    // order, the two bodies of a twin side by side.
    std::vector<std::vector<std::uint8_t>> groups;
    std::uint64_t progress = 1;  // final blocks beyond those of the attack, at every honest member

    // Drawn from the seed.
    static Weather of(std::uint64_t seed);
};

class Network {
public:
    explicit Network(const Weather& weather);

    // Faults, then calm; the violation found, if any. Twice the time in which f+2 leaders must have
    // brought one block.
    std::optional<std::string> run();

    [[nodiscard]] const Oracle& oracle() const { return oracle_; }
    [[nodiscard]] std::size_t crashes() const { return crashes_; }
    [[nodiscard]] std::size_t most_votes_held() const { return most_votes_held_; }

private:
    struct Made {
        Header header;
        Justification justification;
        bool is_bad = false;
        bool carries = false;  // load
    };
    struct Disk {
        std::vector<SignedVote> votes;
        std::vector<QuorumCert> certs;
        std::set<Hash> bodies;
        std::vector<Hash> chain;  // final blocks, genesis first
        Floor floor;
    };
    struct Peer {
        MemberIndex member = 0;
        Disk disk;
        std::unique_ptr<Simplex> core;
        std::uint64_t life = 0;
        Millis wake{0}, sync_at{0};
        std::set<Hash> bodies, checks;
        std::map<Hash, CheckedProposal> built;  // not sent yet
        std::map<View, Effects::Final> awaited;
        bool pending = false;
    };
    using Deed = std::function<void(Peer&)>;

    void start(Peer& peer);
    void confirm(Peer& peer);
    void crash(Peer& peer);
    void advance(Millis until);
    void input(Peer& peer, const std::function<void(Simplex&, Effects&)>& what);
    void carry_out(Peer& peer, Effects& effects);
    void make_durable(Peer& peer, const std::vector<Keep>& keep, const std::vector<Cast>& casts);
    void build(Peer& peer, const NeedBuild& need);
    void check(Peer& peer, const Hash& block);
    void apply(Peer& peer);
    void got_body(Peer& peer, const Hash& block);
    void fetch(Peer& peer, const Hash& block);
    void catch_up(Peer& peer);
    void give(Peer& peer, const QuorumCert& cert);
    void greet(Peer& peer);
    void broadcast(const Peer& from, Deed deed);  // one deed, shared by all it is done to
    void send(const Peer& from, Peer& to, const std::shared_ptr<const Deed>& deed);
    void send(const Peer& from, Peer& to, Deed deed) {
        send(from, to, std::make_shared<const Deed>(std::move(deed)));
    }
    void later(Peer& peer, std::int64_t ms, Deed deed);  // in this life of the peer
    void load();
    void redraw_partition();
    [[nodiscard]] std::string state() const;
    bool everybody_beyond(std::uint64_t height) const;
    [[nodiscard]] bool is_liar(const Peer& peer) const {
        return weather_.twins.contains(peer.member);
    }
    [[nodiscard]] bool connected(const Peer& a, const Peer& b) const;
    std::int64_t draw(std::int64_t below) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
    }
    const Verified<QuorumCert>& verified(const QuorumCert& cert);

    Weather weather_;
    std::mt19937_64 random_;
    chain::Members members_;
    chain::Params params_;
    Oracle oracle_;
    std::vector<Peer> peers_;
    std::map<Hash, Made> made_;
    std::map<std::pair<Millis, std::uint64_t>, std::function<void()>> events_;
    std::map<std::pair<Vote, std::uint64_t>, Verified<QuorumCert>> verified_;
    std::set<std::pair<std::size_t, std::size_t>> cut_;
    Hash genesis_;
    Millis now_{0};
    std::uint64_t order_ = 0, salt_ = 0;
    bool calm_ = false;
    std::size_t crashes_ = 0, most_votes_held_ = 0;
};

}  // namespace quanlu::consensus
