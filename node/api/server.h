// HTTP/1.1 on one loop of its own (Beast under RELIABILITY E25): bounded headers, bodies,
// connections and times; posting a transaction with `Prefer: wait`; the event stream. Resources
// does the rest.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "node/api/backend.h"

namespace quanlu::api {

// What a listener shows: everything, or clients and operators apart (RELIABILITY E26).
enum class Face : std::uint8_t { all, clients, admin };

class Server {
public:
    // `connections_max`: together; one address (of IPv6 64 bits) may hold half of them. A quarter
    // may be event streams, an eighth of these of one address.
    Server(boost::asio::io_context& loop, Backend backend, Face face, std::size_t connections_max);
    ~Server();

    std::string listen(const std::string& host,
                       std::uint16_t port);  // error text, empty when bound
    void start();
    void stop();
    // From any thread: the fate of a submitted transaction; a block became final.
    void answer(const replica::Answer& answer);
    void finalized(std::shared_ptr<const execution::Executed> block);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quanlu::api
