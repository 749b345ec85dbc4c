#include "member.h"

#include "crypto/jwk.h"

namespace quanlu::replica {

namespace {

Recovered at_genesis(const execution::Tip& tip, bool is_memory_intact) {
    Recovered recovered;
    recovered.tip = tip;
    recovered.memory_intact = is_memory_intact;
    return recovered;
}

json::Value officer(std::uint8_t n, const char* duty) {
    return json::Object{{"key", crypto::to_jwk(key(n).public_key())},
                        {"duties", json::Array{duty}},
                        {"valid_from", "2020-01-01"},
                        {"valid_to", "2099-12-31"}};
}

}  // namespace

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
         json::Object{{"party_id", "office"},
                      {"party_kind", "enterprise"},
                      {"legal_name", "office"},
                      {"uscc", "91330108MA28XYW55X"},
                      {"country", "CN"},
                      {"roles", json::Array{"ip_office"}},
                      {"officers", json::Array{officer(99, "maker"), officer(97, "admin")}}}}};
    for (std::uint8_t i = 0; i < kMembers; ++i)
        genesis.members.push_back({"m" + std::to_string(i), "office", key(i).public_key()});
    auto parsed = chain::genesis_from_json(chain::to_json(genesis));
    REQUIRE(parsed.ok());
    return *std::move(parsed);
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

std::string added_officer(const chain::Genesis& genesis, std::uint8_t n) {
    chain::TxDraft draft;
    draft.iss = draft.rec = "office";
    draft.jti = "add-" + std::to_string(n);
    draft.act = "party.add_officer";
    draft.iat = kStart / 1000;
    draft.exp = draft.iat + 300;
    draft.body = json::Object{{"officer", officer(n, "maker")}};
    return chain::sign_tx(key(97), genesis.chain_id, draft);
}

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

chain::Header proposed(const chain::Genesis& genesis, std::int64_t ahead_ms,
                       const std::vector<execution::TxPtr>& txs) {
    Ledger ledger(genesis);
    chain::Header header;
    header.view = View(1);
    header.proposer = 1;
    header.time = UnixMillis{kStart + 60'000 + ahead_ms};
    std::vector<execution::LeftOut> left_out;
    const execution::Executed made =
        execution::build(ledger.tip, genesis.params, header, txs, ledger.store, left_out);
    REQUIRE(left_out.empty());
    return made.tip.header;
}

bool has_note(const Turn& turn, const std::string& code, const std::string& detail) {
    for (const consensus::Note& note : turn.notes) {
        if (note.code == code && note.detail == detail) return true;
    }
    return false;
}

chain::SignedVote signed_by_member(const chain::Genesis& genesis, std::uint8_t signer,
                                   const chain::Vote& vote, MemberIndex named) {
    return {vote, named, key(signer).sign(chain::statement_bytes(genesis.tag(), vote))};
}

Ledger::Ledger(const chain::Genesis& genesis) {
    tip = *execution::genesis_tip(genesis, store);
    store.commit(tip.state, {Height(0), tip.hash, tip.header.state_root, tip.log}, {}, {});
    tip.state = store.final_version();
}

Member::Member(const chain::Genesis& genesis, Config config, bool is_memory_intact)
    : ledger(genesis),
      replica(genesis, std::move(config), ledger.store, blocks,
              at_genesis(ledger.tip, is_memory_intact), kNow) {
    replica.start(kNow, turn);
}

void Member::step(const Input& input, Now now) {
    turn.clear();
    replica.step(now, input, turn);
    replica.settle(now, turn);
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

}  // namespace quanlu::replica
