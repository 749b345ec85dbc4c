"""B.2 ip_right with its encumbrance picture; R-01, R-02, R-05 to R-07, R-12, R-20, R-22, R-24, R-27."""
import days
from common import active, parties_active
from engine import Type
from fields import table
from identifiers import group_of, patent_year, right_key

KINDS = ("patent_invention|patent_utility|patent_design|trademark|copyright_work|copyright_software|ic_layout|data_ip")
STATUSES = "pending|in_force|fee_grace|terminated|invalidated|expired|suspended|surrendered"

table("holder", "party: party\nshare_ppm?: integer 1000000")
table("right", f"""
asset_kind: choice {KINDS}
right_no: right_no 40
title: text 500
holders: objects 100 holder
application_date?: date
grant_date?: date
expiry_date?: date
expiry_extension_days?: integer 3653
annual_fee_paid_to?: date
legal_status: choice {STATUSES}
invalidation_pending: boolean
ownership_dispute: boolean
dual_filing: boolean
nice_classes?: text 200
similar_marks?: records 50
main_ipc?: text 20
work_type?: text 100
first_publication_date?: date
source_snapshot_hash: hash
source_checked_on: date
""")
table("right.status", f"""
legal_status: choice {STATUSES}
invalidation_pending: boolean
ownership_dispute: boolean
annual_fee_paid_to?: date
source_snapshot_hash: hash
source_checked_on: date
""")
table("right.transfer", "to: party\nagreement: sealed\ntogether?: records 50")
table("right.consent", "to: party")
table("mismatch", "source_snapshot_hash: hash\nfound: text 2000")
table("resolve", "source_snapshot_hash: hash\nreason: text 2000")


def named_rights(act):
    return [act.id] + act.body.get("together", []) if act.type.name == "right" else act.listed("rights")


def each_right(act, check, ids=None):
    """check(id, value of the right) for each right there is; the first code."""
    for right_id in named_rights(act) if ids is None else ids:
        right = act.get("right/" + right_id)
        code = right and check(right_id, right)
        if code:
            return code
    return None


def change_right(act, right_id, change):
    key = "right/" + right_id
    if act.get(key) is None:
        return
    right = act.draft.change(key)
    change(right["enc"])
    act.touch(right)


def freeze_in_force(right, time):
    return next((one for one in right["enc"]["freezes"] if one["until_ms"] > time), None)


def frozen(act, right, scope):
    return any(one["until_ms"] > act.time and scope in one["scope"] for one in right["enc"]["freezes"])


# Guards over every right named


def rights_exist(act):
    return "E_RIGHT_UNKNOWN" if any(act.get("right/" + one) is None for one in named_rights(act)) else None


def rights_agree(act):
    return each_right(act, lambda _, right: "E_REGISTER_MISMATCH" if "register_mismatch" in right else None)


def free_for_new_pledge(act):
    return each_right(act, lambda _, right: "E_ASSET_FROZEN" if frozen(act, right, "block_new_pledge") else None)


def free_for_transfer(act):
    return each_right(act, lambda _, right: "E_ASSET_FROZEN" if frozen(act, right, "block_transfer") else None)


def free_for_release(act, ids=None):
    return each_right(act, lambda _, right: "E_FREEZE_BLOCKS_RELEASE" if frozen(act, right, "block_release") else None,
                      ids)


def ranks_allowed(act, right):
    return act.policy("ranked_pledge_" + group_of(right["fields"]["asset_kind"]), 0) == 1


def not_pledged(act):
    def check(_, right):
        pledges = right["enc"]["pledges"]
        room = len(pledges) < 20 and ranks_allowed(act, right)
        return "E_ALREADY_PLEDGED" if not room and any(one["id"] != act.id for one in pledges) else None

    return each_right(act, check)


def not_reserved(act):
    def check(_, right):
        held = right["enc"].get("reservation")
        return "E_RESERVED_BY_OTHER" if held and held["pledge"] != act.id else None

    return each_right(act, check)


def not_pooled(act, ids=None):
    return each_right(act, lambda _, right: "E_IN_SECURITIZATION_POOL" if "pool" in right["enc"] else None, ids)


# B.2


def number_holds(act):
    key, printed = right_key(act.f["asset_kind"], act.f["right_no"])
    if not key:
        return printed
    if key.startswith("patent:") and patent_year(key[7:]) > int(act.today[:4]):
        return "E_BAD_RIGHT_NO"
    return None


