// quanlu ledger: offline, on files: export a data directory, replay an export believing nobody,
// look inside.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/offline.h"
#include "crypto/base/encode.h"
#include "ledger/audit/export.h"
#include "ledger/kv/level_kv.h"

namespace quanlu::cli {

namespace {

namespace fs = std::filesystem;

Result<Answer, Failure> do_export(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const chain::Genesis genesis, context.genesis());
    Progress progress(session.output.quiet);
    const auto kv = kv::make_memory_kv();
    const auto done = audit::export_ledger(
        parsed.get("--data"), parsed.get("--out"), genesis, *kv, on_all_cores(),
        [&progress](const audit::Progress& at) {
            progress.show("height " + std::to_string(at.height.value) + "  transactions " +
                          std::to_string(at.counts.transactions));
            return true;
        });
    if (!done.ok()) return Err(audit_failure(done.error()));
    Answer answer;
    answer.schema = "quanlu.ledger.export/1";
    answer.data = *done;
    for (const auto& [name, value] : done->as_object()) {
        if (!value.is_array()) answer.lines.emplace_back(name, text_of(value));
    }
    return answer;
}

Result<Answer, Failure> replay(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const auto tip, known_tip(parsed.get("--tip"), genesis));
    auto source = audit::open_export(parsed.get("EXPORT"));
    if (!source.ok()) return Err(audit_failure(source.error()));
    // The scratch state makes a long replay resumable.
    std::unique_ptr<kv::KvStore> kv;
    if (const std::string scratch = parsed.get("--scratch"); !scratch.empty()) {
        auto opened = kv::open_level_kv(scratch, true);
        if (!opened.ok()) return Err(audit_failure(opened.error().what));
        kv = std::move(opened).value();
    } else {
        kv = kv::make_memory_kv();
    }
    Progress progress(session.output.quiet);
    const auto begun = std::chrono::steady_clock::now();
    audit::Replay run(genesis, *kv, on_all_cores());
    std::vector<Hash> at_known;
    const auto seconds = [&begun] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    };
    const auto end = run.run(
        **source,
        [&](std::uint64_t index, const std::string& line) {
            return (*source)->leaf_matches(index, line);
        },
        [&](const audit::Progress& at) {
            if (tip && at.height == tip->height) at_known = {run.tip().hash};
            const double rate =
                static_cast<double>(at.counts.transactions) / std::max(seconds(), 0.001);
            const std::uint64_t of = (*source)->height().value;
            const double left = at.height.value == 0
                                    ? 0
                                    : seconds() * static_cast<double>(of - at.height.value) /
                                          static_cast<double>(at.height.value);
            progress.show("height " + std::to_string(at.height.value) + " of " +
                          std::to_string(of) + "  " + std::to_string(static_cast<long>(rate)) +
                          " tx/s  about " + std::to_string(static_cast<long>(left)) + " s left");
            return true;
        });
    if (tip && tip->height <= run.tip().header.height)
        at_known = {(*source)->block_hash(tip->height)};
    audit::Report report = audit::make_report(run, end, tip, at_known);
    if (end == audit::Replay::End::complete) {
        if (auto wrong = (*source)->disagreement(run.tip())) {
            report.verdict = audit::Verdict::wrong;
            report.wrong = std::move(wrong);
        }
    }
    if (const std::string other = parsed.get("--against"); !other.empty()) {
        auto second = audit::open_export(other);
        if (!second.ok()) return Err(audit_failure(second.error()));
        const auto fork = audit::compare(**source, **second, run.members(), genesis.tag());
        if (fork) {
            report.verdict = audit::Verdict::two_histories;
            report.wrong = fork->wrong;
            report.accused = fork->accused;
        }
    }
    Answer answer;
    answer.schema = "quanlu.ledger.replay/1";
    answer.data = audit::to_json(report, run.members());
    answer.exit = static_cast<Exit>(audit::exit_code(report.verdict));
    const audit::Counts& counts = run.counts();
    answer.lines = {
        {std::string(say("verdict", "结论")), std::string(audit::to_text(report.verdict))},
        {std::string(say("height", "高度")), std::to_string(report.height.value)},
        {std::string(say("checked", "已核验")),
         std::to_string(counts.signatures) + " signatures, " + std::to_string(counts.certificates) +
             " certificates, " + std::to_string(counts.transactions) + " transactions (" +
             std::to_string(counts.refused) + " refused), " + std::to_string(counts.leaves) +
             " leaves"},
        {std::string(say("rate", "速度")),
         std::to_string(static_cast<long>(static_cast<double>(counts.transactions) /
                                          std::max(seconds(), 0.001))) +
             " tx/s"},
        {std::string(say("report", "报告")), to_hex(audit::report_hash(answer.data))}};
    if (report.wrong) {
        answer.lines.emplace_back(std::string(say("wrong at", "错误位置")),
                                  std::string(say("height ", "高度 ")) +
                                      std::to_string(report.wrong->height.value) + ": " +
                                      report.wrong->what + ", expected " + report.wrong->expected +
                                      ", found " + report.wrong->found);
    }
    for (const audit::Accusation& one : report.accused) {
        answer.lines.emplace_back(std::string(say("signed both", "双重签名")),
                                  run.members().at(one.member).name + " in view " +
                                      std::to_string(one.first.vote.view.value));
    }
    for (const std::string& one : report.not_checked)
        answer.notes.push_back(std::string(say("not checked: ", "未核验:")) + one);
    if (parsed.has("--report"))
        TRY_VOID(write_text_file(parsed.get("--report"), json::write(answer.data) + "\n"));
    return answer;
}

