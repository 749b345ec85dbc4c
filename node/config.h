// The node's own settings (TOML): where things are and whom to call. Nothing in it changes a result
// (D9, E30). Unknown keys are errors with line and column.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "crypto/base/result.h"
#include "node/net/links.h"

namespace quanlu::node {

struct Config {
    std::string data_dir;
    std::string genesis;
    std::string key_file;
    std::string passphrase_file;  // empty: the key file is not encrypted
    net::Address peer_listen;
    net::Address api_listen;
    std::optional<net::Address> admin_listen;  // /metrics, /livez, /readyz; /metrics only here then
    // State of older heights may go (reads and proofs at them are refused then; the block log keeps
    // everything). 0: kept for ever.
    std::uint64_t keep_heights = 0;
    std::map<std::string, net::Address> peers;  // by member name
    std::string log_level = "info";             // error, info, debug
    // What a member does whose vote memory is lost (CONSENSUS.md 7.4): stay silent, or ask a quorum
    // how far it can have been and go on above that.
    bool rejoin_by_quorum = false;
};

Result<Config, std::string> load_config(const std::string& path);

}  // namespace quanlu::node
