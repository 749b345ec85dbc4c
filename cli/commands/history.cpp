// quanlu right history NO, pledge history ID, ...: a record's versions, newest first, each proven
// at the height where it stood. A version says since when it stands ("updated"), so the one before
// is asked at the height before: none can be left out between, and the first is version 1.
#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/records.h"
#include "crypto/base/civil_time.h"

namespace quanlu::cli {

namespace {

using registry::RecordType;

// Names of the members that differ, those of "fields" by their own names.
std::string changes_between(const json::Value& before, const json::Value& after) {
    std::string out;
    const auto compare = [&out](const json::Value& a, const json::Value& b) {
        for (const auto& [name, value] : b.as_object()) {
            if (name == "version" || name == "updated" || name == "fields") continue;
            const json::Value* held = a.find(name);
            if (held == nullptr || *held != value) out += (out.empty() ? "" : ", ") + name;
        }
        for (const auto& [name, value] : a.as_object()) {
            if (b.find(name) == nullptr) out += (out.empty() ? "-" : ", -") + name;
        }
    };
    compare(before, after);
    compare(object_in(before, "fields"), object_in(after, "fields"));
    return out;
}

struct Version {
    json::Value value;
    bool verified = true;
};

std::int64_t height_of(const json::Value& record) {
    return object_in(record, "updated").integer_or("height", 0);
}

Result<std::vector<Version>, Failure> fetch_versions(Session& session, const Context& context,
                                                     const RecordType& type, const std::string& id,
                                                     std::size_t most, Answer& answer) {
    const std::string base = "/v1/" + std::string(type.plural) + "/" + url_encode(id);
    const std::string key = std::string(type.tag) + id;
    std::vector<Version> versions;
    std::string at;
    while (versions.size() < most) {
        const auto fetched = fetch_proven(session, context, base + at, key);
        if (!fetched.ok()) {
            // A node that keeps fewer heights answers as far as it can.
            if (versions.empty() || fetched.error().code != "E_HEIGHT_UNAVAILABLE")
                return Err(fetched.error());
            answer.notes.push_back(
                std::string(say("this node keeps no older heights; ask one that does",
                                "该节点不保留更早高度,请询问其他节点")));
            break;
        }
        const Proven& proven = *fetched;
        if (versions.empty()) {
            set_trust(answer, proven);
            answer.notes.push_back(trust_line(proven));
        }
        if (!proven.value || !proven.value->is_object()) {
            // That there was nothing before needs its proof like all else.
            answer.verified = *answer.verified && proven.verified;
            break;
        }
        versions.push_back({*proven.value, proven.verified});
        const std::int64_t since = height_of(*proven.value);
        if (proven.value->integer_or("version", 1) <= 1 || since <= 1) break;
        at = "?at_height=" + std::to_string(since - 1);
    }
    return versions;
}

Result<Answer, Failure> history(Session& session, const Parsed& parsed, const RecordType& type) {
    TRY(const std::string id, record_id(type, parsed.get("ID")));
    TRY(const std::int64_t most, number_of(parsed, "--limit", 1, 10'000));
    TRY(const Context context, Context::load(session.flags));
    Answer answer;
    answer.schema = "quanlu." + std::string(type.name) + ".history/1";
    TRY(const std::vector<Version> versions,
        fetch_versions(session, context, type, id, static_cast<std::size_t>(most), answer));
    answer.table =
        Table{{std::string(say("version", "版本")), std::string(say("height", "高度")),
               std::string(say("time", "时间")), std::string(say("state", "状态")),
               std::string(say("proof", "核验")), std::string(say("changed", "变更内容"))},
              {}};
    json::Array rows;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const json::Value& record = versions[i].value;
        answer.verified = *answer.verified && versions[i].verified;
        const std::int64_t time_ms = object_in(record, "updated").integer_or("time", 0);
        const std::string changed = i + 1 < versions.size()
                                        ? changes_between(versions[i + 1].value, record)
                                        : std::string(say("first", "首个版本"));
        const std::int64_t version = record.integer_or("version", 0);
        answer.table->rows.push_back(
            {std::to_string(version), std::to_string(height_of(record)),
             to_shanghai_text(UnixMillis{time_ms}), std::string(record.string_or("state", "")),
             std::string(versions[i].verified ? say("proven", "已核验") : say("no", "未核验")),
             truncate_to_columns(changed, 60)});
        rows.push_back(json::Object{{"version", version},
                                    {"height", height_of(record)},
                                    {"time", to_rfc3339(UnixMillis{time_ms})},
                                    {"state", record.string_or("state", "")},
                                    {"trust", versions[i].verified ? "proven" : "unverified"},
                                    {"record", record}});
    }
    if (versions.empty()) {
        answer.exit = *answer.verified || session.flags.no_verify ? Exit::not_found : Exit::trust;
    } else if (versions.back().value.integer_or("version", 1) > 1) {
        answer.notes.push_back(std::string(say("older versions: --limit ", "更早版本:--limit ")) +
                               std::to_string(most * 2));
    }
    answer.notes.emplace_back(
        say("a gap in the numbers: replaced inside one block; objections make no version",
            "版本号间断为同一区块内多次变更;异议不产生新版本"));
    answer.data = std::move(rows);
    answer.ids = {id};
    return answer;
}

}  // namespace

void add_history_commands(std::vector<Command>& commands) {
    for (const RecordType& type : registry::record_types()) {
        const std::string name(type.name);
        commands.push_back({{name, "history"},
                            "its versions, each with proof",
                            "历次版本,逐一附证明",
                            "quanlu " + name + " history ID",
                            {{"ID", "number or id", "编号", Option::Kind::value, true, ""},
                             {"--limit", "at most so many versions", "最多版本数",
                              Option::Kind::value, false, "50"}},
                            [&type](Session& session, const Parsed& parsed) {
                                return history(session, parsed, type);
                            }});
    }
}

}  // namespace quanlu::cli
