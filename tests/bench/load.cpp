// Throughput and latency of a development network: real processes, signed transactions, fsynced,
// final. Prints its conditions, percentiles and the share of the signature checks that the machine
// could do. Transactions are signed before the clock starts: the figure is the nodes', and clients
// share the machine with them. Usage: bench_load DEVNET_DIR CLIENTS SECONDS [ACKNOWLEDGED] With
// ACKNOWLEDGED, writes "id height index" of every transaction a client was told is committed.
#include <sys/epoll.h>
#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <thread>

#include "cli/devnet/network.h"
#include "tests/cluster/http_client.h"

namespace quanlu {

namespace {

using Clock = std::chrono::steady_clock;

json::Value asset_body(std::uint64_t n) {
    return json::Object{{"asset_name", "bench " + std::to_string(n)},
                        {"industry", "benchmark"},
                        {"application_scenario", "load"},
                        {"data_form", "dataset"},
                        {"storage_format", "json"},
                        {"source_kind", json::Array{"self_collected"}},
                        {"update_frequency", "none"},
                        {"grade", "general_1"},
                        {"contains_personal_info", false},
                        {"sensitive_pi", false},
                        {"minors_pi", false},
                        {"content_digest", json::Object{{"root", "sha256:" + std::string(64, 'a')},
                                                        {"algorithm_id", "sha256"}}}};
}

// What one officer proposes and another approves, so half of the transactions do the whole act.
struct Pair {
    std::string proposal, approval;
};

struct Firm {
    cli::Actor maker, checker;
    std::deque<Pair> ready;

