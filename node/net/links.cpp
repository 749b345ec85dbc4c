// Coroutines are named functions with parameters by value; a link's frame owns the link (STYLE D1,
// D13).
#include "node/net/links.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>

#include "node/net/handshakes.h"

namespace quanlu::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

namespace {

constexpr std::size_t kFrameBytesMax = 12 * 1024 * 1024 + 64;
constexpr std::size_t kQueueBytesMax =
    96 * 1024 * 1024;  // a peer that reads nothing for several full blocks is dropped
constexpr std::size_t kWriteBytesMax = 256 * 1024;  // frames joined into one write
constexpr auto kHandshakeLimit = std::chrono::seconds(5);
// Where packets are lost without a word, TCP waits twice as long before each next try, up to two
// minutes, and goes on waiting when they pass again. A new connection does not.
constexpr auto kConnectLimit = std::chrono::seconds(2);           // two tries of the kernel's
constexpr auto kUnheardLimit = std::chrono::milliseconds(3'000);  // sent, and not acknowledged
constexpr auto kIdleLimit = std::chrono::seconds(60);  // greetings come every second or so
constexpr auto kBackoffMin = std::chrono::milliseconds(100);
// So long a member that serves again may stay out after the last dial that failed.
constexpr auto kBackoffMax = std::chrono::milliseconds(1'000);

asio::ip::address plain(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address;
}

// TCP_USER_TIMEOUT (RFC 5482) in milliseconds, as Asio wants an option.
class UnheardLimit {
public:
    explicit UnheardLimit(std::int64_t ms) : ms_(static_cast<unsigned>(ms)) {}
    template <class Protocol>
    static int level(const Protocol&) {
        return IPPROTO_TCP;
    }
    template <class Protocol>
    static int name(const Protocol&) {
        return TCP_USER_TIMEOUT;
    }
    template <class Protocol>
    [[nodiscard]] const void* data(const Protocol&) const {
        return &ms_;
    }
    template <class Protocol>
    static std::size_t size(const Protocol&) {
        return sizeof(unsigned);
    }

private:
    unsigned ms_;
};

}  // namespace

Frame make_frame(BytesView payload) {
    auto frame = std::make_shared<Bytes>();
    frame->reserve(payload.size() + 4);
    for (int shift = 24; shift >= 0; shift -= 8)
        frame->push_back(static_cast<std::uint8_t>(payload.size() >> shift));
    append(*frame, payload);
    return frame;
}

// One connection. Lives as long as its reader coroutine, which owns it.
struct Link {
    TlsStream stream;
    asio::steady_timer wake;  // the writer waits on it; the reader's deadline is `idle`
    asio::steady_timer idle;
    chain::MemberIndex member = 0;
    std::deque<Frame> queue;
    std::size_t queued_bytes = 0;
    bool closed = false;
    bool is_stranger = true;  // until its key is known

    Link(tcp::socket socket, asio::ssl::context& context)
        : stream(std::move(socket), context),
          wake(stream.get_executor()),
          idle(stream.get_executor()) {}

    void tune() {
        error_code ignored;
        stream.lowest_layer().set_option(tcp::no_delay(true), ignored);
        stream.lowest_layer().set_option(UnheardLimit(kUnheardLimit.count()), ignored);
    }
    void close() {
        if (closed) return;
        closed = true;
        error_code ignored;
        stream.lowest_layer().close(ignored);
        wake.cancel();
        idle.cancel();
    }
};
using LinkPtr = std::shared_ptr<Link>;

struct Links::Impl {
    asio::io_context& loop;
    const chain::Members& members;
    chain::MemberIndex self;
    asio::ssl::context context;
    std::map<chain::MemberIndex, Address> addresses;
    Hooks hooks;
    tcp::acceptor acceptor;
    std::map<chain::MemberIndex, LinkPtr> links;
    std::map<asio::ip::address, Handshakes> from_member;  // by the address it is dialled at
    Handshakes from_strangers;
    std::size_t strangers = 0;
    std::deque<std::weak_ptr<Link>> waiting;  // accepted, oldest first; some are strangers no more
    bool stopping = false;

    Impl(asio::io_context& l, const chain::Members& m, chain::MemberIndex s,
         const crypto::SigningKey& key, std::map<chain::MemberIndex, Address> a, Hooks h)
        : loop(l),
          members(m),
          self(s),
          context(make_context(key)),
          addresses(std::move(a)),
          hooks(std::move(h)),
          acceptor(l) {
        for (const auto& [member, address] : addresses) {
            error_code bad;
            const auto host = asio::ip::make_address(address.host, bad);
            if (!bad) from_member[plain(host)];
        }
    }

    [[nodiscard]] bool may_shake_hands(const tcp::socket& socket) {
        error_code gone;
        const auto from = from_member.find(plain(socket.remote_endpoint(gone).address()));
        if (gone) return false;
        Handshakes& handshakes = from == from_member.end() ? from_strangers : from->second;
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        const bool may = handshakes.take(
            Millis{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()});
        if (!may) hooks.log("link refused: too many handshakes");
        return may;
    }

    void spawn(asio::awaitable<void> task, const char* name) {
        asio::co_spawn(loop, std::move(task), [this, name](std::exception_ptr error) {
            if (!error) return;
            try {
                std::rethrow_exception(error);
            } catch (const std::exception& failure) {
                hooks.log(std::string(name) + ": " + failure.what());
            }
        });
    }

    // Closes the link unless `idle` is cancelled before the limit.
    asio::awaitable<void> deadline(LinkPtr link, std::chrono::milliseconds limit) {
        link->idle.expires_after(limit);
        const auto [error] = co_await link->idle.async_wait(kToken);
        if (!error) link->close();
    }

    void drop_oldest_stranger() {
        while (!waiting.empty()) {
            const LinkPtr oldest = waiting.front().lock();
            waiting.pop_front();
            if (oldest == nullptr || oldest->closed || !oldest->is_stranger) continue;
            return oldest->close();
        }
    }

    asio::awaitable<void> accept_all() {
        while (!stopping) {
            auto [error, socket] = co_await acceptor.async_accept(kToken);
            if (stopping) co_return;
            if (error) {  // out of descriptors and the like: wait, go on (STYLE D17)
                asio::steady_timer pause(loop, std::chrono::milliseconds(100));
                co_await pause.async_wait(kToken);
                continue;
            }
            if (!may_shake_hands(socket)) continue;
            // Strangers hold a place for the length of a handshake, and there are few places. The
            // one that has been silent longest makes room: a member is known within milliseconds,
            // so half-open links do not keep it out.
            if (strangers >= kStrangersMax) drop_oldest_stranger();
            const auto link = std::make_shared<Link>(std::move(socket), context);
            waiting.push_back(link);
            if (waiting.size() > 4 * kStrangersMax) {
                std::erase_if(waiting, [](const std::weak_ptr<Link>& one) {
                    const LinkPtr held = one.lock();
                    return held == nullptr || held->closed || !held->is_stranger;
                });
            }
            spawn(run(link, true, self), "accepted link");
        }
    }

    asio::awaitable<void> dial(chain::MemberIndex member) {
        auto backoff = kBackoffMin;
        while (!stopping) {
            const Address address = addresses.at(member);
            error_code bad;
            const auto host = asio::ip::make_address(address.host, bad);
            if (bad) {
                hooks.log("peer address is no IP address: " + address.host);
                co_return;
            }
            const auto link = std::make_shared<Link>(tcp::socket(loop), context);
            spawn(deadline(link, kConnectLimit), "connect deadline");
            const auto [error] =
                co_await link->stream.lowest_layer().async_connect({host, address.port}, kToken);
            link->idle.cancel();
            if (!error) {
                const auto begun = std::chrono::steady_clock::now();
                co_await run(link, false, member);
                if (std::chrono::steady_clock::now() - begun > std::chrono::seconds(5))
                    backoff = kBackoffMin;
            }
            asio::steady_timer pause(loop, backoff);
            co_await pause.async_wait(kToken);
            backoff = std::min(backoff * 2, kBackoffMax);
        }
    }

    asio::awaitable<void> run(LinkPtr link, bool accepted, chain::MemberIndex expected) {
        link->tune();
        spawn(deadline(link, kHandshakeLimit), "handshake deadline");
        if (accepted) ++strangers;
        const auto side =
            accepted ? asio::ssl::stream_base::server : asio::ssl::stream_base::client;
        const auto [error] = co_await link->stream.async_handshake(side, kToken);
        link->idle.cancel();
        if (accepted) --strangers;
        link->is_stranger = false;
        if (error || link->closed) co_return link->close();
        const auto key = peer_key(link->stream.native_handle());
        const auto member = key ? members.index_of(*key) : std::nullopt;
        // The lower index dials: the accepting side sees a lower one, the dialling side exactly
        // whom it called.
        if (!member || *member == self || (accepted ? *member > self : *member != expected)) {
            hooks.log("link refused: the key is not that of the expected member");
            co_return link->close();
        }
        link->member = *member;
        if (const auto old = links.find(*member); old != links.end()) old->second->close();
        links[*member] = link;
        spawn(write_all(link), "link writer");
        hooks.up(*member);
        co_await read_all(link);
        link->close();
        const auto found = links.find(*member);
        if (found != links.end() && found->second == link) {
            links.erase(found);
            hooks.down(*member);
        }
    }

    asio::awaitable<void> idle_watch(LinkPtr link) {
        while (!link->closed) {
            co_await link->idle.async_wait(kToken);
            if (!link->closed && link->idle.expiry() <= std::chrono::steady_clock::now())
                link->close();
        }
    }

    asio::awaitable<void> read_all(LinkPtr link) {
        link->idle.expires_after(kIdleLimit);
        spawn(idle_watch(link), "idle watch");
        while (!link->closed) {
            std::array<std::uint8_t, 4> head{};
            const auto [error, n] =
                co_await asio::async_read(link->stream, asio::buffer(head), kToken);
            if (error) co_return;
            const std::size_t size = std::size_t{head[0]} << 24 | std::size_t{head[1]} << 16 |
                                     std::size_t{head[2]} << 8 | head[3];
            if (size == 0 || size > kFrameBytesMax) {
                hooks.log("link dropped: a frame of " + std::to_string(size) + " bytes");
                co_return;
            }
            Bytes payload(size);
            const auto [body_error, m] =
                co_await asio::async_read(link->stream, asio::buffer(payload), kToken);
            if (body_error || link->closed) co_return;
            link->idle.expires_after(kIdleLimit);
            if (!hooks.frame(link->member, std::move(payload))) co_return;
        }
    }

    asio::awaitable<void> write_all(LinkPtr link) {
        Bytes joined;
        while (!link->closed) {
            if (link->queue.empty()) {
                link->wake.expires_at(std::chrono::steady_clock::time_point::max());
                co_await link->wake.async_wait(kToken);
                continue;
            }
            joined.clear();
            while (
                !link->queue.empty() &&
                (joined.empty() || joined.size() + link->queue.front()->size() <= kWriteBytesMax)) {
                append(joined, *link->queue.front());
                link->queued_bytes -= link->queue.front()->size();
                link->queue.pop_front();
            }
            const auto [error, n] =
                co_await asio::async_write(link->stream, asio::buffer(joined), kToken);
            if (error) co_return link->close();
        }
    }

    void send(chain::MemberIndex to, const Frame& frame) {
        const auto found = links.find(to);
        if (found == links.end()) return;
        Link& link = *found->second;
        if (link.queued_bytes + frame->size() > kQueueBytesMax) {
            hooks.log("link dropped: " + members.at(to).name + " does not read");
            link.close();
            return;
        }
        link.queue.push_back(frame);
        link.queued_bytes += frame->size();
        if (link.queue.size() == 1) link.wake.cancel();
    }
};

Links::Links(asio::io_context& loop, const chain::Members& members, chain::MemberIndex self,
             const crypto::SigningKey& key, std::map<chain::MemberIndex, Address> addresses,
             Hooks hooks)
    : impl_(std::make_unique<Impl>(loop, members, self, key, std::move(addresses),
                                   std::move(hooks))) {}
Links::~Links() = default;

std::string Links::listen(const Address& address) {
    error_code error;
    const auto host = asio::ip::make_address(address.host, error);
    if (error) return "not an IP address: " + address.host;
    const tcp::endpoint endpoint(host, address.port);
    impl_->acceptor.open(endpoint.protocol(), error);
    if (!error) impl_->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) impl_->acceptor.bind(endpoint, error);
    // With a short queue a crowd of half-open links makes the kernel drop the first packet of a
    // member that dials, which then waits for a second or more.
    if (!error) impl_->acceptor.listen(tcp::acceptor::max_listen_connections, error);
    return error ? address.host + ":" + std::to_string(address.port) + ": " + error.message()
                 : std::string();
}

void Links::start() {
    impl_->spawn(impl_->accept_all(), "accept");
    for (const auto& [member, address] : impl_->addresses) {
        if (member > impl_->self) impl_->spawn(impl_->dial(member), "dial");
    }
}

void Links::stop() {
    impl_->stopping = true;
    error_code ignored;
    impl_->acceptor.close(ignored);
    for (const auto& [member, link] : impl_->links) link->close();
}

void Links::send(chain::MemberIndex to, const Frame& frame) {
    impl_->send(to, frame);
}

void Links::broadcast(const Frame& frame, std::optional<chain::MemberIndex> except) {
    std::vector<chain::MemberIndex> to;
    for (const auto& [member, link] : impl_->links) to.push_back(member);
    for (const chain::MemberIndex member : to) {
        if (member != except) impl_->send(member, frame);
    }
}

}  // namespace quanlu::net
