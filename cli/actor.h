// Acting for a party: a body, an officer's key, a signed transaction, a node, an outcome. A refusal
// comes back as the Failure a person reads: code, facts, where it collided, next step.
#pragma once

#include <memory>
#include <string>

#include "cli/context.h"
#include "cli/http.h"
#include "ledger/chain/transaction.h"

namespace quanlu::cli {

struct Outcome {
    std::string tx_id, status;  // committed, pending
    std::string record, state;
    std::int64_t height = 0, index = 0, version = 0, millis = 0;
    bool is_proven = false;  // what stands here is the log's; else the node's word, but for tx_id
    json::Value whole;       // id, status, height, index, outcome
};

class Actor {
public:
    Actor(std::string node, const chain::Genesis& genesis, std::string party,
          crypto::SigningKey key)
        : node_(std::move(node)),
          chain_id_(genesis.chain_id),
          party_(std::move(party)),
          key_(std::move(key)) {}

    // Node, genesis, party and key of the chosen context.
    static Result<Actor, Failure> from(const Context& context, bool may_ask);

    // Posts what sign() made; waits for finality up to `wait_s` seconds.
    Result<Outcome, Failure> send(Http& http, const std::string& jws, int wait_s) const;
    // What would refuse it now: the node's list. What it is shown nobody can submit: a trial.
    Result<json::Value, Failure> dry_run(Http& http, const std::string& act,
                                         const std::string& record, const json::Value& body,
                                         std::int64_t ver = 0) const;
    // A credential for reading (DESIGN D4b).
    [[nodiscard]] std::string credential(const std::string& method, const std::string& path) const;
    [[nodiscard]] const std::string& party() const { return party_; }
    // `ver` 0: whatever version stands.
    [[nodiscard]] std::string sign(const std::string& act, const std::string& record,
                                   const json::Value& body, std::int64_t ver = 0) const;
    // What a transaction of ours is called: it follows from what was signed, whatever a node says.
    // REQUIRES: made by sign().
    [[nodiscard]] std::string tx_id_of(const std::string& jws) const;
    void set_node(std::string node) { node_ = std::move(node); }

private:
    [[nodiscard]] chain::TxDraft draft_of(const std::string& act, const std::string& record,
                                          const json::Value& body, std::int64_t ver) const;
    std::string node_;
    Hash chain_id_;
    std::string party_;
    crypto::SigningKey key_;
};

Failure failure_of_outcome(const json::Value& answer);
std::int64_t now_ms();

}  // namespace quanlu::cli
