// One command for every verb of every record type, made from the registry's tables: quanlu pledge
// register ID --file F. quanlu schema prints the same tables.
#include "cli/actor.h"
#include "cli/approve.h"
#include "cli/command.h"
#include "cli/commands/batch.h"
#include "cli/filing.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/seal.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

Result<Answer, Failure> show_dry_run(Session& session, const Actor& actor, const std::string& act,
                                     const std::string& record, const json::Value& body,
                                     std::int64_t ver) {
    TRY(const json::Value said, actor.dry_run(session.http, act, record, body, ver));
    Answer answer;
    answer.schema = "quanlu.dry_run/1";
    answer.data = as_said(said);
    const json::Array& refusals = array_in(said, "would_refuse");
    answer.lines.emplace_back(std::string(say("act", "业务")), act);
    answer.lines.emplace_back(
        std::string(say("checks", "检查")),
        refusals.empty()
            ? std::string(say("all pass", "全部通过"))
            : std::to_string(refusals.size()) + std::string(say(" would refuse", " 项不通过")));
    for (const json::Value& one : refusals) {
        const auto code = chain::code_from_name(one.string_or("code", ""));
        if (code && *code != chain::Code::ok) {
            answer.lines.emplace_back(
                std::string(chain::name(*code)),
                std::string(say(chain::text(*code).en, chain::text(*code).zh)));
        }
    }
    answer.exit = refusals.empty() ? Exit::done : Exit::no;
    return answer;
}

Result<Answer, Failure> run_act(Session& session, const Parsed& parsed,
                                const registry::RecordType& type, const registry::Verb& verb) {
    if (parsed.has("--batch")) {
        const bool is_alone = !parsed.has("--file") && !parsed.has("--approve") &&
                              !parsed.has("--disclosures") && !parsed.has("--version-expected") &&
                              parsed.get("ID").empty();
        if (!is_alone)
            return Err(usage_error("--batch stands alone: its table names records and fields",
                                   "--batch 须单独使用:记录与字段均由表格给出"));
        return run_batch(session, parsed, type, verb);
    }
    if (!verb.from.empty() && parsed.get("ID").empty())
        return Err(usage_error("ID or --batch is required", "须给出编号或 --batch"));
    const bool is_approval = parsed.has("--approve");
    if (is_approval && parsed.has("--file"))
        return Err(usage_error("--approve takes the fields that the first officer filed: no --file",
                               "--approve 使用首位经办人提交的字段,不得另给 --file"));
    if (parsed.has("--disclosures") && !is_approval)
        return Err(
            usage_error("--disclosures goes with --approve", "--disclosures 须与 --approve 同用"));
    if (!verb.body->empty() && !parsed.has("--file") && !is_approval)
        return Err(usage_error("--file, --approve or --batch is required",
                               "须给出 --file、--approve 或 --batch"));
    TRY(const std::int64_t wait, number_of(parsed, "--wait", 0, kWaitSecondsMax));
    std::int64_t ver = 0;
    if (parsed.has("--version-expected")) {
        TRY(ver, number_of(parsed, "--version-expected", 1, kNumberMax));
    }
    TRY(const Context context, Context::load(session.flags));
    TRY(const Actor actor, Actor::from(context, !session.flags.no_input));
    const std::string act = std::string(type.name) + "." + std::string(verb.name);
    Sealed sealed;
    std::optional<ToApprove> approved;
    if (is_approval) {
        TRY(approved, fetch_to_approve(session, context, actor, parsed, verb, act));
        sealed.body = approved->body;
    } else {
        json::Value clear;
        if (parsed.has("--file")) {
            TRY(clear, read_body(parsed.get("--file")));
        }
        sealed = seal(clear, *verb.body);
    }
    const auto checked = registry::check_fields(sealed.body, *verb.body);
    // The code the node would give, before the network.
    if (!checked.ok()) {
        json::Value facts = checked.error().facts;
        facts.set("field", checked.error().field);
        return Err(failure_of(checked.error().code, std::move(facts)));
    }
    const std::string record = parsed.get("ID");
    if (parsed.has("--dry-run")) {
        TRY(Answer answer, show_dry_run(session, actor, act, record, sealed.body, ver));
        if (approved) show_approved(*approved, answer);
        return answer;
    }
    TRY(const Filed filed,
        file_act(session, context, actor, {act, record, sealed, ver, static_cast<int>(wait)}));
    const Outcome& outcome = filed.outcome;
    Answer answer;
    judge_act(outcome, session.flags, answer);
    answer.schema = "quanlu." + std::string(type.name) + "." + std::string(verb.name) + "/1";
    answer.data = as_said(outcome.whole);
    if (!filed.disclosures_path.empty()) {
        answer.notes.push_back(std::string(say("disclosures of the sealed fields, keep them: ",
                                               "密封字段的披露文件,请妥善保存:")) +
                               filed.disclosures_path);
    }
    answer.ids = {outcome.record.empty() ? outcome.tx_id : outcome.record};
    answer.lines = {
        {std::string(say("record", "记录")), outcome.record},
        {std::string(say("state", "状态")),
         outcome.status == "committed" ? outcome.state : outcome.status},
        {std::string(say("final", "确认")),
         outcome.status == "committed"
             ? std::string(say("height ", "高度 ")) + std::to_string(outcome.height) + ", index " +
                   std::to_string(outcome.index) + " (" + std::to_string(outcome.millis) + " ms)"
             : std::string(say("not yet; quanlu tx status ", "尚未;quanlu tx status ")) +
                   outcome.tx_id},
        {"tx", outcome.tx_id}};
    if (outcome.state == "pending_approval") {
        // Of the same content: what this one approved, when it was none's first.
        const std::string first = is_approval ? parsed.get("--approve") : outcome.tx_id;
        const std::string words = "quanlu " + std::string(type.name) + " " +
                                  std::string(verb.name) + (record.empty() ? "" : " " + record) +
                                  " --approve " + first +
                                  (filed.disclosures_path.empty() ? "" : " --disclosures FILE");
        answer.notes.push_back(std::string(say("another officer completes it with another key: ",
                                               "由另一名经办人用其密钥复核:")) +
                               words);
    }
    if (approved) show_approved(*approved, answer);
    return answer;
}

}  // namespace

