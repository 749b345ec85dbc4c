// A network of nodes on this machine for learning and testing: keys, genesis, configurations,
// processes by pid. Parties and identifiers in it are valid in form and belong to nobody.
#pragma once

#include <string>
#include <vector>

#include "cli/actor.h"

namespace quanlu::cli {

struct DevParty {
    std::string id, name, uscc, kind;
    std::vector<std::string> roles;
    bool court = false;
};

class Devnet {
public:
    explicit Devnet(std::string folder) : folder_(std::move(folder)) {}
    [[nodiscard]] bool exists() const;
    // Keys, genesis and configurations for n nodes.
    Status<Failure> make(std::size_t nodes, std::uint16_t base_port);
    // Keys and contexts of a party that comes later; its officers as party.register states them.
    Result<json::Array, Failure> add_officers(const DevParty& party) const;
    // Starts what is not running, waits until every node is ready.
    Status<Failure> start(const std::string& quanlud, bool quiet);
    Status<Failure> stop();
    struct NodeState {
        std::string name, url;
        long pid = 0;
        bool running = false;
        std::string ready;
        std::int64_t height = -1;
    };
    [[nodiscard]] std::vector<NodeState> states() const;
    [[nodiscard]] std::string genesis_path() const { return folder_ + "/genesis.json"; }
    [[nodiscard]] std::string contexts_path() const { return folder_ + "/contexts.toml"; }
    [[nodiscard]] std::string fingerprint_key_path() const { return folder_ + "/fingerprint.key"; }
    [[nodiscard]] std::string folder() const { return folder_; }
    // An officer of a party, talking to node number `node`.
    [[nodiscard]] Result<Actor, Failure> officer(const std::string& party, const std::string& duty,
                                                 std::size_t node) const;
    [[nodiscard]] std::vector<std::string> node_urls() const;

private:
    std::string folder_;
};

const std::vector<DevParty>& dev_parties();

}  // namespace quanlu::cli