    [[nodiscard]] Pair sign(std::uint64_t n) const {
        const json::Value body = asset_body(n);
        return {maker.sign("asset.register", "", body, 0),
                checker.sign("asset.register", "", body, 0)};
    }
};

struct Client {
    std::unique_ptr<cluster::Connection> connection;
    Clock::time_point begun;
    Pair pair;
    bool approving = false;
};

constexpr int kReadyPerSecond = 2'500;  // pairs; more are signed on the way when a run needs them

// Signature checks a second, of all cores: the limit of n nodes that each check every transaction.
double checks_limit(const Firm& firm, unsigned cores) {
    const auto key = crypto::SigningKey::generate();
    const std::string message = firm.ready.empty() ? "message" : firm.ready.front().proposal;
    const crypto::Signature signature = key.sign(as_bytes(message));
    constexpr int kChecks = 4'000;
    const Clock::time_point begun = Clock::now();
    for (int i = 0; i < kChecks; ++i)
        ENSURE(crypto::verify(key.public_key(), as_bytes(message), signature));
    return kChecks * cores / std::chrono::duration<double>(Clock::now() - begun).count();
}

int run(const std::string& dir, std::size_t count, int seconds, const char* acknowledged) {
    std::FILE* acks = acknowledged == nullptr ? nullptr : std::fopen(acknowledged, "w");
    cli::Devnet net(dir);
    const std::vector<std::string> urls = net.node_urls();
    std::vector<Firm> firms;
    for (const char* firm : {"firm-01", "firm-02", "firm-03"}) {
        auto maker = net.officer(firm, "maker", 0);
        auto checker = net.officer(firm, "checker", 0);
        if (!maker.ok() || !checker.ok()) return 2;
        firms.push_back({std::move(*maker), std::move(*checker), {}});
    }
    auto next =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    // A signature holds for two minutes: those for the first of them are made now.
    const int ready = kReadyPerSecond * std::min(seconds, 60);
    std::fprintf(stderr, "signing %d transactions\n", 2 * ready);
    for (int i = 0; i < ready; ++i) {
        Firm& firm = firms[static_cast<std::size_t>(i) % firms.size()];
        firm.ready.push_back(firm.sign(next++));
    }
    const unsigned cores = std::thread::hardware_concurrency();
    const double limit = checks_limit(firms.front(), cores);
    const int epoll = epoll_create1(0);
    std::vector<Client> clients(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string& url = urls[i % urls.size()];
        clients[i].connection = std::make_unique<cluster::Connection>(
            static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str())));
        clients[i].connection->open(epoll);
    }
    std::vector<double> latencies_ms;
    std::uint64_t failed = 0;
    std::string last_failure;
    const auto begin_one = [&](Client& client, std::size_t index) {
        if (!client.approving) {
            Firm& firm = firms[index % firms.size()];
            if (firm.ready.empty()) firm.ready.push_back(firm.sign(next++));
            client.pair = std::move(firm.ready.front());
            firm.ready.pop_front();
        }
        const std::string& jws = client.approving ? client.pair.approval : client.pair.proposal;
        client.begun = Clock::now();
        client.connection->begin("POST", "/v1/transactions",
                                 "Content-Type: application/jose\r\nPrefer: wait=30\r\n", jws);
    };
    for (std::size_t i = 0; i < count; ++i) begin_one(clients[i], i);
    const Clock::time_point start = Clock::now();
    const Clock::time_point warm = start + std::chrono::seconds(2),
                            end = warm + std::chrono::seconds(seconds);
    std::size_t under_way = count;
    std::uint64_t done = 0;
    std::vector<epoll_event> events(512);
    while (under_way > 0 && Clock::now() < end + std::chrono::seconds(30)) {
        const int n = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 100);
        for (int e = 0; e < n; ++e) {
            auto* connection =
                static_cast<cluster::Connection*>(events[static_cast<std::size_t>(e)].data.ptr);
            if (!connection->ready(events[static_cast<std::size_t>(e)].events)) continue;
            const auto index = static_cast<std::size_t>(
                std::find_if(clients.begin(), clients.end(),
                             [&](const Client& c) { return c.connection.get() == connection; }) -
                clients.begin());
            Client& client = clients[index];
            const Clock::time_point now = Clock::now();
            const bool ok =
                connection->response().status == 200 &&
                connection->response().body.find("\"code\":\"OK\"") != std::string::npos;
            if (ok && acks != nullptr) {
                const auto said = json::parse(connection->response().body, 1024 * 1024);
                std::fprintf(acks, "%s %lld %lld\n", std::string(said->string_or("id", "")).c_str(),
                             static_cast<long long>(said->integer_or("height", 0)),
                             static_cast<long long>(said->integer_or("index", 0)));
                std::fflush(acks);
            }
            if (!ok) {
                ++failed;
                last_failure = std::to_string(connection->response().status) + " " +
                               connection->response().body.substr(0, 200);
            } else if (now > warm && now <= end) {
                ++done;
                latencies_ms.push_back(
                    std::chrono::duration<double, std::milli>(now - client.begun).count());
            }
            client.approving = ok && !client.approving;
            if (now < end) {
                begin_one(client, index);
            } else {
                --under_way;
            }
        }
    }
    std::sort(latencies_ms.begin(), latencies_ms.end());
    const auto at = [&](double share) {
        return latencies_ms.empty()
                   ? 0.0
                   : latencies_ms[std::min(latencies_ms.size() - 1,
                                           static_cast<std::size_t>(
                                               share * static_cast<double>(latencies_ms.size())))];
    };
    utsname system{};
    uname(&system);
    const double rate = static_cast<double>(done) / seconds;
    std::printf(
        "nodes=%zu clients=%zu cores=%u seconds=%d payload=asset.register signed=beforehand "
        "fsync=yes kernel=%s\n",
        urls.size(), count, cores, seconds, system.release);
    std::printf("final %.0f tx/s  latency ms p50 %.1f p90 %.1f p99 %.1f max %.1f  failed %llu\n",
                rate, at(0.5), at(0.9), at(0.99), at(1.0), static_cast<unsigned long long>(failed));
    std::printf("signature checks %.0f/s on all cores; the nodes' share of them %.2f\n", limit,
                rate * static_cast<double>(urls.size()) / limit);
    if (acks != nullptr) std::fclose(acks);
    if (failed > 0) std::printf("last failure: %s\n", last_failure.c_str());
    return 0;
}

}  // namespace

}  // namespace quanlu

int main(int argc, char** argv) {
    if (argc != 4 && argc != 5) {
        std::fprintf(stderr, "bench_load DEVNET_DIR CLIENTS SECONDS [ACKNOWLEDGED]\n");
        return 2;
    }
    return quanlu::run(argv[1], static_cast<std::size_t>(std::atoi(argv[2])), std::atoi(argv[3]),
                       argc == 5 ? argv[4] : nullptr);
}
