// See http_client.h. Content-Length answers only, which is what a node gives on every route used
// here.
#include "tests/cluster/http_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace quanlu::cluster {

Connection::~Connection() {
    if (socket_ >= 0) close(socket_);
}

void Connection::open(int epoll) {
    epoll_ = epoll;
    if (socket_ >= 0) close(socket_);
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    epoll_event event{};
    event.events = 0;
    event.data.ptr = this;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_, &event);
    in_.clear();
}

void Connection::want(bool write) {
    epoll_event event{};
    event.events = write ? EPOLLOUT | EPOLLIN : EPOLLIN;
    event.data.ptr = this;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, socket_, &event);
}

void Connection::begin(const std::string& method, const std::string& path,
                       const std::string& headers, const std::string& body) {
    if (socket_ < 0) open(epoll_);
    out_ = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\n" +
           headers;
    if (!body.empty() || method == "POST")
        out_ += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    out_ += "\r\n" + body;
    sent_ = 0;
    in_.clear();
    response_ = {};
    idle_ = false;
    want(true);
}

bool Connection::fail() {
    close(socket_);
    socket_ = -1;
    response_ = {};
    idle_ = true;
    return true;
}

bool Connection::parse() {
    const std::size_t head_end = in_.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    std::size_t length = 0;
    bool closes = false;
    std::size_t at = in_.find("\r\n") + 2;
    while (at < head_end) {
        const std::size_t line_end = in_.find("\r\n", at);
        if (strncasecmp(in_.data() + at, "content-length:", 15) == 0) {
            length = std::strtoull(in_.c_str() + at + 15, nullptr, 10);
        }
        closes = closes || strncasecmp(in_.data() + at, "connection: close", 17) == 0;
        at = line_end + 2;
    }
    if (in_.size() < head_end + 4 + length) return false;
    response_.status = std::atoi(in_.c_str() + 9);
    response_.body = in_.substr(head_end + 4, length);
    idle_ = true;
    if (closes) {
        close(socket_);
        socket_ = -1;
    }
    return true;
}

bool Connection::ready(std::uint32_t events) {
    if (idle_) {
        if (events & (EPOLLHUP | EPOLLERR | EPOLLIN)) fail();
        return false;
    }
    if (events & EPOLLERR) return fail();
    while (sent_ < out_.size()) {
        const ssize_t n = send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
            return fail();
        }
        sent_ += static_cast<std::size_t>(n);
        if (sent_ == out_.size()) want(false);
    }
    char buffer[16384];
    for (;;) {
        const ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
        if (n == 0) return fail();
        if (n < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) return parse();
            return fail();
        }
        in_.append(buffer, static_cast<std::size_t>(n));
        if (static_cast<std::size_t>(n) < sizeof buffer && parse()) return true;
    }
}

SyncClient::SyncClient(std::uint16_t port) : port_(port), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
SyncClient::~SyncClient() {
    connection_.reset();
    close(epoll_);
}

Response SyncClient::request(const std::string& method, const std::string& path,
                             const std::string& body, const std::string& headers, int timeout_ms) {
    // A kept connection may have been closed by the server meanwhile: one fresh try covers that.
    for (int attempt = 0; attempt < 2; ++attempt) {
        const bool fresh = connection_ == nullptr;
        if (fresh) {
            connection_ = std::make_unique<Connection>(port_);
            connection_->open(epoll_);
        }
        connection_->begin(method, path, headers, body);
        for (int waited_ms = 0; !connection_->idle() && waited_ms < timeout_ms;) {
            epoll_event event{};
            const int count = epoll_wait(epoll_, &event, 1, 100);
            if (count == 0) waited_ms += 100;
            if (count == 1 && connection_->ready(event.events)) break;
        }
        const Response response = connection_->response();
        if (response.status != 0) return response;
        connection_.reset();
        if (fresh) return {};
    }
    return {};
}

}  // namespace quanlu::cluster
