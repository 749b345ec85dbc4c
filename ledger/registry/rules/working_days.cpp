// See working_days.h.
#include "ledger/registry/rules/working_days.h"

#include <memory>
#include <string>

namespace quanlu::registry {

namespace {

bool is_weekend(Date day) {
    const int weekday = (day.days % 7 + 7 + 3) % 7;  // 1970-01-01 was a Thursday; 0 is Monday
    return weekday >= 5;
}

std::string_view kind_of(const json::Value& calendar, const std::string& day) {
    for (const json::Value& one : calendar.find("fields")->find("days")->as_array()) {
        if (one.string_or("day", "") == day) return one.string_or("kind", "");
    }
    return "";
}

}  // namespace

Date working_days_after(const Draft& draft, Date day, int count, std::int32_t otherwise) {
    Date at = day;
    std::string year;
    std::shared_ptr<const json::Value> calendar;
    while (count > 0) {
        at = add_days(at, 1);
        const std::string text = to_text(at);
        if (text.substr(0, 4) != year) {
            year = text.substr(0, 4);
            calendar = draft.get("calendar/" + year);
            if (calendar == nullptr) return add_days(day, otherwise);
        }
        const std::string_view kind = kind_of(*calendar, text);
        if (kind == "workday" || (kind.empty() && !is_weekend(at))) --count;
    }
    return at;
}

}  // namespace quanlu::registry
