"""B.4 data_ip_registration: deposited, applied for, examined, noticed, registered; R-05, R-09."""
import days
from common import (REASON, correction_day_holds, correction_in_time, correction_lapsed, court_shows_ruling,
                    no_open_objection, office_or_court, open_correction, parties_active, same_office, working_days_after)
from data import asset_of, in_window
from engine import Type
from fields import table
from identifiers import right_key
from rights import each_right, frozen, named_rights, not_pooled, tell_pledgees


def statements(mark):
    return f"""algorithm_rule_summary?: text 2000
algorithm_rule_hash?: hash
source_statement{mark}: text 2000
update_statement{mark}: text 2000
legality_pledge{mark}: boolean
authorised_until?: date"""


table("dataip", """
evidence_certificate_no: text 64
evidence_platform: party
evidence_hash: hash
applicants: parties 20
asset_id: record
""")
table("dataip.apply", statements(""))
table("dataip.correct", statements("?") + "\nreason: text 2000")
table("dataip.request_correction", "defects: text 2000\ndeadline: date")
table("dataip.examine", "notice_to: date")
table("dataip.refuse", "ground: choice E_RAW_DATA_ONLY|E_SOURCE_UNLAWFUL|E_OWNERSHIP_DISPUTE|E_DUPLICATE_RIGHT|"
                       "E_NO_AUTHORISATION|E_OTHER_UNFIT\nreason: text 2000")
table("dataip.register", "certificate_no: text 40\nsource_snapshot_hash: hash")
table("dataip.renew", "authorised_until?: date\nevidence?: hashes 20")
table("dataip.revoke", "ruling_hash?: hash\nreason: text 2000")


def claim_keys(act):
    name = act.record["fields"].get("asset_id", "")
    return ["dataip_of/" + name, "dataip_of_digest/" + act.get("asset/" + name)["fields"]["content_digest"]["root"]]


def drop_claims(act):
    for key in claim_keys(act):
        if (act.get(key) or {}).get("id") == act.record["id"]:
            act.draft.put(key, None)


def until(act):
    return act.body.get("authorised_until", "") or act.text("authorised_until")


def holders_and_office(act):
    parties = [act.record.get("office", "")]
    for one in named_rights(act):
        held = act.get("right/" + one)
        parties += [holder["party"] for holder in held["fields"]["holders"]] if held else []
    return parties


def everybody_on_it(act):
    parties = holders_and_office(act)
    for one in named_rights(act):
        held = act.get("right/" + one)
        parties += [pledgee for pledge in held["enc"]["pledges"] for pledgee in pledge["pledgees"]] if held else []
    return parties


def asset_theirs(act):
    held = asset_of(act)
    if held is None:
        return "E_UNKNOWN_ASSET"
    return None if held["provider"] in act.f["applicants"] else "E_NO_AUTHORISATION"


def authorised(act):
    held = asset_of(act)
    if held is None:
        return None
    holds = until(act) >= act.today if until(act) else held["fields"]["source_kind"] == ["self_collected"]
    return None if holds else "E_NO_AUTHORISATION"


def unregistered(act):
    claims = [act.get(key) for key in claim_keys(act)]
    return "E_DUPLICATE_RIGHT" if any(claim and claim["id"] != act.id for claim in claims) else None


def undisputed(act):
    held = asset_of(act)
    return "E_OWNERSHIP_DISPUTE" if held and "objections" in held else None


def number_free(act):
    key, _ = right_key("data_ip", act.body["certificate_no"])
    if not key:
        return "E_BAD_RIGHT_NO"
    return "E_DUPLICATE_RIGHT" if act.get("right/" + key) else None


def term_end(act):
    three = days.plus_years(act.today, 3)
    return until(act) if until(act) and until(act) < three else three


def merge(act):
    for name, value in act.body.items():
        if name not in ("reason", "evidence"):
            act.f[name] = value


def take_office(act):
    act.record["office"] = act.party
    open_correction(act)


def examine(act):
    act.record["office"] = act.party
    act.f["notice_from"], act.f["notice_to"] = act.today, act.body["notice_to"]
    for key in claim_keys(act):
        act.draft.put(key, {"id": act.id})


def refuse(act):
    act.record["refused"] = dict(act.body)
    drop_claims(act)


