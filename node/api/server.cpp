// One coroutine a connection. What Beast 1.81 lets pass and we do not: two Host headers, a
// Transfer-Encoding, HTTP/1.0, a Content-Length that is no plain number (RELIABILITY 0.9).
#include "node/api/server.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <deque>
#include <list>
#include <map>

#include "crypto/base/encode.h"
#include "node/api/event_lines.h"
#include "node/api/parts.h"
#include "node/api/resources.h"
#include "node/api/shares.h"
#include "node/api/turns.h"

namespace quanlu::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

namespace {

constexpr std::size_t kHeaderBytesMax = 8 * 1024;
constexpr std::size_t kBufferBytesMax = 2 * kHeaderBytesMax;  // a body goes through it in pieces
constexpr std::size_t kBodyBytesMax = 1024 * 1024;            // 1,000 keys or numbers to be proven
// Of the bodies that are read or answered, together.
constexpr std::size_t kBodiesBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kOneInEight = 8;  // so much of bodies and streams for one address
constexpr auto kIdleLimit = std::chrono::seconds(30);
constexpr auto kReadLimit = std::chrono::seconds(10);
constexpr auto kWriteLimit = std::chrono::seconds(10);
constexpr auto kUnreadLimit = std::chrono::seconds(1);
constexpr int kAcceptedAtOnce = 64;
constexpr int kWaitSecondsMax = 60;
constexpr std::size_t kFatesKept = 10'000;
constexpr std::size_t kEventBytesMax = 64 * 1024;  // of one write: many streams may not be read
constexpr auto kPing = std::chrono::seconds(15);

// A client that waits for a transaction.
struct Waiter {
    asio::steady_timer timer;
    std::optional<replica::Answer> answer;
    explicit Waiter(asio::io_context& loop) : timer(loop) {}
};

// Runs when its scope ends, however it ends; the frame of a coroutine is a scope too.
template <class Run>
class AtEnd {
public:
    explicit AtEnd(Run run) : run_(std::move(run)) {}
    ~AtEnd() { run_(); }
    AtEnd(const AtEnd&) = delete;
    AtEnd& operator=(const AtEnd&) = delete;

private:
    Run run_;
};

using HttpRequest = http::request<http::string_body>;

std::optional<chain::Refusal> gate(const HttpRequest& request) {
    const auto refuse = [](const char* why) {
        return chain::Refusal(chain::Code::E_BAD_REQUEST, "", json::Object{{"reason", why}});
    };
    if (request.version() != 11) return refuse("HTTP/1.1 only");
    std::size_t hosts = 0, lengths = 0;
    for (const auto& field : request) {
        if (field.name() == http::field::host) ++hosts;
        if (field.name() == http::field::transfer_encoding) return refuse("no Transfer-Encoding");
        if (field.name() != http::field::content_length) continue;
        ++lengths;
        for (const char c : field.value()) {
            if (c < '0' || c > '9') return refuse("Content-Length of digits");
        }
    }
    if (hosts != 1) return refuse("exactly one Host");
    if (lengths > 1) return refuse("at most one Content-Length");
    return std::nullopt;
}

// The greatest body that there is a use for.
std::size_t body_bytes_max(const HttpRequest& head) {
    Request request;
    if (head.method() != http::verb::post ||
        !parse_target(std::string_view(head.target().data(), head.target().size()), request))
        return 0;
    if (request.path == "/v1/transactions") return chain::kTxBytesMax;
    const bool is_batch = request.path == "/v1/collateral-checks" || request.path == "/v1/proofs";
    return is_batch ? kBodyBytesMax : 0;
}

// Can no later block undo it? What else is refused here may become final by way of another node.
bool is_lasting(const chain::Refusal& refusal) {
    return refusal.code == chain::Code::E_EXPIRED ||
           refusal.code == chain::Code::E_VALIDITY_TOO_LONG;
}

int wait_seconds(const HttpRequest& request) {
    const auto prefer = request["Prefer"];
    const std::string text(prefer.data(), prefer.size());
    const std::size_t at = text.find("wait=");
    if (at == std::string::npos) return 0;
    int seconds =
        0;  // what is no number waits not at all; what is too large for one, as asked most
    const char* from = text.data() + at + 5;
    const auto [end, error] = std::from_chars(from, text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range && *from != '-') return kWaitSecondsMax;
    return std::clamp(seconds, 0, kWaitSecondsMax);
}

}  // namespace

