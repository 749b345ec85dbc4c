"""B.2 data_asset, B.3 compliance_certificate (data invoice); R-05, R-09, R-19, R-30."""
import days
from common import (EMPTY, REASON, active, correction_day_holds, has_role, linked, no_open_objection, parties_active,
                    working_days_after)
from engine import Type
from fields import TABLES, table
from financings import alert_financings, certificate_live, live_ones
from rights import frozen

SOURCES = "self_collected|authorised|purchased|public_data_authorised_operation|derived"
BASIS = "consent|contract|anonymised|statutory"
table("digest", "root: hash\nalgorithm_id: record\nsample_policy?: text 200")
table("asset", f"""
asset_name: text 200
industry: text 100
application_scenario: text 500
data_form: choice dataset|api|report|index|model_output|visualisation|encrypted_data
storage_format: text 50
source_kind: choices {SOURCES}
source_proofs?: sealed
source_term_to?: date
update_frequency: choice none|realtime|daily|weekly|monthly|yearly
update_until?: date
record_count?: integer
size_bytes?: integer
structure_hash?: hash
grade: choice general_1|general_2|general_3|general_4|important|core
risk_assessment?: sealed
contains_personal_info: boolean
sensitive_pi: boolean
minors_pi: boolean
personal_info_basis?: choice {BASIS}
anonymisation_method?: text 200
content_digest: object digest
custody_location?: sealed
""")


def flags_agree(act):
    f = act.f
    wrong = (f["sensitive_pi"] and not f["contains_personal_info"]) or (f["minors_pi"] and not f["sensitive_pi"])
    return "E_SCHEMA" if wrong else None


def asset_dates(act):
    if "purchased" in act.f["source_kind"] and "source_term_to" not in act.f:
        return "E_SCHEMA"
    until, term = act.text("update_until"), act.text("source_term_to")
    return "E_TERM_EXCEEDS_BASIS" if until and term and until > term else None


def source_proven(act):
    return None if act.f["source_kind"] == ["self_collected"] or "source_proofs" in act.f else "E_NO_AUTHORISATION"


def personal_lawful(act):
    if not act.f["contains_personal_info"]:
        return None
    if "personal_info_basis" not in act.f:
        return "E_SOURCE_UNLAWFUL"
    return None if "anonymisation_method" in act.f else "E_MISSING_EVIDENCE"


def important_assessed(act):
    return "E_MISSING_REPORT" if act.f["grade"] == "important" and "risk_assessment" not in act.f else None


asset = Type("asset", "asset/", "DA")
asset.verb("register", "", "registered", "", "two", "asset",
           [asset_dates, lambda act: "E_CORE_DATA" if act.f["grade"] == "core" else None, source_proven, personal_lawful,
            important_assessed], lambda act: act.record.update(provider=act.party), [flags_agree])

# Certificates

table("rule", "rule_name: text 200\narticle: text 100\nobligation_hash: hash")
table("link", """
grantor: party
grantee: party
rights: choices hold|use|operate
scope: records 50
from: date
to: date
sublicence_allowed: boolean
doc_hash: hash
""")
table("delivery", "root: hash\nalgorithm_id: record")
table("cert", f"""
certificate_kind: choice scenario|entity|transaction|delivery
issuer: party
supersedes?: record
valid_from: date
valid_to: date
applicable_rules?: objects 100 rule
digest_algorithm?: record
notice_days?: integer 365
identity_evidence?: sealed
provider_dcmm_level?: choice 1|2|3|4|5
security_certifications?: text 300
scenario_ref?: record
entity_refs?: records 2
transaction_ref?: record
recipient?: party
broker?: party
asset_id?: record
data_ip_right?: record
source_lawfulness?: choice {SOURCES}
source_evidence?: sealed
authorisation_chain?: objects 20 link
purpose?: sealed
use_scope?: sealed
territory?: sealed
onward_transfer?: sealed
processing_mode?: choice raw_delivery|api|sandbox|privacy_computing
personal_info_basis?: choice {BASIS}
cross_border?: boolean
cross_border_approval_no?: text 100
price?: sealed
pricing_method?: sealed
delivery_digest?: object delivery
delivered_on?: date
record_retention_until: date
""")
table("cert.changes", "")
for field in TABLES["cert"]:
    if field.name not in ("certificate_kind", "issuer"):
        table("one", f"{field.name}?: {field.kind} {field.argument}")
        TABLES["cert.changes"] += TABLES["one"]