def shares_hold(act):
    shares = [one["share_ppm"] for one in act.f["holders"] if "share_ppm" in one]
    return "E_SCHEMA" if shares and sum(shares) != 1_000_000 else None


def term_holds(act):
    kind, expiry = act.f["asset_kind"], act.f.get("expiry_date")
    if expiry is None and not kind.startswith("copyright_"):
        return "E_SCHEMA"
    if not kind.startswith("patent_"):
        return None
    if "application_date" not in act.f or "annual_fee_paid_to" not in act.f:
        return "E_SCHEMA"
    years = {"patent_invention": 20, "patent_utility": 10}.get(kind, 15)
    last = days.plus_days(days.plus_years(act.f["application_date"], years), act.f.get("expiry_extension_days", 0))
    return "E_SCHEMA" if expiry > last else None


def similar_are_marks(act):
    for mark in act.f.get("similar_marks", []):
        if act.f["asset_kind"] != "trademark" or not mark.startswith("trademark:") or act.get("right/" + mark) is None:
            return "E_RIGHT_UNKNOWN"
    return None


def open_picture(act):
    for mark in act.f.get("similar_marks", []):
        key = "right/" + mark
        if act.get(key) is None or key == act.key:
            continue
        known = act.get(key)["fields"].get("similar_marks", [])
        if len(known) >= 50 or act.id in known:
            continue
        right = act.draft.change(key)
        right["fields"].setdefault("similar_marks", []).append(act.id)
        act.touch(right)
    act.f["right_no"] = right_key(act.f["asset_kind"], act.f["right_no"])[1]
    act.record["enc"] = {"pledges": [], "freezes": []}
    act.record["registered_by"] = act.party


def tell_pledgees(act, right, why):
    for entry in right["enc"]["pledges"]:
        key = "pledge/" + entry["id"]
        if act.get(key):
            pledge = act.draft.change(key)
            pledge.setdefault("flags", {})["collateral_lost"] = why
            act.touch(pledge)


ENDS = ("terminated", "invalidated", "expired", "surrendered")


def own_register_speaks(act):
    """A right that this ledger registered is ended, and its status told, by its own register (decision 0014)."""
    if "dataip" not in act.record:
        return None
    if act.record["registered_by"] != act.party:
        return "E_WRONG_AUTHORITY"
    stands = act.get("dataip/" + act.record["dataip"])["state"] == "registered"
    return None if stands and act.body["legal_status"] not in ENDS else "E_BAD_STATE"


def extract_not_ahead(act):
    return None if act.body["source_checked_on"] <= act.today else "E_BACKDATED"


def update_status(act):
    act.f.update(act.body)
    if act.f["legal_status"] in ENDS:
        tell_pledgees(act, act.record, act.f["legal_status"])


def actor_is_pledgee(act):
    return None if any(act.party in one["pledgees"] for one in act.record["enc"]["pledges"]) else "E_NOT_INTERESTED"


def others_stand(act):
    ids = named_rights(act)
    if len(set(ids)) != len(ids):
        return "E_SCHEMA"
    if any(act.get("right/" + one) is None for one in ids):
        return "E_RIGHT_UNKNOWN"
    return rights_agree(act)


def holds(right, party):
    return any(one["party"] == party for one in right["fields"]["holders"])


def actor_holds(act):
    return each_right(act, lambda _, right: None if holds(right, act.party) else "E_NOT_REGISTERED_OWNER")


def similar_marks_go(act):
    """R-24: what the actor holds of similar marks goes along."""
    going = named_rights(act)

    def check(_, right):
        left = [act.get("right/" + one) for one in right["fields"].get("similar_marks", []) if one not in going]
        stays = [one for one in left if one and holds(one, act.party) and one["fields"]["legal_status"] == "in_force"]
        return "E_SIMILAR_MARKS_OMITTED" if stays else None

    return each_right(act, check)


def pledgees_consent(act):
    def check(_, right):
        given = [(one["party"], one["to"]) for one in right["enc"].get("consents", [])]
        missing = [one for pledge in right["enc"]["pledges"] for one in pledge["pledgees"] if (one, act.body["to"]) not in given]
        return "E_PLEDGEE_CONSENT_REQUIRED" if missing else None

    return each_right(act, check)


def room_for_consent(act):
    own = sum(one["party"] == act.party for one in act.record["enc"].get("consents", []))
    return None if own < 20 else "E_TOO_LARGE"


def consent(act):
    given = act.record["enc"].setdefault("consents", [])
    entry = {"party": act.party, "to": act.body["to"]}
    if entry not in given:
        given.append(entry)


