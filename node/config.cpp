// toml++ reads; every key is known or refused.
#include "node/config.h"

#include <fstream>
#include <iterator>
#include <set>

#include "crypto/base/toml.h"

namespace quanlu::node {

namespace {

std::string at(const toml::node& node) {
    return "line " + std::to_string(node.source().begin.line) + ", column " +
           std::to_string(node.source().begin.column) + ": ";
}

Result<net::Address, std::string> address(const toml::node& node) {
    const auto text = node.value<std::string>();
    const std::size_t colon = text ? text->rfind(':') : std::string::npos;
    if (colon == std::string::npos) return Err(at(node) + "an address, IP:PORT");
    int port = 0;
    for (const char c : text->substr(colon + 1)) {
        if (c < '0' || c > '9' || port > 65'535) return Err(at(node) + "a port, 1 to 65535");
        port = port * 10 + (c - '0');
    }
    if (port < 1 || port > 65'535) return Err(at(node) + "a port, 1 to 65535");
    return net::Address{text->substr(0, colon), static_cast<std::uint16_t>(port)};
}

Result<toml::table, std::string> read_table(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return Err(path + ": cannot be read");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto table = base::parse_toml(text);
    if (table.ok()) return std::move(table).value();
    return Err(path + ": line " + std::to_string(table.error().line) + ", column " +
               std::to_string(table.error().column) + ": " + table.error().reason);
}

}  // namespace

Result<Config, std::string> load_config(const std::string& path) {
    TRY(const toml::table table, read_table(path));
    static const std::set<std::string> kKnown = {
        "data_dir", "genesis",   "key_file",         "passphrase_file", "peer_listen", "api_listen",
        "peers",    "log_level", "lost_vote_memory", "admin_listen",    "keep_heights"};
    for (const auto& [key, value] : table) {
        if (!kKnown.contains(std::string(key.str())))
            return Err(path + ": " + at(value) + "unknown key " + std::string(key.str()));
    }
    Config config;
    const std::pair<const char*, std::string*> texts[] = {
        {"data_dir", &config.data_dir},
        {"genesis", &config.genesis},
        {"key_file", &config.key_file},
        {"passphrase_file", &config.passphrase_file},
        {"log_level", &config.log_level}};
    for (const auto& [name, target] : texts) {
        const toml::node* node = table.get(name);
        const bool optional = target == &config.passphrase_file || target == &config.log_level;
        if (node == nullptr && optional) continue;
        const auto text = node == nullptr ? std::nullopt : node->value<std::string>();
        if (!text || text->empty())
            return Err(path + ": " + (node == nullptr ? "" : at(*node)) + name +
                       ": a text is needed");
        *target = *text;
    }
    if (config.log_level != "error" && config.log_level != "info" && config.log_level != "debug") {
        return Err(path + ": log_level: error, info or debug");
    }
    if (const toml::node* node = table.get("lost_vote_memory")) {
        const auto text = node->value<std::string>();
        if (!text || (*text != "strict" && *text != "quorum"))
            return Err(path + ": " + at(*node) + "lost_vote_memory: strict or quorum");
        config.rejoin_by_quorum = *text == "quorum";
    }
    for (const auto& [name, target] : {std::pair{"peer_listen", &config.peer_listen},
                                       std::pair{"api_listen", &config.api_listen}}) {
        const toml::node* node = table.get(name);
        if (node == nullptr) return Err(path + ": " + name + " is missing");
        auto parsed = address(*node);
        if (!parsed.ok()) return Err(path + ": " + parsed.error());
        *target = *parsed;
    }
    if (const toml::node* node = table.get("admin_listen")) {
        auto parsed = address(*node);
        if (!parsed.ok()) return Err(path + ": " + parsed.error());
        config.admin_listen = *parsed;
    }
    if (const toml::node* node = table.get("keep_heights")) {
        const auto count = node->value<std::int64_t>();
        if (!count || *count < 0)
            return Err(path + ": " + at(*node) + "keep_heights: a number, 0 for all");
        config.keep_heights = static_cast<std::uint64_t>(*count);
    }
    const toml::table* peers = table["peers"].as_table();
    if (peers == nullptr) return Err(path + ": [peers] is missing");
    for (const auto& [name, value] : *peers) {
        auto parsed = address(value);
        if (!parsed.ok()) return Err(path + ": " + parsed.error());
        config.peers[std::string(name.str())] = *parsed;
    }
    return config;
}

}  // namespace quanlu::node