table("cert.correct", "changes: object cert.changes")
table("cert.request_correction", "defects: text 2000\ndeadline: date")
table("cert.assess", "assessment_result: choice pass|conditional_pass\nreport?: sealed\ncommittee_opinion?: sealed")
table("cert.refuse", "ground: choice E_CORE_DATA|E_SOURCE_UNLAWFUL|E_NO_AUTHORISATION|E_OWNERSHIP_DISPUTE|"
                     "E_GRADE_NOT_ALLOWED\nreason: text 2000")
table("cert.renewal", "valid_to: date")
table("cert.revoke", "ground: choice fraud|source_unlawful|authorisation_withdrawn|pi_consent_withdrawn\n"
                     "effective_from: date\nreason: text 2000")
table("cert.receipt", "root: hash")

# field: (kinds that must state it, kinds that may)
KIND_RULES = {"applicable_rules": ("scenario", "scenario"), "digest_algorithm": ("scenario", "scenario"),
              "notice_days": ("", "scenario"), "identity_evidence": ("entity", "entity"),
              "provider_dcmm_level": ("", "entity"), "security_certifications": ("", "entity"),
              "scenario_ref": ("transaction delivery", "transaction delivery"), "entity_refs": ("transaction", "transaction"),
              "asset_id": ("transaction delivery", "transaction delivery"), "data_ip_right": ("", "transaction"),
              "broker": ("", "transaction"), "source_evidence": ("", "transaction"),
              "authorisation_chain": ("", "transaction"), "personal_info_basis": ("", "transaction"),
              "cross_border_approval_no": ("", "transaction"), "transaction_ref": ("delivery", "delivery"),
              "delivery_digest": ("delivery", "delivery"), "delivered_on": ("delivery", "delivery"),
              **{name: ("transaction", "transaction") for name in
                 ("recipient", "source_lawfulness", "purpose", "use_scope", "territory", "onward_transfer", "processing_mode",
                  "cross_border", "price", "pricing_method")}}


def cert_of(act, name):
    return act.get("cert/" + act.f[name]) if act.text(name) else None


def kind_of(act):
    return act.f["certificate_kind"]


def provider_of(act):
    return act.record.get("provider", "") or act.party


def kind_fields(act):
    stated = act.body.get("changes", act.body)
    for name, (must, may) in KIND_RULES.items():
        there = name in act.f and act.f[name] != []
        if (kind_of(act) in must.split() and not there) or (name in stated and kind_of(act) not in may.split()):
            return "E_SCHEMA"
    return None


def cert_dates(act):
    f = act.f
    if f["valid_from"] > f["valid_to"] or f["valid_to"] < act.today or act.text("delivered_on") > act.today:
        return "E_BACKDATED"
    return None if f["record_retention_until"] >= days.plus_years(f["valid_to"], 3) else "E_SCHEMA"


def supersedes_own(act):
    if "supersedes" not in act.f:
        return None
    old = cert_of(act, "supersedes")
    if old is None:
        return "E_NOT_FOUND"
    if old["provider"] != provider_of(act):
        return "E_WRONG_AUTHORITY"
    if old["fields"]["certificate_kind"] != kind_of(act):
        return "E_KIND_MISMATCH"
    return None if certificate_live(old, act.today) else "E_BAD_STATE"


def successor_covers(act):
    old = cert_of(act, "supersedes")
    if old is None:
        return None
    f = old["fields"]
    same = all(f.get(name, "") == act.text(name) for name in ("asset_id", "data_ip_right"))
    if same and act.f["valid_to"] >= f["valid_to"]:
        return None
    right = act.get("right/" + f["data_ip_right"]) if "data_ip_right" in f else None
    rested_on = (right and right["enc"]["pledges"]) or live_ones(act, f.get("financings", []))
    return "E_PLEDGEE_CONSENT_REQUIRED" if rested_on else None


