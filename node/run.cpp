// The only wiring there is: members in the order in which they need each other, two loops, a few
// workers.
#include "node/run.h"

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <thread>

#include "node/api/server.h"
#include "node/descriptors.h"
#include "node/shell.h"

namespace quanlu::node {

namespace asio = boost::asio;

namespace {

int fail(const StartError& error) {
    std::fprintf(stderr, "quanlud: %s\n", error.what.c_str());
    return error.exit;
}

constexpr const char* kVersion = "quanlud " QUANLU_VERSION;

api::Backend make_backend(const Identity& identity, DataDir& data, const Board& board,
                          Workers& workers, const std::unique_ptr<Shell>& shell) {
    api::Backend backend;
    backend.genesis = &identity.genesis;
    backend.self = identity.self;
    backend.version = kVersion;
    backend.wall_ms = [] { return clocks().wall.value; };
    backend.snapshot = [&board]() -> std::optional<api::Snapshot> {
        const auto published = board.read();
        if (published == nullptr || published->snapshot == nullptr) return std::nullopt;
        return api::Snapshot{published->snapshot, published->status,
                             (clocks().steady - published->at).value};
    };
    backend.block = [&data](Height height) { return data.blocks().at(height); };
    const Workers::Lane clients = identity.genesis.members.size();
    backend.check = [&workers, clients](std::string jws, bool is_trial,
                                        std::function<void(api::Checked)> done) {
        return workers.check(
            clients, {std::move(jws)},
            [done = std::move(done)](std::vector<Workers::Checked> checked) {
                done({checked.front().tx, checked.front().refusal});
            },
            is_trial ? Workers::Form::trial : Workers::Form::transaction);
    };
    backend.submit = [&shell](execution::TxPtr tx, std::uint64_t ticket) {
        shell->submit(std::move(tx), ticket);
    };
    backend.evidence = [&shell] { return shell->evidence(); };
    return backend;
}

}  // namespace

int run_node(const Config& config) {
    auto identity = load_identity(config);
    if (!identity.ok()) return fail(identity.error());
    auto connections = client_connections(identity->genesis.members.size());
    if (!connections.ok()) return fail(connections.error());
    auto data = DataDir::open(config, *identity, false);
    if (!data.ok()) return fail(data.error());
    auto recovered = (*data)->recover(*identity, false);
    if (!recovered.ok()) return fail(recovered.error());
    if (!recovered->memory_intact) {
        std::fprintf(stderr,
                     "quanlud: the vote memory of this key is missing or damaged; this node "
                     "follows and does not vote\n");
    }
    Board board;
    const unsigned cores = std::thread::hardware_concurrency();
    Workers workers(identity->genesis.chain_id, board, cores > 2 ? cores - 1 : 1,
                    identity->genesis.members.size() + 1);
    asio::io_context core{1}, web{1};
    std::unique_ptr<Shell> shell;
    const api::Backend backend = make_backend(*identity, **data, board, workers, shell);
    std::unique_ptr<api::Server> admin;
    if (config.admin_listen) {
        const std::size_t some = std::min<std::size_t>(64, *connections / 2);
        admin = std::make_unique<api::Server>(web, backend, api::Face::admin, some);
        *connections -= some;
    }
    api::Server server(web, backend, config.admin_listen ? api::Face::clients : api::Face::all,
                       *connections);
    ShellHooks hooks;
    hooks.answer = [&server](const replica::Answer& answer) { server.answer(answer); };
    hooks.finalized = [&server](const replica::Finalized& one) { server.finalized(one.block); };
    shell = std::make_unique<Shell>(core, config, *identity, **data, std::move(*recovered), workers,
                                    board, std::move(hooks));
    for (const std::string& error :
         {shell->listen(), server.listen(config.api_listen.host, config.api_listen.port)}) {
        if (!error.empty()) return fail({73, error});
    }
    if (admin) {
        const std::string error =
            admin->listen(config.admin_listen->host, config.admin_listen->port);
        if (!error.empty()) return fail({73, error});
        admin->start();
    }
    asio::signal_set signals(core, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) {
        shell->stop();
        server.stop();
        core.stop();
    });
    shell->start();
    server.start();
    std::thread web_thread([&web] { web.run(); });
    core.run();
    web_thread.join();
    workers.stop();
    return 0;
}

int init_node(const Config& config) {
    auto identity = load_identity(config);
    if (!identity.ok()) return fail(identity.error());
    auto data = DataDir::open(config, *identity, true);
    if (!data.ok()) return fail(data.error());
    std::printf("data directory ready: %s (member %s)\n", config.data_dir.c_str(),
                identity->genesis.members.at(identity->self).name.c_str());
    return 0;
}

int check_config(const Config& config) {
    auto identity = load_identity(config);
    if (!identity.ok()) return fail(identity.error());
    for (const chain::Member& member : identity->genesis.members) {
        const bool self = member.key == identity->key.public_key();
        if (!self && !config.peers.contains(member.name)) {
            return fail({78, "[peers]: no address for member " + member.name});
        }
    }
    for (const auto& [name, address] : config.peers) {
        bool known = false;
        for (const chain::Member& member : identity->genesis.members)
            known = known || member.name == name;
        if (!known) return fail({78, "[peers]: " + name + " is no member"});
    }
    const auto connections = client_connections(identity->genesis.members.size());
    if (!connections.ok()) return fail(connections.error());
    std::printf("ok: member %s of %s, %zu members\n",
                identity->genesis.members.at(identity->self).name.c_str(),
                identity->genesis.name.c_str(), identity->genesis.members.size());
    return 0;
}

int reindex(const Config& config) {
    auto identity = load_identity(config);
    if (!identity.ok()) return fail(identity.error());
    auto data = DataDir::open(config, *identity, false);
    if (!data.ok()) return fail(data.error());
    auto recovered = (*data)->recover(*identity, true);
    if (!recovered.ok()) return fail(recovered.error());
    std::printf("rebuilt to height %llu\n",
                static_cast<unsigned long long>(recovered->tip.header.height.value));
    return 0;
}

}  // namespace quanlu::node
