// One running node of the simulation: a replica with its journal, block log and store on disks that
// forget. The end of a turn and recovery are the code that ships (node/replica/carry_out.h,
// recover.h). A crash takes everything but what was durable.
#pragma once

#include <memory>
#include <vector>

#include "node/replica/carry_out.h"
#include "node/replica/recover.h"
#include "tests/sim/disk.h"
#include "tests/sim/parsed.h"
#include "tests/sim/scene.h"
#include "tests/sim/store.h"
#include "tests/sim/swarm.h"

namespace quanlu::sim {

class Process;

// Who hears what a process says.
class Ears {
public:
    virtual ~Ears() = default;
    // It came up and remembers these votes; what its block log holds is final.
    virtual void woke(Process& process, const std::vector<chain::SignedVote>& own_votes) = 0;
    virtual void durable(Process& process, const replica::Turn& turn) = 0;
    virtual void said(Process& process, std::optional<chain::MemberIndex> to,
                      const replica::wire::Message& message) = 0;
    virtual void finalized(Process& process, const replica::Finalized& block) = 0;
    virtual void answered(Process& process, const replica::Answer& answer) = 0;
    virtual void noted(Process& process, const consensus::Note& note) = 0;
};

class Process : public replica::Listener {
public:
    struct Nature {
        bool is_rejoining = false;  // when its memory is lost
        bool heeds_memory = true;
    };
    Process(const Scene& scene, ParsedTxs& txs, chain::MemberIndex member, Nature nature,
            Ears& ears);

    // From what the disks hold. May crash while it recovers: false then.
    bool start(replica::Now now);
    // One turn over everything in the inbox. False: it crashed in the middle.
    bool turn(replica::Now now);
    void crash(Prng& random);
    // What a backup made now would hold.
    void back_up();
    void lose_memory(Amnesia amnesia, Prng& random);

    // A frame from a peer. `has_workers`: transactions are checked before the replica sees them.
    void receive(chain::MemberIndex from, BytesView frame, bool has_workers);
    void submit(const std::string& jws, std::uint64_t ticket);
    void put(replica::Input input) { inbox_.push_back(std::move(input)); }

    [[nodiscard]] bool is_up() const { return replica_ != nullptr; }
    [[nodiscard]] chain::MemberIndex member() const { return member_; }
    [[nodiscard]] const replica::Replica& replica() const { return *replica_; }
    [[nodiscard]] const SimDisk& journal_disk() const { return journal_disk_; }
    [[nodiscard]] const SimDisk& block_disk() const { return block_disk_; }
    [[nodiscard]] const log::BlockLog& blocks() const { return *blocks_; }
    // What its index says of a transaction that is final here.
    [[nodiscard]] std::optional<chain::Outcome> outcome_of(const Hash& tx_id) const;
    [[nodiscard]] bool has_work() const { return !inbox_.empty(); }
    // Did the journal read well at the last start?
    [[nodiscard]] bool trusts_journal() const { return trusts_journal_; }
    [[nodiscard]] std::int64_t wake_at() const { return wake_at_; }
    [[nodiscard]] std::uint64_t life() const { return life_; }
    [[nodiscard]] Fuse& fuse() { return fuse_; }
    // Work nobody asked for, in turns over one inbox: more of it means it never ends.
    static constexpr int kRoundsMax = 64;

    void durable(const replica::Turn& turn) override;
    void send(const replica::Send& send) override;
    void gossip(const std::vector<execution::TxPtr>& txs) override;
    void settled(const replica::Turn&) override {}
    void finalized(const replica::Finalized& block) override;
    void answer(const replica::Answer& answer) override;

private:
    void open(replica::Now now);
    void finish(replica::Now now, replica::Turn& out);
    [[nodiscard]] execution::TxPtr check(const std::string& jws) const;

    class LogSource : public replica::BlockSource {
    public:
        explicit LogSource(const log::BlockLog& log) : log_(log) {}
        [[nodiscard]] std::optional<chain::FinalBlock> at(Height height) const override {
            return log_.at(height);
        }

    private:
        const log::BlockLog& log_;
    };

    const Scene& scene_;
    ParsedTxs& txs_;
    chain::MemberIndex member_;
    Nature nature_;
    Ears& ears_;
    Fuse fuse_;
    SimDisk block_disk_{fuse_}, journal_disk_{fuse_};
    SimKv kv_{fuse_};
    struct Backup {
        SimDisk::Copy blocks, journal;
        kv::Batch state;
    };
    Backup backup_;
    std::unique_ptr<state::Store> store_;
    std::unique_ptr<log::BlockLog> blocks_;
    std::unique_ptr<log::Journal> journal_;
    std::unique_ptr<LogSource> source_;
    std::unique_ptr<replica::Replica> replica_;
    std::vector<replica::Input> inbox_, taken_;  // taken: under way in a turn, kept for its room
    std::int64_t wake_at_ = 0;
    std::uint64_t life_ = 0;  // what was sent to an earlier life is lost
    bool has_forgotten_ = false, trusts_journal_ = false;
};

}  // namespace quanlu::sim
