// The end of a turn: inputs collected, the replica stepped, the Turn carried out in the order of
// its fields, one sync for all of it. The only place that holds the member's key and signs
// (sign_record), and the only one that writes files.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "node/datadir.h"
#include "node/net/links.h"
#include "node/published.h"
#include "node/workers.h"

namespace quanlu::node {

struct ShellHooks {
    std::function<void(const replica::Answer&)> answer;        // called on the core loop
    std::function<void(const replica::Finalized&)> finalized;  // likewise, after it is durable
};

class Shell {
public:
    Shell(boost::asio::io_context& loop, const Config& config, const Identity& identity,
          DataDir& data, replica::Recovered recovered, Workers& workers, Board& board,
          ShellHooks hooks);
    ~Shell();

    std::string listen();  // error text, empty when bound
    void start();
    void stop();
    // From any thread.
    void submit(execution::TxPtr tx, std::uint64_t ticket);

    [[nodiscard]] std::vector<std::pair<chain::SignedVote, chain::SignedVote>> evidence() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

replica::Now clocks();

}  // namespace quanlu::node
