// quanlu tasks: what waits for an officer of this party, and how to look before signing.
#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/verified.h"
#include "crypto/base/civil_time.h"

namespace quanlu::cli {

namespace {

std::string names_of(const json::Array& list, std::string_view member) {
    std::string out;
    for (const json::Value& one : list) {
        const std::string name =
            member.empty() ? text_of(one) : std::string(one.string_or(member, ""));
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

Result<Answer, Failure> tasks(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const std::string node, context.need("node"));
    TRY_VOID(context.need("party"));
    TRY(const std::int64_t limit, number_of(parsed, "--limit", 1, 1'000));
    std::string path = "/v1/tasks?limit=" + std::to_string(limit);
    if (parsed.has("--cursor")) path += "&cursor=" + url_encode(parsed.get("--cursor"));
    HttpRequest request{"GET", node + path, "", "", {}};
    add_credential(context, path, request);
    TRY(const HttpAnswer said, session.http.send(request));
    TRY(const json::Value body, page_of(said));
    Answer answer;
    answer.schema = "quanlu.tasks/1";
    answer.verified = false;  // a node may leave one out; what is signed is checked again anyway
    answer.data = as_said(array_in(body, "items"));
    answer.as_of = object_in(body, "as_of");
    answer.table = Table{
        {std::string(say("act", "业务")), std::string(say("record", "记录")),
         std::string(say("signed by", "已签")), std::string(say("waits for", "待签")),
         std::string(say("until", "期限")), std::string(say("first transaction", "首笔交易"))},
        {}};
    for (const json::Value& one : answer.data.as_array()) {
        answer.table->rows.push_back(
            {std::string(one.string_or("act", "")), std::string(one.string_or("rec", "")),
             names_of(array_in(one, "approvals"), "party"), names_of(array_in(one, "waiting"), ""),
             to_shanghai_text(UnixMillis{one.integer_or("expires", 0)}),
             std::string(one.string_or("tx", ""))});
        answer.ids.emplace_back(one.string_or("id", ""));
    }
    if (!answer.data.as_array().empty())
        answer.notes.emplace_back(say(
            "read it: quanlu tx show TRANSACTION; approve it: the same act with --approve "
            "TRANSACTION, by another officer",
            "查看:quanlu tx show 交易编号;复核:由另一名经办人办理同一业务并加 --approve 交易编号"));
    if (const json::Value* next = body.find("next"))
        answer.notes.push_back("--cursor " + text_of(*next));
    return answer;
}

}  // namespace

void add_task_commands(std::vector<Command>& commands) {
    commands.push_back({{"tasks"},
                        "acts that wait for an approval by this party",
                        "本单位待复核的业务",
                        "quanlu tasks --as ipo-yuhang-checker",
                        {{"--cursor", "after this one", "起始编号", Option::Kind::value, false, ""},
                         {"--limit", "at most", "最多条数", Option::Kind::value, false, "100"}},
                        tasks});
}

}  // namespace quanlu::cli
