// Days and instants without libc, locale or time zone files: civil dates (proleptic Gregorian), the
// block date in Asia/Shanghai (UTC+8, no daylight saving since 1991), RFC 3339 text.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/tagged.h"

namespace quanlu {

inline constexpr std::int64_t kMillisPerDay = 86'400'000;

// A real calendar day, kept as days since 1970-01-01. Text form "yyyy-mm-dd", years 1900 to 2999.
struct Date {
    std::int32_t days = 0;
    auto operator<=>(const Date&) const = default;
};

std::optional<Date> date_from_text(std::string_view text);  // exactly yyyy-mm-dd, existing day
std::string to_text(Date date);
std::optional<Date> date_from_ymd(int year, int month, int day);
struct YearMonthDay {
    int year, month, day;
};
YearMonthDay to_ymd(Date date);
Date add_days(Date date, std::int32_t days);
Date add_years(Date date, int years);    // 29 February falls to 28
Date add_months(Date date, int months);  // end of month clamps

Date shanghai_date(UnixMillis instant);
// First instant after the last one of `date` in Asia/Shanghai: what is valid to `date` has lapsed
// from here on.
UnixMillis shanghai_day_end(Date date);

std::string to_rfc3339(UnixMillis instant);        // 2026-11-20T12:44:31.218Z
std::string to_shanghai_text(UnixMillis instant);  // 2026-11-20 20:44:31.218 +08:00
std::optional<UnixMillis> millis_from_rfc3339(std::string_view text);

}  // namespace quanlu
