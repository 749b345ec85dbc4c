// The one list of command groups.
#include <algorithm>

#include "cli/command.h"

namespace quanlu::cli {

namespace {

std::vector<Command> made() {
    std::vector<Command> commands;
    add_key_commands(commands);
    add_config_commands(commands);
    add_errors_commands(commands);
    add_schema_commands(commands);
    add_act_commands(commands);
    add_check_commands(commands);
    add_import_commands(commands);
    add_statistics_commands(commands);
    add_deadline_commands(commands);
    add_history_commands(commands);
    add_portfolio_commands(commands);
    add_reconcile_commands(commands);
    add_search_commands(commands);
    add_show_commands(commands);
    add_task_commands(commands);
    add_tx_commands(commands);
    add_ledger_commands(commands);
    add_report_commands(commands);
    add_devnet_commands(commands);
    std::sort(commands.begin(), commands.end(),
              [](const Command& a, const Command& b) { return a.path < b.path; });
    return commands;
}

}  // namespace

const std::vector<Command>& all_commands() {
    static const std::vector<Command> kCommands = made();
    return kCommands;
}

}  // namespace quanlu::cli