struct Server::Impl {
    asio::io_context& loop;
    Backend backend;
    Face face;
    std::size_t connections_max;
    Resources resources;
    Turns turns;
    tcp::acceptor acceptor;
    bool stopping = false;
    std::uint64_t next_ticket = 1;
    std::map<std::uint64_t, std::shared_ptr<Waiter>> waiters;
    // Connections on which no whole request has come yet, or none since the last answer; longest
    // first. Like the crowd below it outlives the server.
    struct Silent {
        tcp::socket* socket;
        bool closed = false;
    };
    const std::shared_ptr<std::list<Silent>> silent = std::make_shared<std::list<Silent>>();
    EventLines lines;
    // Transactions that came through here and are not final, for those who ask again.
    std::map<Hash, json::Value> fates;
    std::deque<Hash> fates_order;
    asio::steady_timer news;  // cancelled when lines grow: wakes the streams

    Impl(asio::io_context& l, Backend b, Face f, std::size_t connections)
        : loop(l),
          backend(std::move(b)),
          face(f),
          connections_max(connections),
          resources(backend),
          turns(l),
          acceptor(l),
          news(l),
          crowd(std::make_shared<Crowd>(connections)) {
        backend.fate = [this](const Hash& id) -> std::optional<json::Value> {
            const auto found = fates.find(id);
            if (found == fates.end()) return std::nullopt;
            return found->second;
        };
        news.expires_at(std::chrono::steady_clock::time_point::max());
    }

    void take_block(const execution::Executed& block) {
        lines.add(block);
        for (const execution::TxPtr& tx : block.txs) fates.erase(tx->id);
        news.cancel();
    }

    void spawn(asio::awaitable<void> task) {
        asio::co_spawn(loop, std::move(task), [](std::exception_ptr error) {
            if (!error) return;
            try {
                std::rethrow_exception(error);
            } catch (const std::exception& failure) {
                std::fprintf(stderr,
                             "{\"level\":\"error\",\"event\":\"http_session\",\"what\":\"%s\"}\n",
                             failure.what());
            }
        });
    }

    asio::awaitable<void> accept_all() {
        while (!stopping) {
            auto [error, socket] = co_await acceptor.async_accept(kToken);
            if (stopping) co_return;
            if (error) {
                asio::steady_timer pause(loop, std::chrono::milliseconds(100));
                co_await pause.async_wait(kToken);
                continue;
            }
            admit(std::move(socket));
            // One at a time they would wait for an answer to somebody else each.
            for (int more = 0; more < kAcceptedAtOnce; ++more) {
                error_code none;
                tcp::socket next = acceptor.accept(none);
                if (none) break;
                admit(std::move(next));
            }
        }
    }

    // Or closes it.
    void admit(tcp::socket socket) {
        error_code ignored;
        const std::string address = share_name(socket.remote_endpoint(ignored).address());
        const auto held = crowd->per_address.find(address);
        if (held != crowd->per_address.end() && held->second >= connections_max / 2) return;
        // Whoever has waited longest without asking anything makes room; where all ask, the
        // newcomer goes.
        if (crowd->connections >= connections_max && !drop_longest_silent()) return;
        spawn(session(std::move(socket), address));
    }

    bool drop_longest_silent() {
        for (Silent& one : *silent) {
            if (one.closed) continue;
            one.closed = true;
            error_code ignored;
            one.socket->close(ignored);
            return true;
        }
        return false;
    }

    // Sessions that are open when the node ends are destroyed with their loop, after the server:
    // what their frames count in lives as long as they do.
    struct Crowd {
        std::size_t connections = 0;
        std::map<std::string, std::size_t> per_address;
        Shares streams;  // of events: they have no end, so they get a quarter at most
        Shares bodies;   // bytes
        explicit Crowd(std::size_t connections_max)
            : streams(connections_max / 4,
                      std::max<std::size_t>(1, connections_max / 4 / kOneInEight)),
              bodies(kBodiesBytesMax, kBodiesBytesMax / kOneInEight) {}
    };
    // One more of the crowd until it goes.
    [[nodiscard]] static auto counted(std::shared_ptr<Crowd> crowd, std::string address) {
        ++crowd->connections;
        ++crowd->per_address[address];
        return AtEnd([crowd = std::move(crowd), address = std::move(address)] {
            --crowd->connections;
            if (--crowd->per_address[address] == 0) crowd->per_address.erase(address);
        });
    }
    const std::shared_ptr<Crowd> crowd;

