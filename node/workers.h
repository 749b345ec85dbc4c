// CPU work off the core loop: form and signature of transactions. Values in, values out. A key's
// name is its hash, so a key once looked up stays right; whether it may act is decided at
// execution.
//
// Each member has a lane and the clients of this node have one. Lanes take turns, a few
// transactions at a time, and each holds so much: who sends more than can be checked waits for
// itself alone, and is the only one whose transactions are dropped.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ledger/execution/executor.h"
#include "node/published.h"

namespace quanlu::node {

class Workers {
public:
    using Lane = std::size_t;  // a member's index, or the number of members: the clients

    // `lanes`: members and one more.
    Workers(const Hash& chain_id, const Board& board, std::size_t threads, std::size_t lanes);
    ~Workers();

    struct Checked {
        execution::TxPtr tx;                    // or
        std::optional<chain::Refusal> refusal;  // why not
    };
    using Done = std::function<void(std::vector<Checked>)>;
    enum class Form { transaction, trial };  // trial: to be asked about, never to be filed
    // Checks on workers and hands the results, in the order of `jws`, to `done`, still on a worker.
    // False: the lane holds as much as it may; nothing is kept and `done` is not called.
    [[nodiscard]] bool check(Lane lane, std::vector<std::string> jws, Done done,
                             Form form = Form::transaction);
    // Returns when no worker runs; what was not begun is let go of with its `done`, not called.
    void stop();

private:
    struct Job {
        Lane lane = 0;
        std::vector<std::string> jws;
        std::vector<Checked> checked;
        Done done;
        Form form = Form::transaction;
        std::size_t bytes = 0;             // of memory that it holds, about
        std::size_t begun = 0, ended = 0;  // transactions
    };
    struct Piece {
        std::shared_ptr<Job> job;
        std::size_t from = 0, to = 0;
    };
    struct Waiting {
        std::deque<std::shared_ptr<Job>> jobs;  // of which something is still to begin
        std::size_t bytes = 0;                  // of all that have not ended
    };
    void run();
    std::optional<Piece> next();
    void end(const Piece& piece);
    Checked check_one(const std::string& jws, Form form);
    std::optional<crypto::PublicKey> key_of(const chain::Tx& tx);
    Hash chain_id_;
    const Board& board_;
    const std::size_t threads_;
    std::mutex mutex_;
    std::map<std::string, crypto::PublicKey> keys_;  // by kid; bounded
    std::mutex lanes_mutex_;
    std::vector<Waiting> lanes_;
    Lane turn_ = 0;            // whose turn it is
    std::size_t running_ = 0;  // of `threads_`
    bool stopping_ = false;
    boost::asio::thread_pool pool_;
};

}  // namespace quanlu::node
