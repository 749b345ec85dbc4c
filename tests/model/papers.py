"""B.5 appraisals, B.11 objections, B.12 searches, B.13 anchors and erasures."""
import days
from codec import hex_of, jcs, log_root
from common import EMPTY, REASON, active, court_shows_ruling, has_role, keeper_of, linked, names_party, parties_active, set_body
from engine import Type, key_of_record
from fields import table
from rights import each_right

table("appraisal", """
report_no: text 64
appraiser_license: text 64
subject_rights: records 500
value: amount
ccy: ccy
base_date: date
valid_to: date
method: choice cost|market|income
purpose: choice pledge|securitization|transfer|enforcement
report_hash: hash
""")
table("appraisal.supersede", "by: record")


def subjects_exist(act):
    return "E_RIGHT_UNKNOWN" if any(act.get("right/" + one) is None for one in act.f["subject_rights"]) else None


def appraisal_term(act):
    base, to = act.f["base_date"], act.f["valid_to"]
    if base > act.today or to < act.today:
        return "E_BACKDATED"
    return "E_TERM_TOO_LONG" if to > days.plus_years(base, 1) else None


def holds_none(act):
    return each_right(act, lambda _, right: "E_APPRAISER_CONFLICT" if any(
        linked(act, act.party, one["party"]) for one in right["fields"]["holders"]) else None, act.f["subject_rights"])


def own_report(act):
    return None if act.record["appraiser"] == act.party else "E_WRONG_AUTHORITY"


def successor_fits(act):
    by = act.get("appraisal/" + act.body["by"])
    if by is None or act.body["by"] == act.id:
        return "E_NOT_FOUND"
    if by["appraiser"] != act.party or by["state"] != "issued":
        return "E_APPRAISAL_EXPIRED"
    return None if by["fields"]["subject_rights"] == act.f["subject_rights"] else "E_APPRAISAL_SUBJECT_MISMATCH"


def issue(act):
    act.record["appraiser"] = act.party
    act.add_deadline(days.end_of(act.f["valid_to"]), "valid_to")


def appraisal_deadline(act, _):
    if act.record["state"] == "issued" and act.record["fields"]["valid_to"] < act.today:
        act.record["state"] = "expired"


appraisal = Type("appraisal", "appraisal/", "AP")
appraisal.deadline = appraisal_deadline
appraisal.verb("issue", "", "issued", "appraiser", "two", "appraisal",
               [subjects_exist, appraisal_term, lambda act: None if act.f["value"] > 0 else "E_SCHEMA", holds_none], issue)
appraisal.verb("supersede", "issued", "superseded", "appraiser", "two", "appraisal.supersede",
               [own_report, successor_fits], lambda act: act.record.update(superseded_by=act.body["by"]))
appraisal.verb("withdraw", "issued", "withdrawn", "appraiser", "two", REASON, [own_report])

# Objections

LAPSE_MS = 30 * days.DAY_MS
table("objection", """
against: record
ground: choice wrong_owner|no_consent|content_error|forged|data_source_unlawful|priority_dispute
interest?: text 2000
evidence?: hashes 50
""")
table("objection.notice", "notice_hash: hash")
table("objection.litigation", "suit_or_arbitration_notice_hash: hash")
table("objection.decision", "ruling_hash?: hash\nreason: text 2000")
OVER = ("withdrawn", "refused", "cancelled", "revoked", "surrendered", "expired")


def target_of(act):
    key = key_of_record(act.record["fields"].get("against", ""))
    return act.get(key) if key else None


def target_stands(act):
    target = target_of(act)
    if target is None or target["type"] == "objection":
        return "E_NOT_FOUND"
    return "E_BAD_STATE" if target["state"] in OVER else None


def interest_shown(act):
    stated = act.text("interest") and act.listed("evidence")
    return None if stated or names_party(target_of(act), act.party) else "E_NOT_INTERESTED"


def first_of_its_kind(act):
    held = target_of(act).get("objections", [])
    if any(one["objector"] == act.party for one in held):
        return "E_DUPLICATE_OBJECTION"
    return None if len(held) < 64 else "E_TOO_LARGE"


def spent_key(objector, f):
    return "objected/" + f["against"] + "/" + objector


def ground_unspent(act):
    held = act.get(spent_key(act.party, act.f))
    return "E_DUPLICATE_OBJECTION" if held and act.f["ground"] in held["grounds"] else None


def spend_ground(act):
    f = act.record["fields"]
    key = spent_key(act.record["objector"], f)
    act.draft.put(key, {"grounds": (act.get(key) or {"grounds": []})["grounds"] + [f["ground"]]})


def own_objection(act):
    return None if act.record["objector"] == act.party else "E_WRONG_AUTHORITY"


def not_lapsed(act):
    return None if act.record["state"] == "litigation_shown" or act.time < act.record["lapses_at"] else "E_BAD_STATE"


def decider_competent(act):
    if has_role(act, act.party, "court"):
        return None
    target = target_of(act)
    return None if target and keeper_of(target) == act.party else "E_WRONG_AUTHORITY"


def change_target(act, added=None):
    key = key_of_record(act.record["fields"]["against"])
    if act.get(key) is None:
        return
    target = act.draft.change(key)
    held = [one for one in target.get("objections", []) if one["id"] != act.record["id"]] + ([added] if added else [])
    if held:
        target["objections"] = held
    else:
        target.pop("objections", None)


def file(act):
    act.record["objector"] = act.party
    act.record["lapses_at"] = act.time + LAPSE_MS
    change_target(act, {"id": act.id, "ground": act.f["ground"], "objector": act.party, "since": act.where})
    act.add_deadline(act.time + LAPSE_MS, "lapse")


