// The event stream under followers that are slow, late or too many (a stream has no holes).
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "node/api/server.h"

using namespace quanlu;

namespace {

constexpr std::uint64_t kKept = 10'000;  // lines, kEventLinesKept of the server

// A server on a free port of this machine, and the blocks that it is told of: each has one system
// event, which is one line.
class Site {
public:
    Site() {
        for (port_ = 20'000; port_ < 32'000; ++port_) {
            server_ = std::make_unique<api::Server>(loop_, backend(), api::Face::all, 100);
            if (server_->listen("127.0.0.1", port_).empty()) break;
        }
        server_->start();
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~Site() {
        server_->stop();
        thread_.join();
    }
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    void blocks(std::uint64_t count, std::size_t bytes) {
        for (std::uint64_t i = 0; i < count; ++i) {
            auto block = std::make_shared<execution::Executed>();
            block->tip.header.height = Height(++height_);
            block->system_events.push_back({"test.line", std::string(bytes, 'r'), {}});
            server_->finalized(std::move(block));
        }
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    static api::Backend backend() {
        api::Backend made;
        made.snapshot = [] { return std::optional<api::Snapshot>(); };
        return made;
    }
    boost::asio::io_context loop_{1};
    std::unique_ptr<api::Server> server_;
    std::thread thread_;
    std::uint16_t port_ = 0;
    std::uint64_t height_ = 0;
};

class Follower {
public:
    Follower(const Site& site, const std::string& field, const std::string& query = "") {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        const int small = 4'096;
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        const timeval limit{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(site.port());
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
        const std::string text =
            "GET /v1/events" + query + " HTTP/1.1\r\nHost: x\r\n" + field + "\r\n";
        REQUIRE(::send(socket_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    }
    ~Follower() { ::close(socket_); }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    // Until a text has come, or the stream has ended; everything read so far.
    const std::string& until(const std::string& text) {
        std::size_t looked = 0;
        while (read_.find(text, looked) == std::string::npos) {
            looked = read_.size() < text.size() ? 0 : read_.size() - text.size();
            char part[65'536];
            const ssize_t size = ::recv(socket_, part, sizeof part, 0);
            if (size <= 0) {
                has_ended_ = size == 0;
                break;
            }
            read_.append(part, static_cast<std::size_t>(size));
        }
        return read_;
    }
    [[nodiscard]] bool has_ended() const { return has_ended_; }

    // Heights of the whole lines that were read, in order.
    [[nodiscard]] std::vector<std::uint64_t> heights() const {
        std::vector<std::uint64_t> out;
        std::size_t at = 0;
        while ((at = read_.find("id: ", at)) != std::string::npos) {
            const std::size_t end = read_.find("\n\n", at);
            if (end == std::string::npos) break;
            out.push_back(std::stoull(read_.substr(at + 4)));
            at = end;
        }
        return out;
    }

private:
    int socket_ = -1;
    std::string read_;
    bool has_ended_ = false;
};

std::string id_of(std::uint64_t height) {
    return "id: " + std::to_string(height) + ".s\n";
}

void check_whole(const std::vector<std::uint64_t>& heights) {
    for (std::size_t i = 1; i < heights.size(); ++i) {
        INFO("after " << heights[i - 1]);
        REQUIRE(heights[i] == heights[i - 1] + 1);
    }
}

}  // namespace

TEST_CASE("a stream goes on where its follower stopped, over more than one write holds") {
    Site site;
    site.blocks(3'000, 200);  // ten writes
    Follower follower(site, "Last-Event-ID: 1000.s\r\n");
    follower.until(id_of(3'000));
    site.blocks(10, 200);
    follower.until(id_of(3'010));
    const auto heights = follower.heights();
    REQUIRE(heights.front() == 1'001);
    check_whole(heights);
}

TEST_CASE("who reads more slowly than lines are kept is cut off, and told so when it asks again") {
    Site site;
    site.blocks(10, 4'000);
    Follower follower(site, "", "?from=1");
    follower.until(id_of(10));
    site.blocks(3 * kKept, 4'000);          // 120 MB, no socket holds that
    follower.until(id_of(3 * kKept + 10));  // the last one, which must not come
    CHECK(follower.has_ended());
    const auto heights = follower.heights();
    check_whole(heights);
    REQUIRE(heights.back() < 3 * kKept);
    Follower again(site, "Last-Event-ID: " + std::to_string(heights.back()) + ".s\r\n");
    CHECK(again.until("E_HEIGHT_UNAVAILABLE").starts_with("HTTP/1.1 404"));
}

TEST_CASE("a stream from a height that is not kept is refused, the oldest kept one is whole") {
    Site site;
    site.blocks(kKept + 5, 20);
    Follower last(site, "", "?from=" + std::to_string(kKept + 5));
    last.until(id_of(kKept + 5));  // all have come
    CHECK(Follower(site, "", "?from=5").until("E_HEIGHT_UNAVAILABLE").starts_with("HTTP/1.1 404"));
    CHECK(Follower(site, "", "?from=0").until("E_HEIGHT_UNAVAILABLE").starts_with("HTTP/1.1 404"));
    Follower first(site, "", "?from=6");
    first.until(id_of(kKept + 5));
    CHECK(first.heights().size() == kKept);
    Follower resumed(site, "Last-Event-ID: 5.s\r\n");
    resumed.until(id_of(kKept + 5));
    CHECK(resumed.heights().size() == kKept);
}
