// quanlu deadlines: the days by which this party has something to do or to watch, read out of the
// records that name it. Counted in calendar days; the days themselves were set by working days
// where the rule says so (decision 0021).
#include <algorithm>
#include <set>
#include <tuple>

#include "cli/command.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/lists.h"
#include "cli/numbers.h"
#include "cli/records.h"
#include "crypto/base/civil_time.h"
#include "ledger/registry/lists.h"

namespace quanlu::cli {

namespace {

constexpr std::size_t kRecordsMax = 20'000;  // of one type; more are an auditor's question

// In which states a day counts, where it stands, and what it means.
struct Watch {
    std::string_view type, states, path, en, zh;
};
constexpr Watch kWatches[] = {
    {"pledge", "correction", "correction.deadline", "correct the filing", "补正截止"},
    {"pledge", "registered", "fields.debt_due", "secured debt falls due", "被担保债务到期"},
    {"cert", "applied", "fields.correction.deadline", "correct the application", "补正截止"},
    {"cert", "issued|suspended", "fields.valid_to", "certificate ends", "证书届满"},
    {"dataip", "correction", "correction.deadline", "correct the application", "补正截止"},
    {"dataip", "public_notice", "fields.notice_to", "public notice ends", "公示期满"},
    {"dataip", "registered", "fields.valid_to", "registration ends", "登记届满"},
    {"appraisal", "issued", "fields.valid_to", "report ends", "评估报告失效"},
    {"finance", "approved", "fields.draw_date", "draw", "放款"},
    {"finance", "drawn|partially_repaid|overdue", "fields.due_date", "loan falls due", "借款到期"},
    {"finance", "repaid|recovered", "fields.release_duty.due", "release the collateral",
     "办理解除担保"},
    {"invoice", "financed", "fields.due_date", "receivable falls due", "应收账款到期"},
    {"freeze", "active", "fields.valid_to", "freeze ends", "查封届满"},
    {"right", "mirrored", "fields.annual_fee_paid_to", "annual fee", "年费截止"},
    {"right", "mirrored", "fields.expiry_date", "right ends", "权利届满"},
    {"programme", "shelf", "fields.shelf_valid_to", "shelf ends", "储架届满"},
};

const json::Value* at_path(const json::Value& record, std::string_view path) {
    const json::Value* value = &record;
    while (value != nullptr && !path.empty()) {
        const std::size_t dot = path.find('.');
        value = value->find(path.substr(0, dot));
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return value;
}

struct Due {
    std::string day, record, what, what_zh;
    bool proven = false;  // out of a list proven complete, the record proven too
    json::Array notify;   // pledgees of the right, whom the office tells (DOMAIN D)
};

json::Array pledgees_of(const json::Value& record) {
    json::Array out;
    for (const json::Value& pledge : array_in(object_in(record, "enc"), "pledges")) {
        for (const json::Value& one : array_in(pledge, "pledgees")) out.push_back(one);
    }
    return out;
}

// A pledged right in dispute has no day of its own: it stands under the day of the extract that
// says so.
void add_dispute(const json::Value& right, bool proven, std::vector<Due>& dues) {
    json::Array notify = pledgees_of(right);
    const json::Value& fields = object_in(right, "fields");
    const std::string day(fields.string_or("source_checked_on", ""));
    if (notify.empty() || !date_from_text(day)) return;
    const bool is_owned_by_others = fields.bool_or("ownership_dispute", false);
    if (!is_owned_by_others && !fields.bool_or("invalidation_pending", false)) return;
    dues.push_back({day, std::string(right.string_or("id", "")),
                    is_owned_by_others ? "ownership disputed" : "invalidation pending",
                    is_owned_by_others ? "权属争议" : "无效程序中", proven, std::move(notify)});
}

// The lists that a party's own records stand in (decision 0019).
std::vector<std::string> handles_of(const registry::RecordType& type, const std::string& party) {
    if (type.name == "right") return {"holder:" + party};
    if (type.name == "pledge") return {"pledgor:" + party, "pledgee:" + party};
    if (type.name == "cert") return {"provider:" + party};
    if (type.name == "dataip") return {"applicant:" + party};
    if (type.name == "finance")
        return {registry::own_handle("lender", party), registry::own_handle("borrower", party)};
    return {};
}

void add_dues(const registry::RecordType& type, const json::Value& record, bool proven,
              const std::string& until, std::vector<Due>& dues) {
    const std::string_view state = record.string_or("state", "");
    if (type.name == "right") add_dispute(record, proven, dues);
    for (const Watch& watch : kWatches) {
        if (watch.type != type.name || !registry::in_list(watch.states, state)) continue;
        const json::Value* day = at_path(record, watch.path);
        if (day == nullptr || !day->is_string() || day->as_string() > until ||
            !date_from_text(day->as_string()))
            continue;
        // A correction that was made is no longer waited for.
        if (watch.path == "fields.correction.deadline" &&
            !object_in(object_in(record, "fields"), "correction").bool_or("open", false))
            continue;
        dues.push_back({day->as_string(), std::string(record.string_or("id", "")),
                        std::string(watch.en), std::string(watch.zh), proven,
                        type.name == "right" ? pledgees_of(record) : json::Array{}});
    }
}

bool is_watched(const registry::RecordType& type) {
    return std::any_of(std::begin(kWatches), std::end(kWatches),
                       [&](const Watch& watch) { return watch.type == type.name; });
}

Result<Answer, Failure> deadlines(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const std::string party, context.need("party"));
    TRY(const std::int64_t days, number_of(parsed, "--days", 0, 36'500));
    const Date today = shanghai_date(UnixMillis{now_ms()});
    const std::string until = to_text(add_days(today, static_cast<std::int32_t>(days)));
    std::vector<Due> dues;
    Answer answer;
    answer.schema = "quanlu.deadlines/1";
    answer.verified = false;  // as a whole: each line says whether its list is proven complete
    std::optional<Height> height;
    for (const registry::RecordType& type : registry::record_types()) {
        if (!is_watched(type)) continue;
        std::set<std::string> listed;  // in a list that is proven complete
        for (const std::string& handle : handles_of(type, party)) {
            TRY(const WholeList list,
                each_in_list(session, context, type, handle, height,
                             [&](const std::string& id, const json::Value& record, bool is_whole) {
                                 if (listed.insert(id).second)
                                     add_dues(type, record, is_whole, until, dues);
                             }));
            // All lists at the height of the first.
            if (!height) {
                answer.as_of = list.as_of;
                answer.is_stale = list.is_stale;
            }
            height = list.height;
        }
        // What names the party otherwise, as the office or the debtor: a node may leave one out.
        TRY(const Listed others,
            each_listed(session, context, type, party, kRecordsMax, [&](const json::Value& record) {
                if (!listed.contains(std::string(record.string_or("id", ""))))
                    add_dues(type, record, false, until, dues);
            }));
        if (!answer.as_of) answer.as_of = others.as_of;
        if (!others.is_whole) answer.notes.push_back(not_whole_note(kRecordsMax));
    }
    std::sort(dues.begin(), dues.end(), [](const Due& a, const Due& b) {
        return std::tie(a.day, a.record, a.what) < std::tie(b.day, b.record, b.what);
    });
    answer.table = Table{{std::string(say("day", "日期")), std::string(say("in days", "剩余天数")),
                          std::string(say("record", "记录")), std::string(say("what", "事项")),
                          std::string(say("pledgees", "质权人")), std::string(say("list", "清单"))},
                         {}};
    json::Array rows;
    for (const Due& due : dues) {
        const auto left = static_cast<std::int64_t>(date_from_text(due.day)->days - today.days);
        std::string notify;
        for (const json::Value& one : due.notify)
            notify += (notify.empty() ? "" : ", ") + text_of(one);
        rows.push_back(json::Object{{"day", due.day},
                                    {"in_days", left},
                                    {"record", due.record},
                                    {"what", due.what},
                                    {"what_zh", due.what_zh},
                                    {"notify", due.notify},
                                    {"trust", due.proven ? "proven" : "unverified"}});
        answer.table->rows.push_back(
            {due.day, std::to_string(left), due.record, std::string(say(due.what, due.what_zh)),
             notify,
             std::string(due.proven ? say("complete", "完整") : say("node's word", "节点所述"))});
        answer.ids.push_back(due.record);
    }
    answer.data = std::move(rows);
    answer.notes.emplace_back(say("calendar days; what is behind stands first, below zero",
                                  "按自然日计;已逾期者剩余天数为负,列于最前"));
    return answer;
}

}  // namespace

void add_deadline_commands(std::vector<Command>& commands) {
    commands.push_back({{"deadlines"},
                        "days by which this party has something to do or to watch",
                        "本单位的期限与到期事项",
                        "quanlu deadlines --days 90 --as ipo-yuhang-maker",
                        {{"--days", "from today", "今后天数", Option::Kind::value, false, "30"}},
                        deadlines});
}

}  // namespace quanlu::cli