def issuer_competent(act):
    return active(act, act.f["issuer"]) or (None if has_role(act, act.f["issuer"], "cert_center") else "E_WRONG_AUTHORITY")


def cert_parties(act):
    code = active(act, provider_of(act)) or parties_active("recipient", "broker")(act)
    if code:
        return code
    return "E_SCHEMA" if kind_of(act) == "transaction" and act.f["recipient"] == provider_of(act) else None


def asset_of(act):
    return act.get("asset/" + act.text("asset_id"))


def asset_there(act):
    if "asset_id" not in act.f:
        return None
    held = asset_of(act)
    if held is None:
        return "E_UNKNOWN_ASSET"
    return None if held["provider"] == provider_of(act) else "E_NO_AUTHORISATION"


def live_of_kind(act, cert_id, kind):
    held = act.get("cert/" + cert_id)
    if held is None:
        return "E_NOT_FOUND"
    if held["fields"]["certificate_kind"] != kind:
        return "E_KIND_MISMATCH"
    return None if certificate_live(held, act.today) else "E_BASIS_EXPIRED"


def references_live(act):
    code = live_of_kind(act, act.f["scenario_ref"], "scenario") if "scenario_ref" in act.f else None
    if code:
        return code
    if kind_of(act) == "transaction":
        owners = set()
        for one in act.f["entity_refs"]:
            code = live_of_kind(act, one, "entity")
            if code:
                return code
            owners.add(act.get("cert/" + one)["provider"])
        both = {provider_of(act), act.f["recipient"]} <= owners and len(act.f["entity_refs"]) == 2
        return None if both else "E_NOT_FOUND"
    if kind_of(act) != "delivery":
        return None
    code = live_of_kind(act, act.f["transaction_ref"], "transaction")
    if code:
        return code
    held = cert_of(act, "transaction_ref")
    if held["provider"] != provider_of(act):
        return "E_WRONG_AUTHORITY"
    same = all(held["fields"].get(name, "") == act.text(name) for name in ("issuer", "asset_id", "scenario_ref"))
    return None if same else "E_SCHEMA"


def data_right(act):
    return act.get("right/" + act.text("data_ip_right")) if act.text("data_ip_right") else None


def data_ip_there(act):
    if "data_ip_right" not in act.f:
        return None
    held = data_right(act)
    if held is None or not act.f["data_ip_right"].startswith("data_ip:"):
        return "E_RIGHT_UNKNOWN"
    if all(one["party"] != provider_of(act) for one in held["fields"]["holders"]):
        return "E_NOT_REGISTERED_OWNER"
    if "register_mismatch" in held:
        return "E_REGISTER_MISMATCH"
    status = held["fields"]["legal_status"]
    if status != "in_force":
        return {"pending": "E_RIGHT_NOT_GRANTED", "suspended": "E_RIGHT_SUSPENDED"}.get(status, "E_RIGHT_TERMINATED")
    return "E_OWNERSHIP_DISPUTE" if held["fields"]["ownership_dispute"] else None


def data_ip_unfrozen(act):
    held = data_right(act)
    return "E_ASSET_FROZEN" if held and frozen(act, held, "block_certificate_transfer") else None


def term_within(act, valid_to=None):
    ends = [cert_of(act, name) for name in ("scenario_ref", "transaction_ref")]
    ends += [act.get("cert/" + one) for one in act.listed("entity_refs")]
    lasts = [one["fields"]["valid_to"] for one in ends if one]
    lasts += [one["to"] for one in act.listed("authorisation_chain")]
    if asset_of(act):
        lasts.append(asset_of(act)["fields"].get("source_term_to", ""))
    if data_right(act):
        lasts.append(data_right(act)["fields"].get("expiry_date", ""))
    last = min([one for one in lasts if one], default="9999")
    if last < act.today:
        return "E_BASIS_EXPIRED"
    return "E_TERM_EXCEEDS_BASIS" if (valid_to or act.f["valid_to"]) > last else None


