// What the HTTP side needs of the node, as functions: it never sees the core loop, the disk or a
// key.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/chain/genesis.h"
#include "ledger/kv/kv.h"
#include "node/replica/replica.h"

namespace quanlu::api {

struct Snapshot {
    std::shared_ptr<const kv::Reader> reader;
    replica::Replica::Status status;
    std::int64_t age_ms = 0;  // since the core loop last showed itself
};

struct Checked {
    execution::TxPtr tx;
    std::optional<chain::Refusal> refusal;
};

struct Backend {
    const chain::Genesis* genesis = nullptr;
    chain::MemberIndex self = 0;
    std::function<std::optional<Snapshot>()> snapshot;
    std::function<std::optional<chain::FinalBlock>(Height height)> block;  // from the block log
    // Form and signature, on a worker; `done` is called from there. False: too much waits for that.
    // `is_trial`: of what is asked about and never submitted (ledger/chain/trial.h).
    std::function<bool(std::string jws, bool is_trial, std::function<void(Checked)> done)> check;
    // To the core; the fate comes back through Server::answer with the ticket.
    std::function<void(execution::TxPtr tx, std::uint64_t ticket)> submit;
    std::function<std::vector<std::pair<chain::SignedVote, chain::SignedVote>>()> evidence;
    std::function<std::int64_t()> wall_ms;
    // A transaction that came through this server and is not final: {"id","status",...}.
    std::function<std::optional<json::Value>(const Hash& tx_id)> fate;
    std::string version;
};

}  // namespace quanlu::api
