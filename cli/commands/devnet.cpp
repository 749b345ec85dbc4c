// quanlu devnet: nodes on this machine, their state, their end; with --demo the worked input.
#include <unistd.h>

#include <filesystem>

#include "cli/command.h"
#include "cli/devnet/demo.h"
#include "cli/i18n.h"
#include "cli/numbers.h"

namespace quanlu::cli {

namespace {

// quanlud stands beside this program.
std::string quanlud_path() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return (self.parent_path() / "quanlud").string();
}

void add_states(const Devnet& net, Answer& answer) {
    answer.table = Table{{std::string(say("node", "节点")), "pid", "url",
                          std::string(say("height", "高度")), std::string(say("state", "状态"))},
                         {}};
    json::Array list;
    for (const Devnet::NodeState& node : net.states()) {
        answer.table->rows.push_back(
            {node.name, std::to_string(node.pid), node.url, std::to_string(node.height),
             node.running ? (node.ready.empty() ? "no answer" : node.ready) : "down"});
        list.push_back(json::Object{{"name", node.name},
                                    {"pid", static_cast<std::int64_t>(node.pid)},
                                    {"url", node.url},
                                    {"running", node.running},
                                    {"height", node.height},
                                    {"ready", node.ready}});
    }
    answer.data = json::Object{{"nodes", std::move(list)}};
}

Failure no_network(const std::string& dir) {
    return {Exit::not_found,
            "devnet",
            "there is no development network here",
            "此处没有开发网络",
            json::Object{{"dir", dir}},
            "quanlu devnet up",
            "quanlu devnet up"};
}

Result<Answer, Failure> up(Session& session, const Parsed& parsed) {
    Devnet net(parsed.get("--dir"));
    const bool fresh = !net.exists();
    if (fresh) {
        TRY(const std::int64_t nodes, number_of(parsed, "--nodes", 1, 13));
        TRY(const std::int64_t port, number_of(parsed, "--base-port", 1024, 65'000));
        TRY_VOID(net.make(static_cast<std::size_t>(nodes), static_cast<std::uint16_t>(port)));
    }
    TRY_VOID(net.start(quanlud_path(), session.output.quiet));
    Answer answer;
    answer.schema = "quanlu.devnet.up/1";
    std::optional<DemoResult> played;
    if (parsed.has("--demo") && fresh) {
        TRY(played, run_demo(net, session.http, session.output.quiet));
    }
    add_states(net, answer);
    if (played) {
        const DemoResult& demo = *played;
        answer.lines = demo.lines;
        answer.data.set("pledged_right", demo.pledged_right);
        answer.data.set("free_right", demo.free_right);
        answer.data.set("frozen_right", demo.frozen_right);
        answer.data.set("pledge", demo.pledge_id);
        answer.data.set("delivery", demo.delivery);
        answer.data.set("fingerprint", demo.fingerprint);
        answer.data.set("transactions", demo.transactions);
        TRY_VOID(
            write_text_file(net.folder() + "/demo.json", json::write_pretty(answer.data) + "\n"));
    }
    answer.notes.push_back("export QUANLU_CONFIG=" +
                           std::filesystem::absolute(net.contexts_path()).string());
    return answer;
}

Result<Answer, Failure> down(Session&, const Parsed& parsed) {
    Devnet net(parsed.get("--dir"));
    TRY_VOID(net.stop());
    Answer answer;
    answer.schema = "quanlu.devnet.down/1";
    add_states(net, answer);
    return answer;
}

Result<Answer, Failure> status(Session&, const Parsed& parsed) {
    Devnet net(parsed.get("--dir"));
    if (!net.exists()) return Err(no_network(parsed.get("--dir")));
    Answer answer;
    answer.schema = "quanlu.devnet.status/1";
    add_states(net, answer);
    for (const Devnet::NodeState& node : net.states()) {
        if (node.ready != "ready") answer.exit = Exit::unreachable;
    }
    return answer;
}

Result<Answer, Failure> securitization(Session& session, const Parsed& parsed) {
    Devnet net(parsed.get("--dir"));
    if (!net.exists()) return Err(no_network(parsed.get("--dir")));
    TRY_VOID(net.start(quanlud_path(), session.output.quiet));
    TRY(const DemoResult played, run_securitization(net, session.http, session.output.quiet));
    Answer answer;
    answer.schema = "quanlu.demo.securitization/1";
    answer.lines = played.lines;
    answer.ids = {played.programme};
    answer.data = json::Object{
        {"programme", played.programme},         {"pooled_right", played.rights.at(0)},
        {"issued_height", played.issued_height}, {"replaced_right", played.rights.at(1)},
        {"transactions", played.transactions},   {"refused", played.refused}};
    return answer;
}

}  // namespace

void add_devnet_commands(std::vector<Command>& commands) {
    const Option dir{"--dir", "folder of the network", "网络所在目录", Option::Kind::value, false,
                     "devnet"};
    commands.push_back(
        {{"devnet", "up"},
         "start a development network, making it if needed",
         "启动开发网络(必要时新建)",
         "quanlu devnet up --nodes 4 --demo",
         {dir,
          {"--nodes", "how many, when made", "节点数(新建时)", Option::Kind::value, false, "4"},
          {"--base-port", "ports from here", "起始端口", Option::Kind::value, false, "7100"},
          {"--demo", "file the worked input, when made", "录入示例业务(新建时)", Option::Kind::flag,
           false, ""}},
         up});
    commands.push_back({{"devnet", "down"},
                        "end its processes",
                        "停止开发网络",
                        "quanlu devnet down",
                        {dir},
                        down});
    commands.push_back({{"devnet", "status"},
                        "who runs, at which height, and why not ready",
                        "查看节点状态与原因",
                        "quanlu devnet status",
                        {dir},
                        status});
    commands.push_back(
        {{"demo", "securitization"},
         "12 enterprises, 195 patents, 110,000,000 CNY: a whole series on the network",
         "演示:12 家企业、195 项专利、1.1 亿元的知识产权证券化",
         "quanlu demo securitization --dir devnet",
         {dir},
         securitization});
}

}  // namespace quanlu::cli
