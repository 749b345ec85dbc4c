"""Identifiers with their check digits (DOMAIN E.1 to E.3, E.8; docs/registry/ids.md)."""
import re
import unicodedata

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ISO7064 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORKS = dict(zip("国京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔贵滇云藏陕秦甘陇青宁新",
                 "00 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 52 53 53 54 61 61 62 62 "
                 "63 64 65".split()))


def uscc_form(text):
    return len(text) == 18 and all(c in USCC for c in text) and text[2:8].isdigit()


def uscc_inner(text):
    total = sum((int(c) if c.isdigit() else ord(c) - 55) * w for c, w in zip(text[8:16], (3, 7, 9, 10, 5, 8, 4, 2)))
    check = 11 - total % 11
    return "X" if check == 10 else "0" if check == 11 else str(check)


def uscc_last(text):
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    return USCC[(31 - sum(USCC.index(c) * w for c, w in zip(text, weights)) % 31) % 31]


def is_uscc(text, legacy):
    return uscc_form(text) and text[16] == uscc_inner(text) and (legacy or text[17] == uscc_last(text))


def is_lei(text):
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text):
        return False
    return int("".join(str(int(c, 36)) for c in text)) % 97 == 1


def check_37_36(text):
    p = 36
    for c in text:
        if c in ISO7064:
            p = ((p + ISO7064.index(c)) % 36 or 36) * 2 % 37
    return ISO7064[(37 - p) % 36]


def record_no(prefix, region, day, serial):
    body = f"{prefix}-{region}-{day.replace('-', '')}-{serial:08d}"
    return f"{body}-{check_37_36(body)}"


def _upper(text, dropped):
    return "".join(c.upper() if "a" <= c <= "z" else c for c in text if c not in dropped)


def patent_check(digits):
    total = sum(int(c) * w for c, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)))
    return "X" if total % 11 == 10 else str(total % 11)


def patent_year(number):
    if len(number) == 13:
        return int(number[:4])
    year = int(number[:2])
    return 1900 + year if year >= 85 else 2000 + year


def patent_kind(number):
    kind = number[4 if len(number) == 13 else 2]
    return {"8": "1", "9": "2"}.get(kind, kind)


def patent_no(text):
    number = _upper(text, " .")
    if number[:2] in ("ZL", "CN"):
        number = number[2:]
    if not re.fullmatch(r"[0-9]{8}([0-9]{4})?[0-9X]", number) or number[-1] != patent_check(number[:-1]):
        return None
    if number[4 if len(number) == 13 else 2] not in "12389":
        return None
    year = patent_year(number)
    if not (year >= 2003 if len(number) == 13 else 1985 <= year <= 2003):
        return None
    return number


def _free(text):
    if not text or len(text.encode()) > 40 or unicodedata.normalize("NFC", text) != text:
        return None
    for c in text:
        if 0x2000 <= ord(c) <= 0x206F or c == "\u3000" or 0xFF00 <= ord(c) <= 0xFFFF or ord(c) < 0x20 or ord(c) == 0x7F:
            return None
    return text if re.fullmatch(r"[0-9A-Z-]+", text) else "u" + text.encode().hex()


def _mark(text):
    found = re.fullmatch(r"(G?)([0-9]{1,8})([A-Z]?)", text)
    return found and found[1] + (found[2].lstrip("0") or "0") + found[3]


def group_of(kind):
    if kind.startswith("patent_"):
        return "patent"
    if kind.startswith("copyright_"):
        return "copyright"
    return "layout" if kind == "ic_layout" else kind


def right_key(kind, text):
    """(key, printed form), or ("", code)."""
    group = group_of(kind)
    if group == "patent":
        number = patent_no(text)
        if number is None:
            return "", "E_BAD_RIGHT_NO"
        if patent_kind(number) != {"patent_invention": "1", "patent_utility": "2"}.get(kind, "3"):
            return "", "E_KIND_MISMATCH"
        return "patent:" + number, f"ZL{number[:-1]}.{number[-1]}"
    printed = _upper(text, " " if group == "data_ip" else " .")
    software = printed.encode()[4:6] == b"SR" and len(printed) >= 6
    if group == "trademark":
        number = _mark(printed)
    elif group == "copyright" and software:
        found = re.fullmatch(r"([0-9]{4}SR)([0-9]{6,7})", printed)
        number = found and found[1] + found[2].zfill(7)
    elif group == "copyright" and "登字" in printed:
        found = re.fullmatch(r"(.)作登字-([0-9]{4}-[A-Z]-)([0-9]{1,8})", printed)
        number = found and found[1] in WORKS and f"W{WORKS[found[1]]}-{found[2]}{found[3].zfill(8)}"
    else:
        number = _free(printed)
    if not number:
        return "", "E_BAD_RIGHT_NO"
    if group == "copyright" and software != (kind == "copyright_software"):
        return "", "E_KIND_MISMATCH"
    return f"{group}:{number}", printed
