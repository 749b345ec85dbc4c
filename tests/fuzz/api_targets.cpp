// The HTTP side that is ours: request targets, whole requests to the resources, the node's own
// settings.
#include "crypto/base/encode.h"
#include "crypto/base/text.h"
#include "ledger/proof/verify.h"
#include "node/api/reply.h"
#include "node/api/resources.h"
#include "node/config.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"

namespace quanlu::fuzz {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const Bytes one{byte};
        out += '%' + to_hex(one);
    }
    return out;
}

bool is_readable(const std::string& text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
    }
    return true;
}

// Up to the next line feed, which is taken too.
std::string line_of(std::string& rest) {
    const std::size_t end = rest.find('\n');
    const std::string line = rest.substr(0, end);
    rest.erase(0, end == std::string::npos ? rest.size() : end + 1);
    return line;
}

// A bundle in an answer is one that its reader accepts and finds valid.
void check_bundle(const json::Value& body) {
    const json::Value* document = body.find("bundle");
    if (document == nullptr) return;
    const auto bundle = proof::bundle_from_json(*document);
    must(bundle.ok(), "request: a bundle that is given can be read");
    proof::Question question;
    question.now = world().now();
    const auto verdict = proof::verify(*bundle, world().genesis, question);
    must(verdict.answer == proof::Answer::valid || verdict.answer == proof::Answer::stale,
         "request: a bundle that is given holds");
}

}  // namespace

void fuzz_api_target(Input input) {
    const std::string text = text_of(input);
    api::Request request;
    if (!api::parse_target(text, request)) return;
    accepted();
    must(text.size() <= 2'048 && request.path.size() <= text.size(), "target: bounded");
    must(is_readable(request.path) && request.path.starts_with("/"),
         "target: a path without control characters");
    std::string again = escaped(request.path);
    char mark = '?';
    for (const auto& [name, value] : request.query) {
        must(is_readable(name) && is_readable(value), "target: no control characters");
        again += mark + escaped(name) + "=" + escaped(value);
        mark = '&';
    }
    again.replace(0, 3, "/");  // the first slash stands in clear
    api::Request read;
    must(again.size() > 2'048 || (api::parse_target(again, read) && read.path == request.path &&
                                  read.query == request.query),
         "target: what is escaped anew says the same");
}

void seed_api_target(Seeds& seeds) {
    for (const char* text :
         {"/v1/rights/ZL202110123456.7?at_height=3", "/v1/proofs?key=right/patent%3A1&at_height=2",
          "/v1/pledges?holder=firm-1&limit=10&cursor=PL-1", "/v1/blocks/3", "/livez",
          "/v1/search?q=%E6%9D%83+%E5%BD%95"})
        seeds.add("target-" + std::to_string(seeds.list().size()), std::string_view(text));
}

// "METHOD target" LF "as PARTY", an Authorization header or nothing LF body.
void fuzz_api_request(Input input) {
    std::string rest = text_of(input);
    std::string first = line_of(rest);
    const std::size_t blank = first.find(' ');
    api::Request request;
    request.method = first.substr(0, blank);
    const std::string target = blank == std::string::npos ? "" : first.substr(blank + 1);
    if (!api::parse_target(target, request)) return;
    const std::string who = line_of(rest);
    request.authorization =
        who.starts_with("as ") && who.size() < 64 && is_readable(who)
            ? "Quanlu-JWS " + world().credential(who.substr(3), request.method, request.path)
            : who;
    request.body = rest;
    static const api::Resources resources(world().backend);
    const api::Reply reply = resources.answer(request);
    must(reply.status >= 200 && reply.status < 600, "request: an answer has a status");
    if (reply.status == 200) accepted();
    for (const auto& [name, value] : reply.headers)
        must(is_readable(name) && is_readable(value),
             "request: headers without control characters");
    if (reply.content_type.find("json") == std::string::npos) return;
    const auto body = json::parse(reply.body, 64 << 20);
    must(body.ok(), "request: an answer is JSON of the house profile");
    must((reply.status < 400) || body->find("code") != nullptr || body->find("as_of") != nullptr ||
             body->find("status") != nullptr || reply.status == 503,
         "request: a refusal has a code");
    check_bundle(*body);
}

