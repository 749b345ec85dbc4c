// See network.h. Processes are started detached and ended by the pid that was written when they
// began.
#include "cli/devnet/network.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "cli/output.h"
#include "crypto/base/encode.h"
#include "crypto/jwk.h"
#include "crypto/key_file.h"
#include "crypto/random.h"
#include "ledger/registry/ids/fingerprint.h"
#include "ledger/registry/registry.h"

namespace quanlu::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNodeNames[] = {"a", "b", "c", "d", "e", "f", "g",
                                      "h", "i", "j", "k", "l", "m"};
constexpr const char* kNodeParties[] = {"ipo-yuhang", "bank-one", "bank-two", "court-hz"};

Failure io_failure(const std::string& path, const std::string& reason) {
    return {Exit::usage,
            "devnet",
            "the development network cannot be made",
            "开发网络无法建立",
            json::Object{{"path", path}, {"reason", reason}},
            "quanlu devnet down; remove the folder; try again",
            "quanlu devnet down;删除该目录后重试"};
}

json::Value officer_json(const crypto::SigningKey& key, json::Array duties) {
    return json::Object{{"key", crypto::to_jwk(key.public_key())},
                        {"duties", std::move(duties)},
                        {"valid_from", "2020-01-01"},
                        {"valid_to", "2099-12-31"}};
}

Result<crypto::SigningKey, Failure> new_key(const std::string& path) {
    crypto::SigningKey key = crypto::SigningKey::generate();
    const auto written = crypto::write_key_file(path, key, "");
    if (!written.ok()) return Err(io_failure(path, written.error().detail));
    return key;
}

long read_pid(const std::string& path) {
    const auto text = read_text_file(path, 32);
    return text.ok() ? std::atol(text->c_str()) : 0;
}

// Is this pid one of ours? A number alone may be somebody else's by now.
bool is_quanlud(long pid) {
    if (pid <= 1 || kill(static_cast<pid_t>(pid), 0) != 0) return false;
    const auto line = read_text_file("/proc/" + std::to_string(pid) + "/cmdline", 4096);
    return line.ok() && line->find("quanlud") != std::string::npos;
}

}  // namespace

const std::vector<DevParty>& dev_parties() {
    static const std::vector<DevParty> parties = {
        {"ipo-yuhang",
         "余杭区知识产权局(虚构)",
         "11330110MB2F00016W",
         "government_body",
         {"ip_office", "regulator", "node_operator"},
         false},
        {"bank-one",
         "杭州第一虚构银行",
         "91330100MA2B000192",
         "enterprise",
         {"bank", "pledgee", "node_operator"},
         false},
        {"bank-two",
         "杭州第二虚构银行",
         "91330100MA2B00027W",
         "enterprise",
         {"bank", "pledgee", "node_operator"},
         false},
        {"court-hz",
         "杭州虚构人民法院",
         "11330100MB2C00013C",
         "government_body",
         {"court", "node_operator"},
         true},
        {"cert-center",
         "滨江数据合规证书中心(虚构)",
         "12330108MB2D00014J",
         "institution",
         {"cert_center"},
         false},
        {"law-firm", "浙江虚构律师事务所", "31330000MD2E00012B", "social_org", {"assessor"}, false},
        {"firm-01",
         "杭州云杉科技有限公司(虚构)",
         "91330108MA28XYW55X",
         "enterprise",
         {"pledgor"},
         false},
        {"firm-02",
         "浙江青柠股份有限公司(虚构)",
         "91330110MA2DEMQ71G",
         "enterprise",
         {"pledgor"},
         false},
        {"firm-03",
         "杭州白桦数据有限公司(虚构)",
         "91330110MA2F00039X",
         "enterprise",
         {"pledgor"},
         false},
        {"tax-gateway",
         "虚构税务查验网关",
         "12330100MA2H00057L",
         "institution",
         {"evidence_node"},
         false},
        {"auditor-01", "虚构会计师事务所", "91330000MA2G00048R", "enterprise", {"auditor"}, false},
    };
    return parties;
}

bool Devnet::exists() const {
    return fs::exists(genesis_path());
}

namespace {

// Nodes of a folder that is gone may still run: they would answer in place of ours.
Status<Failure> nobody_answers(const std::string& url) {
    HttpRequest request{"GET", url + "/livez", "", "", {}};
    request.timeout_s = 2;
    if (!Http().send(request).ok()) return Unit{};
    return Err(Failure{Exit::unreachable, "devnet", "another process answers at " + url,
                       url + " 已被其他进程占用", json::Object{{"url", url}},
                       "stop it, or choose other ports: quanlu devnet up --base-port 7200",
                       "停止该进程,或换端口:quanlu devnet up --base-port 7200"});
}

}  // namespace

