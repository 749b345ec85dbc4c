"""B.6 pledge_registration: filing, the grounds of PM461, life after registration, ranks (R-03, R-04)."""
import days
from common import (EMPTY, REASON, active, correction_day_holds, correction_in_time, correction_lapsed, count_open,
                    court_shows_ruling, linked, office_or_court, open_correction, parties_active, same_office, set_body)
from engine import Type
from fields import TABLES, table
from identifiers import group_of
from rights import (change_right, each_right, enter_pledge, free_for_new_pledge, free_for_release, free_for_transfer,
                    leave_rights, mirror_verbs, mismatch_of, named_rights, not_pledged, not_pooled, not_reserved, reserve,
                    rights_agree, rights_exist, show_pledge, unreserve)

GROUNDS = ("E_NOT_REGISTERED_OWNER|E_RIGHT_TERMINATED|E_RIGHT_NOT_GRANTED|E_ANNUAL_FEE_OVERDUE|E_RIGHT_SUSPENDED|"
           "E_ASSET_FROZEN|E_OWNERSHIP_DISPUTE|E_DEBT_TERM_EXCEEDS_RIGHT|E_CONTRACT_INCOMPLETE|E_CONTRACT_UNLAWFUL|"
           "E_COOWNER_CONSENT_MISSING|E_ALREADY_PLEDGED|E_DUAL_FILING_UNACKNOWLEDGED|E_INVALIDATION_UNACKNOWLEDGED|"
           "E_SIMILAR_MARKS_OMITTED|E_OTHER_UNFIT")

table("pledge", """
pledge_kind: choice specific|maximum_amount
pledgors: parties 50
pledgees: parties 50
debtor: party
rights: records 500
right_count: integer 500
co_owner_consents?: hashes 100
main_contract_no: sealed
main_contract: sealed
pledge_contract: sealed
contract_date: date
contract_items: choices identity|claim|term|right|scope
claim_kind: choice loan|bill|guarantee|trade|other
secured_amount: amount
max_amount?: amount
ccy: ccy
debt_from: date
debt_due: date
scope_of_security: choices principal|interest|penalty|damages|realisation_cost
licence_before_pledge?: sealed
appraisal_id?: record
appraisal?: sealed
acknowledgements?: choices dual_filing|invalidation_pending
registration_term_to?: date
""")
table("pledge.correct", "reason: text 2000")
for field in TABLES["pledge"]:
    if field.name not in ("pledge_kind", "pledgors", "pledgees", "debtor", "rights", "right_count", "ccy"):
        table("one", f"{field.name}?: {field.kind} {field.argument}")
        TABLES["pledge.correct"] += TABLES["one"]
table("pledge.request_correction", "defects: text 2000\ndeadline: date")
table("pledge.refuse", f"ground: choice {GROUNDS}\nreason: text 2000")
STATUTORY = ("statutory_registration_no", "statutory_effective_date", "statutory_notice_hash")
table("pledge.register", "statutory_registration_no?: text 40\nstatutory_effective_date?: date\nstatutory_notice_hash?: hash")
table("rank_consent", "party: party\nconsent_hash: hash")
table("pledge.amend_party", "party: party\nwhat: choice name|address\ncertificate_hash?: hash")
table("pledge.amend_terms", """
secured_amount: amount
max_amount?: amount
debt_due: date
amendment: sealed
consents?: objects 50 rank_consent
""")
table("pledge.waive", "to: record\nagreement: sealed\nconsents?: objects 50 rank_consent")
table("pledge.extend", "registration_term_to: date\nagreement: sealed")
table("pledge.release", "rights: records 500")
table("pledge.assign", """
from: party
to: party
claim_assigned_on: date
claim_assignment?: sealed
debtor_notice?: hash
""")
table("pledge.enforce", "financing?: record\nevidence?: hashes 50\nreason: text 2000")
table("pledge.realise", "how: choice sale|auction|discount\nsale_record: hash\nproceeds: sealed")
table("pledge.court_sale", "how: choice sale|auction\nsale_record: hash\nruling_hash?: hash\nproceeds: sealed")
table("pledge.request_cancel", "ground: choice paid|prepaid|realised|waived|contract_void|other\nletter: sealed")
table("pledge.cancel", "statutory_notice_hash?: hash")
table("pledge.revoke", f"ground: choice {GROUNDS}\nruling_hash?: hash\nreason: text 2000")


def both_sides(act):
    return act.listed("pledgors") + act.listed("pledgees")


def every_pledgee(act):
    return act.listed("pledgees")