Result<Answer, Failure> inspect(Session&, const Parsed& parsed) {
    TRY(const std::int64_t height, number_of(parsed, "--height", 0, kNumberMax));
    auto source = audit::open_export(parsed.get("EXPORT"));
    if (!source.ok()) return Err(audit_failure(source.error()));
    const auto block = (*source)->at(Height(static_cast<std::uint64_t>(height)));
    if (!block)
        return Err(Failure{Exit::not_found,
                           "height",
                           "the export has no such height",
                           "导出中没有该高度",
                           {},
                           "",
                           ""});
    Answer answer;
    answer.schema = "quanlu.ledger.inspect/1";
    json::Array txs;
    for (const std::string& jws : block->block.body) txs.emplace_back(jws);
    const chain::Header& header = block->block.header;
    answer.data = json::Object{{"height", header.height.value},
                               {"view", header.view.value},
                               {"hash", to_hex(chain::hash_of(header))},
                               {"state_root", to_hex(header.state_root)},
                               {"finalized_here", block->finalization.has_value()},
                               {"transactions", std::move(txs)}};
    answer.lines = {{"height", std::to_string(header.height.value)},
                    {"hash", to_hex(chain::hash_of(header))},
                    {"transactions", std::to_string(block->block.body.size())}};
    return answer;
}

}  // namespace

void add_ledger_commands(std::vector<Command>& commands) {
    const Option from{"EXPORT", "folder of an export", "导出目录", Option::Kind::value, true, ""};
    commands.push_back(
        {{"ledger", "export"},
         "block log, leaves and manifest of a data directory",
         "导出账本(区块日志、叶子与清单)",
         "quanlu ledger export --data devnet/nodes/a/data --out export --genesis "
         "devnet/genesis.json",
         {{"--data", "data directory of a node", "节点数据目录", Option::Kind::value, true, ""},
          {"--out", "folder to make", "输出目录", Option::Kind::value, true, ""}},
         do_export});
    commands.push_back(
        {{"ledger", "replay"},
         "recompute everything from genesis, offline",
         "离线从创世重算全部内容",
         "quanlu ledger replay export --genesis genesis.json --tip tip.json",
         {from,
          {"--tip", "independent tip: an answer kept with --out, or {\"height\",\"block\"}",
           "独立取得的链端:--out 保存的答复,或高度与区块", Option::Kind::value, false, ""},
          {"--scratch", "folder that makes it resumable", "可续跑的工作目录", Option::Kind::value,
           false, ""},
          {"--against", "another export, to find double signers", "另一份导出,用于查找双签",
           Option::Kind::value, false, ""},
          {"--report", "write the report", "写出报告", Option::Kind::value, false, ""}},
         replay});
    commands.push_back({{"ledger", "inspect"},
                        "one block of an export",
                        "查看导出中的一个区块",
                        "quanlu ledger inspect export --height 12",
                        {from, {"--height", "height", "高度", Option::Kind::value, true, ""}},
                        inspect});
}

}  // namespace quanlu::cli
