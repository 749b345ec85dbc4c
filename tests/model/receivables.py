"""B.7 receivable with its invoice fingerprint; R-17, R-18."""
import days
from codec import hex_of
from common import EMPTY, REASON, active, count_open, has_role, parties_active
from engine import Type
from fields import table

KINDS = "pledge|assignment|discount"
table("invoice", """
seller: party
buyer: party
invoice_kind: choice e_fapiao_20|fapiao_code_no|bill|foreign_invoice
invoice_number: sealed
invoice_code?: sealed
invoice_date: date
invoice_amount: amount
ccy: ccy
tax_amount: sealed
due_date: date
fp_exact: hex32
fp_economic: hex32
fp_epoch: integer 1000000
fp_exact_prior?: hex32
fp_economic_prior?: hex32
contract_ref?: sealed
delivery_evidence?: sealed
collateral_description: text 2000
assignment_bar: choice none|agreement|law
partial_hit_reason?: sealed
""")
table("notice", "date: date\nmethod: choice electronic|letter|in_person|court\nhash: hash")
table("invoice.consent", f"act: choice finance|reassign|buy_back\nto: party\ninterest_kind?: choice {KINDS}\namount?: amount")
table("invoice.finance", f"""
interest_kind: choice {KINDS}
amount: amount
recourse?: boolean
agreement: sealed
zdw_registration_no?: text 40
zdw_registered_on?: date
zdw_term_to?: date
debtor_notice?: object notice
""")
table("invoice.tax", "status: choice valid|voided|red_flushed|unknown\nchecked_at_ms: integer")
table("interest", "interest: integer")
table("interest.amount", "interest: integer\namount: amount")
table("interest.to", "interest: integer\nto: party")


def exact_of(f):
    return [f[name] for name in ("fp_exact", "fp_exact_prior") if name in f]


def economic_of(f):
    return [f[name] for name in ("fp_economic", "fp_economic_prior") if name in f]


def pseudonym(f, exact):
    return hex_of(f"QUANLU-APPLICANT/1|{exact}|{f['seller']}")[:16]


def own_number(f, fingerprint):
    return next((one["n"] for one in f.get("fp_slots", []) if one["fp"] == fingerprint), 0)


class Hits:
    """What the maps say of these fields' fingerprints, their own registration left out."""

    def __init__(self, act, f):
        self.financed = self.same = self.other = self.partial = False
        self.registrations = 0
        for exact in exact_of(f):
            for one in (act.get("invfp/" + exact) or {"registrations": []})["registrations"]:
                if one["n"] == own_number(f, exact):
                    continue
                self.registrations += 1
                if one["applicant"] == pseudonym(f, exact):
                    self.same = True
                else:
                    self.other = True
                self.financed = self.financed or one["status"] == "financed"
        for economic in economic_of(f):
            for one in (act.get("invec/" + economic) or {"registrations": []})["registrations"]:
                self.partial = self.partial or one["exact"] not in exact_of(f)


def _store(act, key, value):
    if key.startswith("invfp/"):
        value["financed"] = any(one["status"] == "financed" for one in value["registrations"])
    act.draft.put(key, value)


def enter_registration(act):
    f = act.f
    f["fp_slots"] = []

    def append(prefix, fingerprint, entry):
        held = act.draft.change(prefix + fingerprint) or {"type": "fingerprint", "id": fingerprint, "next": 1,
                                                          "registrations": []}
        n = held["next"]
        held["registrations"].append(dict(entry, n=n))
        held["next"] = n + 1
        _store(act, prefix + fingerprint, held)
        f["fp_slots"].append({"fp": fingerprint, "n": n})

    for exact in exact_of(f):
        append("invfp/", exact, {"applicant": pseudonym(f, exact), "month": act.today[:7], "status": "registered"})
    for economic in economic_of(f):
        append("invec/", economic, {"exact": f["fp_exact"]})


def _rewrite(act, prefix, fingerprint, change):
    """`change` of the own entry: the entry that stays, or None."""
    held = act.draft.get(prefix + fingerprint)
    if held is None:
        return
    own, kept = own_number(act.f, fingerprint), []
    for one in held["registrations"]:
        entry = change(dict(one)) if one["n"] == own else dict(one)
        if entry:
            kept.append(entry)
    if kept:
        _store(act, prefix + fingerprint, dict(held, registrations=kept))
    else:
        act.draft.put(prefix + fingerprint, None)


def move_registration(act, status):
    for exact in exact_of(act.f):
        _rewrite(act, "invfp/", exact, lambda one: dict(one, status=status, month=act.today[:7]))