def register(act):
    key, printed = right_key("data_ip", act.body["certificate_no"])
    valid_to = term_end(act)
    act.f.update(certificate_no=act.body["certificate_no"], registered_on=act.today, valid_to=valid_to, rights=[key])
    applicants = act.f["applicants"]
    share = {"share_ppm": 1_000_000} if len(applicants) == 1 else {}
    act.draft.put("right/" + key, {
        "type": "right", "id": key, "state": "mirrored", "version": 1, "created": act.where, "updated": act.where,
        "registered_by": act.party, "dataip": act.id, "enc": {"pledges": [], "freezes": []},
        "fields": {"asset_kind": "data_ip", "right_no": printed, "title": asset_of(act)["fields"]["asset_name"],
                   "holders": [dict(share, party=one) for one in applicants], "grant_date": act.today,
                   "expiry_date": valid_to, "legal_status": "in_force", "invalidation_pending": False,
                   "ownership_dispute": False, "dual_filing": False,
                   "source_snapshot_hash": act.body["source_snapshot_hash"], "source_checked_on": act.today}})
    act.add_deadline(days.end_of(valid_to), "valid_to")


def end_right(act, status):
    drop_claims(act)
    for one in act.record["fields"].get("rights", []):
        if act.get("right/" + one):
            held = act.draft.change("right/" + one)
            held["fields"]["legal_status"] = status
            tell_pledgees(act, held, status)
            act.touch(held)


def renew_right(act):
    merge(act)
    act.f["valid_to"] = term_end(act)
    for one in act.f["rights"]:
        if act.get("right/" + one):
            held = act.draft.change("right/" + one)
            held["fields"]["expiry_date"] = act.f["valid_to"]
            act.touch(held)
    act.add_deadline(days.end_of(act.f["valid_to"]), "valid_to")


def revoke_right(act):
    act.record["revocation"] = dict(act.body)
    end_right(act, "invalidated")


def dataip_deadline(act, what):
    if what == "correction" and correction_lapsed(act):
        act.record["state"] = "withdrawn"
    if what == "valid_to" and act.record["state"] == "registered" and act.record["fields"]["valid_to"] < act.today:
        act.record["state"] = "expired"
        end_right(act, "expired")


there = parties_active("applicants", "evidence_platform")
dataip = Type("dataip", "dataip/", "DR", ("evidence_platform", "applicants"), "office")
dataip.deadline = dataip_deadline
dataip.handles = lambda record: ["applicant:" + one for one in record["fields"]["applicants"]] \
    if "registered_on" in record["fields"] else []
applicants_sign = {"parties": lambda act: act.f["applicants"]}
dataip.verb("deposit", "", "evidence_deposited", "", "two", "dataip",
            [lambda act: None if act.party in act.f["applicants"] else "E_WRONG_AUTHORITY", there, asset_theirs])
dataip.verb("apply", "evidence_deposited", "applied", "", "every", "dataip.apply", [authorised], merge, **applicants_sign)
dataip.verb("request_correction", "applied", "correction", "ip_office", "one", "dataip.request_correction",
            [same_office, correction_day_holds], take_office)
dataip.verb("correct", "correction", "applied", "", "every", "dataip.correct", [correction_in_time, authorised], merge,
            **applicants_sign)
dataip.verb("examine", "applied", "public_notice", "ip_office", "two", "dataip.examine",
            [same_office, unregistered,
             lambda act: None if act.body["notice_to"] >= working_days_after(act, act.today, 10, 14) else "E_NOTICE_PERIOD_OPEN",
             lambda act: None if act.text("algorithm_rule_summary") and act.text("algorithm_rule_hash") else "E_RAW_DATA_ONLY",
             lambda act: None if act.f.get("legality_pledge", False) else "E_SOURCE_UNLAWFUL", undisputed], examine)
dataip.verb("refuse", "applied|public_notice", "refused", "ip_office", "two", "dataip.refuse", [same_office], refuse)
dataip.verb("register", "public_notice", "registered", "ip_office", "two", "dataip.register",
            [same_office, there, number_free, lambda act: None if term_end(act) > act.today else "E_BASIS_EXPIRED",
             lambda act: None if act.f["notice_to"] < act.today else "E_NOTICE_PERIOD_OPEN", no_open_objection], register)
dataip.verb("renew", "registered", "", "", "every", "dataip.renew",
            [in_window, lambda act: None if term_end(act) > act.today else "E_BASIS_EXPIRED",
             lambda act: None if term_end(act) > act.f["valid_to"] else "E_BACKDATED"], renew_right,
            parties=holders_and_office)
dataip.verb("cancel", "registered", "cancelled", "", "every", REASON,
            [lambda act: each_right(act, lambda _, held: "E_ASSET_FROZEN" if frozen(act, held, "block_surrender") else None),
             not_pooled], lambda act: end_right(act, "surrendered"), parties=everybody_on_it)
dataip.verb("revoke", "registered", "revoked", "ip_office|court", "two", "dataip.revoke",
            [office_or_court, court_shows_ruling], revoke_right)