def source_lawful(act):
    if kind_of(act) != "transaction":
        return None
    source, held = act.f["source_lawfulness"], asset_of(act)
    if held and source not in held["fields"]["source_kind"]:
        return "E_SOURCE_UNLAWFUL"
    if held and held["fields"]["contains_personal_info"] and "personal_info_basis" not in act.f:
        return "E_SOURCE_UNLAWFUL"
    if source != "self_collected" and ("source_evidence" not in act.f or not act.listed("authorisation_chain")):
        return "E_NO_AUTHORISATION"
    return "E_NO_AUTHORISATION" if act.f["cross_border"] and "cross_border_approval_no" not in act.f else None


def chain_unbroken(act):
    links = act.listed("authorisation_chain")
    for i, link in enumerate(links):
        above = links[i - 1] if i else None
        if link["from"] > link["to"] or (above and not (
                above["grantee"] == link["grantor"] and above["sublicence_allowed"] and
                set(link["rights"]) <= set(above["rights"]) and set(link["scope"]) <= set(above["scope"]) and
                above["from"] <= link["from"] and link["to"] <= above["to"])):
            return "E_BROKEN_AUTH_CHAIN"
    whole = not links or (links[-1]["grantee"] == provider_of(act) and act.f["valid_from"] >= links[-1]["from"])
    return None if whole else "E_BROKEN_AUTH_CHAIN"


def grade_allows(act):
    held = asset_of(act)
    raw = kind_of(act) == "transaction" and act.f["processing_mode"] == "raw_delivery"
    return "E_GRADE_NOT_ALLOWED" if held and raw and held["fields"]["grade"] == "important" else None


def digest_agrees(act):
    scenario = cert_of(act, "scenario_ref")
    if kind_of(act) != "delivery" or scenario is None:
        return None
    same = scenario["fields"]["digest_algorithm"] == act.f["delivery_digest"]["algorithm_id"]
    return None if same else "E_HASH_FORMAT"


def correction_open(act):
    return act.f.get("correction", {}).get("open", False)


def settled(act):
    return "E_BAD_STATE" if correction_open(act) else None


def correction_due(act):
    early = act.f.get("correction", {}).get("next_from", "") > act.today
    return correction_day_holds(act) or ("E_BAD_STATE" if early else None)


def cert_in_time(act):
    if not correction_open(act):
        return "E_BAD_STATE"
    return None if act.f["correction"]["deadline"] >= act.today else "E_CORRECTION_TIMEOUT"


def merge_changes(act):
    act.f.update(act.body["changes"])


def notice_days(act):
    scenario = cert_of(act, "scenario_ref")
    return scenario["fields"].get("notice_days", 0) if scenario else 0


def notice_over(act):
    over = act.text("notice_to") and act.text("notice_to") < act.today
    return "E_NOTICE_PERIOD_OPEN" if notice_days(act) and not over else None


def receipt_signed(act):
    return "E_MISSING_PARTY_SIGNATURE" if kind_of(act) == "delivery" and "delivery_receipt" not in act.f else None


def actor_receives(act):
    if kind_of(act) != "delivery":
        return "E_BAD_STATE"
    return None if act.text("recipient") == act.party else "E_WRONG_AUTHORITY"


def apply(act):
    act.record["provider"] = act.party
    act.f["certificate_version"] = 1
    if cert_of(act, "transaction_ref"):
        act.f["recipient"] = cert_of(act, "transaction_ref")["fields"]["recipient"]
    if cert_of(act, "supersedes"):
        act.f["certificate_version"] = cert_of(act, "supersedes")["fields"]["certificate_version"] + 1


def request_correction(act):
    act.f["correction"] = dict(act.body, since=act.where, open=True, next_from=working_days_after(act, act.today, 15, 21))


def correct(act):
    act.f["correction"]["open"] = False
    act.f.pop("delivery_receipt", None)