def drop_registration(act):
    for exact in exact_of(act.f):
        _rewrite(act, "invfp/", exact, lambda one: None)
    for economic in economic_of(act.f):
        _rewrite(act, "invec/", economic, lambda one: None)


# Interests


def interests_of(record):
    return record["fields"].get("interests", [])


def own_interest(act):
    return next((one for one in interests_of(act.record) if one["n"] == act.body.get("interest", 0)), None)


def is_financier(act, party):
    return any(one["financier"] == party for one in interests_of(act.record))


def sum_up(act):
    total = sum(one["outstanding"] for one in interests_of(act.record))
    act.f["financed_total"], act.f["residual"] = total, act.f["invoice_amount"] - total


# Registration


def facts_hold(act):
    f = act.f
    if f["seller"] == f["buyer"] or f["invoice_amount"] <= 0 or ("fp_exact_prior" in f) != ("fp_economic_prior" in f):
        return "E_SCHEMA"
    stated = exact_of(f) + economic_of(f)
    return "E_SCHEMA" if len(set(stated)) < len(stated) else None


def not_financed_before(act):
    return "E_DUPLICATE_FINANCED" if Hits(act, act.f).financed else None


def room_for_registration(act):
    near = [act.get("invec/" + one) for one in economic_of(act.f)]
    full = any(one and len(one["registrations"]) >= 256 for one in near)
    return "E_DUPLICATE_SUBMISSION" if full or Hits(act, act.f).registrations >= 64 else None


def invoice_dates(act):
    made, due = act.f["invoice_date"], act.f["due_date"]
    if made > act.today or due < made:
        return "E_BACKDATED"
    long = act.f["invoice_kind"] == "bill" and days.between(made, due) > act.policy("voucher_max_term_days", 365)
    return "E_SCHEMA" if long else None


def partial_explained(act):
    return "E_MISSING_EVIDENCE" if Hits(act, act.f).partial and "partial_hit_reason" not in act.f else None


def register(act):
    hits = Hits(act, act.f)
    act.f.update(registrant=act.party, controller=act.f["seller"], control_since_ms=act.time, control_nonce=1)
    sum_up(act)
    enter_registration(act)
    count_open(act.draft, act.party, 1)
    if hits.same:
        act.record["state"] = "registered_duplicate"
        act.warnings.append("W_DUPLICATE_REGISTERED")
    if hits.other:
        act.warnings.append("W_CROSS_APPLICANT_HIT")
    if hits.partial:
        act.warnings.append("W_PARTIAL_HIT")


def actor_is_registrant(act):
    return None if act.f["registrant"] == act.party else "E_NOT_REGISTRANT"


def no_duplicate_left(act):
    return "E_BAD_STATE" if Hits(act, act.f).same else None


def cancel(act):
    drop_registration(act)
    count_open(act.draft, act.party, -1)


def confirm(act):
    act.f["buyer_confirmation"] = {"status": "confirmed", "party": act.party, "time_ms": act.time}


def verifier_is_third(act):
    involved = act.party in (act.f["seller"], act.f["buyer"], act.f["registrant"]) or is_financier(act, act.party)
    return "E_WRONG_AUTHORITY" if involved else None


def checked_after_last(act):
    last = act.f.get("tax_status", {}).get("checked_at_ms", 0)
    return "E_BACKDATED" if last and act.body["checked_at_ms"] <= last else None


def report_tax(act):
    from financings import alert_financings
    act.f["tax_status"] = dict(act.body, checker=act.party)
    if act.body["status"] not in ("voided", "red_flushed") or not interests_of(act.record):
        return
    act.f["void_alert"] = True
    if alert_financings(act, act.f.get("financings", []), act.id, act.body["status"]):
        act.warnings.append("W_BASIS_LOST")


# Financing


def may_consent(act):
    what = act.body["act"]
    seller = act.f["seller"] == act.party and what != "reassign"
    return None if seller or (is_financier(act, act.party) and what != "buy_back") else "E_NOT_INTERESTED"


def consent_whole(act):
    if act.body["act"] == "finance" and not ("interest_kind" in act.body and "amount" in act.body):
        return "E_SCHEMA"
    return None if len(act.listed("consents")) < 50 else "E_SCHEMA"


def consent(act):
    act.f.setdefault("consents", []).append(dict(act.body, party=act.party))


def has_consent(act, party, what, to):
    for one in act.listed("consents"):
        if (one["party"], one["act"], one["to"]) != (party, what, to):
            continue
        if what != "finance" or (one["interest_kind"] == act.body["interest_kind"] and one["amount"] >= act.body["amount"]):
            return True
    return False


def use_consents(act, what, to):
    if "consents" in act.f:
        act.f["consents"] = [one for one in act.f["consents"] if (one["act"], one["to"]) != (what, to)]


