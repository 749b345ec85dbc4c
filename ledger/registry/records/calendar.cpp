// The calendar of working days on the ledger (DOMAIN B.0): a year's holidays, and the weekend days
// that are worked instead, as the State Council arranges them. Set by a quorum of the parties that
// run members. Not here: who counts by it (rules/working_days.h).
#include "ledger/registry/records/types.h"

namespace quanlu::registry {

namespace {

using chain::Code;
using chain::Refusal;

const Fields& day_fields() {
    static const Fields fields = {
        {"day", FieldKind::date, true, 0, "", Visible::p, "日期"},
        {"kind", FieldKind::choice, true, 0, "holiday|workday", Visible::p, "性质"}};
    return fields;
}
const Fields& calendar_fields() {
    static const Fields fields = {
        {"year", FieldKind::integer, true, 2'999, "", Visible::p, "年度"},
        {"days", FieldKind::objects, true, 120, "", Visible::p, "调整日", &day_fields()}};
    return fields;
}
const Fields& days_body() {
    static const Fields fields = {
        {"days", FieldKind::objects, true, 120, "", Visible::p, "调整日", &day_fields()}};
    return fields;
}

std::string year_text(const json::Value& fields) {
    return std::to_string(fields.integer_or("year", 0));
}

// Of this year, ascending, each once.
std::optional<Refusal> days_hold(const json::Array& days, const std::string& year) {
    std::string_view last;
    for (const json::Value& one : days) {
        const std::string_view day = one.string_or("day", "");
        if (day.substr(0, 4) != year || day <= last) {
            return Refusal(Code::E_SCHEMA, "/days",
                           json::Object{{"reason", "days of the year, ascending"}, {"day", day}});
        }
        last = day;
    }
    return std::nullopt;
}

std::optional<Refusal> introduced_days_hold(Act& act) {
    return days_hold(act.field("days").as_array(), year_text(*act.record.find("fields")));
}
std::optional<Refusal> amended_days_hold(Act& act) {
    return days_hold(act.body.find("days")->as_array(), year_text(*act.record.find("fields")));
}

// What has gone by was counted by: it stays.
std::optional<Refusal> past_unchanged(Act& act) {
    const auto past = [&](const json::Array& days) {
        json::Array out;
        for (const json::Value& one : days) {
            if (one.string_or("day", "") <= to_text(act.today)) out.push_back(one);
        }
        return out;
    };
    if (past(act.field("days").as_array()) == past(act.body.find("days")->as_array()))
        return std::nullopt;
    return Refusal(Code::E_BACKDATED, "/days", json::Object{{"today", to_text(act.today)}});
}

void amend(Act& act) {
    act.fields().set("days", *act.body.find("days"));
}

}  // namespace

RecordType calendar_type() {
    RecordType type{"calendar",         "工作日历", "calendar/", "",
                    &calendar_fields(), {},         nullptr,     year_text};
    type.plural = "calendars";
    type.verbs = {
        {"introduce",
         "",
         "in_force",
         "",
         Approval::quorum,
         &calendar_fields(),
         {{Phase::policy, "B.0", introduced_days_hold}},
         nullptr,
         "设立"},
        {"amend",
         "in_force",
         "",
         "",
         Approval::quorum,
         &days_body(),
         {{Phase::policy, "B.0", amended_days_hold}, {Phase::policy, "B.0", past_unchanged}},
         amend,
         "变更"}};
    return type;
}

}  // namespace quanlu::registry
