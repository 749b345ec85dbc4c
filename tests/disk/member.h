// The member under test: the only one of its network, so that everything it says is decided by its
// own disk. Boot, recovery and the end of a turn are the code that ships (DataDir, recover,
// carry_out); a Witness writes down what the outside was told.
#pragma once

#include <memory>

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
    [[nodiscard]] Height height() const { return replica_->final_tip().header.height; }
    [[nodiscard]] Hash root() const { return replica_->final_tip().header.state_root; }
    [[nodiscard]] node::DataDir& data() { return *data_; }
    [[nodiscard]] const replica::Replica& replica() const { return *replica_; }
    [[nodiscard]] const std::string& io_error() const { return io_error_; }
    // SHA-256 over every key and value of the state store, in order.
    [[nodiscard]] Hash store_digest();
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

    const World& world_;
    Told& told_;
    Eavesdrop eavesdrop_;
    std::unique_ptr<node::DataDir> data_;
    std::unique_ptr<replica::BlockSource> source_;
    std::unique_ptr<replica::Replica> replica_;
    std::vector<chain::SignedVote> remembered_;
    bool is_memory_intact_ = false;
    std::string io_error_;
    replica::Now now_;
};

// Does one member contradict itself by having signed both? Written from CONSENSUS 7.3: one block a
// view for each kind, and nullify and finalize exclude each other.
bool contradict(const chain::SignedVote& one, const chain::SignedVote& other);

}  // namespace quanlu::disk