def not_assigned(act):
    return "E_ALREADY_ASSIGNED" if any(one["kind"] != "pledge" for one in interests_of(act.record)) else None


def tax_holds(act):
    tax = act.f.get("tax_status", {"status": "unknown", "checked_at_ms": 0})
    if tax["status"] in ("voided", "red_flushed"):
        return "E_INVOICE_VOIDED"
    fresh = act.time - tax["checked_at_ms"] <= act.policy("tax_status_hours_max", 24) * 3_600_000
    return None if tax["status"] == "valid" and fresh else "E_STALE_TAX_STATUS"


def residual_holds(act):
    amount = act.body["amount"]
    left = act.f["invoice_amount"] - sum(one["outstanding"] for one in interests_of(act.record))
    return None if 0 < amount <= left else "E_SCHEMA" if amount <= 0 else "E_RESIDUAL_EXCEEDED"


def pledgees_let_assign(act):
    if act.body["interest_kind"] == "pledge":
        return None
    others = [one["financier"] for one in interests_of(act.record) if one["financier"] != act.party]
    return None if all(has_consent(act, one, "finance", act.party) for one in others) else "E_CONSENT_REQUIRED"


def kind_whole(act):
    kind = act.body["interest_kind"]
    if kind == "assignment" and "recourse" not in act.body:
        return "E_SCHEMA"
    if kind == "discount":
        return None
    if not all(name in act.body for name in ("zdw_registration_no", "zdw_registered_on", "zdw_term_to")):
        return "E_MISSING_EVIDENCE"
    on, to = act.body["zdw_registered_on"], act.body["zdw_term_to"]
    holds = on <= act.today <= to and days.plus_months(on, 1) <= to <= days.plus_years(on, 30)
    return None if holds else "E_BACKDATED"


def take_control(act, party):
    act.f.update(controller=party, control_since_ms=act.time, control_nonce=act.f["control_nonce"] + 1)


def finance(act):
    body = {name: value for name, value in act.body.items() if name not in ("interest_kind", "debtor_notice")}
    n = act.record.get("interest_count", 0) + 1
    act.record["interest_count"] = n
    act.f.setdefault("interests", []).append(dict(
        body, n=n, kind=act.body["interest_kind"], financier=act.party, assigner=act.f["seller"],
        outstanding=act.body["amount"], since_ms=act.time))
    act.f["interest_kind"] = act.body["interest_kind"]
    if "debtor_notice" in act.body:
        act.f["debtor_notice"] = act.body["debtor_notice"]
    if act.body["interest_kind"] != "pledge":
        take_control(act, act.party)
    use_consents(act, "finance", act.party)
    sum_up(act)
    move_registration(act, "financed")
    if n == 1:
        count_open(act.draft, act.f["registrant"], -1)
    count_open(act.draft, act.party, 1)


def interest_is_own(act):
    held = own_interest(act)
    if held is None:
        return "E_NOT_FOUND"
    return None if held["financier"] == act.party else "E_WRONG_AUTHORITY"


def not_overpaid(act):
    if act.body["amount"] <= 0:
        return "E_SCHEMA"
    return None if act.body["amount"] <= own_interest(act)["outstanding"] else "E_OVERPAID"


def reduce(act, amount, ended, registration):
    held = own_interest(act)
    left = held["outstanding"] - amount
    if left == 0:
        count_open(act.draft, held["financier"], -1)
        act.f["interests"] = [one for one in act.f["interests"] if one is not held]
    else:
        held["outstanding"] = left
    act.f.pop("transfer", None)
    sum_up(act)
    if act.f["interests"]:
        return
    act.record["state"] = ended
    if registration:
        move_registration(act, registration)
    else:
        drop_registration(act)


def buy_back(act):
    use_consents(act, "buy_back", act.party)
    if own_interest(act)["kind"] != "pledge":
        take_control(act, act.f["seller"])
    reduce(act, own_interest(act)["outstanding"], "released", "")


def others_let_reassign(act):
    others = [one["financier"] for one in interests_of(act.record) if one["financier"] != act.party]
    return None if all(has_consent(act, one, "reassign", act.body["to"]) for one in others) else "E_CONSENT_REQUIRED"


def receiver_fit(act):
    to = act.body["to"]
    code = active(act, to)
    if code or to == act.party:
        return code or "E_SCHEMA"
    return None if has_role(act, to, "bank", "factor") else "E_ROLE"


def transfer_to_actor(act):
    held = act.f.get("transfer")
    if held is None:
        return "E_BAD_STATE"
    return None if held["to"] == act.party else "E_WRONG_AUTHORITY"


