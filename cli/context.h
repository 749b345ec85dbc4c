// Where a command gets its settings: flag > environment (QUANLU_*) > chosen context > default, and
// for each the origin, so that `quanlu config show` can say where a value comes from. Contexts are
// TOML:
//   current = "office"
//   [context.office]
//   node = "http://127.0.0.1:7180"
//   genesis = "/path/genesis.json"
//   party = "ipo-yuhang"
//   key = "/path/officer.pem"
//   passphrase_file = "/path/pass"
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit.h"
#include "crypto/suite.h"
#include "ledger/chain/genesis.h"

namespace quanlu::cli {

struct Setting {
    std::string value;
    std::string origin;  // "flag", "environment QUANLU_NODE", "context office of FILE", "default"
};

// What flags said; empty means not given.
struct Flags {
    std::string node, genesis, party, key, passphrase_file, context, config, lang, format = "table";
    bool excel = false, quiet = false, no_verify = false, no_input = false, yes = false;
};

class Context {
public:
    static Result<Context, Failure> load(const Flags& flags);

    // "node", "genesis", "party", "key", "passphrase_file". Nothing when set nowhere.
    [[nodiscard]] const Setting* find(const std::string& name) const;
    [[nodiscard]] Result<std::string, Failure> need(const std::string& name) const;
    [[nodiscard]] const std::map<std::string, Setting>& all() const { return settings_; }
    [[nodiscard]] const std::string& config_path() const { return config_path_; }
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

    // The pinned founding document; its hash is the chain id that everything is checked against.
    [[nodiscard]] Result<chain::Genesis, Failure> genesis() const;
    // The officer's key, decrypted with the passphrase file, QUANLU_PASSPHRASE_FILE, or asked for
    // on a terminal.
    [[nodiscard]] Result<crypto::SigningKey, Failure> signing_key(bool may_ask) const;

private:
    std::map<std::string, Setting> settings_;
    std::string config_path_;
    std::vector<std::string> names_;
};

Result<std::string, Failure> read_text_file(const std::string& path, std::size_t bytes_max);
// Writes a new file or replaces one (crypto/durable_file.h). `secret`: mode 0600, else 0644.
Status<Failure> write_text_file(const std::string& path, const std::string& text,
                                bool secret = false);
// The text of `file` without the newlines at its end, or what is typed at the terminal; `is_new`:
// typed twice, and of either at most kPassphraseBytesMax.
Result<std::string, Failure> read_passphrase(const std::string& file, bool may_ask,
                                             const std::string& prompt, bool is_new = false);

}  // namespace quanlu::cli
