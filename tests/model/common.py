"""What several record types ask (rules R-01 to R-30) and the bodies they share."""
import days
from engine import TYPES
from fields import table

EMPTY = table("empty", "")
REASON = table("reason", "reason: text 2000\nevidence?: hashes 50")


def active(act, party):
    held = act.get("party/" + party)
    if held is None:
        return "E_NOT_FOUND"
    return None if held["state"] == "active" else "E_PARTY_NOT_ACTIVE"


def parties_active(*names):
    def guard(act):
        for name in names:
            value = act.f.get(name, [])
            for one in [value] if isinstance(value, str) else value:
                code = active(act, one if isinstance(one, str) else one.get("party", ""))
                if code:
                    return code
        return None

    return guard


def has_role(act, party, *roles):
    held = act.get("party/" + party)
    return held is not None and bool(set(roles) & set(held["fields"]["roles"]))


def linked(act, one, other):
    def affiliates(party):
        held = act.get("party/" + party)
        return held["fields"].get("affiliates", []) if held else []

    return one == other or other in affiliates(one) or one in affiliates(other)


def count_open(draft, party, change):
    held = draft.get("open/" + party)
    draft.put("open/" + party, {"n": (held["n"] if held else 0) + change})


def set_body(act, skip=()):
    for name, value in act.body.items():
        if name not in skip:
            act.f[name] = value


def no_open_objection(act):
    return "E_OPEN_OBJECTION" if act.record.get("objections") else None


def names_party(record, party):
    """Does a field of the record, or of an object in it, name this party?"""
    def search(value, paths):
        for path in paths:
            name, _, rest = path.partition(".")
            held = value.get(name)
            for one in held if isinstance(held, list) else [] if held is None else [held]:
                if (isinstance(one, dict) and search(one, [rest])) if rest else one == party:
                    return True
        return False

    return search(record["fields"], TYPES[record["type"]].party_fields)


def keeper_of(record):
    name = TYPES[record["type"]].keeper
    return record.get(name, record["fields"].get(name, "")) if name else ""


# Offices, courts, corrections (filing)


def same_office(act):
    return None if act.record.get("office", act.party) == act.party else "E_WRONG_AUTHORITY"


def office_or_court(act):
    return None if has_role(act, act.party, "court") else same_office(act)


def court_shows_ruling(act):
    return "E_MISSING_RULING" if has_role(act, act.party, "court") and "ruling_hash" not in act.body else None


def correction_day_holds(act):
    return None if act.today <= act.body["deadline"] <= working_days_after(act, act.today, 15, 31) else "E_BACKDATED"


def correction_in_time(act):
    held = act.record.get("correction")
    return None if held is None or held["deadline"] >= act.today else "E_CORRECTION_TIMEOUT"


def open_correction(act):
    act.record["correction"] = dict(act.body, since=act.where)
    act.add_deadline(days.end_of(act.body["deadline"]), "correction")


def correction_lapsed(act):
    return act.record["state"] == "correction" and act.record["correction"]["deadline"] < act.today


def working_days_after(act, day, count, otherwise):
    """By the calendars on the ledger; day + otherwise where a year that it reaches has none."""
    at = day
    while count:
        at = days.plus_days(at, 1)
        calendar = act.get("calendar/" + at[:4])
        if calendar is None:
            return days.plus_days(day, otherwise)
        kind = next((one["kind"] for one in calendar["fields"]["days"] if one["day"] == at), "")
        weekend = days.between("2024-01-01", at) % 7 >= 5  # 2024-01-01 was a Monday
        if kind == "workday" or (kind == "" and not weekend):
            count -= 1
    return at
