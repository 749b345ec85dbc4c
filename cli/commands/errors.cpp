// quanlu errors: every code with its text in both languages, legal ground and next step. From
// refusals.def alone.
#include "cli/command.h"
#include "cli/i18n.h"

namespace quanlu::cli {

namespace {

json::Value code_json(const chain::CodeText& text) {
    json::Value out;
    out.set("code", text.name);
    out.set("title", text.en);
    out.set("title_zh", text.zh);
    out.set("ground", text.ground);
    out.set("next", text.next_en);
    out.set("next_zh", text.next_zh);
    out.set("http_status", text.http_status);
    out.set("exit", text.exit_code);
    return out;
}

Result<Answer, Failure> one_code(const std::string& name) {
    const auto code = chain::code_from_name(name);
    if (!code || *code == chain::Code::ok) {
        return Err(Failure{Exit::not_found,
                           "unknown_code",
                           "there is no such code",
                           "没有这个代码",
                           {},
                           "quanlu errors",
                           "quanlu errors"});
    }
    const chain::CodeText& text = chain::text(*code);
    Answer answer;
    answer.schema = "quanlu.errors.show/1";
    answer.data = code_json(text);
    answer.lines = {
        {std::string(text.name), std::string(text.zh) + "  " + std::string(text.en)},
        {std::string(say("ground", "依据")), std::string(text.ground)},
        {std::string(say("next", "下一步")), std::string(say(text.next_en, text.next_zh))},
        {"HTTP", std::to_string(text.http_status)},
        {std::string(say("exit", "退出码")), std::to_string(text.exit_code)}};
    answer.ids = {std::string(text.name)};
    return answer;
}

Result<Answer, Failure> errors(Session&, const Parsed& parsed) {
    if (parsed.has("CODE")) return one_code(parsed.get("CODE"));
    Answer answer;
    answer.schema = "quanlu.errors.list/1";
    json::Array all;
    Table table{{std::string(say("code", "代码")), std::string(say("meaning", "含义")),
                 std::string(say("ground", "依据"))},
                {}};
    for (const chain::CodeText& text : chain::all_codes()) {
        all.push_back(code_json(text));
        table.rows.push_back(
            {std::string(text.name), std::string(say(text.en, text.zh)), std::string(text.ground)});
        answer.ids.emplace_back(text.name);
    }
    answer.data = std::move(all);
    answer.table = std::move(table);
    return answer;
}

}  // namespace

void add_errors_commands(std::vector<Command>& commands) {
    commands.push_back(
        {{"errors"},
         "what a code means, its legal ground, what to do next",
         "查询代码的含义、依据与下一步",
         "quanlu errors E_ALREADY_PLEDGED",
         {{"CODE", "code; none lists all", "代码;省略则列出全部", Option::Kind::value, false, ""}},
         errors});
}

}  // namespace quanlu::cli