void seed_api_request(Seeds& seeds) {
    const World& all = world();
    const std::string id = to_hex(all.txs.front()->id);
    std::string right, pledge, print;
    for (const auto& [key, value] : all.maps.back()) {
        if (key.starts_with("right/")) right = key.substr(6);
        if (key.starts_with("pledge/") && value->find("id") != nullptr) pledge = key.substr(7);
        if (key.starts_with("invfp/")) print = key.substr(6);
    }
    const std::vector<std::string> requests = {
        "GET /livez\n\n",
        "GET /readyz?max_lag_ms=1\n\n",
        "GET /v1/status\n\n",
        "GET /v1/members\n\n",
        "GET /v1/evidence\n\n",
        "GET /v1/blocks\n\n",
        "GET /v1/blocks/2\n\n",
        "GET /v1/blocks?cursor=3&limit=2\n\n",
        "GET /v1/rights/" + right + "?at_height=5\n\n",
        "GET /v1/rights?party=firm-0&limit=1\n\n",
        "GET /v1/pledges/" + pledge + "\nas bank\n",
        "GET /v1/pledges?holder=bank&state=registered\nas office\n",
        "GET /v1/tasks?limit=5\nas firm-0\n",
        "GET /v1/invoice-fingerprints/" + print + "\n\n",
        "GET /v1/proofs?key=party/bank\nas bank\n",
        "GET /v1/transactions/" + id + "?proof=true\nas office\n",
        "POST /v1/proofs\n\n{\"keys\":[\"right/" + right + "\",\"invfp/none\"]}",
        "POST /v1/collateral-checks?at_height=4\n\n{\"rights\":[\"" + right +
            "\"],\"fingerprints\":[\"" + print + "\"]}",
        "GET /v1/status\nQuanlu-JWS a.b.c\n"};
    for (std::size_t i = 0; i < requests.size(); ++i)
        seeds.add("request-" + std::to_string(i), std::string_view(requests[i]));
}

void fuzz_node_config(Input input) {
    write_scratch("node.toml", input);
    const auto config = node::load_config(scratch() + "/node.toml");
    if (!config.ok()) {
        must(!config.error().empty(), "config: a refusal has a reason");
        return;
    }
    accepted();
    must(!config->data_dir.empty() && !config->genesis.empty() && !config->key_file.empty(),
         "config: what is needed is there");
    must(config->peer_listen.port > 0 && config->api_listen.port > 0, "config: ports from 1");
    for (const auto& [name, address] : config->peers)
        must(address.port > 0, "config: ports from 1");
    must(
        config->log_level == "error" || config->log_level == "info" || config->log_level == "debug",
        "config: a known level");
}

void seed_node_config(Seeds& seeds) {
    seeds.add("whole",
              "# a node\ndata_dir = \"/var/lib/quanlu\"\ngenesis = \"/etc/quanlu/genesis.json\"\n"
              "key_file = \"/etc/quanlu/node.pem\"\npassphrase_file = \"/etc/quanlu/pass\"\n"
              "peer_listen = \"0.0.0.0:7100\"\napi_listen = \"127.0.0.1:7180\"\n"
              "admin_listen = \"127.0.0.1:7190\"\nkeep_heights = 100000\nlog_level = \"debug\"\n"
              "lost_vote_memory = \"quorum\"\n[peers]\nm0 = \"10.0.0.1:7100\"\n"
              "\"m1\" = \"[::1]:7100\"\n");
    seeds.add("least",
              "data_dir='d'\ngenesis='g'\nkey_file='k'\npeer_listen='a:1'\napi_listen=':65535'\n"
              "peers={}\n");
}

}  // namespace quanlu::fuzz
