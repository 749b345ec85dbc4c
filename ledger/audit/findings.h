// What a replayed ledger says beyond "complete": every refusal, who approved what, one object
// offered to several lenders, rates of default and replacement (DOMAIN D: regulator, auditor). Made
// of the log's own lines, each of them checked by the replay, so nothing can be left out. Sums
// never decide anything on the ledger.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/chain/outcome.h"
#include "ledger/chain/state_reader.h"
#include "ledger/chain/transaction.h"

namespace quanlu::audit {

enum class About { refusals, approvals, duplicates, rates };
std::optional<About> about_from_text(std::string_view text);

class Findings {
public:
    // Takes each row of "refusals" and "approvals" as it is found.
    using OnRow = std::function<void(const json::Value& row)>;
    Findings(About about, const Hash& chain_id, OnRow on_row)
        : about_(about), chain_id_(chain_id), on_row_(std::move(on_row)) {}

    // A line of the log (docs/protocol.md 6), in order, and the state before its block. False: not
    // a line of that form.
    bool add(const std::string& line, const chain::StateReader& before);
    // The rows that need the end of the ledger: "duplicates" and "rates".
    void finish(const chain::StateReader& state);
    [[nodiscard]] std::uint64_t rows() const { return rows_; }

private:
    struct Where {
        std::int64_t height = 0, index = 0, time_ms = 0;
    };
    // One attempt to use an object as collateral, carried out or not.
    struct Attempt {
        Where at;
        std::string act, code;
        std::set<std::string> lenders;
        std::string party;
    };
    void row(json::Value value) {
        ++rows_;
        on_row_(value);
    }
    // All attempts of one object. Of the list the first and the newest are kept; what is judged by
    // (who was asked, whether it was refused) is kept of all, or a flood of attempts would hide it.
    struct Attempts {
        std::deque<Attempt> shown;
        std::set<std::string> lenders;
        std::int64_t in_all = 0;
        bool refused = false;
    };
    void take_approval(const chain::Tx& tx, const chain::Outcome& outcome, const Where& at);
    void take_attempt(const chain::Tx& tx, const chain::Outcome& outcome, const Where& at,
                      const chain::StateReader& before);
    void finish_duplicates(const chain::StateReader& state);
    void finish_rates(const chain::StateReader& state);

    About about_;
    Hash chain_id_;
    OnRow on_row_;
    std::uint64_t rows_ = 0;
    // Submissions that count for an act that waits, by its pending id.
    std::map<std::string, json::Array> waiting_;
    std::map<std::string, std::int64_t> policies_;  // version in force, as far as changed
    std::map<std::string, Attempts> objects_;       // "right/..", "invfp/.."
    std::map<std::string, std::vector<std::int64_t>> refused_ms_;  // of a party, when
    std::set<std::string> financings_, defaulted_, programmes_, receivables_;
};

}  // namespace quanlu::audit
