// The member under test, one of two: the other one says after it whatever it says, so that
// everything is decided by this one's disk, and remembers it. Boot, recovery and the end of a turn
// are the code that ships (DataDir, recover, carry_out); what the outside was told is written down.
#pragma once

#include <memory>
#include <vector>

#include "node/datadir.h"
#include "node/replica/carry_out.h"
#include "tests/sim/scene.h"

namespace quanlu::disk {

// What everybody starts from. The transactions are of three kinds, each once by the maker and once
// by the checker.
struct World {
    sim::Scene scene;
    node::Identity identity;
    std::vector<execution::TxPtr> txs;
    node::Config config;

    static World make(const std::string& data_dir, std::size_t txs);
};

struct Told {
    bool was_initialised = false;
    std::vector<chain::SignedVote> votes;
    std::map<std::uint64_t, Hash> blocks;    // header hash by height, as heard in "finalized"
    std::map<Hash, std::uint64_t> answered;  // height by transaction, as a client was answered
    std::size_t next_tx = 0;                 // handed over so far
    std::int64_t now_ms = 0;
    std::string complaint;  // the first rule that broke while it ran
};

class Member : public replica::Listener {
public:
    // `eavesdrop` sees the moment at which something leaves; may be empty.
    using Eavesdrop = std::function<void(const std::string& what, BytesView bytes)>;
    Member(const World& world, Told& told, Eavesdrop eavesdrop = {});

    // `quanlud init`. Error text, empty when done.
    std::string init();
    // `quanlud run` up to the first turn. Error text, empty when up.
    std::string boot();
    // Turns until so many more blocks are final, each with some new transactions. False: it stands
    // still, or an operation failed.
    bool add_blocks(std::size_t blocks);
    // One turn over transactions of old.
    bool submit_again(const std::vector<execution::TxPtr>& txs);
    void shut_down();

    [[nodiscard]] const std::vector<chain::SignedVote>& remembered() const { return remembered_; }
    [[nodiscard]] bool is_memory_intact() const { return is_memory_intact_; }
    // It has not met a vote of its own that it does not remember, and has been answered.
    [[nodiscard]] bool may_vote() const { return replica_->status(now_).consensus.may_vote; }
    [[nodiscard]] Height height() const { return replica_->final_tip().header.height; }
    [[nodiscard]] Hash root() const { return replica_->final_tip().header.state_root; }
    [[nodiscard]] node::DataDir& data() { return *data_; }
    [[nodiscard]] const replica::Replica& replica() const { return *replica_; }
    [[nodiscard]] const std::string& io_error() const { return io_error_; }
    // SHA-256 over every key and value of the state store, in order. `records`: without the
    // finalizations of blocks, since a block that is made final anew may be covered by a later
    // one's.
    enum class Digest : std::uint8_t { everything, records };
    [[nodiscard]] Hash store_digest(Digest of = Digest::everything);
    [[nodiscard]] std::map<Bytes, Bytes> store_content();

    void durable(const replica::Turn&) override {}
    void send(const replica::Send& send) override;
    void gossip(const std::vector<execution::TxPtr>&) override {}
    void settled(const replica::Turn&) override {}
    void finalized(const replica::Finalized& block) override;
    void answer(const replica::Answer& answer) override;

private:
    class LogSource;
    bool turn(const std::vector<execution::TxPtr>& txs);
    bool finish(replica::Turn& out);
    void say(const chain::SignedVote& vote);
    void echo(const chain::SignedVote& vote);
    void answer_question(const replica::wire::Greeting& question);

    const World& world_;
    Told& told_;
    Eavesdrop eavesdrop_;
    std::unique_ptr<node::DataDir> data_;
    std::unique_ptr<replica::BlockSource> source_;
    std::unique_ptr<replica::Replica> replica_;
    std::vector<chain::SignedVote> remembered_;
    bool is_memory_intact_ = false;
    std::string io_error_;
    std::vector<replica::Input> from_other_;  // what the other member has sent
    bool hears_ = false;  // from the first turn on: boot is what the disk alone says
    replica::Now now_;
};

// Does one member contradict itself by having signed both? Written from CONSENSUS 7.3: one block a
// view for each kind, and nullify and finalize exclude each other.
bool contradict(const chain::SignedVote& one, const chain::SignedVote& other);

}  // namespace quanlu::disk
