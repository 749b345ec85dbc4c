"""Days as texts "yyyy-mm-dd", which sort as days do; instants as UTC milliseconds; the day of an
instant is Shanghai's (DOMAIN B.0)."""
import calendar
import datetime

DAY_MS = 86_400_000
OFFSET_MS = 8 * 3_600_000
EPOCH = datetime.date(1970, 1, 1)


def is_day(text):
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return False
    y, m, d = text[:4], text[5:7], text[8:]
    if not all(c in "0123456789" for c in y + m + d):
        return False
    if not 1900 <= int(y) <= 2999 or not 1 <= int(m) <= 12:
        return False
    return 1 <= int(d) <= calendar.monthrange(int(y), int(m))[1]


def _date(text):
    return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:]))


def day_of(ms):
    return (EPOCH + datetime.timedelta(days=(ms + OFFSET_MS) // DAY_MS)).isoformat()


def end_of(day):
    return ((_date(day) - EPOCH).days + 1) * DAY_MS - OFFSET_MS


def between(first, last):
    return (_date(last) - _date(first)).days


def plus_days(day, n):
    return (_date(day) + datetime.timedelta(days=n)).isoformat()


def plus_months(day, n):
    date = _date(day)
    total = date.year * 12 + date.month - 1 + n
    year, month = total // 12, total % 12 + 1
    return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1])).isoformat()


def plus_years(day, n):
    return plus_months(day, 12 * n)