def accept_transfer(act):
    n = act.f["transfer"]["interest"]
    for one in act.f["interests"]:
        if one["n"] != n:
            continue
        old = one["financier"]
        one["assigner"], one["financier"] = old, act.party
        count_open(act.draft, old, -1)
        count_open(act.draft, act.party, 1)
        if one["kind"] != "pledge":
            act.f["controller"] = act.party
    act.f["control_since_ms"], act.f["control_nonce"] = act.time, act.f["control_nonce"] + 1
    del act.f["transfer"]
    use_consents(act, "reassign", act.party)


def is_financier_guard(act):
    return None if is_financier(act, act.party) else "E_WRONG_AUTHORITY"


LENDERS = "bank|factor"
OPEN = "registered_unique|registered_duplicate|confirmed|financed|defaulted|enforcing"
LIVE = "financed|defaulted|enforcing"
invoice = Type("invoice", "recv/", "RV",
               ("seller", "buyer", "registrant", "buyer_confirmation.party", "tax_status.checker", "consents.to",
                "consents.party", "interests.financier", "interests.assigner", "transfer.to", "controller"))
invoice.verb("register_fingerprint", "", "registered_unique", LENDERS, "two", "invoice",
             [parties_active("seller", "buyer"), not_financed_before, room_for_registration, invoice_dates,
              partial_explained], register, [facts_hold])
invoice.verb("recheck", "registered_duplicate", "registered_unique", LENDERS, "one", EMPTY,
             [actor_is_registrant, not_financed_before, no_duplicate_left])
invoice.verb("confirm", "registered_unique", "confirmed", "", "two", EMPTY,
             [lambda act: None if act.f["buyer"] == act.party else "E_BUYER_SIGNATURE"], confirm)
invoice.verb("report_tax_status", OPEN, "", "evidence_node", "one", "invoice.tax",
             [verifier_is_third, lambda act: None if act.body["checked_at_ms"] <= act.time else "E_BACKDATED", checked_after_last],
             report_tax)
invoice.verb("cancel", "registered_unique|registered_duplicate|confirmed", "cancelled", "", "two", REASON,
             [actor_is_registrant], cancel)
invoice.verb("consent", "registered_unique|confirmed|financed|defaulted", "", "", "two", "invoice.consent",
             [may_consent, consent_whole], consent)
invoice.verb("finance", "registered_unique|confirmed|financed", "financed", LENDERS, "two", "invoice.finance",
             [not_financed_before, not_assigned, tax_holds, residual_holds,
              lambda act: None if len(interests_of(act.record)) < 20 else "E_RESIDUAL_EXCEEDED",
              lambda act: "E_ASSIGNMENT_BARRED" if act.f["assignment_bar"] == "law" else None,
              lambda act: None if has_consent(act, act.f["seller"], "finance", act.party) else "E_CONSENT_REQUIRED",
              pledgees_let_assign, kind_whole], finance)
invoice.verb("notify_debtor", LIVE, "", LENDERS, "one", "notice",
             [is_financier_guard, lambda act: None if act.body["date"] <= act.today else "E_BACKDATED"],
             lambda act: act.f.update(debtor_notice=act.body))
invoice.verb("repay", LIVE, "", LENDERS, "two", "interest.amount", [interest_is_own, not_overpaid],
             lambda act: reduce(act, act.body["amount"], "settled", "settled"))
invoice.verb("reassign", "financed", "", LENDERS, "two", "interest.to",
             [interest_is_own, receiver_fit, others_let_reassign], lambda act: act.f.update(transfer=act.body))
invoice.verb("accept_transfer", "financed", "", LENDERS, "two", EMPTY, [transfer_to_actor], accept_transfer)
invoice.verb("reject_transfer", "financed", "", LENDERS, "one", EMPTY, [transfer_to_actor],
             lambda act: act.f.pop("transfer"))
invoice.verb("buy_back", "financed|defaulted", "", LENDERS, "two", "interest",
             [interest_is_own,
              lambda act: None if has_consent(act, act.f["seller"], "buy_back", act.party) else "E_CONSENT_REQUIRED"],
             buy_back)
invoice.verb("default", "financed", "defaulted", LENDERS, "two", REASON,
             [is_financier_guard, lambda act: None if act.f["due_date"] < act.today else "E_NO_DEFAULT"])
invoice.verb("enforce", "financed|defaulted", "enforcing", LENDERS, "two", REASON,
             [is_financier_guard, lambda act: None if act.record["state"] == "defaulted" else "E_NO_DEFAULT"])
invoice.verb("write_off", "enforcing", "", LENDERS, "two", "interest", [interest_is_own],
             lambda act: reduce(act, own_interest(act)["outstanding"], "written_off", "written_off"))
