// A small keep-alive HTTP/1.1 client for load and process tests: non-blocking connections driven by
// one epoll loop. Talks to 127.0.0.1 only; everything it starts is bounded by count and time of its
// caller.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quanlu::cluster {

struct Response {
    int status = 0;  // 0: the connection failed before an answer came
    std::string body;
};

// One connection with at most one request under way.
class Connection {
public:
    explicit Connection(std::uint16_t port) : port_(port) {}
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void open(int epoll);
    void begin(const std::string& method, const std::string& path, const std::string& headers,
               const std::string& body);
    // Drives the socket; true when a response (or failure) is ready in `response`.
    bool ready(std::uint32_t events);
    [[nodiscard]] const Response& response() const { return response_; }
    [[nodiscard]] bool idle() const { return idle_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    void set_port(std::uint16_t port) { port_ = port; }

private:
    void want(bool write);
    bool fail();
    bool parse();
    std::uint16_t port_;
    int epoll_ = -1, socket_ = -1;
    bool idle_ = true;
    std::string out_, in_;
    std::size_t sent_ = 0;
    Response response_;
};

// Blocking convenience over one connection: sends, waits at most timeout_ms, answers status 0 on
// failure.
class SyncClient {
public:
    explicit SyncClient(std::uint16_t port);
    ~SyncClient();
    Response request(const std::string& method, const std::string& path,
                     const std::string& body = {}, const std::string& headers = {},
                     int timeout_ms = 30'000);

private:
    std::uint16_t port_;
    int epoll_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace quanlu::cluster