def publish(act):
    act.f["notice_from"], act.f["notice_to"] = act.today, days.plus_days(act.today, notice_days(act))


def issue(act):
    act.f["issue_date"] = act.today
    if cert_of(act, "supersedes"):
        old = act.draft.change("cert/" + act.f["supersedes"])
        old["state"] = "superseded"
        old["fields"]["superseded_by"] = act.id
        act.touch(old)
        if "financings" in old["fields"]:
            act.f["financings"] = list(old["fields"]["financings"])
    act.add_deadline(days.end_of(act.f["valid_to"]), "expire")


def own(act):
    return None if act.record["provider"] == act.party else "E_WRONG_AUTHORITY"


def issuer(act):
    return None if act.f["issuer"] == act.party else "E_WRONG_AUTHORITY"


def competent(act):
    return None if has_role(act, act.party, "regulator", "court") else issuer(act)


def independent(act):
    others = [provider_of(act), act.text("recipient"), act.text("broker")]
    return "E_ASSESSOR_CONFLICT" if any(one and linked(act, act.party, one) for one in others) else None


def report_there(act):
    return None if "report" in act.body else "E_MISSING_REPORT"


def in_window(act):
    opens = days.plus_months(act.f["valid_to"], -6)
    return None if opens <= act.today <= act.f["valid_to"] else "E_RENEWAL_WINDOW"


def longer(act):
    later = act.body.get("valid_to", "") or act.f.get("renewal", {}).get("valid_to", "")
    return "E_BACKDATED" if later <= act.f["valid_to"] else term_within(act, later)


def renewal_open(act):
    return None if "renewal" in act.f else "E_BAD_STATE"


def renew(act):
    for name, value in act.f["renewal"].items():
        if name != "since":
            act.f[name] = value
    least = days.plus_years(act.f["valid_to"], 3)
    act.f["record_retention_until"] = max(act.f["record_retention_until"], least)
    act.f["certificate_version"] += 1
    del act.f["renewal"]
    act.add_deadline(days.end_of(act.f["valid_to"]), "expire")


def pledges_below(act):
    return data_right(act)["enc"]["pledges"] if data_right(act) else []


def pledgees_below(act):
    return [pledgee for pledge in pledges_below(act) for pledgee in pledge["pledgees"]]


def surrender_consents_due(act):
    return [{"party": one, "pledge": pledge["id"]} for pledge in pledges_below(act) for one in pledge["pledgees"]]


def surrender_consents_left(act):
    given = act.listed("surrender_consents")
    return [one for one in surrender_consents_due(act) if one["party"] == act.party and one not in given]


def consent_surrender(act):
    given = act.listed("surrender_consents")
    act.f["surrender_consents"] = [one for one in surrender_consents_due(act) if one["party"] == act.party or one in given]


def tell(act, why):
    if alert_financings(act, act.f.get("financings", []), act.id, why):
        act.warnings.append("W_BASIS_LOST")
    if pledges_below(act):
        act.warnings.append("W_PLEDGE_OUTSTANDING")


def effective_in_term(act):
    first, day = act.f["valid_from"], act.body["effective_from"]
    holds = day == first if act.body["ground"] == "fraud" else first <= day <= act.today
    return None if holds else "E_BACKDATED"


def revoke(act):
    act.f.update(revoked_ground=act.body["ground"], revoked_from=act.body["effective_from"],
                 revoked_reason=act.body["reason"])
    tell(act, "revoked")


def cert_deadline(act, _):
    if act.record["state"] in ("issued", "suspended") and act.record["fields"]["valid_to"] < act.today:
        act.record["state"] = "expired"
        alert_financings(act, act.record["fields"].get("financings", []), act.id, "expired")


numbers = [kind_fields, cert_dates]
basis = [issuer_competent, cert_parties, asset_there, references_live, data_ip_there, data_ip_unfrozen]
proofs = [source_lawful, chain_unbroken, grade_allows, digest_agrees]
cert = Type("cert", "cert/", "DI", ("issuer", "recipient", "broker", "authorisation_chain.grantor",
                                    "authorisation_chain.grantee", "assessor", "suspended.by", "renewal.assessor",
                                    "delivery_receipt.party", "surrender_consents.party"), "issuer")