def transfer(act):
    for right_id in named_rights(act):
        right = act.record if right_id == act.id else act.draft.change("right/" + right_id)
        right["fields"]["holders"] = [{"party": act.body["to"], "share_ppm": 1_000_000}]
        right["enc"].pop("consents", None)
        right["transferred"] = act.where
        if right_id != act.id:
            act.touch(right)


# Changes of the picture by pledges


def reserve(act):
    for right_id in named_rights(act):
        change_right(act, right_id, lambda enc: enc.update(reservation={"pledge": act.id, "since": act.where}))


def unreserve(act):
    def change(enc):
        if enc.get("reservation", {}).get("pledge") == act.record["id"]:
            del enc["reservation"]

    for right_id in act.record["fields"]["rights"]:
        change_right(act, right_id, change)


def enter_pledge(act):
    lowest = 1
    for right_id in named_rights(act):
        right = act.get("right/" + right_id)
        rank = 1 + max([one.get("rank", 1) for one in right["enc"]["pledges"]], default=0) if right else 1
        lowest = max(lowest, rank)

        def change(enc, rank=rank):
            enc.pop("reservation", None)
            enc["pledges"].append({"id": act.id, "status": "registered", "pledgees": list(act.f["pledgees"]),
                                   "since": act.where, "rank": rank})

        change_right(act, right_id, change)
    act.record["rank"] = lowest


def drop_consents(enc, parties):
    if "consents" in enc:
        enc["consents"] = [one for one in enc["consents"] if one["party"] not in parties]
        if not enc["consents"]:
            del enc["consents"]


def leave_rights(act, ids):
    def change(enc):
        enc["pledges"] = [one for one in enc["pledges"] if one["id"] != act.id]
        drop_consents(enc, act.f["pledgees"])

    for right_id in list(ids):
        change_right(act, right_id, change)


def show_pledge(act):
    def change(enc):
        before = []
        for entry in enc["pledges"]:
            if entry["id"] == act.id:
                before = entry["pledgees"]
                entry["pledgees"], entry["status"] = list(act.f["pledgees"]), act.record["state"]
        if before != act.f["pledgees"]:
            drop_consents(enc, before)

    for right_id in named_rights(act):
        change_right(act, right_id, change)


#


def reported(act):
    return None if "register_mismatch" in act.record else "E_BAD_STATE"


def not_reported(act):
    return "E_REGISTER_MISMATCH" if "register_mismatch" in act.record else None


def report(act):
    act.record["register_mismatch"] = {"office": act.party, "since": act.where,
                                       "source_snapshot_hash": act.body["source_snapshot_hash"]}


def mismatch_of(record):
    """The list of what an office reported (decision 0019)."""
    return ["mismatch:" + record["register_mismatch"]["office"]] if "register_mismatch" in record else []


def mirror_verbs(kind, states):
    kind.verb("report_mismatch", states, "", "ip_office", "two", "mismatch", [not_reported], report, under_mismatch=True)
    kind.verb("resolve_mismatch", states, "", "ip_office", "two", "resolve", [reported],
              lambda act: act.record.pop("register_mismatch"), under_mismatch=True)


right = Type("right", "right/", party_fields=("holders.party",), keeper="registered_by",
             id_of=lambda body: right_key(body["asset_kind"], body["right_no"])[0] or "?")
right.handles = lambda record: ["holder:" + one["party"] for one in record["fields"]["holders"]] + mismatch_of(record)
right.verb("register", "", "mirrored", "ip_office", "two", "right",
           [parties_active("holders"), similar_are_marks, term_holds, extract_not_ahead, shares_hold], open_picture, [number_holds])
right.verb("update_status", "mirrored", "", "ip_office", "two", "right.status", [own_register_speaks, extract_not_ahead],
           update_status, under_mismatch=True)
right.verb("consent", "mirrored", "", "", "two", "right.consent",
           [actor_is_pledgee, lambda act: active(act, act.body["to"]), room_for_consent], consent)
right.verb("transfer", "mirrored", "", "", "two", "right.transfer",
           [others_stand, actor_holds, lambda act: active(act, act.body["to"]), similar_marks_go, free_for_transfer,
            not_reserved, pledgees_consent, not_pooled,
            lambda act: each_right(act, lambda _, right: None if len(right["fields"]["holders"]) == 1
                                   else "E_COOWNER_CONSENT_MISSING")], transfer)
mirror_verbs(right, "mirrored")
