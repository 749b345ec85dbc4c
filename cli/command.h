// A command is a row: path, words in two languages, options, handler. app.cpp turns the rows into a
// parser (CLI11), help, completion and suggestions; command files know nothing of the parser.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/http.h"
#include "cli/output.h"

namespace quanlu::cli {

struct Option {
    std::string name;  // "--file", or "ID" for a positional
    std::string en, zh;
    enum class Kind { value, flag, many } kind = Kind::value;
    bool required = false;
    std::string fallback;
    [[nodiscard]] bool positional() const { return !name.starts_with("-"); }
};

class Parsed {
public:
    std::map<std::string, std::vector<std::string>> values;
    [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
    [[nodiscard]] std::string get(const std::string& name) const {
        const auto found = values.find(name);
        return found == values.end() || found->second.empty() ? std::string()
                                                              : found->second.front();
    }
    [[nodiscard]] std::vector<std::string> list(const std::string& name) const {
        const auto found = values.find(name);
        return found == values.end() ? std::vector<std::string>() : found->second;
    }
};

// What a running command may use. The HTTP connection is kept for all its requests.
struct Session {
    Flags flags;
    Output output;
    Http http;
};

using Handler = std::function<Result<Answer, Failure>(Session&, const Parsed&)>;

struct Command {
    std::vector<std::string> path;  // {"pledge","show"}
    std::string en, zh;             // one line
    std::string example;            // "quanlu pledge show PL-330110-20261120-00000017-4"
    std::vector<Option> options;
    Handler run;
};

// Every command there is, sorted by path; made once.
const std::vector<Command>& all_commands();

// One function a group file; each appends its rows.
void add_key_commands(std::vector<Command>& commands);
void add_config_commands(std::vector<Command>& commands);
void add_errors_commands(std::vector<Command>& commands);
void add_schema_commands(std::vector<Command>& commands);
void add_act_commands(std::vector<Command>& commands);
void add_check_commands(std::vector<Command>& commands);
void add_import_commands(std::vector<Command>& commands);
void add_statistics_commands(std::vector<Command>& commands);
void add_deadline_commands(std::vector<Command>& commands);
void add_history_commands(std::vector<Command>& commands);
void add_portfolio_commands(std::vector<Command>& commands);
void add_reconcile_commands(std::vector<Command>& commands);
void add_search_commands(std::vector<Command>& commands);
void add_show_commands(std::vector<Command>& commands);
void add_task_commands(std::vector<Command>& commands);
void add_tx_commands(std::vector<Command>& commands);
void add_ledger_commands(std::vector<Command>& commands);
void add_report_commands(std::vector<Command>& commands);
void add_devnet_commands(std::vector<Command>& commands);

// Parses argv, runs, prints. The exit code.
int run_app(int argc, char** argv);

}  // namespace quanlu::cli
