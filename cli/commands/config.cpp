// quanlu config: where every setting comes from. quanlu completion: scripts for the shells.
#include "cli/command.h"
#include "cli/i18n.h"

namespace quanlu::cli {

namespace {

Result<Answer, Failure> show(Session& session, const Parsed&) {
    TRY(const Context context, Context::load(session.flags));
    Answer answer;
    answer.schema = "quanlu.config.show/1";
    answer.data.set("path", context.config_path());
    answer.lines.emplace_back(std::string(say("contexts file", "配置文件")), context.config_path());
    json::Value settings;
    for (const auto& [name, setting] : context.all()) {
        json::Value one;
        one.set("value", setting.value);
        one.set("origin", setting.origin);
        settings.set(name, one);
        answer.lines.emplace_back(name, setting.value + "   (" + setting.origin + ")");
    }
    answer.data.set("settings", settings);
    json::Array names;
    std::string text;
    for (const std::string& name : context.names()) {
        names.emplace_back(name);
        text += (text.empty() ? "" : ", ") + name;
    }
    answer.data.set("contexts", std::move(names));
    answer.lines.emplace_back(std::string(say("contexts", "上下文")), text);
    return answer;
}

Result<Answer, Failure> path(Session& session, const Parsed&) {
    TRY(const Context context, Context::load(session.flags));
    Answer answer;
    answer.schema = "quanlu.config.path/1";
    answer.data.set("path", context.config_path());
    answer.lines = {{std::string(say("contexts file", "配置文件")), context.config_path()}};
    answer.ids = {context.config_path()};
    return answer;
}

constexpr const char* kBash =
    "_quanlu() {\n"
    "    local IFS=$'\\n'\n"
    "    COMPREPLY=($(quanlu __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null))\n"
    "}\n"
    "complete -o default -F _quanlu quanlu\n";
constexpr const char* kZsh =
    "#compdef quanlu\n"
    "_quanlu() { compadd -- ${(f)\"$(quanlu __complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)\"}; "
    "}\n"
    "compdef _quanlu quanlu\n";
constexpr const char* kFish =
    "complete -c quanlu -f -a '(quanlu __complete (commandline -opc)[2..-1] (commandline -ct) "
    "2>/dev/null)'\n";

Result<Answer, Failure> completion(Session&, const Parsed& parsed) {
    const std::string shell = parsed.get("SHELL");
    const char* script = shell == "bash"   ? kBash
                         : shell == "zsh"  ? kZsh
                         : shell == "fish" ? kFish
                                           : nullptr;
    if (script == nullptr) {
        return Err(usage_error("unknown shell: " + shell, "不支持的 shell:" + shell,
                               "bash, zsh or fish", "bash、zsh 或 fish"));
    }
    Answer answer;
    answer.schema = "quanlu.completion/1";
    answer.data.set("script", script);
    // The script is the data: printed as it is, so that `source <(quanlu completion bash)` works.
    std::string text = script;
    answer.table = Table{{}, {}};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        answer.table->rows.push_back({text.substr(at, end - at)});
        at = end + 1;
    }
    return answer;
}

}  // namespace

void add_config_commands(std::vector<Command>& commands) {
    commands.push_back({{"config", "show"},
                        "every setting and where it comes from",
                        "查看每项设置及其来源",
                        "quanlu config show --as office-maker",
                        {},
                        show});
    commands.push_back({{"config", "path"},
                        "the contexts file in use",
                        "查看所用的配置文件",
                        "quanlu config path",
                        {},
                        path});
    commands.push_back(
        {{"completion"},
         "completion script for bash, zsh or fish",
         "生成 bash、zsh 或 fish 的补全脚本",
         "source <(quanlu completion bash)",
         {{"SHELL", "bash, zsh or fish", "bash、zsh 或 fish", Option::Kind::value, true, ""}},
         completion});
}

}  // namespace quanlu::cli