    asio::awaitable<void> session(tcp::socket socket, std::string address) {
        const auto count = counted(crowd, address);
        beast::tcp_stream stream(std::move(socket));
        error_code ignored;
        stream.socket().set_option(tcp::no_delay(true), ignored);
        beast::flat_buffer buffer(kBufferBytesMax);
        Share bodies(std::shared_ptr<Shares>(crowd, &crowd->bodies), address);
        while (!stopping) {
            auto request = co_await next_request(stream, buffer, bodies);
            if (!request) break;
            const bool keep = co_await handle(stream, *request, address);
            bodies.give_back();
            if (!keep) break;
        }
        stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    }

    // Nothing: the connection ends; what was wrong has been said.
    asio::awaitable<std::optional<HttpRequest>> next_request(beast::tcp_stream& stream,
                                                             beast::flat_buffer& buffer,
                                                             Share& bodies) {
        // While its request is not whole a connection makes room for others, longest first.
        const auto unasked = silent->insert(silent->end(), Silent{&stream.socket()});
        const AtEnd asked([all = silent, unasked] { all->erase(unasked); });
        http::request_parser<http::string_body> parser;
        parser.header_limit(kHeaderBytesMax);
        parser.body_limit(kBodyBytesMax);
        stream.expires_after(kIdleLimit);
        const auto [head_error, head_bytes] =
            co_await http::async_read_header(stream, buffer, parser, kToken);
        if (unasked->closed || head_error == http::error::end_of_stream ||
            head_error == beast::error::timeout)
            co_return std::nullopt;
        if (head_error) {
            co_await refuse_unread(stream, head_error);
            co_return std::nullopt;
        }
        if (auto refusal = gate(parser.get())) {
            co_await write_reply(stream, problem(*refusal), false);
            co_return std::nullopt;
        }
        const std::uint64_t size = parser.content_length().value_or(0);
        if (const std::size_t most = body_bytes_max(parser.get()); size > most) {
            co_await refuse_unread(stream, chain::Code::E_TOO_LARGE,
                                   "a body of at most " + std::to_string(most) + " bytes");
            co_return std::nullopt;
        }
        if (!bodies.take(size)) {
            co_await refuse_unread(stream, chain::Code::E_MEMPOOL_FULL,
                                   "too much waits to be read and answered");
            co_return std::nullopt;
        }
        stream.expires_after(kReadLimit);
        const auto [body_error, body_bytes] =
            co_await http::async_read(stream, buffer, parser, kToken);
        if (unasked->closed) co_return std::nullopt;
        if (body_error) {
            co_await refuse_unread(stream, body_error);
            co_return std::nullopt;
        }
        co_return parser.release();
    }

    asio::awaitable<void> refuse(beast::tcp_stream& stream, chain::Code code, std::string detail) {
        const Reply reply = problem(code, std::move(detail));
        co_await write_reply(stream, reply, false);
    }

    asio::awaitable<void> refuse_unread(beast::tcp_stream& stream, error_code error) {
        const bool is_too_large =
            error == http::error::header_limit || error == http::error::body_limit;
        co_await refuse_unread(stream,
                               is_too_large ? chain::Code::E_TOO_LARGE : chain::Code::E_BAD_REQUEST,
                               error.message());
    }

    // What the client is still sending is thrown away for a moment: a connection that is closed
    // with bytes unread is reset, and the answer may be lost with it.
    asio::awaitable<void> refuse_unread(beast::tcp_stream& stream, chain::Code code,
                                        std::string detail) {
        co_await refuse(stream, code, std::move(detail));
        error_code ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
        stream.expires_after(kUnreadLimit);
        std::array<char, 4'096> thrown_away{};
        for (std::size_t read = 0; read < kBodyBytesMax;) {
            const auto [error, n] =
                co_await stream.async_read_some(asio::buffer(thrown_away), kToken);
            if (error) co_return;
            read += n;
        }
    }

    asio::awaitable<bool> write_reply(beast::tcp_stream& stream, Reply reply, bool keep) {
        http::response<http::string_body> response;
        response.version(11);
        response.result(static_cast<unsigned>(reply.status));
        response.set(http::field::content_type, reply.content_type);
        response.set(http::field::server, "quanlud");
        for (const auto& [name, value] : reply.headers) response.set(name, value);
        response.keep_alive(keep);
        response.body() = std::move(reply.body);
        response.prepare_payload();
        stream.expires_after(kWriteLimit);
        const auto [error, n] = co_await http::async_write(stream, response, kToken);
        co_return keep && !error;
    }