def actor_is_party(act):
    return None if act.party in both_sides(act) else "E_WRONG_AUTHORITY"


def actor_is_pledgee(act):
    return None if act.has_party("pledgees", act.party) else "E_WRONG_AUTHORITY"


def after(act, name, default=0):
    return act.body.get(name, act.f.get(name, default))


def is_maximum(act):
    return act.f["pledge_kind"] == "maximum_amount"


def amounts_hold(act):
    secured = after(act, "secured_amount")
    if secured <= 0:
        return "E_CONTRACT_INCOMPLETE"
    return "E_EXCEEDS_SECURED_AMOUNT" if is_maximum(act) and after(act, "max_amount") < secured else None


def report_holds(act, report_id, rights, parties):
    report = act.get("appraisal/" + report_id)
    if report is None:
        return "E_NOT_FOUND"
    if report["state"] != "issued" or report["fields"]["valid_to"] < act.today:
        return "E_APPRAISAL_EXPIRED"
    if any(one not in report["fields"]["subject_rights"] for one in rights):
        return "E_APPRAISAL_SUBJECT_MISMATCH"
    return "E_APPRAISER_CONFLICT" if any(linked(act, report["appraiser"], one) for one in parties) else None


def appraisal_holds(act):
    report_id = after(act, "appraisal_id", "")
    return report_holds(act, report_id, act.listed("rights"), both_sides(act) + [act.f["debtor"]]) if report_id else None


def sides_differ(act):
    return "E_SCHEMA" if set(act.f["pledgees"]) & set(act.f["pledgors"]) else None


def dates_hold(act):
    holds = after(act, "debt_from") <= after(act, "debt_due") and after(act, "contract_date") <= act.today
    return None if holds else "E_BACKDATED"


def count_holds(act):
    return None if len(act.f["rights"]) == act.f["right_count"] else "E_SCHEMA"


def outlive(act, day):
    return each_right(act, lambda _, right: "E_DEBT_TERM_EXCEEDS_RIGHT"
                      if day > right["fields"].get("expiry_date", "9999") else None)


# Grounds, asked at commit height


def fields_of(check):
    return lambda act: each_right(act, lambda right_id, right: check(act, right_id, right["fields"]))


@fields_of
def ground_owner(act, _, f):
    return None if any(act.has_party("pledgors", one["party"]) for one in f["holders"]) else "E_NOT_REGISTERED_OWNER"


@fields_of
def ground_status(act, _, f):
    if f["legal_status"] == "pending" or (group_of(f["asset_kind"]) == "patent" and "grant_date" not in f):
        return "E_RIGHT_NOT_GRANTED"
    if f["legal_status"] == "suspended":
        return "E_RIGHT_SUSPENDED"
    over = f["legal_status"] not in ("in_force", "fee_grace") or f.get("expiry_date", "9999") < act.today
    return "E_RIGHT_TERMINATED" if over else None


@fields_of
def ground_similar(act, _, f):
    mine = {one["party"] for one in f["holders"]}
    for other in f.get("similar_marks", []):
        held = act.get("right/" + other)
        if other in act.f["rights"] or held is None:
            continue
        if held["fields"]["legal_status"] == "in_force" and mine & {one["party"] for one in held["fields"]["holders"]}:
            return "E_SIMILAR_MARKS_OMITTED"
    return None


@fields_of
def ground_fee(act, _, f):
    if group_of(f["asset_kind"]) != "patent":
        return None
    paid = f["legal_status"] != "fee_grace" and f.get("annual_fee_paid_to", "") >= act.today
    return None if paid else "E_ANNUAL_FEE_OVERDUE"


@fields_of
def ground_dispute(act, _, f):
    return "E_OWNERSHIP_DISPUTE" if f["ownership_dispute"] else None


@fields_of
def extract_fresh(act, _, f):
    oldest = days.plus_days(act.today, -act.policy("extract_days_max", 30))
    return None if f["source_checked_on"] >= oldest else "E_STALE_REGISTER_EXTRACT"


@fields_of
def ground_coowners(act, _, f):
    others = sum(not act.has_party("pledgors", one["party"]) for one in f["holders"])
    return "E_COOWNER_CONSENT_MISSING" if len(act.listed("co_owner_consents")) < others else None


@fields_of
def ground_acknowledged(act, _, f):
    said = act.listed("acknowledgements")
    if f["dual_filing"] and "dual_filing" not in said:
        return "E_DUAL_FILING_UNACKNOWLEDGED"
    return "E_INVALIDATION_UNACKNOWLEDGED" if f["invalidation_pending"] and "invalidation_pending" not in said else None


