// quanlu right show NO, pledge show ID, ...: one record with its proof checked before a word is
// printed; lists; and the raw proof for keeping.
#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/records.h"
#include "cli/verified.h"
#include "crypto/base/civil_time.h"
#include "ledger/registry/ids/record_no.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

using registry::RecordType;

// An id as its type writes them, for the help.
std::string example_of(const RecordType& type) {
    if (!type.prefix.empty())
        return registry::make_record_no(type.prefix, "330100", *date_from_ymd(2026, 11, 20), 1);
    return type.name == "right"   ? "ZL202230000017.2"
           : type.name == "party" ? "ipo-yuhang"
                                  : "extract_days_max";
}

std::string brief(const json::Value& value) {
    if (value.is_object() && value.find("_sd") != nullptr)
        return std::string(say("sealed", "已密封"));
    return text_of(value);
}

// The bank's line: pledge, freeze, pool.
void add_picture(const json::Value& enc, Answer& answer) {
    const auto none = std::string(say("none", "无"));
    std::string pledges, freezes;
    for (const json::Value& one : array_in(enc, "pledges")) {
        const std::int64_t rank = one.integer_or("rank", 1);
        pledges += (pledges.empty() ? "" : "; ") + std::string(one.string_or("id", "")) +
                   (rank == 1 ? std::string()
                              : std::string(say(" rank ", " 顺位 ")) + std::to_string(rank)) +
                   std::string(say(" registered at height ", " 登记于高度 ")) +
                   std::to_string(object_in(one, "since").integer_or("height", 0)) + ", " +
                   json::write(array_in(one, "pledgees"));
    }
    for (const json::Value& one : array_in(enc, "freezes")) {
        freezes += (freezes.empty() ? "" : "; ") + std::string(one.string_or("id", "")) + " " +
                   std::string(one.string_or("status", "")) + std::string(say(" until ", " 至 ")) +
                   to_shanghai_text(UnixMillis{one.integer_or("until_ms", 0)});
    }
    answer.lines.emplace_back(std::string(say("pledge", "质押")), pledges.empty() ? none : pledges);
    answer.lines.emplace_back(std::string(say("freeze", "查封")), freezes.empty() ? none : freezes);
    const json::Value* pool = enc.find("pool");
    answer.lines.emplace_back(
        std::string(say("pool", "资产池")),
        pool == nullptr ? none
                        : std::string(pool->string_or("id", "")) +
                              std::string(say(" since height ", " 自高度 ")) +
                              std::to_string(object_in(*pool, "since").integer_or("height", 0)));
    if (const json::Value* held = enc.find("reservation")) {
        answer.lines.emplace_back(std::string(say("reserved by", "在先受理")),
                                  std::string(held->string_or("pledge", "")));
    }
}

Result<Answer, Failure> answer_of(Session& session, const Parsed& parsed, const std::string& path,
                                  const std::string& key) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const std::string at,
        at_height_query(parsed, path.find('?') == std::string::npos ? '?' : '&'));
    TRY(const Proven proven, fetch_proven(session, context, path + at, key));
    Answer answer;
    answer.schema = "quanlu.record.show/1";
    set_trust(answer, proven);
    answer.notes.push_back(trust_line(proven));
    if (parsed.has("--out") && !proven.bundle_text.empty()) {
        TRY_VOID(write_text_file(parsed.get("--out"), proven.bundle_text + "\n"));
        answer.notes.push_back(std::string(say("proof written: ", "证明已写入:")) +
                               parsed.get("--out"));
    }
    if (!proven.value) {
        answer.data = json::Object{{"key", key}, {"present", false}};
        answer.lines = {
            {std::string(say("record", "记录")), key},
            {std::string(say("answer", "答复")),
             std::string(say("not on the ledger", "账本上不存在")) + absence_mark(proven)}};
        answer.exit = proven.verified || session.flags.no_verify ? Exit::not_found : Exit::trust;
        return answer;
    }
    answer.data = *proven.value;
    answer.ids = {std::string(proven.value->string_or("id", ""))};
    answer.lines.emplace_back(std::string(say("record", "记录")),
                              std::string(proven.value->string_or("id", "")));
    answer.lines.emplace_back(std::string(say("state", "状态")),
                              std::string(proven.value->string_or("state", "")) + ", " +
                                  std::string(say("version ", "版本 ")) +
                                  std::to_string(proven.value->integer_or("version", 0)));
    if (const json::Value* enc = proven.value->find("enc")) add_picture(*enc, answer);
    if (const json::Value* mark = proven.value->find("register_mismatch")) {
        answer.lines.emplace_back(
            std::string(say("register", "登记簿")),
            std::string(say("differs, reported by ", "不一致,报告单位 ")) +
                std::string(mark->string_or("office", "")) +
                std::string(say(" at height ", " 高度 ")) +
                std::to_string(object_in(*mark, "since").integer_or("height", 0)));
    }
    for (const json::Value& one : array_in(*proven.value, "objections")) {
        answer.lines.emplace_back(
            std::string(say("objection", "异议")),
            std::string(one.string_or("id", "")) + " " + std::string(one.string_or("ground", "")) +
                std::string(say(" since height ", " 自高度 ")) +
                std::to_string(object_in(one, "since").integer_or("height", 0)));
    }
    for (const auto& [name, value] : object_in(*proven.value, "fields").as_object())
        answer.lines.emplace_back(name, truncate_to_columns(brief(value), 100));
    return answer;
}

