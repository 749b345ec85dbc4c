// The replica as one member meets it, peers played by hand: what it votes for, what it takes in
// catch-up, what it says after lost memory (kills M15, M26, O10 to O13 and O15 of tests/mutants).
#include <catch2/catch.hpp>

#include <map>

#include "crypto/jwk.h"
#include "node/replica/mempool.h"
#include "node/replica/recover.h"
#include "node/replica/replica.h"
#include "node/replica/roll_call.h"

namespace quanlu::replica {

namespace {

constexpr std::int64_t kStart = 1'795'140'000'000;
constexpr std::size_t kMembers = 4, kBlocks = 8;

crypto::SigningKey key(std::uint8_t n) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = n;
    return crypto::SigningKey::from_seed(seed);
}

chain::Genesis founded() {
    chain::Genesis genesis;
    genesis.name = "catch-up";
    genesis.time = UnixMillis{kStart};
    genesis.records = json::Object{
        {"party/office",
         json::Object{
             {"party_id", "office"},
             {"party_kind", "enterprise"},
             {"legal_name", "office"},
             {"uscc", "91330108MA28XYW55X"},
             {"country", "CN"},
             {"roles", json::Array{"ip_office"}},
             {"officers", json::Array{json::Object{{"key", crypto::to_jwk(key(99).public_key())},
                                                   {"duties", json::Array{"maker"}},
                                                   {"valid_from", "2020-01-01"},
                                                   {"valid_to", "2099-12-31"}}}}}}};
    for (std::uint8_t i = 0; i < kMembers; ++i)
        genesis.members.push_back({"m" + std::to_string(i), "office", key(i).public_key()});
    auto parsed = chain::genesis_from_json(chain::to_json(genesis));
    REQUIRE(parsed.ok());
    return *std::move(parsed);
}

struct Node {
    std::unique_ptr<kv::KvStore> kv = kv::make_memory_kv();
    state::Store store{*kv};
    execution::Tip tip;
    explicit Node(const chain::Genesis& genesis) {
        tip = *execution::genesis_tip(genesis, store);
        store.commit(tip.state, {Height(0), tip.hash, tip.header.state_root, tip.log}, {}, {});
        tip.state = store.final_version();
    }
};

struct NoBlocks : BlockSource {
    [[nodiscard]] std::optional<chain::FinalBlock> at(Height) const override {
        return std::nullopt;
    }
};

chain::QuorumCert certify(const chain::Genesis& genesis, chain::VoteKind kind, View view,
                          const Hash& block) {
    chain::QuorumCert cert;
    cert.statement = {kind, Epoch(0), view, block};
    for (std::uint8_t i = 1; i < kMembers; ++i) {
        cert.signers |= std::uint64_t{1} << i;
        cert.signatures.push_back(
            key(i).sign(chain::statement_bytes(genesis.tag(), cert.statement)));
    }
    return cert;
}

// Every second view is skipped, so that each block has a nullification to show.
std::vector<chain::FinalBlock> history(const chain::Genesis& genesis) {
    Node node(genesis);
    std::vector<chain::FinalBlock> blocks;
    execution::Tip tip = node.tip;
    for (std::uint64_t height = 1; height <= kBlocks; ++height) {
        chain::Header header;
        header.view = View(2 * height);
        header.proposer = static_cast<chain::MemberIndex>(header.view.value % kMembers);
        header.time = UnixMillis{tip.header.time.value + 1'000};
        std::vector<execution::LeftOut> left_out;
        const execution::Executed executed =
            execution::build(tip, genesis.params, header, {}, node.store, left_out);
        chain::FinalBlock block;
        block.block.header = executed.tip.header;
        if (height > 1) {
            block.block.justification.parent =
                certify(genesis, chain::VoteKind::notarize, tip.header.view, tip.hash);
        }
        block.block.justification.skipped.push_back(
            certify(genesis, chain::VoteKind::nullify, header.view.prev(), {}));
        tip = executed.tip;
        block.finalization = certify(genesis, chain::VoteKind::finalize, tip.header.view, tip.hash);
        blocks.push_back(std::move(block));
    }
    return blocks;
}

bool has_note(const Turn& turn, const std::string& code, const std::string& detail) {
    for (const consensus::Note& note : turn.notes) {
        if (note.code == code && note.detail == detail) return true;
    }
    return false;
}

// The question of a start, among what it sends.
wire::Greeting question_in(const Turn& turn) {
    for (const Send& send : turn.send) {
        const auto* greeting = std::get_if<wire::Greeting>(&send.message);
        if (greeting != nullptr && greeting->about == wire::Greeting::About::question)
            return *greeting;
    }
    FAIL("no question was asked");
    return {};
}

wire::Greeting answer_to(const wire::Greeting& question, MemberIndex from) {
    wire::Greeting answer;
    answer.view = View(1);
    answer.wall = question.wall;
    answer.life = 100 + from;
    answer.about = wire::Greeting::About::answer;
    answer.asked_by = question.life;
    return answer;
}

// The others hold nothing of it: with that it votes.
void answer_roll_call(Replica& replica, Now now, Turn& turn) {
    const wire::Greeting question = question_in(turn);
    for (const MemberIndex from : {1U, 2U, 3U})
        replica.step(now, FromPeer{from, answer_to(question, from)}, turn);
}

// What the member votes when the leader of view 1 sends this header under its own signature, with
// the transactions `jws` where the member is told `known` first.
std::vector<chain::VoteKind> votes_for(const chain::Genesis& genesis, const chain::Header& header,
                                       const std::vector<std::string>& jws = {},
                                       const std::vector<execution::TxPtr>& known = {}) {
    Node node(genesis);
    NoBlocks blocks;
    Recovered recovered;
    recovered.tip = node.tip;
    const Now now{Millis{1'000}, UnixMillis{kStart + 60'000}};
    Replica replica(genesis, {}, node.store, blocks, std::move(recovered), now);
    Turn turn;
    replica.start(now, turn);
    replica.step(now, PeerUp{1}, turn);
    answer_roll_call(replica, now, turn);
    for (const execution::TxPtr& tx : known) replica.step(now, NewTx{tx, {}, 0}, turn);
    const chain::Vote vote{chain::VoteKind::notarize, Epoch(0), View(1), chain::hash_of(header)};
    chain::SignedVote signed_vote{vote, 1, {}};
    signed_vote.signature = key(1).sign(chain::statement_bytes(genesis.tag(), vote));
    replica.step(now, FromPeer{1, wire::Proposal{header, chain::tx_hashes(jws), {}, signed_vote}},
                 turn);
    replica.step(now, FromPeer{1, wire::Txs{jws}}, turn);
    replica.settle(now, turn);
    std::vector<chain::VoteKind> kinds;
    for (const consensus::Cast& cast : turn.cast) kinds.push_back(cast.vote.kind);
    return kinds;
}

execution::TxPtr parsed(const chain::Genesis& genesis, const std::string& jws) {
    auto tx = chain::parse_tx(jws, genesis.chain_id);
    REQUIRE(tx.ok());
    return std::make_shared<const chain::Tx>(*std::move(tx));
}

// Its outcome is a refusal (an empty body); it stands in a block like any.
std::string signed_by(const crypto::SigningKey& officer, const chain::Genesis& genesis,
                      const std::string& jti) {
    chain::TxDraft draft;
    draft.iss = "office";
    draft.jti = jti;
    draft.act = "pledge.draft";
    draft.iat = kStart / 1000;
    draft.exp = draft.iat + 300;
    draft.body = json::Object{};
    return chain::sign_tx(officer, genesis.chain_id, draft);
}

chain::Header proposed(const chain::Genesis& genesis, std::int64_t ahead_ms,
                       const std::vector<execution::TxPtr>& txs = {}) {
    Node node(genesis);
    chain::Header header;
    header.view = View(1);
    header.proposer = 1;
    header.time = UnixMillis{kStart + 60'000 + ahead_ms};
    std::vector<execution::LeftOut> left_out;
    return execution::build(node.tip, genesis.params, header, txs, node.store, left_out).tip.header;
}

// Files in memory; everything is durable at once.
struct Files : log::Disk {
    std::map<std::string, Bytes> files;
    Result<std::vector<std::string>, log::IoError> list() override {
        std::vector<std::string> names;
        for (const auto& [name, bytes] : files) names.push_back(name);
        return names;
    }
    Result<Bytes, log::IoError> read(const std::string& name, std::uint64_t offset,
                                     std::size_t n) override {
        const Bytes& all = files.at(name);
        const auto from = static_cast<std::size_t>(offset);
        if (from >= all.size()) return Bytes{};
        return to_bytes(BytesView(all).subspan(from, std::min(n, all.size() - from)));
    }
    Result<std::uint64_t, log::IoError> size(const std::string& name) override {
        return std::uint64_t{files.at(name).size()};
    }
    Status<log::IoError> create(const std::string& name) override {
        files[name];
        return Unit{};
    }
    Status<log::IoError> append(const std::string& name, BytesView bytes) override {
        quanlu::append(files.at(name), bytes);
        return Unit{};
    }
    Status<log::IoError> sync(const std::string&) override { return Unit{}; }
    Status<log::IoError> truncate(const std::string&, std::uint64_t) override { return Unit{}; }
    Status<log::IoError> rename(const std::string&, const std::string&) override { return Unit{}; }
    Status<log::IoError> remove(const std::string&) override { return Unit{}; }
};

}  // namespace

TEST_CASE("a vote is for a block whose roots its execution gave, and for no other (E13)") {
    const chain::Genesis genesis = founded();
    chain::Header header = proposed(genesis, 0);
    CHECK(votes_for(genesis, header) == std::vector{chain::VoteKind::notarize});
    SECTION("state root") {
        header.state_root.bytes[3] ^= 1;
    }
    SECTION("log root") {
        header.log_root.bytes[3] ^= 1;
    }
    SECTION("log size") {
        ++header.log_size;
    }
    SECTION("parameters") {
        header.params_hash.bytes[3] ^= 1;
    }
    SECTION("next members") {
        header.next_members_hash.bytes[3] ^= 1;
    }
    CHECK(votes_for(genesis, header) == std::vector{chain::VoteKind::nullify});
}

TEST_CASE("a vote is for a block whose time is near the voter's clock (R9)") {
    const chain::Genesis genesis = founded();
    const std::int64_t eps = genesis.params.clock_eps_ms;
    const std::int64_t late = eps + 2 * genesis.params.delta_ms;
    CHECK(votes_for(genesis, proposed(genesis, eps)) == std::vector{chain::VoteKind::notarize});
    CHECK(votes_for(genesis, proposed(genesis, eps + 1)) == std::vector{chain::VoteKind::nullify});
    CHECK(votes_for(genesis, proposed(genesis, -late)) == std::vector{chain::VoteKind::notarize});
    CHECK(votes_for(genesis, proposed(genesis, -late - 1)) ==
          std::vector{chain::VoteKind::nullify});
}

TEST_CASE("a vote is for a block whose transactions are signed, known or not") {
    const chain::Genesis genesis = founded();
    const std::string good = signed_by(key(99), genesis, "one");
    const std::string last_part = signed_by(key(98), genesis, "one").substr(good.rfind('.'));
    const std::string bad = good.substr(0, good.rfind('.')) + last_part;
    const execution::TxPtr right = parsed(genesis, good), wrong = parsed(genesis, bad);
    REQUIRE(right->id == wrong->id);
    const auto votes = [&](const execution::TxPtr& tx, const std::vector<execution::TxPtr>& known) {
        return votes_for(genesis, proposed(genesis, 0, {tx}), {tx->jws}, known);
    };
    CHECK(votes(right, {}) == std::vector{chain::VoteKind::notarize});
    CHECK(votes(right, {right}) == std::vector{chain::VoteKind::notarize});
    CHECK(votes(wrong, {}).empty());
    CHECK(votes(wrong, {right}).empty());
}

TEST_CASE("a restart remembers the operations of every block inside the window (R-29)") {
    const chain::Genesis genesis = founded();
    Node node(genesis);
    Files disk;
    log::BlockLog blocks(disk);
    REQUIRE(blocks.open({}).kind == log::ScanEnd::Kind::clean);
    execution::Tip tip = node.tip;
    std::vector<execution::TxPtr> txs;
    for (std::uint64_t height = 1; height <= 3; ++height) {
        txs.push_back(parsed(genesis, signed_by(key(99), genesis, std::to_string(height))));
        chain::Header header;
        header.view = View(height);
        header.time = UnixMillis{tip.header.time.value + 1'000};
        std::vector<execution::LeftOut> left_out;
        const execution::Executed executed =
            execution::build(tip, genesis.params, header, {txs.back()}, node.store, left_out);
        REQUIRE(blocks.append({{executed.tip.header, {txs.back()->jws}, {}}, {}}).ok());
        execution::commit(executed, node.store, {});
        tip = executed.tip;
        tip.state = node.store.final_version();
    }
    const auto recovered = recover(genesis, node.store, blocks, {}, {});
    REQUIRE(recovered.ok());
    for (const execution::TxPtr& tx : txs) {
        const auto seen = execution::find_recent(recovered->tip.recent, *tx, tip.header.time);
        CHECK((seen && seen->tx_id == tx->id));
    }
}

TEST_CASE("lost memory: silence up to one view above the highest that q members prove (7.4)") {
    RollCall call(2, 3, 7, Millis{1'000});
    CHECK(call.asks(Millis{1'000}));
    CHECK_FALSE(call.asks(Millis{1'999}));
    CHECK(call.asks(Millis{2'000}));
    call.answered(1, 7, View(5));
    call.answered(2, 9, View(90));  // an answer to another life's question
    CHECK(call.missing() == 1);
    CHECK_FALSE(call.is_complete(Millis{9'000}));
    call.answered(2, 7, View(9));
    call.answered(2, 7, View(3));
    CHECK(call.missing() == 0);
    CHECK_FALSE(call.is_complete(Millis{1'499}));  // the third may know more
    CHECK(call.is_complete(Millis{1'500}));
    CHECK(call.sign_above().value == 10);
    call.answered(3, 7, View(17));
    CHECK(call.is_complete(Millis{1'000}));
    CHECK(call.sign_above().value == 18);
    CHECK_FALSE(call.asks(Millis{9'000}));
}

TEST_CASE("a start: nothing is signed before q - 1 others told what they hold of us (7.4)") {
    const chain::Genesis genesis = founded();
    Node node(genesis);
    NoBlocks blocks;
    Recovered recovered;
    recovered.tip = node.tip;
    Config config;
    config.rejoin_by_quorum = GENERATE(false, true);
    const Now now{Millis{1'000}, UnixMillis{kStart + 60'000}};
    const Now later{Millis{60'000}, UnixMillis{kStart + 120'000}};
    Replica replica(genesis, config, node.store, blocks, std::move(recovered), now);
    Turn turn;
    replica.start(now, turn);
    const wire::Greeting question = question_in(turn);
    const auto step = [&](Now at, const Input& input) {
        turn.clear();
        replica.step(at, input, turn);
        replica.settle(at, turn);
    };
    step(now, FromPeer{1, answer_to(question, 1)});
    step(now, FromPeer{1, answer_to(question, 1)});  // one member is one answer
    wire::Greeting other_life = answer_to(question, 2);
    ++other_life.asked_by;
    step(now, FromPeer{2, other_life});
    step(later, Tick{});
    CHECK(turn.cast.empty());
    CHECK(turn.wake_at > later.steady);              // who waits for answers does not spin
    CHECK(question_in(turn).life == question.life);  // asked again
    CHECK(replica.status(later).memory_answers_missing == 1);

    SECTION("nobody knows of a vote: it votes") {
        step(later, FromPeer{2, answer_to(question, 2)});
        step(later, Tick{});
        CHECK(turn.cast.size() == 1);
        CHECK_FALSE(replica.status(later).memory_answers_missing);
    }
    SECTION("one knows of a vote that the journal lacks") {
        wire::Greeting answer = answer_to(question, 2);
        const chain::Vote vote{chain::VoteKind::nullify, Epoch(0), View(700), {}};
        answer.yours.push_back({vote, 0, key(0).sign(chain::statement_bytes(genesis.tag(), vote))});
        step(later, FromPeer{2, answer});
        REQUIRE(turn.unknown_own);
        CHECK(turn.unknown_own->vote == vote);
        step(later, FromPeer{3, answer_to(question, 3)});
        step(later, Tick{});
        CHECK(turn.cast.empty());
        CHECK(replica.status(later).memory_answers_missing.has_value() == config.rejoin_by_quorum);
    }
    SECTION("one shows a vote under our name that we did not sign") {
        wire::Greeting answer = answer_to(question, 2);
        const chain::Vote vote{chain::VoteKind::nullify, Epoch(0), View(700), {}};
        answer.yours.push_back({vote, 0, key(1).sign(chain::statement_bytes(genesis.tag(), vote))});
        step(later, FromPeer{2, answer});
        CHECK_FALSE(turn.unknown_own);
    }
}

TEST_CASE("who asks is told every vote of his that is held; not while his key speaks twice (T26)") {
    const chain::Genesis genesis = founded();
    Node node(genesis);
    NoBlocks blocks;
    Recovered recovered;
    recovered.tip = node.tip;
    Now now{Millis{1'000}, UnixMillis{kStart + 60'000}};
    Replica replica(genesis, {}, node.store, blocks, std::move(recovered), now);
    Turn turn;
    replica.start(now, turn);
    const auto greet = [&](std::uint64_t life, bool asks) {
        wire::Greeting greeting;
        greeting.view = View(1);
        greeting.wall = now.wall;
        greeting.life = life;
        if (asks) greeting.about = wire::Greeting::About::question;
        turn.clear();
        replica.step(now, FromPeer{1, greeting}, turn);
        for (const Send& send : turn.send) {
            const auto* answer = std::get_if<wire::Greeting>(&send.message);
            if (answer == nullptr || answer->about != wire::Greeting::About::answer) continue;
            CHECK(send.to == MemberIndex{1});
            CHECK(answer->asked_by == life);
            return std::optional(answer->yours.size());
        }
        return std::optional<std::size_t>();
    };
    const chain::Vote vote{chain::VoteKind::nullify, Epoch(0), View(1), {}};
    replica.step(now, PeerUp{1}, turn);
    CHECK(greet(11, true) == 0U);
    replica.step(
        now,
        FromPeer{
            1, wire::VoteMsg{{vote, 1, key(1).sign(chain::statement_bytes(genesis.tag(), vote))}}},
        turn);
    CHECK_FALSE(greet(11, true));  // not again so soon
    now.steady = now.steady + Millis{200};
    CHECK(greet(11, true) >= 1U);
    // A second process under the key, while the link of the first was not closed by its end.
    CHECK_FALSE(greet(12, true));
    CHECK_FALSE(greet(11, false));
    now.steady = now.steady + Millis{9'000};
    CHECK_FALSE(greet(12, true));
    SECTION("the first one falls silent") {
        now.steady = now.steady + Millis{10'000};
        CHECK(greet(12, true) >= 1U);
    }
    SECTION("the link is closed by its end: a restart") {
        now.steady = now.steady + Millis{200};
        greet(11, false);
        replica.step(now, PeerDown{1}, turn);
        replica.step(now, PeerUp{1}, turn);
        CHECK(greet(13, true) >= 1U);
    }
}

TEST_CASE("whose link comes up is told what waits for a block because of our clients") {
    const chain::Genesis genesis = founded();
    Node node(genesis);
    NoBlocks blocks;
    Recovered recovered;
    recovered.tip = node.tip;
    const Now now{Millis{1'000}, UnixMillis{kStart + 60'000}};
    Replica replica(genesis, {}, node.store, blocks, std::move(recovered), now);
    Turn turn;
    replica.start(now, turn);
    const execution::TxPtr ours = parsed(genesis, signed_by(key(99), genesis, "ours"));
    const execution::TxPtr theirs = parsed(genesis, signed_by(key(99), genesis, "theirs"));
    const auto told = [&](const Input& input) {
        turn.clear();
        replica.step(now, input, turn);
        std::vector<std::string> jws;
        for (const Send& send : turn.send) {
            if (const auto* txs = std::get_if<wire::Txs>(&send.message)) {
                CHECK(send.to == MemberIndex{2});
                jws.insert(jws.end(), txs->jws.begin(), txs->jws.end());
            }
        }
        return jws;
    };
    const auto gossiped = [&](const Input& input) {
        turn.clear();
        replica.step(now, input, turn);
        return turn.gossip.size();
    };
    CHECK(gossiped(NewTx{ours, std::nullopt, 1}) == 1);
    CHECK(gossiped(NewTx{theirs, MemberIndex{1}, 0}) == 0);
    CHECK(told(PeerUp{2}) == std::vector{ours->jws});
    // A client brings what another member told us of: from now on it is ours to tell, once.
    CHECK(gossiped(NewTx{theirs, std::nullopt, 2}) == 1);
    CHECK(gossiped(NewTx{theirs, std::nullopt, 3}) == 0);
    CHECK(told(PeerDown{2}).empty());
    CHECK(told(PeerUp{2}) == std::vector{ours->jws, theirs->jws});
}

TEST_CASE("what stands in a block that reached nobody is told as well") {
    const chain::Genesis genesis = founded();
    const execution::TxPtr tx = parsed(genesis, signed_by(key(99), genesis, "ours"));
    Mempool pool({10, 100'000, 10, 100'000});
    REQUIRE(pool.add(tx, false) == Mempool::Added::yes);
    CHECK(pool.waiting(100'000).empty());
    CHECK(pool.adopt(tx->id));
    pool.set_in_block(tx->id, true);
    CHECK_FALSE(pool.has_ready());
    CHECK(pool.waiting(100'000) == std::vector{tx});
    CHECK(pool.waiting(10).empty());
}

TEST_CASE("catch-up: a range with a justification nobody signed is refused and its sender named") {
    const chain::Genesis genesis = founded();
    const std::vector<chain::FinalBlock> honest = history(genesis);
    std::vector<chain::FinalBlock> forged = honest;
    chain::Justification& bent = forged[3].block.justification;
    bool is_intact = true;
    SECTION("a nullification's signature") {
        bent.skipped.front().signatures.front()[7] ^= 1;
    }
    SECTION("the parent's signature") {
        bent.parent->signatures.back()[7] ^= 1;
    }
    SECTION("a nullification of another view") {
        bent.skipped.front().statement.view = View(3);
    }
    SECTION("none") {
        bent.skipped.clear();
    }
    SECTION("none, by a member that lost its memory") {
        bent.skipped.clear();
        is_intact = false;
    }

    Node node(genesis);
    NoBlocks blocks;
    Recovered recovered;
    recovered.tip = node.tip;
    recovered.memory_intact = is_intact;
    const Now now{Millis{1'000}, UnixMillis{kStart + 60'000}};
    Replica replica(genesis, {}, node.store, blocks, std::move(recovered), now);
    Turn turn;
    replica.start(now, turn);
    const auto send = [&](MemberIndex from, const std::vector<chain::FinalBlock>& range) {
        wire::Greeting greeting;
        greeting.view = View(1);
        greeting.height = Height(kBlocks);
        greeting.wall = now.wall;
        greeting.life = 100 + from;
        turn.clear();
        replica.step(now, PeerUp{from}, turn);
        replica.step(now, FromPeer{from, greeting}, turn);
        replica.settle(now, turn);
        replica.step(now, FromPeer{from, wire::Range{range}}, turn);
        replica.settle(now, turn);
    };
    send(1, forged);
    CHECK(has_note(turn, "sync_rejected", "m1: justification"));
    CHECK(replica.status(now).height.value == 3);
    const auto rest = static_cast<std::ptrdiff_t>(replica.status(now).height.value);
    send(2, {honest.begin() + rest, honest.end()});
    CHECK(replica.status(now).height.value == kBlocks);
    // A journal that lost something is never restated as a whole one.
    CHECK(turn.journal_floor.has_value() == is_intact);
}

}  // namespace quanlu::replica
