// CPU work off the core loop: form and signature of transactions. Values in, values out. A key's
// name is its hash, so a key once looked up stays right; whether it may act is decided at
// execution.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "ledger/execution/executor.h"
#include "node/published.h"

namespace quanlu::node {

class Workers {
public:
    Workers(const Hash& chain_id, const Board& board, std::size_t threads);
    ~Workers();

    struct Checked {
        execution::TxPtr tx;                    // or
        std::optional<chain::Refusal> refusal;  // why not
    };
    // Checks in order on a worker and hands the results to `done`, still on the worker.
    void check(std::vector<std::string> jws, std::function<void(std::vector<Checked>)> done);
    void stop();

private:
    Checked check_one(const std::string& jws);
    std::optional<crypto::PublicKey> key_of(const chain::Tx& tx);
    Hash chain_id_;
    const Board& board_;
    boost::asio::thread_pool pool_;
    std::mutex mutex_;
    std::map<std::string, crypto::PublicKey> keys_;  // by kid; bounded
};

}  // namespace quanlu::node