def own_term(f):
    return f["asset_kind"] in ("trademark", "data_ip")


@fields_of
def ground_registration_term(act, _, f):
    to = act.text("registration_term_to")
    if not own_term(f) or act.f["debt_due"] <= to <= f.get("expiry_date", "9999"):
        return None
    if not to:
        return "E_CONTRACT_INCOMPLETE"
    return "E_BACKDATED" if to < act.f["debt_due"] else "E_DEBT_TERM_EXCEEDS_RIGHT"


@fields_of
def ground_kind_papers(act, _, f):
    if f["asset_kind"] == "trademark" and "appraisal_id" not in act.f and "appraisal" not in act.f:
        return "E_MISSING_EVIDENCE"
    lacks = f["asset_kind"].startswith("copyright_") and "licence_before_pledge" not in act.f
    return "E_MISSING_EVIDENCE" if lacks else None


def debt_within_term(act):
    return each_right(act, lambda _, right: "E_BACKDATED" if own_term(right["fields"]) and
                      act.body["debt_due"] > act.text("registration_term_to") else None)


def ground_contract(act):
    return None if len(act.listed("contract_items")) == 5 else "E_CONTRACT_INCOMPLETE"


def statutory_there(act):
    if all(one.startswith("data_ip:") for one in act.f["rights"]):
        return None
    return None if all(name in act.body for name in STATUTORY) else "E_MISSING_EVIDENCE"


# Effects of filing


def accept(act):
    act.record["office"] = act.party
    reserve(act)


def register(act):
    set_body(act)
    act.record["ledger_registered"] = act.where
    enter_pledge(act)
    for pledgee in act.f["pledgees"]:
        count_open(act.draft, pledgee, 1)


def refuse(act):
    act.record["refused"] = dict(act.body)
    unreserve(act)


def deadline(act, _):
    if correction_lapsed(act):
        act.record["state"] = "withdrawn"
        unreserve(act)


# Life


def note_change(act):
    act.record["last_change"] = {"act": act.tx["act"].partition(".")[2], "body": act.body, "since": act.where}


def needs(name, code):
    return lambda act: None if name in act.body else code


def amend_terms(act):
    set_body(act, ("consents",))
    note_change(act)


def drawn_within(act):
    claims = act.get("claims/" + act.id)
    cap = "max_amount" if is_maximum(act) else "secured_amount"
    return "E_EXCEEDS_SECURED_AMOUNT" if claims and after(act, cap) < claims["fields"]["drawn"] else None


def rank_on(right, pledge_id):
    return next((one.get("rank", 1) for one in right["enc"]["pledges"] if one["id"] == pledge_id), 0)


def ranks_agree(act, right, above, below):
    """Every pledgee of a rank strictly between has consented."""
    agreed = [one["party"] for one in act.body.get("consents", [])]
    for pledge in right["enc"]["pledges"]:
        if above < pledge.get("rank", 1) < below and any(one not in agreed for one in pledge["pledgees"]):
            return "E_JUNIOR_CONSENT_REQUIRED"
    return None


def later_ranks_agree(act):
    worse = (act.body["debt_due"] > act.f["debt_due"] or act.body["secured_amount"] > act.f["secured_amount"] or
             act.body.get("max_amount", 0) > act.f.get("max_amount", 0))
    if not worse:
        return None
    return each_right(act, lambda _, right: ranks_agree(act, right, rank_on(right, act.id), 2**53 - 1))


def extend(act):
    act.f["registration_term_to"] = act.body["registration_term_to"]
    note_change(act)


def kinds_have_term(act):
    return each_right(act, lambda _, right: None if right["fields"]["asset_kind"] in ("trademark", "data_ip")
                      else "E_KIND_MISMATCH")


def term_grows(act):
    to = act.body["registration_term_to"]
    return None if to > act.text("registration_term_to") and to >= act.f["debt_due"] else "E_BACKDATED"


def leaving_pledged(act):
    return None if all(one in act.f["rights"] for one in act.body["rights"]) else "E_RIGHT_UNKNOWN"


def similar_leave(act):
    gone, mine = act.body["rights"], act.f["rights"]
    for one in mine:
        right = act.get("right/" + one)
        for other in right["fields"].get("similar_marks", []) if right else []:
            if other in mine and (one in gone) != (other in gone):
                return "E_SIMILAR_MARKS_OMITTED"
    return None


