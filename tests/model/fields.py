"""Field tables: one line a field, "name: kind", "name?: kind" when it may be left out. Kinds as in docs/registry."""
import base64
import binascii
import re

from days import is_day

CURRENCIES = {"CNY", "USD", "EUR", "JPY", "HKD", "KWD", "GBP"}
COUNTRIES = {"CN", "US", "DE", "SG", "HK", "GB"}
INTEGER_MAX = 2**53 - 1
HASH = re.compile(r"(sha256|sm3):[0-9a-f]{64}")


class Field:
    def __init__(self, line):
        name, rest = line.split(":", 1)
        self.name = name.strip().rstrip("?")
        self.required = not name.strip().endswith("?")
        kind, _, argument = rest.strip().partition(" ")
        self.kind, self.argument = kind, argument.strip()
        self.choices = set(self.argument.split("|"))
        self.table = None
        if kind in ("object", "objects"):
            limit, _, table = self.argument.rpartition(" ")
            self.limit, self.table = int(limit or 0), TABLES[table]
        elif self.argument.isdigit():
            self.limit = int(self.argument)
        else:
            self.limit = INTEGER_MAX if kind == "integer" else 300


TABLES = {}


def table(name, text, *more):
    """Names a table; `more`: tables whose fields stand behind it."""
    TABLES[name] = [Field(line) for line in text.strip().splitlines()]
    for other in more:
        TABLES[name] += TABLES[other]
    return name


def is_party_id(text):
    return re.fullmatch(r"[a-z0-9-]{1,64}", text) is not None


def sealed(value):
    if not isinstance(value, dict) or set(value) != {"_sd"} or not isinstance(value["_sd"], str):
        return False
    text = value["_sd"]
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", text):
        return False
    try:
        raw = base64.urlsafe_b64decode(text + "=")
    except binascii.Error:
        return False
    return base64.urlsafe_b64encode(raw).decode().rstrip("=") == text


def _text(field, kind, text):
    if kind in ("text", "right_no"):
        return 1 <= len(text.encode()) <= field.limit
    if kind == "choice":
        return text in field.choices and text != ""
    if kind == "date":
        return is_day(text)
    if kind == "hex32":
        return re.fullmatch(r"[0-9a-f]{64}", text) is not None
    if kind == "party":
        return is_party_id(text)
    if kind == "record":
        return re.fullmatch(r"[A-Za-z0-9:_/-]{1,128}", text) is not None
    if kind == "ccy":
        return text in CURRENCIES
    assert kind == "country", kind
    return text in COUNTRIES


ITEM = {"choices": "choice", "parties": "party", "records": "record", "hashes": "hash"}


def _check(field, kind, value, keys):
    if kind in ITEM:
        limit = 32 if kind == "choices" else field.limit
        if not isinstance(value, list) or len(value) > limit or (field.required and not value):
            return "E_SCHEMA"
        seen = set()
        for one in value:
            code = _check(field, ITEM[kind], one, keys)
            if code or one in seen:
                return code or "E_SCHEMA"
            seen.add(one)
        return None
    if kind == "hash":
        if not isinstance(value, str):
            return "E_SCHEMA"
        return None if HASH.fullmatch(value) else "E_HASH_FORMAT"
    if kind in ("integer", "amount"):
        most = field.limit if kind == "integer" else INTEGER_MAX
        return None if type(value) is int and 0 <= value <= most else "E_SCHEMA"
    if kind == "boolean":
        return None if type(value) is bool else "E_SCHEMA"
    if kind == "sealed":
        return None if sealed(value) else "E_SCHEMA"
    if kind == "jwk":
        good = isinstance(value, dict) and set(value) == {"crv", "kty", "x"} and value.get("x") in keys
        return None if good and value["crv"] == "Ed25519" and value["kty"] == "OKP" else "E_SCHEMA"
    if kind == "object":
        return check(value, field.table, keys)
    if kind == "objects":
        if not isinstance(value, list) or len(value) > field.limit or (field.required and not value):
            return "E_SCHEMA"
        for one in value:
            code = check(one, field.table, keys)
            if code:
                return code
        return None
    return None if isinstance(value, str) and _text(field, kind, value) else "E_SCHEMA"


def check(body, fields, keys):
    """None, or the code of the first field that does not hold. `keys`: public keys known to be good."""
    if not isinstance(body, dict):
        return "E_SCHEMA"
    known = 0
    for field in fields:
        if field.name not in body:
            if field.required:
                return "E_SCHEMA"
            continue
        known += 1
        code = _check(field, field.kind, body[field.name], keys)
        if code:
            return code
    return None if known == len(body) else "E_SCHEMA"
