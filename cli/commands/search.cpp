// quanlu right search --holder P, pledge search --pledgor P, ...: every record that ever stood
// under a handle, with the proof that none was left out (decision 0019). The head of the list says
// how many entries there are; head and entries are proven together at one height. That there is
// nothing under a spelling which no record can have is no answer: what is asked is spelled as the
// ledger spells it, or refused.
#include <algorithm>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/lists.h"
#include "cli/numbers.h"
#include "crypto/base/text.h"
#include "ledger/registry/field.h"
#include "ledger/registry/ids/lei.h"
#include "ledger/registry/ids/uscc.h"
#include "ledger/registry/lists.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

using registry::RecordType;

enum class Spelling { party, hash, uscc, lei, name };

// How people ask for a list, and the handle it stands under.
struct Way {
    std::string_view type, option, en, zh;
    Spelling spelling = Spelling::party;
};
constexpr Way kWays[] = {
    {"right", "holder", "party that holds or held them", "现在或曾经的权利人"},
    {"pledge", "pledgor", "party that pledged", "出质人"},
    {"pledge", "pledgee", "party they were pledged to", "质权人"},
    {"cert", "provider", "party that provides the data", "数据提供方"},
    {"dataip", "applicant", "party that registered them", "申请人"},
    {"right", "mismatch", "office that reported a mismatch with the register", "报告不一致的机关"},
    {"pledge", "mismatch", "office that reported a mismatch with the register", "报告不一致的机关"},
    {"cert", "delivered", "digest of the delivered file, sha256:...", "交付文件的摘要",
     Spelling::hash},
    {"anchor", "hash", "digest of the file, sha256:...", "文件哈希", Spelling::hash},
    {"finance", "lender", "lender; for itself and officials", "贷款方(本方与监管)"},
    {"finance", "borrower", "borrower; for itself and officials", "借款方(本方与监管)"},
    {"party", "uscc", "unified social credit code", "统一社会信用代码", Spelling::uscc},
    {"party", "lei", "LEI", "LEI", Spelling::lei},
    {"party", "name", "full legal name, exact", "法定名称全称", Spelling::name},
};

std::string folded(std::string text, char first, char last, int by) {
    for (char& c : text)
        if (c >= first && c <= last) c = static_cast<char>(c + by);
    return text;
}

// As the ledger spells it; nothing where no record can be listed so.
std::optional<std::string> spelled(const std::string& text, Spelling spelling) {
    switch (spelling) {
        case Spelling::party:
            return registry::is_party_id(text) ? std::optional(text) : std::nullopt;
        case Spelling::hash: {
            std::string lower = folded(text, 'A', 'Z', 'a' - 'A');
            if (lower.find(':') == std::string::npos) lower.insert(0, "sha256:");
            return registry::is_hash_text(lower) ? std::optional(lower) : std::nullopt;
        }
        case Spelling::uscc: {
            std::string upper = folded(text, 'a', 'z', 'A' - 'a');
            return registry::is_uscc_form(upper) ? std::optional(upper) : std::nullopt;
        }
        case Spelling::lei: {
            std::string upper = folded(text, 'a', 'z', 'A' - 'a');
            return registry::is_lei(upper) ? std::optional(upper) : std::nullopt;
        }
        case Spelling::name:
            return !text.empty() && is_utf8(text) && is_nfc(text) ? std::optional(text)
                                                                  : std::nullopt;
    }
    ENSURE(false);
}

Result<std::string, Failure> handle_of(const RecordType& type, const Parsed& parsed) {
    std::vector<std::string> handles;
    std::string options;
    for (const Way& way : kWays) {
        if (way.type != type.name) continue;
        const std::string option = "--" + std::string(way.option);
        options += (options.empty() ? "" : ", ") + option;
        if (!parsed.has(option)) continue;
        const auto value = spelled(parsed.get(option), way.spelling);
        if (!value)
            return Err(usage_error(option + ": no record is listed under such a spelling",
                                   option + ":账本不存在这种写法", std::string(way.en),
                                   std::string(way.zh)));
        handles.push_back(way.option == "name"    ? registry::name_handle(*value)
                          : way.type == "finance" ? registry::own_handle(way.option, *value)
                                                  : std::string(way.option) + ":" + *value);
    }
    if (handles.size() == 1) return handles.front();
    return Err(usage_error("one of " + options, "请给出其一:" + options));
}

// What each record says at the height of the list: proven, or the public part of it.
Status<Failure> add_records(Session& session, const Context& context, const RecordType& type,
                            const ListPage& page, Answer& answer) {
    TRY(const PageRecords records, fetch_page_records(session, context, type, page));
    json::Array rows;
    for (const std::string& key : records.keys) {
        const json::Value& record = records.values.at(key);
        const std::string id = key.substr(type.tag.size());
        const bool whole = records.is_whole(key);
        answer.verified = *answer.verified && whole;
        const std::string state(record.string_or("state", ""));
        answer.table->rows.push_back(
            {id, state, std::to_string(record.integer_or("version", 0)),
             std::string(whole ? say("proven", "已核验") : say("public part", "公开部分"))});
        answer.ids.push_back(id);
        rows.push_back(json::Object{{"id", id},
                                    {"state", state},
                                    {"trust", whole ? "proven" : "unverified"},
                                    {"record", record}});
    }
    answer.data.set("records", std::move(rows));
    return Unit{};
}

Result<Answer, Failure> search(Session& session, const Parsed& parsed, const RecordType& type) {
    TRY(const std::string handle, handle_of(type, parsed));
    TRY(const Context context, Context::load(session.flags));
    TRY(const std::optional<Height> height, at_height_of(parsed));
    TRY(const std::int64_t from, number_of(parsed, "--from", 1, kNumberMax));
    TRY(const ListPage page, fetch_list_page(session, context, type, handle, from, height));
    Answer answer;
    answer.schema = "quanlu." + std::string(type.name) + ".search/1";
    set_trust(answer, page.proven);
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
            ? std::string(say("complete: none", "完整清单:无")) + absence_mark(page.proven)
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
                                (type.name == "party"     ? "91330100MA00000000"
                                 : type.name == "finance" ? "bank-one"
                                 : type.name == "anchor"  ? "sha256:..."
                                                          : "firm-01"),
                            options,
                            [&type](Session& session, const Parsed& parsed) {
                                return search(session, parsed, type);
                            }});
    }
}

}  // namespace quanlu::cli
