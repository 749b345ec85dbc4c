// See member.h.
#include "tests/disk/member.h"

#include "crypto/hash.h"
#include "tests/include/forms.h"

namespace quanlu::disk {

namespace {

constexpr std::size_t kTxsPerBlock = 4;
constexpr std::int64_t kTurnMs = 20;
constexpr int kTurnsPerBlockMax = 400;
constexpr std::uint8_t kBlockTag = 'b';  // docs/formats/state-db.md
constexpr chain::MemberIndex kOther = 1;
constexpr std::size_t kSaidAgain = 24;  // votes that the other one sends again after a restart

chain::TxDraft draft_of(std::size_t n, const std::string& today) {
    chain::TxDraft draft;
    const std::size_t serial = n / 2;
    draft.iat = sim::kWallStart / 1'000;
    draft.exp = draft.iat + 500;
    draft.jti = "t" + std::to_string(n);
    if (serial % 3 == 0) {
        draft.iss = "seller";
        draft.act = "asset.register";
        draft.body = forms::asset(serial);
    } else if (serial % 3 == 1) {
        draft.iss = "office";
        draft.act = "right.register";
        draft.body = forms::patent(10'000 + serial, "firm", today);
    } else {
        std::string exact = std::to_string(serial);
        exact = std::string(64 - exact.size(), 'b') + exact;
        std::string economic = exact;
        economic[0] = 'c';
        draft.iss = "bank-one";
        draft.act = "invoice.register_fingerprint";
        draft.body = forms::invoice("seller", "buyer", exact, economic);
    }
    return draft;
}

}  // namespace

World World::make(const std::string& data_dir, std::size_t txs) {
    chain::Params params;
    params.delta_ms = 100;
    sim::Scene scene = sim::Scene::make(2, params);
    node::Identity identity{scene.genesis, crypto::SigningKey::from_seed(scene.keys.front().seed()),
                            0};
    World world{std::move(scene), std::move(identity), {}, {}};
    world.config.data_dir = data_dir;
    for (std::size_t n = 0; n < txs; ++n) {
        const chain::TxDraft draft = draft_of(n, world.scene.today);
        const std::string jws =
            world.scene.sign(draft.iss + (n % 2 == 0 ? "/maker" : "/checker"), draft);
        auto tx = chain::parse_tx(jws, world.scene.genesis.chain_id);
        ENSURE(tx.ok());
        world.txs.push_back(std::make_shared<const chain::Tx>(std::move(tx).value()));
    }
    return world;
}

bool contradict(const chain::SignedVote& one, const chain::SignedVote& other) {
    using chain::VoteKind;
    const chain::Vote &a = one.vote, &b = other.vote;
    if (a.view != b.view || a.epoch != b.epoch) return false;
    if (a.kind == b.kind) return a.block != b.block;
    return (a.kind == VoteKind::nullify && b.kind == VoteKind::finalize) ||
           (a.kind == VoteKind::finalize && b.kind == VoteKind::nullify);
}

class Member::LogSource : public replica::BlockSource {
public:
    explicit LogSource(const log::BlockLog& log) : log_(log) {}
    [[nodiscard]] std::optional<chain::FinalBlock> at(Height height) const override {
        return log_.at(height);
    }

private:
    const log::BlockLog& log_;
};

Member::Member(const World& world, Told& told, Eavesdrop eavesdrop)
    : world_(world), told_(told), eavesdrop_(std::move(eavesdrop)) {}

std::string Member::init() {
    auto data = node::DataDir::open(world_.config, world_.identity, true);
    if (!data.ok()) return data.error().what;
    told_.was_initialised = true;
    return {};
}

std::string Member::boot() {
    auto data = node::DataDir::open(world_.config, world_.identity, false);
    if (!data.ok()) return data.error().what;
    data_ = std::move(*data);
    auto recovered = data_->recover(world_.identity, false);
    if (!recovered.ok()) return recovered.error().what;
    remembered_ = recovered->own_votes;
    is_memory_intact_ = recovered->memory_intact;
    source_ = std::make_unique<LogSource>(data_->blocks());
    replica::Config config;
    config.self = world_.identity.self;
    config.version = "disk";
    told_.now_ms += 500;  // it was away for a while
    now_ = {Millis{told_.now_ms}, UnixMillis{sim::kWallStart + told_.now_ms}};
    replica_ = std::make_unique<replica::Replica>(world_.identity.genesis, config, data_->store(),
                                                  *source_, std::move(*recovered), now_);
    replica::Turn out;
    replica_->start(now_, out);
    replica_->step(now_, replica::PeerUp{kOther}, out);
    return finish(out) ? std::string() : io_error_;
}

bool Member::finish(replica::Turn& out) {
    const replica::Hands hands{data_->journal(), data_->blocks(), world_.identity.key,
                               world_.identity.genesis.tag(), world_.identity.self};
    while (true) {
        const auto own = replica::carry_out(*replica_, out, hands, *this);
        if (!own.ok()) {  // the shell ends the process here
            io_error_ = own.error().path + ": " + own.error().what;
            return false;
        }
        if (own->empty() && (from_other_.empty() || !hears_)) return true;
        out.clear();
        for (const chain::SignedVote& vote : *own)
            replica_->step(now_, replica::OwnVote{vote}, out);
        if (hears_) {
            for (const replica::Input& input : std::exchange(from_other_, {}))
                replica_->step(now_, input, out);
        }
        replica_->settle(now_, out);
    }
}

bool Member::turn(const std::vector<execution::TxPtr>& txs) {
    hears_ = true;
    told_.now_ms += kTurnMs;
    now_ = {Millis{told_.now_ms}, UnixMillis{sim::kWallStart + told_.now_ms}};
    replica::Turn out;
    replica_->step(now_, replica::Tick{}, out);
    for (const execution::TxPtr& tx : txs)
        replica_->step(now_, replica::NewTx{tx, std::nullopt, 1}, out);
    replica_->settle(now_, out);
    return finish(out);
}

bool Member::add_blocks(std::size_t blocks) {
    for (std::size_t i = 0; i < blocks; ++i) {
        const Height before = height();
        std::vector<execution::TxPtr> txs;
        for (std::size_t n = 0; n < kTxsPerBlock && told_.next_tx < world_.txs.size(); ++n)
            txs.push_back(world_.txs[told_.next_tx++]);
        for (int turns = 0; height() == before; ++turns) {
            if (turns == kTurnsPerBlockMax || !turn(txs)) return false;
            txs.clear();
        }
    }
    return true;
}

bool Member::submit_again(const std::vector<execution::TxPtr>& txs) {
    return turn(txs);
}

void Member::shut_down() {
    replica_.reset();
    source_.reset();
    data_.reset();
}

std::map<Bytes, Bytes> Member::store_content() {
    std::map<Bytes, Bytes> all;
    const auto add = [&all](BytesView key, BytesView value) {
        all.emplace(to_bytes(key), to_bytes(value));
        return true;
    };
    const Bytes history(1, kv::kHistoryTag), behind(1, kv::kHistoryTag + 1);
    data_->kv().scan({}, history, add);
    data_->kv().scan(history, behind, add);
    data_->kv().scan(behind, {}, add);
    return all;
}

Hash Member::store_digest(Digest of) {
    Bytes all;
    const auto put = [&all](BytesView bytes) {
        for (int shift = 24; shift >= 0; shift -= 8)
            all.push_back(static_cast<std::uint8_t>(bytes.size() >> shift));
        quanlu::append(all, bytes);
    };
    for (const auto& [key, value] : store_content()) {
        put(key);
        const bool is_cut = of == Digest::records && key.front() == kBlockTag;
        put(is_cut ? BytesView(value).first(chain::kHeaderBytes) : BytesView(value));
    }
    return crypto::sha256(all);
}

// --- what leaves

void Member::say(const chain::SignedVote& vote) {
    for (const chain::SignedVote& before : told_.votes) {
        if (told_.complaint.empty() && contradict(before, vote))
            told_.complaint = "signed twice in view " + std::to_string(vote.vote.view.value);
    }
    told_.votes.push_back(vote);
    echo(vote);
    if (eavesdrop_) eavesdrop_("vote", vote.signature);
}

void Member::send(const replica::Send& send) {
    if (const auto* vote = std::get_if<replica::wire::VoteMsg>(&send.message)) say(vote->vote);
    if (const auto* proposal = std::get_if<replica::wire::Proposal>(&send.message))
        say(proposal->leader_vote);
    const auto* greeting = std::get_if<replica::wire::Greeting>(&send.message);
    if (greeting != nullptr && greeting->about == replica::wire::Greeting::About::question)
        answer_question(*greeting);
}

// The other member votes for the same.
void Member::echo(const chain::SignedVote& vote) {
    chain::SignedVote same{vote.vote, kOther, {}};
    same.signature = world_.scene.keys[kOther].sign(
        chain::statement_bytes(world_.identity.genesis.tag(), vote.vote));
    from_other_.push_back(replica::FromPeer{kOther, replica::wire::VoteMsg{same}});
}

// Everything that was ever said is remembered there, and the last of it is said again.
void Member::answer_question(const replica::wire::Greeting& question) {
    replica::wire::Greeting answer;
    answer.view = View(1);
    answer.wall = question.wall;
    answer.life = 1;
    answer.about = replica::wire::Greeting::About::answer;
    answer.asked_by = question.life;
    answer.yours = told_.votes;
    from_other_.push_back(replica::FromPeer{kOther, answer});
    const std::size_t all = told_.votes.size();
    for (std::size_t n = all - std::min(all, kSaidAgain); n < all; ++n) echo(told_.votes[n]);
}

void Member::finalized(const replica::Finalized& block) {
    const execution::Tip& tip = block.block->tip;
    for (const execution::TxPtr& tx : block.block->txs) {
        if (eavesdrop_) eavesdrop_("block", as_bytes(tx->jws));
    }
    const auto [at, is_new] = told_.blocks.emplace(tip.header.height.value, tip.hash);
    if (told_.complaint.empty() && at->second != tip.hash)
        told_.complaint = "another block at height " + std::to_string(at->first);
}

void Member::answer(const replica::Answer& answer) {
    if (eavesdrop_) eavesdrop_("answer", {});
    if (answer.status != replica::Answer::Status::committed) return;
    const auto [at, is_new] = told_.answered.emplace(answer.tx_id, answer.where.height.value);
    if (told_.complaint.empty() && at->second != answer.where.height.value)
        told_.complaint = "a transaction stands at another height than was answered";
}

}  // namespace quanlu::disk
