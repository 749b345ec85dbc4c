// quanlu right search --holder P, pledge search --pledgor P, ...: every record that ever stood
// under a handle, with the proof that none was left out (decision 0019). The head of the list says
// how many entries there are; head and entries are proven together at one height.
#include <algorithm>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/verified.h"
#include "ledger/registry/lists.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

using registry::RecordType;

constexpr std::int64_t kPage = 500;  // entries of one answer; head and page fit one bundle

// How people ask for a list, and the handle it stands under.
struct Way {
    std::string_view type, option, en, zh;
};
constexpr Way kWays[] = {
    {"right", "holder", "party that holds or held them", "现在或曾经的权利人"},
    {"pledge", "pledgor", "party that pledged", "出质人"},
    {"pledge", "pledgee", "party they were pledged to", "质权人"},
    {"cert", "provider", "party that provides the data", "数据提供方"},
    {"dataip", "applicant", "party that registered them", "申请人"},
    {"party", "uscc", "unified social credit code", "统一社会信用代码"},
    {"party", "lei", "LEI", "LEI"},
    {"party", "name", "full legal name, exact", "法定名称全称"},
};

Result<std::string, Failure> handle_of(const RecordType& type, const Parsed& parsed) {
    std::vector<std::string> handles;
    std::string options;
    for (const Way& way : kWays) {
        if (way.type != type.name) continue;
        const std::string option = "--" + std::string(way.option);
        options += (options.empty() ? "" : ", ") + option;
        const std::string value = parsed.get(option);
        if (value.empty()) continue;
        handles.push_back(way.option == "name" ? registry::name_handle(value)
                                               : std::string(way.option) + ":" + value);
    }
    if (handles.size() == 1) return handles.front();
    return Err(usage_error("one of " + options, "请给出其一:" + options));
}

struct Page {
    std::int64_t count = 0, from = 1;
    std::vector<std::string> ids;  // in the order of entry
    Proven proven;                 // head and entries
};

std::int64_t count_in(const std::optional<json::Value>& head) {
    return head ? head->integer_or("n", 0) : 0;
}

Result<Page, Failure> fetch_page(Session& session, const Parsed& parsed, const Context& context,
                                 const RecordType& type, const std::string& handle) {
    Page page;
    page.from = std::max<std::int64_t>(1, std::atoll(parsed.get("--from").c_str()));
    const std::string head = registry::list_key(type.name, handle);
    std::string path = "/v1/proofs?key=" + url_encode(head);
    if (parsed.has("--at-height")) path += "&at_height=" + url_encode(parsed.get("--at-height"));
    TRY(page.proven, fetch_proven(session, context, path, head));
    page.count = count_in(page.proven.value);
    const std::int64_t last = std::min(page.count, page.from + kPage - 1);
    if (last < page.from) return page;
    std::vector<std::string> keys{head};
    for (std::int64_t i = page.from; i <= last; ++i)
        keys.push_back(registry::list_entry_key(type.name, handle, i));
    const Height height(static_cast<std::uint64_t>(page.proven.as_of.integer_or("height", 0)));
    TRY(page.proven, fetch_keys(session, context, keys, height));
    const auto& items = page.proven.bundle.items;
    if (items.size() != keys.size() || count_in(items.front().value) != page.count) {
        return Err(Failure{Exit::no, "bad_proof", "the list and its count do not agree",
                           "清单与其计数不符", json::Object{{"list", head}}, "", ""});
    }
    for (std::size_t i = 1; i < items.size(); ++i) {
        const std::string id(items[i].value ? items[i].value->string_or("id", "")
                                            : std::string_view());
        if (id.empty()) {
            return Err(Failure{Exit::no, "bad_proof", "an entry of the list is missing",
                               "清单缺少一项", json::Object{{"key", items[i].key}}, "", ""});
        }
        page.ids.push_back(id);
    }
    return page;
}

