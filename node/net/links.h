// The links of one member to all others: one connection for each pair, dialled by the lower index,
// redialled with back-off. Frames are u32 length and payload; the payload is the replica's.
// Everything runs on one loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "ledger/chain/members.h"
#include "node/net/tls.h"

namespace quanlu::net {

using Frame = std::shared_ptr<const Bytes>;  // with its length prefix, shared by all receivers

Frame make_frame(BytesView payload);

constexpr std::size_t kStrangersMax = 64;  // accepted links whose key is not known yet

struct Hooks {
    std::function<void(chain::MemberIndex)> up, down;
    // Payload, not decoded. False: it is none; the link ends.
    std::function<bool(chain::MemberIndex, Bytes)> frame;
    std::function<void(const std::string&)> log;
};

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

class Links {
public:
    Links(boost::asio::io_context& loop, const chain::Members& members, chain::MemberIndex self,
          const crypto::SigningKey& key, std::map<chain::MemberIndex, Address> addresses,
          Hooks hooks);
    ~Links();

    // Binds; error text when the address is taken.
    std::string listen(const Address& address);
    void start();
    void stop();
    // Queues; a link whose queue is over its bound is dropped, a missing link loses the frame
    // (peers ask again).
    void send(chain::MemberIndex to, const Frame& frame);
    void broadcast(const Frame& frame, std::optional<chain::MemberIndex> except = std::nullopt);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quanlu::net
