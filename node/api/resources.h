// The resources under /v1 as functions of a snapshot: records with their proof bundles, lists,
// batch checks, blocks, status, health in plain words. No HTTP, no waiting: server.cpp does that.
#pragma once

#include "ledger/index/index.h"
#include "ledger/registry/record_type.h"
#include "node/api/backend.h"
#include "node/api/reply.h"
#include "node/api/visibility.h"

namespace quanlu::api {

class Resources {
public:
    explicit Resources(const Backend& backend) : backend_(backend) {}
    // Everything but posting a transaction and the event stream.
    [[nodiscard]] Reply answer(const Request& request) const;
    [[nodiscard]] Reply dry_run(const execution::TxPtr& tx) const;
    // {"id","status","height"?,"index"?,"time"?,"outcome"?}, whole: for who holds the transaction.
    [[nodiscard]] json::Value tx_status(const Hash& id) const;

    struct Asked {
        std::string text, key;  // as the caller wrote it; of the map
    };

private:
    // At the place where a snapshot has it, if any.
    [[nodiscard]] json::Value tx_status(const Hash& id,
                                        const std::optional<index::TxPlace>& place) const;
    [[nodiscard]] Reply record(const Snapshot& snapshot, const Request& request,
                               const std::string& key) const;
    [[nodiscard]] Reply list(const Snapshot& snapshot, const Request& request,
                             const registry::RecordType& type) const;
    [[nodiscard]] std::optional<Reply> chain_answer(const Snapshot& snapshot,
                                                    const Request& request,
                                                    const std::vector<std::string>& parts) const;
    [[nodiscard]] Result<Caller, chain::Refusal> caller_of(const Snapshot& snapshot,
                                                           const Request& request) const;
    [[nodiscard]] Result<Height, chain::Refusal> height_asked(const Snapshot& snapshot,
                                                              const Request& request) const;
    [[nodiscard]] Reply transaction(const Snapshot& snapshot, const Request& request,
                                    const std::string& id) const;
    [[nodiscard]] Reply tasks(const Snapshot& snapshot, const Request& request) const;
    // All at one height with one bundle, in this order.
    [[nodiscard]] Reply batch(const Snapshot& snapshot, const Request& request,
                              const std::vector<Asked>& questions) const;
    [[nodiscard]] Reply block(const Snapshot& snapshot, const std::string& height) const;
    [[nodiscard]] Reply blocks(const Snapshot& snapshot, const Request& request) const;
    [[nodiscard]] Reply members() const;
    [[nodiscard]] Reply status(const Snapshot& snapshot) const;
    [[nodiscard]] Reply evidence() const;
    [[nodiscard]] static Reply alive(const std::optional<Snapshot>& snapshot);
    [[nodiscard]] Reply ready(const Snapshot& snapshot, const Request& request) const;
    [[nodiscard]] Reply metrics(const Snapshot& snapshot) const;
    const Backend& backend_;
};

}  // namespace quanlu::api
