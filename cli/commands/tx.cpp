// quanlu tx, block: what became of a transaction, with its proof in the log; headers of blocks.
#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/verified.h"

namespace quanlu::cli {

namespace {

Result<json::Value, Failure> get_json(Session& session, const Context& context,
                                      const std::string& path) {
    TRY(const std::string node, context.need("node"));
    TRY(const HttpAnswer said, session.http.send({"GET", node + path, "", "", {}}));
    auto body = json::parse(said.body, 64 * 1024 * 1024);
    if (said.status != 200 || !body.ok()) return Err(failure_of_answer(said));
    return std::move(body).value();
}

void add_lines(const json::Value& value, Answer& answer) {
    for (const auto& [name, one] : value.as_object()) {
        if (name != "bundle")
            answer.lines.emplace_back(name, one.is_string() ? one.as_string() : json::write(one));
    }
}

Result<Answer, Failure> status(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const json::Value said,
        get_json(session, context, "/v1/transactions/" + url_encode(parsed.get("ID"))));
    Answer answer;
    answer.schema = "quanlu.tx.status/1";
    answer.data = said;
    answer.verified = false;
    add_lines(said, answer);
    if (said.string_or("status", "") == "unknown") answer.exit = Exit::not_found;
    return answer;
}

Result<Answer, Failure> show(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const json::Value said,
        get_json(session, context,
                 "/v1/transactions/" + url_encode(parsed.get("ID")) + "?proof=true"));
    auto bundle = proof::bundle_from_json(*said.find("bundle"));
    proof::Question question;
    question.key = parsed.get("ID");
    proof::Verdict verdict;
    if (bundle.ok()) verdict = proof::verify(*bundle, genesis, question);
    if (verdict.answer != proof::Answer::valid) {
        return Err(Failure{
            Exit::no, "bad_proof", "the node's proof does not hold", "节点的证明不成立",
            json::Object{{"reason", bundle.ok() ? verdict.reason : bundle.error()}}, "", ""});
    }
    Answer answer;
    answer.schema = "quanlu.tx.show/1";
    answer.data = said;
    answer.verified = true;
    add_lines(said, answer);
    if (parsed.has("--out"))
        TRY_VOID(write_text_file(parsed.get("--out"), json::write(*said.find("bundle")) + "\n"));
    return answer;
}

Result<Answer, Failure> block_show(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const json::Value said,
        get_json(session, context, "/v1/blocks/" + url_encode(parsed.get("HEIGHT"))));
    Answer answer;
    answer.schema = "quanlu.block.show/1";
    answer.data = said;
    answer.verified = false;
    add_lines(said, answer);
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