void add_act_commands(std::vector<Command>& commands) {
    for (const registry::RecordType& type : registry::record_types()) {
        for (const registry::Verb& verb : type.verbs) {
            Command command;
            command.path = {std::string(type.name), std::string(verb.name)};
            command.en = std::string(verb.name) + " (" + std::string(type.name) +
                         (verb.roles.empty() ? "" : ", by " + std::string(verb.roles)) + ")";
            command.zh = std::string(type.zh) + ":" + std::string(verb.zh);
            const bool creates = verb.from.empty();
            command.example = "quanlu " + command.path[0] + " " + command.path[1] +
                              (creates ? "" : " ID") +
                              (verb.body->empty() ? "" : " --file body.toml");
            if (!creates)
                command.options.push_back(
                    {"ID", "record", "记录编号", Option::Kind::value, false, ""});
            command.options.push_back(
                {"--file", "fields of the act, TOML or JSON: " + registry::names_of(*verb.body),
                 "业务字段文件(TOML 或 JSON)", Option::Kind::value, false, ""});
            command.options.push_back({"--batch",
                                       "CSV, a line an act: its header names the fields" +
                                           std::string(creates ? "" : " and ID"),
                                       "CSV 表格,一行一笔业务,表头为字段名", Option::Kind::value,
                                       false, ""});
            command.options.push_back(
                {"--approve", "approve what this transaction of another officer began, as it is",
                 "复核另一名经办人以该交易提交的业务", Option::Kind::value, false, ""});
            command.options.push_back(
                {"--disclosures", "with --approve: opens the sealed fields, to be seen",
                 "与 --approve 同用:查看密封字段的披露文件", Option::Kind::value, false, ""});
            command.options.push_back({"--dry-run", "only say what would refuse it now", "仅预检",
                                       Option::Kind::flag, false, ""});
            command.options.push_back({"--wait", "seconds to wait for finality", "等待确认的秒数",
                                       Option::Kind::value, false, "20"});
            command.options.push_back({"--version-expected",
                                       "refuse when the record changed since this version",
                                       "期望版本", Option::Kind::value, false, ""});
            command.run = [&type, &verb](Session& session, const Parsed& parsed) {
                return run_act(session, parsed, type, verb);
            };
            commands.push_back(std::move(command));
        }
    }
}

}  // namespace quanlu::cli