namespace {

// A key file and a context for each officer.
Result<json::Array, Failure> make_officers(const std::string& folder, const std::string& url,
                                           const DevParty& party, std::string& contexts) {
    const std::string root = fs::absolute(folder).string();
    json::Array officers;
    for (const std::string duty : {"maker", "checker", "admin"}) {
        const std::string path = folder + "/officers/" + party.id + "-" + duty + ".pem";
        TRY(const crypto::SigningKey key, new_key(path));
        const std::string as = !party.court || duty == "admin" ? duty
                               : duty == "maker"               ? "clerk"
                                                               : "judge";
        officers.push_back(officer_json(key, json::Array{as}));
        contexts += "\n[context." + party.id + "-" + duty + "]\nnode = \"" + url +
                    "\"\ngenesis = \"" + root + "/genesis.json\"\nparty = \"" + party.id +
                    "\"\nkey = \"" + root + "/officers/" + party.id + "-" + duty +
                    ".pem\"\npassphrase_file = \"/dev/null\"\nfingerprint_key = \"" + root +
                    "/fingerprint.key\"\n";
    }
    return officers;
}

}  // namespace

Result<json::Array, Failure> Devnet::add_officers(const DevParty& party) const {
    // Keys that the ledger knows are never written over.
    if (fs::exists(folder_ + "/officers/" + party.id + "-maker.pem"))
        return Err(Failure{Exit::conflict, "devnet", "this network has these parties already",
                           "此网络已有这些主体", json::Object{{"party", party.id}},
                           "make another: quanlu devnet up --dir FOLDER --base-port 7400",
                           "另建网络:quanlu devnet up --dir FOLDER --base-port 7400"});
    TRY(std::string contexts, read_text_file(contexts_path(), 16 * 1024 * 1024));
    TRY(json::Array officers, make_officers(folder_, node_urls().at(0), party, contexts));
    TRY_VOID(write_text_file(contexts_path(), contexts, true));
    return officers;
}

Status<Failure> Devnet::make(std::size_t nodes, std::uint16_t base_port) {
    for (std::size_t i = 0; i < nodes; ++i)
        TRY_VOID(nobody_answers("http://127.0.0.1:" + std::to_string(base_port + 80 + i)));
    std::error_code error;
    fs::create_directories(folder_ + "/officers", error);
    fs::create_directories(folder_ + "/nodes", error);
    if (error) return Err(io_failure(folder_, error.message()));
    json::Value records;
    std::string contexts = "current = \"ipo-yuhang-maker\"\n";
    const std::string root = fs::absolute(folder_).string();
    for (const DevParty& party : dev_parties()) {
        json::Array roles;
        for (const std::string& role : party.roles) roles.emplace_back(role);
        TRY(json::Array officers,
            make_officers(folder_, "http://127.0.0.1:" + std::to_string(base_port + 80), party,
                          contexts));
        records.set("party/" + party.id, json::Object{{"party_id", party.id},
                                                      {"party_kind", party.kind},
                                                      {"legal_name", party.name},
                                                      {"uscc", party.uscc},
                                                      {"country", "CN"},
                                                      {"roles", std::move(roles)},
                                                      {"officers", std::move(officers)}});
    }
    chain::Genesis genesis;
    genesis.name = "devnet";
    genesis.time = UnixMillis{now_ms()};
    genesis.records = records;
    std::string peers = "\n[peers]\n";
    for (std::size_t i = 0; i < nodes; ++i) {
        const std::string folder = folder_ + "/nodes/" + kNodeNames[i];
        fs::create_directories(folder, error);
        TRY(const crypto::SigningKey key, new_key(folder + "/key.pem"));
        chain::Member member;
        member.name = std::string("node-") + kNodeNames[i];
        member.party = kNodeParties[i % 4];
        member.key = key.public_key();
        genesis.members.push_back(member);
        peers += member.name + " = \"127.0.0.1:" + std::to_string(base_port + i) + "\"\n";
    }
    const json::Value document = chain::to_json(genesis);
    const auto checked = chain::genesis_from_json(document);
    const auto founding = registry::founding_writes(records);
    if (!checked.ok() || !founding.ok())
        return Err(io_failure(genesis_path(), checked.ok() ? founding.error() : checked.error()));
    for (std::size_t i = 0; i < nodes; ++i) {
        const std::string folder = root + "/nodes/" + kNodeNames[i];
        const std::string config =
            "data_dir = \"" + folder + "/data\"\ngenesis = \"" + root +
            "/genesis.json\"\nkey_file = \"" + folder +
            "/key.pem\"\npeer_listen = \"127.0.0.1:" + std::to_string(base_port + i) +
            "\"\napi_listen = \"127.0.0.1:" + std::to_string(base_port + 80 + i) +
            "\"\nlog_level = \"info\"\n" + peers;
        TRY_VOID(write_text_file(folder + "/config.toml", config));
    }
    TRY_VOID(write_text_file(fingerprint_key_path(),
                             to_hex(crypto::random_bytes(registry::kFingerprintKeyBytes)) + "\n",
                             true));
    TRY_VOID(write_text_file(contexts_path(), contexts, true));
    return write_text_file(genesis_path(), json::write_pretty(document) + "\n");
}

