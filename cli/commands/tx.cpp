// quanlu tx, block: what became of a transaction, with its proof in the log; headers of blocks.
#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/proven_tx.h"
#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"

namespace quanlu::cli {

namespace {

void add_lines(const json::Value& value, Answer& answer) {
    for (const auto& [name, one] : value.as_object()) {
        if (name != "bundle" && name != "jws") answer.lines.emplace_back(name, text_of(one));
    }
}

// By the node's word.
void add_said(const json::Value& said, Answer& answer) {
    answer.data = as_said(said);
    answer.verified = false;
    add_lines(answer.data, answer);
    const std::string_view status = said.string_or("status", "");
    if (status != "committed") answer.exit = status == "unknown" ? Exit::not_found : Exit::stale;
}

json::Value place_of(const ProvenTx& proven) {
    return json::Object{
        {"id", to_hex(proven.tx.id)},      {"status", "committed"},
        {"height", proven.height},         {"index", proven.index},
        {"time", to_rfc3339(proven.time)}, {"outcome", chain::to_json(proven.outcome)}};
}

Result<Answer, Failure> status(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const TxAnswer tx, fetch_tx(session, context, parsed.get("ID")));
    Answer answer;
    answer.schema = "quanlu.tx.status/1";
    if (!tx.proven) {
        add_said(tx.said, answer);
        return answer;
    }
    answer.data = place_of(*tx.proven);
    answer.verified = true;
    add_lines(answer.data, answer);
    return answer;
}

json::Value data_of(const ProvenTx& proven) {
    json::Value out = place_of(proven);
    out.set("iss", proven.tx.iss);
    out.set("act", proven.tx.act);
    out.set("body", proven.tx.body);
    out.set("jws", proven.tx.jws);
    out.set("bundle", proven.bundle);
    if (!proven.tx.rec.empty()) out.set("rec", proven.tx.rec);
    return out;
}

Result<Answer, Failure> show(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    const std::string id = parsed.get("ID");
    TRY(const TxAnswer tx, fetch_tx(session, context, id));
    Answer answer;
    answer.schema = "quanlu.tx.show/1";
    if (tx.proven) {
        answer.data = data_of(*tx.proven);
        answer.verified = true;
        add_lines(answer.data, answer);
        if (parsed.has("--out"))
            TRY_VOID(write_text_file(parsed.get("--out"), json::write(tx.proven->bundle) + "\n"));
        return answer;
    }
    if (tx.said.string_or("status", "") == "committed" && !session.flags.no_verify)
        return Err(failure_of(chain::Code::E_FORBIDDEN, json::Object{{"tx", id}}));
    add_said(tx.said, answer);
    return answer;
}

Result<Answer, Failure> block_show(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const std::string node, context.need("node"));
    const std::string url = node + "/v1/blocks/" + url_encode(parsed.get("HEIGHT"));
    TRY(const HttpAnswer answer_of_node, session.http.send({"GET", url, "", "", {}}));
    TRY(const json::Value said, body_of(answer_of_node));
    Answer answer;
    answer.schema = "quanlu.block.show/1";
    answer.data = as_said(said);
    answer.verified = false;
    add_lines(answer.data, answer);
    return answer;
}

}  // namespace

void add_tx_commands(std::vector<Command>& commands) {
    const Option id{
        "ID", "transaction id, 64 hex digits", "交易编号(64 位十六进制)", Option::Kind::value, true,
        ""};
    commands.push_back({{"tx", "status"},
                        "unknown, pending, committed or invalid",
                        "查询交易状态",
                        "quanlu tx status 5f1c...",
                        {id},
                        status});
    commands.push_back(
        {{"tx", "show"},
         "a transaction with its place and outcome, proven in the log",
         "查看并核验交易及其结果",
         "quanlu tx show 5f1c... --out tx.json",
         {id, {"--out", "write the proof bundle", "写出证明文件", Option::Kind::value, false, ""}},
         show});
    commands.push_back({{"block", "show"},
                        "header of a block",
                        "查看区块头",
                        "quanlu block show 12",
                        {{"HEIGHT", "height", "高度", Option::Kind::value, true, ""}},
                        block_show});
}

}  // namespace quanlu::cli