// What each record says at the height of the list: proven, or the public part of it.
Status<Failure> add_records(Session& session, const Context& context, const RecordType& type,
                            const Page& page, Answer& answer) {
    std::vector<std::string> keys;
    for (const std::string& id : page.ids) {
        const std::string key = std::string(type.tag) + id;
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
    const Height height(static_cast<std::uint64_t>(page.proven.as_of.integer_or("height", 0)));
    TRY(const Proven proven, fetch_keys(session, context, keys, height));
    std::map<std::string, json::Value> values = proven.public_parts;
    for (const auto& item : proven.bundle.items) {
        if (item.value) values.emplace(item.key, *item.value);
    }
    json::Array rows;
    for (const std::string& key : keys) {
        const auto found = values.find(key);
        const std::string id = key.substr(type.tag.size());
        if (found == values.end()) {
            return Err(Failure{Exit::no, "bad_proof", "a record of the list is not there",
                               "清单中的记录不存在", json::Object{{"key", key}}, "", ""});
        }
        const bool whole = proven.verified && !proven.public_parts.contains(key);
        const std::string state(found->second.string_or("state", ""));
        answer.table->rows.push_back(
            {id, state, std::to_string(found->second.integer_or("version", 0)),
             std::string(whole ? say("proven", "已核验") : say("public part", "公开部分"))});
        answer.ids.push_back(id);
        rows.push_back(json::Object{{"id", id},
                                    {"state", state},
                                    {"trust", whole ? "proven" : "unverified"},
                                    {"record", found->second}});
    }
    answer.data.set("records", std::move(rows));
    return Unit{};
}

Result<Answer, Failure> search(Session& session, const Parsed& parsed, const RecordType& type) {
    TRY(const std::string handle, handle_of(type, parsed));
    TRY(const Context context, Context::load(session.flags));
    TRY(const Page page, fetch_page(session, parsed, context, type, handle));
    Answer answer;
    answer.schema = "quanlu." + std::string(type.name) + ".search/1";
    answer.as_of = page.proven.as_of;
    answer.verified = page.proven.verified;
    answer.data = json::Object{{"handle", handle},
                               {"entries", page.count},
                               {"from", page.from},
                               {"records", json::Array{}}};
    answer.table = Table{{"id", std::string(say("state", "状态")),
                          std::string(say("version", "版本")), std::string(say("proof", "核验"))},
                         {}};
    if (!page.ids.empty()) TRY_VOID(add_records(session, context, type, page, answer));
    answer.notes.push_back(trust_line(page.proven));
    const auto last = page.from - 1 + static_cast<std::int64_t>(page.ids.size());
    const auto number = [](std::int64_t n) { return std::to_string(n); };
    answer.notes.push_back(
        page.ids.empty() && page.count > 0
            ? std::string(say("entries there are: ", "清单项数:")) + number(page.count)
        : page.count == 0
            ? std::string(say("complete: none (proven absence)", "完整清单:无(已证明不存在)"))
            : std::string(say("complete: entries ", "完整清单:第 ")) + number(page.from) +
                  std::string(say(" to ", " 至 ")) + number(last) +
                  std::string(say(" of ", " 项,共 ")) + number(page.count));
    if (last < page.count) answer.notes.push_back("--from " + std::to_string(last + 1));
    if (parsed.has("--out")) {
        TRY_VOID(write_text_file(parsed.get("--out"), page.proven.bundle_text + "\n"));
        answer.notes.push_back(std::string(say("proof written: ", "证明已写入:")) +
                               parsed.get("--out"));
    }
    return answer;
}

}  // namespace

void add_search_commands(std::vector<Command>& commands) {
    for (const RecordType& type : registry::record_types()) {
        std::vector<Option> options;
        for (const Way& way : kWays) {
            if (way.type == type.name)
                options.push_back({"--" + std::string(way.option), std::string(way.en),
                                   std::string(way.zh), Option::Kind::value, false, ""});
        }
        if (options.empty()) continue;
        const std::string first = options.front().name;
        options.push_back({"--at-height", "as it stood at this height", "该高度时的状态",
                           Option::Kind::value, false, ""});
        options.push_back(
            {"--from", "first entry of the page", "起始项", Option::Kind::value, false, "1"});
        options.push_back({"--out", "write the proof of head and entries", "写出清单的证明文件",
                           Option::Kind::value, false, ""});
        const std::string name(type.name);
        commands.push_back({{name, "search"},
                            "every " + name + " of a party, proven complete",
                            "按主体查询,附完整性证明",
                            "quanlu " + name + " search " + first + " " +
                                (type.name == "party" ? "91330100MA00000000" : "firm-01"),
                            options,
                            [&type](Session& session, const Parsed& parsed) {
                                return search(session, parsed, type);
                            }});
    }
}

}  // namespace quanlu::cli