std::vector<std::string> Devnet::node_urls() const {
    std::vector<std::string> urls;
    for (const char* name : kNodeNames) {
        const auto config = read_text_file(folder_ + "/nodes/" + name + "/config.toml", 16'384);
        if (!config.ok()) break;
        const std::size_t at = config->find("api_listen = \"");
        const std::size_t end = config->find('"', at + 14);
        urls.push_back("http://" + config->substr(at + 14, end - at - 14));
    }
    return urls;
}

std::vector<Devnet::NodeState> Devnet::states() const {
    std::vector<NodeState> states;
    Http http;
    const std::vector<std::string> urls = node_urls();
    for (std::size_t i = 0; i < urls.size(); ++i) {
        NodeState state;
        state.name = kNodeNames[i];
        state.url = urls[i];
        state.pid = read_pid(folder_ + "/nodes/" + state.name + "/pid");
        state.running = is_quanlud(state.pid);
        if (state.running) {
            HttpRequest request{"GET", state.url + "/readyz", "", "", {}};
            request.timeout_s = 2;
            const auto said = http.send(request);
            const auto body = said.ok() ? json::parse(said->body, 1024 * 1024)
                                        : Result<json::Value, json::Error>(Err(json::Error{}));
            if (body.ok() && body->is_object()) {
                state.height = body->integer_or("height", -1);
                if (body->bool_or("ready", false)) {
                    state.ready = "ready";
                } else if (const json::Value* reasons = body->find("reasons")) {
                    for (const json::Value& one : reasons->as_array())
                        state.ready += (state.ready.empty() ? "" : "; ") + one.as_string();
                }
            }
        }
        states.push_back(std::move(state));
    }
    return states;
}

namespace {

Failure ended_at_start(const std::string& folder) {
    return Failure{Exit::unreachable,
                   "devnet",
                   "a node ended at its start",
                   "节点启动后退出",
                   json::Object{{"log", folder + "/log"}},
                   "tail " + folder + "/log",
                   "tail " + folder + "/log"};
}

}  // namespace

Status<Failure> Devnet::start(const std::string& quanlud, bool quiet) {
    const std::vector<NodeState> before = states();
    std::vector<std::pair<pid_t, std::string>> started;
    for (const NodeState& node : before) {
        if (!node.running) TRY_VOID(nobody_answers(node.url));
    }
    for (const NodeState& node : before) {
        if (node.running) continue;
        const std::string folder = fs::absolute(folder_ + "/nodes/" + node.name).string();
        const std::string config = folder + "/config.toml";
        if (!fs::exists(folder + "/data")) {
            const std::string command =
                "'" + quanlud + "' init --config '" + config + "' >/dev/null";
            if (std::system(command.c_str()) != 0)
                return Err(io_failure(config, "quanlud init failed"));
        }
        const pid_t pid = fork();
        if (pid < 0) return Err(io_failure(folder, "fork"));
        if (pid == 0) {
            setsid();
            const int out = open((folder + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
            const int in = open("/dev/null", O_RDONLY);
            dup2(in, 0);
            dup2(out, 1);
            dup2(out, 2);
            execl(quanlud.c_str(), quanlud.c_str(), "run", "--config", config.c_str(),
                  static_cast<char*>(nullptr));
            _exit(127);
        }
        TRY_VOID(write_text_file(folder + "/pid", std::to_string(pid) + "\n"));
        started.emplace_back(pid, folder);
    }
    Progress progress(quiet);
    for (int tries = 0; tries < 300; ++tries) {
        std::size_t ready = 0;
        std::string waiting;
        for (const auto& [pid, folder] : started) {
            if (waitpid(pid, nullptr, WNOHANG) == pid) return Err(ended_at_start(folder));
        }
        const std::vector<NodeState> now = states();
        for (const NodeState& node : now) {
            if (node.ready == "ready" && node.height > 0)
                ++ready;
            else
                waiting = node.name + ": " + (node.ready.empty() ? "starting" : node.ready);
        }
        if (ready == now.size()) return Unit{};
        progress.show(std::to_string(ready) + "/" + std::to_string(now.size()) + " ready, " +
                      waiting);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return Err(Failure{Exit::unreachable, "devnet", "not every node became ready within 30 s",
                       "30 秒内未全部就绪", json::Object{{"logs", folder_ + "/nodes/*/log"}},
                       "quanlu devnet status", "quanlu devnet status"});
}

Status<Failure> Devnet::stop() {
    std::vector<long> pids;
    for (const NodeState& node : states()) {
        if (!node.running) continue;
        kill(static_cast<pid_t>(node.pid), SIGTERM);
        pids.push_back(node.pid);
    }
    for (int tries = 0; tries < 100; ++tries) {
        bool any = false;
        for (const long pid : pids) {
            waitpid(static_cast<pid_t>(pid), nullptr, WNOHANG);
            any = any || is_quanlud(pid);
        }
        if (!any) return Unit{};
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (const long pid : pids) kill(static_cast<pid_t>(pid), SIGKILL);
    return Unit{};
}

Result<Actor, Failure> Devnet::officer(const std::string& party, const std::string& duty,
                                       std::size_t node) const {
    Flags flags;
    flags.config = contexts_path();
    flags.context = party + "-" + duty;
    const std::vector<std::string> urls = node_urls();
    flags.node = urls.at(node % urls.size());
    TRY(const Context context, Context::load(flags));
    return Actor::from(context, false);
}

}  // namespace quanlu::cli
