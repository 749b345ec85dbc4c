"""B.10 freeze_order: effective on receipt, queued behind a standing one, ending by block time."""
import days
from common import EMPTY, REASON
from engine import Type
from fields import table
from rights import change_right, each_right, named_rights, rights_exist

table("freeze", """
order_no: text 100
case_no: text 100
ruling_hash?: hash
assistance_notice_hash?: hash
rights: records 100
holder?: party
scope: choices block_transfer|block_surrender|block_change|block_new_pledge|block_licence|block_release|block_certificate_transfer
valid_to: date
valid_until_ms?: integer
""")
table("freeze.extend", "valid_to: date\nruling_hash: hash")


def holder_still_holds(act):
    holder = act.text("holder")

    def check(_, right):
        if not holder or any(one["party"] == holder for one in right["fields"]["holders"]):
            return None
        return "E_ALREADY_TRANSFERRED" if "transferred" in right else "E_NOT_REGISTERED_OWNER"

    return each_right(act, check)


def term_allowed(act, valid_to):
    for right_id in named_rights(act):
        months = 6 if right_id.startswith("patent:") else 12 if right_id.startswith("trademark:") else 36
        if valid_to > days.plus_months(act.today, months):
            return "E_TERM_TOO_LONG"
    return None if valid_to >= act.today else "E_BACKDATED"


def serve_term(act):
    code = term_allowed(act, act.f["valid_to"])
    until = act.f.get("valid_until_ms", 0)
    if code or until == 0 or act.time < until <= days.end_of(act.f["valid_to"]):
        return code
    return "E_BACKDATED"


def extend_term(act):
    return "E_BAD_STATE" if act.record["until_ms"] <= act.time else term_allowed(act, act.body["valid_to"])


def room_in_queue(act):
    return each_right(act, lambda _, right: "E_TOO_LARGE" if len(right["enc"]["freezes"]) >= 100 else None)


def papers_there(act):
    return None if act.text("ruling_hash") and act.text("assistance_notice_hash") else "E_MISSING_RULING"


def same_court(act):
    return None if act.record["court"] == act.party else "E_COURT_CREDENTIAL"


def end_of(f):
    return f.get("valid_until_ms", 0) or days.end_of(f["valid_to"])


def serve(act):
    until = end_of(act.f)
    act.record.update(court=act.party, until_ms=until, received=act.where)

    def enqueue(enc):
        before = len(enc["freezes"])
        enc["freezes"].append({"id": act.id, "scope": list(act.f["scope"]), "valid_to": act.f["valid_to"],
                               "until_ms": until, "since": act.where, "status": "queued" if before else "active",
                               "position": before + 1})

    for right_id in named_rights(act):
        change_right(act, right_id, enqueue)
    act.add_deadline(until, "expire")


def lift(act):
    def dequeue(enc):
        enc["freezes"] = [one for one in enc["freezes"] if one["id"] != act.record["id"]]
        for i, one in enumerate(enc["freezes"]):
            one["position"] = i + 1
        if enc["freezes"]:
            enc["freezes"][0]["status"] = "active"

    for right_id in act.record["fields"]["rights"]:
        change_right(act, right_id, dequeue)


def extend(act):
    act.f["valid_to"] = act.body["valid_to"]
    act.f.pop("valid_until_ms", None)
    until = end_of(act.f)
    act.record["until_ms"] = until

    def move(enc):
        for one in enc["freezes"]:
            if one["id"] == act.id:
                one["until_ms"], one["valid_to"] = until, act.f["valid_to"]

    for right_id in named_rights(act):
        change_right(act, right_id, move)
    act.add_deadline(until, "expire")


def deadline(act, _):
    if act.record["state"] == "active" and act.record["until_ms"] <= act.time:
        act.record["state"] = "expired"
        lift(act)


def acknowledge(act):
    act.record["acknowledged"] = {"office": act.party, "at": act.where}


freeze = Type("freeze", "freeze/", "FZ", ("holder",))
freeze.deadline = deadline
freeze.verb("serve", "", "active", "court", "two", "freeze",
            [rights_exist, holder_still_holds, serve_term, room_in_queue, papers_there], serve, first=True)
freeze.verb("extend", "active", "", "court", "two", "freeze.extend", [same_court, extend_term], extend)
freeze.verb("release", "active", "released", "court", "two", REASON, [same_court], lift)
freeze.verb("execute", "active", "executed", "court", "two", REASON, [same_court], lift)
freeze.verb("acknowledge", "active|released|expired|executed", "", "ip_office", "one", EMPTY, [], acknowledge)