def decide(act):
    act.record["decision"] = dict(act.body)
    change_target(act)


def fail(act):
    change_target(act)
    spend_ground(act)


def dismiss(act):
    decide(act)
    spend_ground(act)


def objection_deadline(act, _):
    if act.record["state"] in ("filed", "notified"):
        act.record["state"] = "lapsed"
        fail(act)


DECIDERS = "court|ip_office|cert_center"
objection = Type("objection", "objection/", "OB")
objection.deadline = objection_deadline
objection.verb("file", "", "filed", "", "two", "objection", [target_stands, interest_shown, first_of_its_kind, ground_unspent],
               file)
objection.verb("notify", "filed", "notified", "", "one", "objection.notice", [own_objection, not_lapsed],
               lambda act: act.record.update(notice=act.body))
objection.verb("show_litigation", "filed|notified", "litigation_shown", "", "two", "objection.litigation",
               [own_objection, not_lapsed], lambda act: act.record.update(litigation=act.body))
for verb, came_from, state, deed in (("uphold", "litigation_shown", "upheld", decide),
                                     ("dismiss", "filed|notified|litigation_shown", "dismissed", dismiss)):
    objection.verb(verb, came_from, state, DECIDERS, "two", "objection.decision",
                   [decider_competent, court_shows_ruling], deed)
objection.verb("withdraw", "filed|notified|litigation_shown", "withdrawn", "", "two", REASON, [own_objection], fail)

# Anchors and searches

table("anchor", "hash: hash\nmedia_type: text 100\nbyte_length: integer\ncustodian: party\ntimestamp_token_hash?: hash")
table("search", "rights: records 500\npurpose?: text 500")


def answer(act):
    lines, found = [], 0
    for right_id in act.f["rights"]:
        right = act.get("right/" + right_id)
        line = {"right": right_id, "known": right is not None}
        if right:
            enc = right["enc"]
            burdens = (len(enc["pledges"]) + len(enc["freezes"]) + ("pool" in enc) + ("reservation" in enc) +
                       len(right.get("objections", [])))
            found += burdens
            line.update(burdens=burdens, value="sha256:" + hex_of(jcs(right)))
        lines.append(line)
    act.record.update(requester=act.party, result=lines, result_count=found,
                      result_root="sha256:" + log_root([jcs(one) for one in lines]).hex())


anchor = Type("anchor", "anchor/", "EV", ("custodian",))
anchor.handles = lambda record: ["hash:" + record["fields"]["hash"]]
anchor.verb("file", "", "anchored", "", "one", "anchor", [lambda act: active(act, act.f["custodian"])],
            lambda act: act.record.update(created_by=act.party))
search = Type("search", "search/", "SC")
search.verb("request", "", "issued", "", "one", "search",
            [lambda act: None if len(act.f["rights"]) <= 20 else "E_QUERY_TOO_BROAD",
             lambda act: None if act.text("purpose") else "E_PURPOSE_REQUIRED"], answer)

# Erasures

table("erasure", """
subject_ref: sealed
records: records 100
ground: choice purpose_ended|service_ended|consent_withdrawn|unlawful_processing|other_law
legal_basis: text 500
holders: parties 50
regulator_notice: hash
""")
table("erasure.verify", "identity_evidence?: hash")
table("erasure.refuse", "why: choice E_RETENTION_PERIOD|E_IDENTITY_UNPROVEN\nretained_because: text 500")
table("erasure.declare", "locations: sealed\nreport_hash: hash")


def records_there(act):
    keys = [key_of_record(one) for one in act.f["records"]]
    return "E_NOT_FOUND" if any(key is None or act.get(key) is None for key in keys) else None


def own_request(act):
    return None if act.record["requester"] == act.party else "E_WRONG_AUTHORITY"


def declared(act):
    return [one["holder"] for one in act.listed("declarations")]


def retention_over(act):
    for one in act.f["records"]:
        held = act.get(key_of_record(one))
        if held and held["fields"].get("record_retention_until", "") > act.today:
            return "E_RETENTION_PERIOD"
    return None


def declare(act):
    act.f.setdefault("declarations", []).append(dict(act.body, holder=act.party))


erasure = Type("erasure", "erasure/", "ER", ("holders", "declarations.holder"))
erasure.verb("request", "", "requested", "dpo", "two", "erasure", [records_there, parties_active("holders")],
             lambda act: act.record.update(requester=act.party))
erasure.verb("verify", "requested", "verified", "dpo", "two", "erasure.verify",
             [own_request, lambda act: None if "identity_evidence" in act.body else "E_IDENTITY_UNPROVEN"], set_body)
erasure.verb("refuse", "requested|verified", "refused", "dpo", "two", "erasure.refuse", [own_request], set_body)
erasure.verb("restrict", "verified", "restricted", "dpo", "two", EMPTY, [own_request])
erasure.verb("declare", "restricted", "", "", "two", "erasure.declare",
             [lambda act: None if act.party in act.f["holders"] else "E_WRONG_AUTHORITY",
              lambda act: "E_DUPLICATE_SUBMISSION" if act.party in declared(act) else None, retention_over], declare)
erasure.verb("erase", "restricted", "erased", "dpo", "two", EMPTY,
             [own_request, lambda act: None if set(act.f["holders"]) <= set(declared(act)) else "E_ERASURE_INCOMPLETE"])
erasure.verb("confirm", "erased", "confirmed", "regulator", "two", EMPTY)