def partial_release(act):
    gone = act.body["rights"]
    leave_rights(act, gone)
    act.f["rights"] = [one for one in act.f["rights"] if one not in gone]
    act.f["right_count"] = len(act.f["rights"])
    note_change(act)


def waive_parties(act):
    other = act.get("pledge/" + act.body["to"])
    return act.listed("pledgees") + (other["fields"]["pledgees"] if other else [])


def comes_forward(act):
    other = act.get("pledge/" + act.body["to"])
    if other is None:
        return "E_NOT_FOUND"
    rights = [act.get("right/" + one) for one in named_rights(act)]
    later = any(one and rank_on(one, act.body["to"]) > rank_on(one, act.id) for one in rights)
    return None if later and other["state"] == "registered" else "E_BAD_STATE"


def between_agree(act):
    def check(_, right):
        its = rank_on(right, act.body["to"])
        return ranks_agree(act, right, rank_on(right, act.id), its) if its else None

    return each_right(act, check)


def lowest_rank(act, pledge):
    rights = [act.get("right/" + one) for one in pledge["fields"]["rights"]]
    return max([1] + [rank_on(one, pledge["id"]) for one in rights if one])


def waive(act):
    to = act.body["to"]
    for right_id in named_rights(act):
        right = act.get("right/" + right_id)
        if right is None or rank_on(right, to) <= rank_on(right, act.id):
            continue

        def swap(enc):
            one = next(entry for entry in enc["pledges"] if entry["id"] == act.id)
            other = next(entry for entry in enc["pledges"] if entry["id"] == to)
            one["rank"], other["rank"] = other["rank"], one["rank"]

        change_right(act, right_id, swap)
    other = act.draft.change("pledge/" + to)
    other["rank"] = lowest_rank(act, other)
    act.touch(other)
    act.record["rank"] = lowest_rank(act, act.record)
    note_change(act)


def to_is_new(act):
    return active(act, act.body["to"]) or ("E_BAD_STATE" if act.body["to"] in both_sides(act) else None)


def assign(act):
    old, new = act.body["from"], act.body["to"]
    act.f["pledgees"] = [new if one == old else one for one in act.f["pledgees"]]
    act.record.pop("cancel_request", None)
    note_change(act)
    show_pledge(act)
    count_open(act.draft, old, -1)
    count_open(act.draft, new, 1)


def default_recorded(act):
    loan_id = act.body.get("financing", "")
    if loan_id:
        loan = act.get("fin/" + loan_id)
        rests = loan is not None and act.id in loan["fields"].get("pledge_ids", [])
        return None if rests and loan["state"] in ("defaulted", "enforcing") else "E_NO_DEFAULT"
    return None if act.get("claims/" + act.id) is None and act.body.get("evidence") else "E_NO_DEFAULT"


def keep(name):
    def effect(act):
        act.record[name] = dict(act.body)
        show_pledge(act)

    return effect


def higher_ranks_ended(act):
    def check(_, right):
        mine = rank_on(right, act.id)
        return "E_HIGHER_RANK_UNPAID" if any(one.get("rank", 1) < mine for one in right["enc"]["pledges"]) else None

    return each_right(act, check)


def request_cancel(act):
    act.record["cancel_request"] = {"party": act.party, "ground": act.body["ground"], "letter": act.body["letter"],
                                    "since": act.where}


def end_pledge(act):
    leave_rights(act, act.f["rights"])
    for pledgee in act.f["pledgees"]:
        count_open(act.draft, pledgee, -1)


def revoke(act):
    act.record["revocation"] = dict(act.body)
    end_pledge(act)


pledge = Type("pledge", "pledge/", "PL", ("pledgors", "pledgees", "debtor"), "office")
pledge.handles = lambda record: ["pledgor:" + one for one in record["fields"]["pledgors"]] + [
    "pledgee:" + one for one in record["fields"]["pledgees"]] + mismatch_of(record) if "ledger_registered" in record else []
pledge.deadline = deadline
parties = parties_active("pledgors", "pledgees", "debtor")
filing = [rights_exist, rights_agree, parties]
pledge.verb("draft", "", "draft", "", "one", "pledge",
            [actor_is_party] + filing + [sides_differ, dates_hold, count_holds, amounts_hold, appraisal_holds])
pledge.verb("sign", "draft", "submitted", "", "every", EMPTY, parties=both_sides)
pledge.verb("accept", "submitted", "under_review", "ip_office", "one", EMPTY,
            [rights_exist, rights_agree, ground_owner, ground_similar, free_for_new_pledge, not_pledged, not_reserved, not_pooled],
            accept)
