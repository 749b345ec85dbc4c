// Days from civil and back after Howard Hinnant's public algorithms; everything in integers.
#include "crypto/base/civil_time.h"

#include <cstdio>

namespace quanlu {

namespace {

constexpr std::int64_t kShanghaiOffset = 8 * 3'600'000;

bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month) {
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

std::int32_t days_from_civil(int y, int m, int d) {
    y -= m <= 2 ? 1 : 0;
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int yoe = y - era * 400;
    const int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146'097 + doe - 719'468;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

// Exactly `width` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + width; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::string clock_text(std::int64_t ms_of_day) {
    char text[64];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d.%03d",
                  static_cast<int>(ms_of_day / 3'600'000 % 24),
                  static_cast<int>(ms_of_day / 60'000 % 60),
                  static_cast<int>(ms_of_day / 1000 % 60), static_cast<int>(ms_of_day % 1000));
    return text;
}

}  // namespace

std::optional<Date> date_from_ymd(int year, int month, int day) {
    if (year < 1900 || year > 2999 || month < 1 || month > 12 || day < 1) return std::nullopt;
    if (day > days_in_month(year, month)) return std::nullopt;
    return Date{days_from_civil(year, month, day)};
}

std::optional<Date> date_from_text(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    return date_from_ymd(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
}

YearMonthDay to_ymd(Date date) {
    const int z = date.days + 719'468;
    const int era = (z >= 0 ? z : z - 146'096) / 146'097;
    const int doe = z - era * 146'097;
    const int yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
    const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int mp = (5 * doy + 2) / 153;
    const int month = mp + (mp < 10 ? 3 : -9);
    return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
}

std::string to_text(Date date) {
    const YearMonthDay ymd = to_ymd(date);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", ymd.year, ymd.month, ymd.day);
    return text;
}

Date add_days(Date date, std::int32_t days) {
    return Date{date.days + days};
}

Date add_months(Date date, int months) {
    const YearMonthDay ymd = to_ymd(date);
    const int total = ymd.year * 12 + ymd.month - 1 + months;
    const int year = total / 12;
    const int month = total % 12 + 1;
    const int last = days_in_month(year, month);
    return Date{days_from_civil(year, month, ymd.day < last ? ymd.day : last)};
}

Date add_years(Date date, int years) {
    return add_months(date, years * 12);
}

Date shanghai_date(UnixMillis instant) {
    return Date{
        static_cast<std::int32_t>(floor_div(instant.value + kShanghaiOffset, kMillisPerDay))};
}

UnixMillis shanghai_day_end(Date date) {
    return UnixMillis{(static_cast<std::int64_t>(date.days) + 1) * kMillisPerDay - kShanghaiOffset};
}

std::string to_rfc3339(UnixMillis instant) {
    const std::int64_t days = floor_div(instant.value, kMillisPerDay);
    return to_text(Date{static_cast<std::int32_t>(days)}) + "T" +
           clock_text(instant.value - days * kMillisPerDay) + "Z";
}

std::string to_shanghai_text(UnixMillis instant) {
    const std::int64_t local = instant.value + kShanghaiOffset;
    const std::int64_t days = floor_div(local, kMillisPerDay);
    return to_text(Date{static_cast<std::int32_t>(days)}) + " " +
           clock_text(local - days * kMillisPerDay) + " +08:00";
}

std::optional<UnixMillis> millis_from_rfc3339(std::string_view text) {
    if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const std::optional<Date> date = date_from_text(text.substr(0, 10));
    const int hour = digits(text, 11, 2), minute = digits(text, 14, 2),
              second = digits(text, 17, 2);
    if (!date || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return std::nullopt;
    int millis = 0;
    if (text.size() == 24 && text[19] == '.')
        millis = digits(text, 20, 3);
    else if (text.size() != 20)
        return std::nullopt;
    if (millis < 0 || text.back() != 'Z') return std::nullopt;
    return UnixMillis{date->days * kMillisPerDay + hour * 3'600'000LL + minute * 60'000LL +
                      second * 1000LL + millis};
}

}  // namespace quanlu