    asio::awaitable<bool> handle(beast::tcp_stream& stream, HttpRequest& raw,
                                 const std::string& address) {
        Request request;
        request.method = std::string(raw.method_string());
        request.authorization = std::string(raw[http::field::authorization]);
        request.content_type = std::string(raw[http::field::content_type]);
        const bool keep = raw.keep_alive();
        if (!parse_target(std::string_view(raw.target().data(), raw.target().size()), request)) {
            const Reply reply = problem(chain::Code::E_BAD_REQUEST, "target");
            co_return co_await write_reply(stream, reply, keep);
        }
        if (!is_shown(request.path)) {
            const Reply reply = problem(chain::Code::E_NO_SUCH_RESOURCE, request.path);
            co_return co_await write_reply(stream, reply, keep);
        }
        request.body = std::move(raw.body());
        if (request.path == "/v1/events" && request.method == "GET") {
            co_await stream_events(stream, request, std::string(raw["Last-Event-ID"]), address);
            co_return false;
        }
        if (request.path == "/v1/transactions") {
            const int wait = wait_seconds(raw);
            Reply reply = co_await transactions(std::move(request), wait);
            co_return co_await write_reply(stream, std::move(reply), keep);
        }
        if (request.path.starts_with("/v1/")) co_await turns.mine(address);
        Reply reply = resources.answer(request);
        const auto asked = raw[http::field::if_none_match];
        for (const auto& [name, value] : reply.headers) {
            if (name == "ETag" && reply.status == 200 &&
                value == std::string_view(asked.data(), asked.size())) {
                reply.status = 304;
                reply.body.clear();
            }
        }
        co_return co_await write_reply(stream, std::move(reply), keep);
    }

    [[nodiscard]] bool is_shown(const std::string& path) const {
        if (face == Face::clients) return path != "/metrics";
        return face == Face::all || !path.starts_with("/v1/");
    }

    // Form and signature on a worker, then the mempool, then, when asked, finality.
    asio::awaitable<Reply> transactions(Request request, int wait) {
        if (request.method != "POST") co_return problem(chain::Code::E_METHOD);
        if (!request.content_type.empty() &&
            request.content_type.find("jose") == std::string::npos &&
            request.content_type.find("text/plain") == std::string::npos) {
            co_return problem(chain::Code::E_UNSUPPORTED_MEDIA, "application/jose or text/plain");
        }
        // A parameter that is misspelled must not file what was to be asked about.
        for (const auto& [name, value] : request.query) {
            if (name != "dry_run" || (value != "true" && value != "false"))
                co_return problem(chain::Code::E_BAD_REQUEST, "dry_run: true or false");
        }
        const bool is_trial = request.get("dry_run") == "true";
        const std::uint64_t ticket = next_ticket++;
        auto waiter = std::make_shared<Waiter>(loop);
        waiter->timer.expires_after(std::chrono::seconds(10));
        auto checked = std::make_shared<Checked>();
        const auto done = [this, waiter, checked](Checked result) {
            asio::post(loop, [waiter, checked, result = std::move(result)] {
                *checked = result;
                waiter->timer.cancel();
            });
        };
        if (!backend.check(std::move(request.body), is_trial, done))
            co_return problem(chain::Code::E_MEMPOOL_FULL, "too much waits to be checked");
        co_await waiter->timer.async_wait(kToken);
        if (checked->refusal) co_return problem(*checked->refusal);
        if (!checked->tx) co_return problem(chain::Code::E_TIMEOUT);
        if (is_trial) co_return resources.dry_run(checked->tx);
        waiters[ticket] = waiter;
        remember(checked->tx->id,
                 json::Object{{"id", to_hex(checked->tx->id)}, {"status", "pending"}});
        waiter->timer.expires_after(wait > 0 ? std::chrono::seconds(wait)
                                             : std::chrono::milliseconds(0));
        backend.submit(checked->tx, ticket);
        if (wait > 0) co_await waiter->timer.async_wait(kToken);
        waiters.erase(ticket);
        co_return fate(*checked->tx, *waiter, wait);
    }

    void remember(const Hash& id, json::Value fate) {
        if (fates.insert_or_assign(id, std::move(fate)).second) fates_order.push_back(id);
        while (fates_order.size() > kFatesKept) {
            fates.erase(fates_order.front());
            fates_order.pop_front();
        }
    }