pledge.verb("request_correction", "under_review", "correction", "ip_office", "one", "pledge.request_correction",
            [same_office, correction_day_holds], open_correction)
pledge.verb("correct", "correction", "under_review", "", "every", "pledge.correct",
            [correction_in_time, dates_hold, amounts_hold], lambda act: set_body(act, ("reason",)), parties=both_sides)
pledge.verb("withdraw", "draft|submitted|under_review|correction", "withdrawn", "", "every", REASON, [], unreserve,
            parties=both_sides)
pledge.verb("refuse", "submitted|under_review|correction", "refused", "ip_office", "two", "pledge.refuse", [same_office],
            refuse)
pledge.verb("register", "under_review", "registered", "ip_office", "two", "pledge.register",
            [same_office, rights_exist, rights_agree, parties, ground_owner, ground_status, ground_similar, ground_fee,
             ground_dispute, extract_fresh, free_for_new_pledge, not_pledged, not_reserved, not_pooled,
             lambda act: outlive(act, act.f["debt_due"]), ground_registration_term, amounts_hold, appraisal_holds,
             ground_contract, ground_coowners, ground_acknowledged, ground_kind_papers, statutory_there], register)
mirror_verbs(pledge, "registered|enforcing|realised")
pledge.verb("amend_party", "registered", "", "", "every", "pledge.amend_party",
            [lambda act: None if act.body["party"] in both_sides(act) else "E_NOT_INTERESTED",
             needs("certificate_hash", "E_MISSING_EVIDENCE")], note_change,
            parties=lambda act: [act.body["party"], act.record.get("office", "")])
pledge.verb("amend_terms", "registered", "", "", "every", "pledge.amend_terms",
            [free_for_new_pledge, lambda act: None if act.body["debt_due"] >= act.f["debt_from"] else "E_BACKDATED",
             lambda act: outlive(act, act.body["debt_due"]), debt_within_term, amounts_hold, drawn_within, later_ranks_agree], amend_terms,
            parties=both_sides)
pledge.verb("extend_term", "registered", "", "", "every", "pledge.extend",
            [kinds_have_term, term_grows, lambda act: outlive(act, act.body["registration_term_to"])], extend,
            parties=both_sides)
pledge.verb("partial_release", "registered", "", "", "every", "pledge.release",
            [leaving_pledged, similar_leave, lambda act: free_for_release(act, act.body["rights"]),
             lambda act: not_pooled(act, act.body["rights"]),
             lambda act: None if len(act.body["rights"]) < len(act.f["rights"]) else "E_BAD_STATE"], partial_release,
            parties=every_pledgee)
pledge.verb("waive_rank", "registered", "", "", "every", "pledge.waive", [comes_forward, between_agree], waive,
            parties=waive_parties)
pledge.verb("assign_pledge", "registered", "", "", "every", "pledge.assign",
            [lambda act: None if act.body["from"] in act.f["pledgees"] else "E_NOT_INTERESTED", to_is_new, not_pooled,
             lambda act: None if act.f["contract_date"] <= act.body["claim_assigned_on"] <= act.today else "E_BACKDATED",
             needs("claim_assignment", "E_CLAIM_NOT_ASSIGNED"), needs("debtor_notice", "E_MISSING_EVIDENCE")], assign,
            parties=lambda act: [act.body["from"], act.body["to"]])
pledge.verb("start_enforcement", "registered", "enforcing", "", "two", "pledge.enforce",
            [actor_is_pledgee, default_recorded], keep("enforcement"))
pledge.verb("realise", "enforcing", "realised", "", "every", "pledge.realise",
            [free_for_transfer, higher_ranks_ended, not_pooled], keep("realisation"), parties=both_sides)
pledge.verb("court_sale", "enforcing", "realised", "court", "two", "pledge.court_sale",
            [higher_ranks_ended, court_shows_ruling], keep("realisation"))
pledge.verb("request_cancel", "registered|enforcing|realised", "", "", "every", "pledge.request_cancel",
            [], request_cancel, parties=every_pledgee)
pledge.verb("cancel", "registered|enforcing|realised", "cancelled", "ip_office", "two", "pledge.cancel",
            [same_office, free_for_release, not_pooled,
             lambda act: None if "cancel_request" in act.record else "E_NO_CANCEL_GROUND"], end_pledge)
pledge.verb("revoke", "registered|enforcing", "revoked", "ip_office|court", "two", "pledge.revoke",
            [office_or_court, court_shows_ruling], revoke)
