// quanlu ledger report EXPORT --about: what an auditor or regulator asks of a whole ledger, made of
// lines that the replay beside it recomputes: refusals, approvals, duplicates, rates. A ledger that
// does not replay gives no report.
#include <fstream>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/offline.h"
#include "crypto/base/encode.h"
#include "ledger/audit/export.h"
#include "ledger/audit/findings.h"

namespace quanlu::cli {

namespace {

constexpr std::size_t kShown = 20;  // rows of a report on the terminal; --out takes all of them

// The blocks of an export up to a height.
class Until : public audit::BlockSource {
public:
    Until(audit::BlockSource& source, std::optional<Height> last) : source_(source), last_(last) {}
    Result<std::optional<chain::FinalBlock>, std::string> next() override {
        if (last_ && taken_ >= last_->value) return std::optional<chain::FinalBlock>();
        ++taken_;
        return source_.next();
    }

private:
    audit::BlockSource& source_;
    std::optional<Height> last_;
    std::uint64_t taken_ = 0;
};

// A row in one line: its members in their order, lists by their length.
std::string line_of(const json::Value& row) {
    std::string out;
    for (const auto& [name, value] : row.as_object()) {
        out += (out.empty() ? "" : "  ") + name + "=";
        out += value.is_string()  ? value.as_string()
               : value.is_array() ? "[" + std::to_string(value.as_array().size()) + "]"
                                  : json::write(value);
    }
    return out;
}

Result<Answer, Failure> report(Session& session, const Parsed& parsed) {
    const auto about = audit::about_from_text(parsed.get("--about"));
    if (!about)
        return Err(usage_error("--about is refusals, approvals, duplicates or rates",
                               "--about 为 refusals、approvals、duplicates 或 rates"));
    TRY(const Context context, Context::load(session.flags));
    TRY(const chain::Genesis genesis, context.genesis());
    auto source = audit::open_export(parsed.get("EXPORT"));
    if (!source.ok()) return Err(audit_failure(source.error()));
    std::optional<Height> last;
    if (parsed.has("--at-height")) {
        last = Height(std::strtoull(parsed.get("--at-height").c_str(), nullptr, 10));
        if (last->value == 0 || *last > (*source)->height())
            return Err(audit_failure("heights 1 to " + std::to_string((*source)->height().value)));
    }
    std::ofstream out;
    if (parsed.has("--out")) {
        out.open(parsed.get("--out"), std::ios::binary | std::ios::trunc);
        if (!out) return Err(audit_failure(parsed.get("--out") + ": cannot be written"));
    }
    Answer answer;
    answer.schema = "quanlu.ledger.report/1";
    json::Array shown;
    audit::Findings findings(*about, genesis.chain_id, [&](const json::Value& row) {
        if (out.is_open()) out << json::write(row) << '\n';
        if (shown.size() < kShown) shown.push_back(row);
    });
    Progress progress(session.output.quiet);
    const auto kv = kv::make_memory_kv();
    audit::Replay replay(genesis, *kv, on_all_cores());
    Until blocks(**source, last);
    const auto end = replay.run(
        blocks, [&](std::uint64_t, const std::string& line) { return findings.add(line); },
        [&](const audit::Progress& at) {
            progress.show("height " + std::to_string(at.height.value) + " of " +
                          std::to_string(last.value_or((*source)->height()).value));
            return true;
        });
    if (end != audit::Replay::End::complete) {
        const auto& wrong = replay.wrong();
        return Err(audit_failure("height " + std::to_string(wrong ? wrong->height.value : 0) +
                                 ": " + (wrong ? wrong->what : "interrupted") +
                                 "; see quanlu ledger replay"));
    }
    findings.finish(*replay.tip().state);
    if (out.is_open() && !out.flush())
        return Err(audit_failure(parsed.get("--out") + ": cannot be written"));
    const chain::Header& header = replay.tip().header;
    answer.data = json::Object{{"about", parsed.get("--about")},
                               {"height", header.height.value},
                               {"state_root", to_hex(header.state_root)},
                               {"rows", findings.rows()},
                               {"first_rows", std::move(shown)}};
    answer.lines = {{std::string(say("height", "高度")), std::to_string(header.height.value)},
                    {std::string(say("state root", "状态根")), to_hex(header.state_root)},
                    {std::string(say("rows", "行数")), std::to_string(findings.rows())}};
    for (const json::Value& row : answer.data.find("first_rows")->as_array())
        answer.lines.emplace_back("", line_of(row));
    if (findings.rows() > kShown && !parsed.has("--out"))
        answer.notes.emplace_back(say("all rows: --out FILE (one JSON object a line)",
                                      "全部行:--out 文件(每行一个 JSON 对象)"));
    return answer;
}

}  // namespace

void add_report_commands(std::vector<Command>& commands) {
    commands.push_back(
        {{"ledger", "report"},
         "refusals, approvals, duplicates or rates of a whole ledger, replayed beside it",
         "由重放得出的报告:拒绝、审批轨迹、重复融资线索、违约与置换率",
         "quanlu ledger report export --about duplicates --genesis genesis.json --out "
         "duplicates.ndjson",
         {{"EXPORT", "folder of an export", "导出目录", Option::Kind::value, true, ""},
          {"--about", "refusals, approvals, duplicates, rates",
           "refusals 拒绝、approvals 审批、duplicates 重复、rates 比率", Option::Kind::value, true,
           ""},
          {"--at-height", "as the ledger stood at this height", "该高度时的账本",
           Option::Kind::value, false, ""},
          {"--out", "write every row, one JSON object a line", "写出全部行", Option::Kind::value,
           false, ""}},
         report});
}

}  // namespace quanlu::cli
