// quanlu ledger report EXPORT --about: what an auditor or regulator asks of a whole ledger, made of
// lines that the replay beside it recomputes: refusals, approvals, duplicates, rates. A ledger that
// does not replay gives no report.
#include <filesystem>
#include <fstream>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/offline.h"
#include "crypto/base/encode.h"
#include "ledger/audit/export.h"
#include "ledger/audit/findings.h"
#include "ledger/audit/report.h"

namespace quanlu::cli {

namespace {

constexpr std::size_t kShown = 20;  // rows of a report on the terminal; --out takes all of them

// The blocks of an export up to a height, which may be raised.
class Until : public audit::BlockSource {
public:
    Until(audit::BlockSource& source, Height last) : source_(source), last_(last) {}
    Result<std::optional<chain::FinalBlock>, std::string> next() override {
        if (taken_ >= last_) return std::optional<chain::FinalBlock>();
        taken_ = taken_.next();
        return source_.next();
    }
    void raise(Height last) { last_ = last; }

private:
    audit::BlockSource& source_;
    Height last_, taken_;
};

// Rows that take their name only when the report is whole: one that was refused leaves nothing.
class RowFile {
public:
    explicit RowFile(std::string path) : path_(std::move(path)) {
        if (!path_.empty()) out_.open(path_ + ".part", std::ios::binary | std::ios::trunc);
    }
    ~RowFile() {
        std::error_code ignored;
        if (!path_.empty() && !is_done_) std::filesystem::remove(path_ + ".part", ignored);
    }
    RowFile(const RowFile&) = delete;
    RowFile& operator=(const RowFile&) = delete;
    void add(const json::Value& row) {
        if (!path_.empty()) out_ << json::write(row) << '\n';
    }
    // False: what could not be written has no name.
    bool finish() {
        if (path_.empty()) return true;
        out_.close();
        std::error_code failed;
        if (out_) std::filesystem::rename(path_ + ".part", path_, failed);
        is_done_ = out_ && !failed;
        return is_done_;
    }

private:
    std::string path_;
    std::ofstream out_;
    bool is_done_ = false;
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

Failure not_replayed(const audit::Replay& replay) {
    const auto& wrong = replay.wrong();
    return audit_failure("height " + std::to_string(wrong ? wrong->height.value : 0) + ": " +
                         (wrong ? wrong->what : "interrupted") + "; see quanlu ledger replay");
}

// What stands in a block that no finalization covers may never have been agreed on.
Failure not_final(Height last) {
    return {Exit::stale,
            "tip_unconfirmed",
            "the last blocks carry no finalization: nothing is reported of them",
            "末尾区块未经终局确认:不予报告",
            json::Object{{"height", last.value}},
            "take an export that goes on, or an earlier --at-height",
            "请取得更长的导出,或用较早的 --at-height"};
}

Result<Answer, Failure> report(Session& session, const Parsed& parsed) {
    const auto about = audit::about_from_text(parsed.get("--about"));
    if (!about)
        return Err(usage_error("--about is refusals, approvals, duplicates or rates",
                               "--about 为 refusals、approvals、duplicates 或 rates"));
    TRY(const Context context, Context::load(session.flags));
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const auto tip, known_tip(parsed.get("--tip"), genesis));
    auto source = audit::open_export(parsed.get("EXPORT"));
    if (!source.ok()) return Err(audit_failure(source.error()));
    const Height end = (*source)->height();
    Height last = end;
    if (parsed.has("--at-height")) {
        TRY(const std::optional<Height> asked, at_height_of(parsed));
        last = *asked;
        if (last.value == 0 || last > end)
            return Err(audit_failure("heights 1 to " + std::to_string(end.value)));
    }
    RowFile out(parsed.get("--out"));
    json::Array shown;
    audit::Findings findings(*about, genesis.chain_id, [&](const json::Value& row) {
        out.add(row);
        if (shown.size() < kShown) shown.push_back(row);
    });
    Progress progress(session.output.quiet);
    const auto kv = kv::make_memory_kv();
    audit::Replay replay(genesis, *kv, on_all_cores());
    Until blocks(**source, last);
    const auto show = [&](const audit::Progress& at) {
        progress.show("height " + std::to_string(at.height.value) + " of " +
                      std::to_string(last.value));
        return true;
    };
    const auto take = [&](std::uint64_t, const std::string& line) {
        return findings.add(line, *replay.tip().state);
    };
    if (replay.run(blocks, take, show) != audit::Replay::End::complete)
        return Err(not_replayed(replay));
    findings.finish(*replay.tip().state);
    const chain::Header header = replay.tip().header;
    // A block of the middle may be final by one after it; an independent tip may name a later one.
    const Height to = tip && tip->height > last ? std::min(tip->height, end) : last;
    for (Height at = last; at < end && (at < to || !replay.tip_certificate());) {
        at = at < to ? to : at.next();
        blocks.raise(at);
        if (replay.run(blocks, {}, {}) != audit::Replay::End::complete)
            return Err(not_replayed(replay));
    }
    if (!replay.tip_certificate()) return Err(not_final(replay.tip().header.height));
    const audit::Report judged =
        audit::make_report(replay, audit::Replay::End::complete, tip,
                           tip && tip->height <= replay.tip().header.height
                               ? std::vector<Hash>{(*source)->block_hash(tip->height)}
                               : std::vector<Hash>{});
    if (judged.wrong)
        return Err(audit_failure("height " + std::to_string(judged.wrong->height.value) + ": " +
                                 judged.wrong->what + ", expected " + judged.wrong->expected +
                                 ", found " + judged.wrong->found));
    if (!out.finish()) return Err(audit_failure(parsed.get("--out") + ": cannot be written"));
    Answer answer;
    answer.schema = "quanlu.ledger.report/1";
    // What stood at a height that is final does not change by what came after.
    const bool is_whole = judged.verdict == audit::Verdict::complete || parsed.has("--at-height");
    if (!is_whole) {
        answer.exit = Exit::stale;
        answer.notes.emplace_back(
            say("tip not confirmed: whether the ledger goes on, no file can show; --tip, or "
                "--at-height for what stood then",
                "末端未确认:账本是否延续,文件本身无法证明;请用 --tip,或以 --at-height 指定高度"));
    }
    answer.data = json::Object{
        {"about", parsed.get("--about")}, {"verdict", is_whole ? "complete" : "tip_unconfirmed"},
        {"height", header.height.value},  {"state_root", to_hex(header.state_root)},
        {"rows", findings.rows()},        {"first_rows", std::move(shown)}};
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
          {"--tip", "independent word on where it must reach: a kept answer, or height and block",
           "独立来源的末端:留存的答复,或高度与区块哈希", Option::Kind::value, false, ""},
          {"--out", "write every row, one JSON object a line", "写出全部行", Option::Kind::value,
           false, ""}},
         report});
}

}  // namespace quanlu::cli