cert.deadline = cert_deadline
cert.handles = lambda record: ["provider:" + record["provider"]] + [
    "delivered:" + record["fields"]["delivery_digest"]["root"] for _ in (1,) if "delivery_digest" in record["fields"]
] if "issue_date" in record["fields"] else []
cert.verb("apply", "", "applied", "", "two", "cert", [supersedes_own] + basis + [successor_covers, term_within] + proofs, apply,
          numbers)
cert.verb("request_correction", "applied", "", "cert_center", "one", "cert.request_correction",
          [issuer, settled, correction_due], request_correction)
cert.verb("correct", "applied", "", "", "two", "cert.correct",
          [own, supersedes_own] + basis + [successor_covers, cert_in_time, term_within] + proofs, correct, [merge_changes] + numbers)
cert.verb("assess", "applied", "assessed", "assessor", "two", "cert.assess", [settled, independent, report_there],
          lambda act: act.f.update(act.body, assessor=act.party))
cert.verb("publish", "assessed", "", "cert_center", "one", EMPTY, [issuer], publish)
cert.verb("acknowledge_delivery", "applied|assessed", "", "", "one", "cert.receipt",
          [actor_receives, lambda act: None if act.f["delivery_digest"]["root"] == act.body["root"] else "E_SCHEMA"],
          lambda act: act.f.update(delivery_receipt={"party": act.party, "time_ms": act.time}))
cert.verb("refuse", "applied|assessed", "refused", "cert_center", "two", "cert.refuse", [issuer],
          lambda act: act.f.update(refused_ground=act.body["ground"], refused_reason=act.body["reason"]))
cert.verb("issue", "assessed", "issued", "cert_center", "two", EMPTY,
          [issuer, supersedes_own] + basis + [successor_covers, term_within, notice_over, no_open_objection, receipt_signed] +
          proofs, issue, numbers)
AUTHORITIES = "cert_center|regulator|court"
cert.verb("suspend", "issued", "suspended", AUTHORITIES, "two", REASON, [competent],
          lambda act: act.f.update(suspended={"by": act.party, "since": act.where}))
cert.verb("resume", "suspended", "issued", AUTHORITIES, "two", REASON,
          [lambda act: None if act.f["suspended"]["by"] == act.party else "E_WRONG_AUTHORITY"],
          lambda act: act.f.pop("suspended"))
cert.verb("request_renewal", "issued", "", "", "two", "cert.renewal", [own, references_live, data_ip_there, data_ip_unfrozen, in_window, longer],
          lambda act: act.f.update(renewal={"valid_to": act.body["valid_to"], "since": act.where}))
cert.verb("assess_renewal", "issued", "", "assessor", "two", "cert.assess", [renewal_open, independent, report_there],
          lambda act: act.f["renewal"].update(act.body, assessor=act.party))
cert.verb("renew", "issued", "", "cert_center", "two", EMPTY,
          [issuer, renewal_open, references_live, data_ip_there, data_ip_unfrozen, in_window, longer,
           lambda act: None if "assessor" in act.f["renewal"] else "E_MISSING_REPORT", no_open_objection], renew)
cert.verb("revoke", "issued|suspended", "revoked", AUTHORITIES, "two", "cert.revoke", [competent, effective_in_term], revoke)
cert.verb("consent_surrender", "issued", "", "", "two", EMPTY,
          [lambda act: None if act.party in pledgees_below(act) else "E_NOT_INTERESTED",
           lambda act: None if surrender_consents_left(act) else "E_BAD_STATE"], consent_surrender)
cert.verb("surrender", "issued", "surrendered", "", "two", REASON,
          [own, lambda act: None if all(one in act.listed("surrender_consents") for one in surrender_consents_due(act))
           else "E_PLEDGEE_CONSENT_REQUIRED"], lambda act: tell(act, "surrendered"))