Result<Answer, Failure> show(Session& session, const Parsed& parsed, const RecordType& type) {
    TRY(const std::string id, record_id(type, parsed.get("ID")));
    return answer_of(session, parsed, "/v1/" + std::string(type.plural) + "/" + url_encode(id),
                     std::string(type.tag) + id);
}

Result<Answer, Failure> list(Session& session, const Parsed& parsed, const RecordType& type) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const std::string node, context.need("node"));
    TRY(const std::int64_t limit, number_of(parsed, "--limit", 1, 1'000));
    std::string query = "?limit=" + std::to_string(limit);
    for (const char* name : {"right", "ref", "state", "cursor"}) {
        const std::string value = parsed.get(std::string("--") + name);
        if (!value.empty()) query += std::string("&") + name + "=" + url_encode(value);
    }
    TRY(const HttpAnswer said,
        session.http.send({"GET", node + "/v1/" + std::string(type.plural) + query, "", "", {}}));
    TRY(const json::Value body, page_of(said));
    Answer answer;
    answer.schema = "quanlu." + std::string(type.name) + ".list/1";
    answer.verified = false;  // a list may leave something out: each record is proven by show
    answer.data = as_said(array_in(body, "items"));
    if (const json::Value* as_of = body.find("as_of")) answer.as_of = *as_of;
    answer.table = Table{
        {"id", std::string(say("state", "状态")), std::string(say("version", "版本")), ""}, {}};
    for (const json::Value& one : answer.data.as_array()) {
        const json::Value& fields = object_in(one, "fields");
        std::string about;
        for (const char* name : {"legal_name", "title", "asset_name", "rights", "steps"}) {
            const json::Value* value = fields.find(name);
            if (value != nullptr && about.empty()) about = truncate_to_columns(brief(*value), 48);
        }
        answer.table->rows.push_back({std::string(one.string_or("id", "")),
                                      std::string(one.string_or("state", "")),
                                      std::to_string(one.integer_or("version", 0)), about});
        answer.ids.emplace_back(one.string_or("id", ""));
    }
    if (const json::Value* next = body.find("next"))
        answer.notes.push_back("--cursor " + brief(*next));
    return answer;
}

Result<Answer, Failure> proof_get(Session& session, const Parsed& parsed) {
    return answer_of(session, parsed, "/v1/proofs?key=" + url_encode(parsed.get("KEY")),
                     parsed.get("KEY"));
}

}  // namespace

void add_show_commands(std::vector<Command>& commands) {
    const Option at{"--at-height",
                    "as it stood at this height",
                    "该高度时的状态",
                    Option::Kind::value,
                    false,
                    ""};
    const Option out{"--out", "write the proof bundle", "写出证明文件", Option::Kind::value, false,
                     ""};
    for (const RecordType& type : registry::record_types()) {
        const std::string name(type.name);
        commands.push_back(
            {{name, "show"},
             "one " + name + ", with proof",
             "查看并核验一条记录",
             "quanlu " + name + " show " + example_of(type),
             {{"ID", "number or id", "编号", Option::Kind::value, true, ""}, at, out},
             [&type](Session& session, const Parsed& parsed) {
                 return show(session, parsed, type);
             }});
        commands.push_back(
            {{name, "list"},
             "records of type " + name,
             "列出记录",
             "quanlu " + name + " list --limit 20",
             {{"--right", "naming this right", "涉及的权利", Option::Kind::value, false, ""},
              {"--ref", "naming this party or record", "涉及的主体或记录", Option::Kind::value,
               false, ""},
              {"--state", "in this state", "状态", Option::Kind::value, false, ""},
              {"--cursor", "after this id", "起始编号", Option::Kind::value, false, ""},
              {"--limit", "at most", "最多条数", Option::Kind::value, false, "100"}},
             [&type](Session& session, const Parsed& parsed) {
                 return list(session, parsed, type);
             }});
    }
    commands.push_back({{"proof", "get"},
                        "presence or absence of any key, with proof",
                        "取得任一键的存在或不存在证明",
                        "quanlu proof get right/patent:2022300000172 --out answer.json",
                        {{"KEY", "state key", "状态键", Option::Kind::value, true, ""}, at, out},
                        proof_get});
}

}  // namespace quanlu::cli
