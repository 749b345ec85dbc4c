// What may stand in a block at all: R-26, a court's freeze first; R-29, one operation once.
#include <catch2/catch.hpp>

#include "crypto/jwk.h"
#include "ledger/chain/genesis.h"
#include "ledger/execution/executor.h"

namespace quanlu::execution {

namespace {

crypto::SigningKey key(std::uint8_t n) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = n;
    return crypto::SigningKey::from_seed(seed);
}

struct Chain {
    chain::Genesis genesis;
    std::unique_ptr<kv::KvStore> kv = kv::make_memory_kv();
    state::Store store{*kv};
    Tip tip;

    Chain() {
        genesis.name = "order";
        genesis.time = UnixMillis{1'795'140'000'000};
        const auto party = [](const char* id, const char* role, const char* duty, std::uint8_t n) {
            return json::Object{
                {"party_id", id},
                {"party_kind", "enterprise"},
                {"legal_name", id},
                {"uscc", "91330108MA28XYW55X"},
                {"country", "CN"},
                {"roles", json::Array{role}},
                {"officers", json::Array{json::Object{{"key", crypto::to_jwk(key(n).public_key())},
                                                      {"duties", json::Array{duty}},
                                                      {"valid_from", "2020-01-01"},
                                                      {"valid_to", "2099-12-31"}}}}};
        };
        genesis.records = json::Object{{"party/court", party("court", "court", "clerk", 1)},
                                       {"party/firm", party("firm", "pledgor", "maker", 2)}};
        genesis.members.push_back({"m0", "court", key(9).public_key()});
        auto parsed = chain::genesis_from_json(chain::to_json(genesis));
        REQUIRE(parsed.ok());
        genesis = *std::move(parsed);
        tip = *genesis_tip(genesis, store);
        store.commit(tip.state, {Height(0), tip.hash, tip.header.state_root, tip.log}, {}, {});
        tip.state = store.final_version();
    }
    [[nodiscard]] TxPtr tx(const char* party, std::uint8_t n, const char* act,
                           const char* jti) const {
        chain::TxDraft draft;
        draft.iss = party;
        draft.jti = jti;
        draft.act = act;
        draft.iat = genesis.time.value / 1000;
        draft.exp = draft.iat + 300;
        draft.body = json::Object{};
        const std::string jws = chain::sign_tx(key(n), genesis.chain_id, draft);
        auto parsed = chain::parse_tx(jws, genesis.chain_id);
        REQUIRE(parsed.ok());
        return std::make_shared<const chain::Tx>(*std::move(parsed));
    }
    [[nodiscard]] chain::Header header() const {
        chain::Header next;
        next.epoch = tip.header.epoch;
        next.view = tip.header.view.next();
        next.time = UnixMillis{genesis.time.value + 1'000};
        return next;
    }
};

}  // namespace

TEST_CASE("freezes are put first, in the order in which they came, and only so may a block stand") {
    Chain chain;
    // All of them are refused (empty bodies): the order is that of names, not of outcomes.
    const TxPtr one = chain.tx("firm", 2, "asset.register", "1");
    const TxPtr two = chain.tx("court", 1, "freeze.serve", "2");
    const TxPtr three = chain.tx("firm", 2, "pledge.draft", "3");
    const TxPtr four = chain.tx("court", 1, "freeze.serve", "4");
    const TxPtr lift = chain.tx("court", 1, "freeze.lift", "5");
    std::vector<LeftOut> left_out;
    const Executed made = build(chain.tip, chain.genesis.params, chain.header(),
                                {one, two, three, four, lift}, chain.store, left_out);
    CHECK(left_out.empty());
    CHECK(made.txs == std::vector<TxPtr>{two, four, one, three, lift});
    const auto checked = [&](const std::vector<TxPtr>& txs) {
        const auto result =
            check(chain.tip, chain.genesis.params, made.tip.header, txs, chain.store);
        return result.ok() ? std::string("ok") : result.error().what;
    };
    CHECK(checked({two, four, one, three, lift}) == "ok");
    CHECK(checked({four, two, one, three, lift}) == "txs_hash");
    CHECK(checked({one, two, four, three, lift}) == "order");
    CHECK(checked({two, one, three, lift, four}) == "order");
}

// The same issuer and idempotency key, whatever else the act says: in one block, over blocks, until
// the first has lapsed and could no longer be told from a new one. Then its own `exp` keeps it out.
TEST_CASE("R-29: one operation stands on the ledger once") {
    Chain chain;
    const TxPtr first = chain.tx("firm", 2, "asset.register", "key-1");
    const TxPtr other_act = chain.tx("firm", 2, "pledge.draft", "key-1");
    const TxPtr other_party = chain.tx("court", 1, "freeze.serve", "key-1");
    std::vector<LeftOut> left_out;
    const Executed made = build(chain.tip, chain.genesis.params, chain.header(),
                                {first, other_act, first, other_party}, chain.store, left_out);
    CHECK(made.txs == std::vector<TxPtr>{other_party, first});
    REQUIRE(left_out.size() == 2);
    for (const LeftOut& one : left_out) CHECK(one.why.code == chain::Code::E_DUPLICATE_SUBMISSION);
    commit(made, chain.store, {});
    chain.tip = made.tip;
    chain.tip.state = chain.store.final_version();

    left_out.clear();
    chain::Header later = chain.header();
    later.time = UnixMillis{chain.genesis.time.value + 200'000};
    const Executed again =
        build(chain.tip, chain.genesis.params, later, {other_act, first}, chain.store, left_out);
    CHECK(again.txs.empty());
    REQUIRE(left_out.size() == 2);
    CHECK(left_out[0].why.code == chain::Code::E_DUPLICATE_SUBMISSION);
    // The refusal says where the first stands.
    REQUIRE(left_out[0].why.conflict);
    CHECK(left_out[0].why.conflict->height == Height(1));
    const auto seen = find_recent(chain.tip.recent, *other_act, later.time);
    REQUIRE(seen);
    CHECK(seen->tx_id == first->id);

    left_out.clear();
    later.time = UnixMillis{chain.genesis.time.value + 301'000};
    const Executed lapsed =
        build(chain.tip, chain.genesis.params, later, {other_act, first}, chain.store, left_out);
    CHECK(lapsed.txs.empty());
    REQUIRE(left_out.size() == 2);
    for (const LeftOut& one : left_out) CHECK(one.why.code != chain::Code::E_DUPLICATE_SUBMISSION);
}

}  // namespace quanlu::execution