    Reply fate(const chain::Tx& tx, const Waiter& waiter, int wait) const {
        const std::string id = to_hex(tx.id);
        if (waiter.answer && waiter.answer->status == replica::Answer::Status::invalid)
            return problem(*waiter.answer->refusal);
        if (waiter.answer && waiter.answer->outcome) {
            Reply reply = ok(json::Object{{"id", id},
                                          {"status", "committed"},
                                          {"height", waiter.answer->where.height.value},
                                          {"index", waiter.answer->where.index},
                                          {"outcome", to_json(*waiter.answer->outcome)}});
            return reply;
        }
        if (waiter.answer) return ok(resources.tx_status(tx.id));  // final before: its first result
        Reply reply = ok(json::Object{{"id", id}, {"status", "pending"}});
        reply.status = 202;
        reply.headers.emplace_back("Location", "/v1/transactions/" + id);
        if (wait > 0)
            reply.headers.emplace_back("Preference-Applied", "wait=" + std::to_string(wait));
        return reply;
    }

    asio::awaitable<void> stream_events(beast::tcp_stream& stream, Request request,
                                        std::string last, std::string address) {
        Share streams(std::shared_ptr<Shares>(crowd, &crowd->streams), std::move(address));
        if (!streams.take(1)) {
            co_await refuse(stream, chain::Code::E_RATE_LIMITED, "as many streams as are served");
            co_return;
        }
        const auto snapshot = backend.snapshot();
        const EventPlace gone = lines.gone(snapshot ? snapshot->status.height : Height(0));
        EventPlace at = lines.next(gone);
        const std::string from = request.get("from");
        if (!last.empty() || !from.empty()) {
            const auto asked = last.empty() ? EventPlace::of_height(from) : EventPlace::after(last);
            if (!asked) {
                co_await refuse(stream, chain::Code::E_BAD_REQUEST,
                                last.empty() ? "from" : "Last-Event-ID");
                co_return;
            }
            at = *asked;
            if (at <= gone) {
                co_await refuse(stream, chain::Code::E_HEIGHT_UNAVAILABLE,
                                "older than this stream keeps; read /v1/blocks or an export");
                co_return;
            }
        }
        std::string text =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: "
            "no-store\r\nConnection: close\r\n\r\n";
        while (!stopping) {
            stream.expires_after(kWriteLimit);
            const auto [error, n] = co_await asio::async_write(stream, asio::buffer(text), kToken);
            if (error) co_return;
            stream.expires_never();
            if (!lines.has(at)) {
                asio::steady_timer ping(loop, kPing);
                ping.async_wait([this](error_code late) {
                    if (!late) news.cancel();
                });
                co_await news.async_wait(kToken);
            }
            // Who reads too slowly ends here and learns why when it asks again from its last line:
            // a stream has no holes.
            if (lines.misses(at)) co_return;
            text = lines.some(at, kEventBytesMax);
            if (text.empty()) text = ": ping\n\n";
        }
    }
};

Server::Server(asio::io_context& loop, Backend backend, Face face, std::size_t connections_max)
    : impl_(std::make_unique<Impl>(loop, std::move(backend), face, connections_max)) {}
Server::~Server() = default;

std::string Server::listen(const std::string& host, std::uint16_t port) {
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error) return "not an IP address: " + host;
    const tcp::endpoint endpoint(address, port);
    impl_->acceptor.open(endpoint.protocol(), error);
    if (!error) impl_->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) impl_->acceptor.bind(endpoint, error);
    if (!error) impl_->acceptor.non_blocking(true, error);
    if (!error) impl_->acceptor.listen(1'024, error);
    return error ? host + ":" + std::to_string(port) + ": " + error.message() : std::string();
}

void Server::start() {
    impl_->spawn(impl_->accept_all());
}

void Server::stop() {
    asio::post(impl_->loop, [this] {
        impl_->stopping = true;
        error_code ignored;
        impl_->acceptor.close(ignored);
        impl_->loop.stop();
    });
}

void Server::answer(const replica::Answer& answer) {
    asio::post(impl_->loop, [this, answer] {
        const bool is_refused = answer.status == replica::Answer::Status::invalid && answer.refusal;
        if (is_refused && !is_lasting(*answer.refusal)) impl_->fates.erase(answer.tx_id);
        if (is_refused && is_lasting(*answer.refusal)) {
            impl_->remember(
                answer.tx_id,
                json::Object{
                    {"id", to_hex(answer.tx_id)},
                    {"status", "invalid"},
                    {"refusal",
                     json::Object{{"code", std::string(chain::name(answer.refusal->code))}}}});
        }
        const auto found = impl_->waiters.find(answer.ticket);
        if (found == impl_->waiters.end()) return;
        found->second->answer = answer;
        found->second->timer.cancel();
    });
}

void Server::finalized(std::shared_ptr<const execution::Executed> block) {
    asio::post(impl_->loop, [this, block = std::move(block)] { impl_->take_block(*block); });
}

}  // namespace quanlu::api
