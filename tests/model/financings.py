"""B.8 financing_event: a loan on pledges, receivables and certificates; R-09, R-10, R-19."""
import days
from common import EMPTY, REASON, has_role, parties_active, working_days_after
from engine import Type
from fields import table
from pledges import rank_on
from receivables import Hits, interests_of
from rights import freeze_in_force

KINDS = "ip_pledge_loan|data_pledge_loan|receivable_pledge|factoring|mixed_pledge|ip_abs_underlying_loan"
LIVE = ("approved", "drawn", "partially_repaid", "overdue", "defaulted", "enforcing")
BASES = (("pledge_ids", "pledge/"), ("receivable_ids", "recv/"), ("certificate_ids", "cert/"))
table("bucket", f"year: integer 9999\ndistrict: text 6\nkind: choice {KINDS}\n"
                "amount_band: choice below_1m|1m_5m|5m_10m|10m_50m|50m_100m|from_100m")
table("finance", f"""
kind: choice {KINDS}
lenders: parties 20
borrower: party
guarantors?: parties 20
pledge_ids?: records 50
receivable_ids?: records 50
certificate_ids?: records 50
rolls_over?: record
principal: sealed
secured_claim: amount
ccy: ccy
rate: sealed
rate_kind: sealed
signed_on: date
draw_date: date
due_date: date
repay_plan: sealed
unsecured_gap?: boolean
purpose: sealed
subsidy_or_risk_pool?: sealed
statistics_bucket: object bucket
""")
table("finance.repay", "amount: amount")
table("finance.default", "debtor_notice: hash\nreason: text 2000")
table("finance.proceeds", "amount: amount\nproceeds: sealed")


def is_lender(act, party):
    return party in act.f["lenders"]


def agreed(act, party):
    return act.text("proposer") == party or party in act.listed("consents")


def held_ids(act, *names):
    """(list, key, value or None) of every basis."""
    for name, tag in BASES:
        if not names or name in names:
            for one in act.listed(name):
                yield one, act.get(tag + one)


def old_loan(act):
    return act.get("fin/" + act.f["rolls_over"]) if act.f.get("rolls_over") else None


def kind_backed(act):
    backed = sum(bool(act.listed(name)) for name, _ in BASES)
    if backed == 0 or (act.f["kind"] == "mixed_pledge" and backed < 2):
        return "E_SCHEMA"
    needs = {"ip_pledge_loan": "pledge_ids", "ip_abs_underlying_loan": "pledge_ids", "receivable_pledge": "receivable_ids",
             "factoring": "receivable_ids"}.get(act.f["kind"])
    return "E_SCHEMA" if needs and not act.listed(needs) else None


def figures_hold(act):
    bucket = act.f["statistics_bucket"]
    holds = (bucket["kind"] == act.f["kind"] and str(bucket["year"]) == act.f["draw_date"][:4] and
             len(bucket["district"]) == 6 and all(c in "0123456789" for c in bucket["district"]))
    return None if holds and act.f["secured_claim"] > 0 else "E_SCHEMA"


def takes_part(act):
    return None if is_lender(act, act.party) or act.f["borrower"] == act.party else "E_WRONG_AUTHORITY"


def lends(act):
    return None if is_lender(act, act.party) else "E_WRONG_AUTHORITY"


def parties_fit(act):
    code = parties_active("lenders", "borrower", "guarantors")(act)
    if code:
        return code
    for lender in act.f["lenders"]:
        if lender == act.f["borrower"]:
            return "E_SCHEMA"
        roles = ["bank", "factor"] + (["originator"] if act.f["kind"] == "ip_abs_underlying_loan" else [])
        if not has_role(act, lender, *roles):
            return "E_ROLE"
    return None


def basis_exists(act):
    return "E_NOT_FOUND" if any(held is None for _, held in held_ids(act)) else None


def old_stands(act):
    if not act.f.get("rolls_over"):
        return None
    old = old_loan(act)
    if old is None:
        return "E_NOT_FOUND"
    if old["fields"]["borrower"] != act.f["borrower"]:
        return "E_WRONG_AUTHORITY"
    return None if old["state"] in ("drawn", "partially_repaid", "overdue") else "E_BAD_STATE"


def certificate_live(certificate, today):
    return certificate["state"] == "issued" and certificate["fields"]["valid_to"] >= today


def basis_live(act):
    for _, pledge in held_ids(act, "pledge_ids"):
        if pledge["state"] in ("cancelled", "revoked", "refused", "withdrawn"):
            return "E_PLEDGE_NOT_EFFECTIVE"
    for _, certificate in held_ids(act, "certificate_ids"):
        if not certificate_live(certificate, act.today):
            return "E_BASIS_EXPIRED"
    for _, receivable in held_ids(act, "receivable_ids"):
        if receivable["state"] not in ("registered_unique", "confirmed", "financed"):
            return "E_BAD_STATE"
    return None


def lender_holds(act, pledge):
    return bool(set(act.f["lenders"]) & set(pledge["fields"]["pledgees"]))


def freed_by_old(act, pledge_id):
    old = old_loan(act)
    return sum(one["amount"] for one in (old["fields"].get("allocations", []) if old else []) if one["pledge"] == pledge_id)


def lenders_hold(act):
    for pledge_id, pledge in held_ids(act, "pledge_ids"):
        if not lender_holds(act, pledge) and freed_by_old(act, pledge_id) == 0:
            return "E_CLAIM_NOT_ASSIGNED"
    return None


def old_unpooled(act):
    pooled = act.f.get("rolls_over") and act.get("pooled/" + act.f["rolls_over"])
    return "E_IN_SECURITIZATION_POOL" if pooled else None


def dates_hold(act):
    f = act.f
    return None if f["signed_on"] <= act.today and f["signed_on"] <= f["draw_date"] < f["due_date"] else "E_BACKDATED"


def within_rights(act):
    for _, pledge in held_ids(act, "pledge_ids"):
        for right_id in pledge["fields"]["rights"]:
            right = act.get("right/" + right_id)
            if right and act.f["due_date"] > right["fields"].get("expiry_date", "9999"):
                return "E_DEBT_TERM_EXCEEDS_RIGHT"
    return None


def live_ones(act, ids):
    held = [(one, act.get("fin/" + one)) for one in ids]
    return [one for one, financing in held if financing and financing["state"] in LIVE]


def room_under_basis(act):
    for _, held in held_ids(act, "receivable_ids", "certificate_ids"):
        if len(live_ones(act, held["fields"].get("financings", []))) >= 100:
            return "E_SCHEMA"
    return None


def owners_consent(act):
    borrower = act.f["borrower"]
    if not agreed(act, borrower):
        return "E_CONSENT_REQUIRED"
    for _, pledge in held_ids(act, "pledge_ids"):
        if pledge["fields"]["debtor"] == borrower and not act.f.get("rolls_over"):
            continue
        if any(not agreed(act, one) for one in pledge["fields"]["pledgors"]):
            return "E_PLEDGOR_CONSENT_REQUIRED"
    owners = [held["fields"]["seller"] for _, held in held_ids(act, "receivable_ids")]
    owners += [held["provider"] for _, held in held_ids(act, "certificate_ids")]
    return None if all(one == borrower or agreed(act, one) for one in owners) else "E_CONSENT_REQUIRED"


def old_lenders_agree(act):
    old = old_loan(act)
    lenders = old["fields"]["lenders"] if old else []
    return None if all(is_lender(act, one) or agreed(act, one) for one in lenders) else "E_CONSENT_REQUIRED"


def pledges_registered(act):
    for _, pledge in held_ids(act, "pledge_ids"):
        if pledge["state"] != "registered":
            return "E_PLEDGE_NOT_EFFECTIVE"
        effective = pledge["fields"].get("statutory_effective_date", "")
        if not act.f.get("unsecured_gap", False) and effective > act.f["draw_date"]:
            return "E_PLEDGE_NOT_EFFECTIVE"
    return None


def drawn_by_a_lender(act, receivable):
    for one in receivable["fields"].get("financings", []):
        other = act.get("fin/" + one)
        if one in (act.id, act.f.get("rolls_over", "")) or other is None or other["state"] not in LIVE[1:]:
            continue
        if set(act.f["lenders"]) & set(other["fields"]["lenders"]):
            return True
    return False


def receivables_financed(act):
    for _, held in held_ids(act, "receivable_ids"):
        if Hits(act, held["fields"]).financed or drawn_by_a_lender(act, held):
            return "E_DUPLICATE_FINANCED"
        if not any(is_lender(act, one["financier"]) for one in interests_of(held)):
            return "E_PLEDGE_NOT_EFFECTIVE"
    return None


def draw_day(act):
    return None if act.f["draw_date"] <= act.today <= act.f["due_date"] else "E_BACKDATED"


def claims_not_fixed(act):
    for _, pledge in held_ids(act, "pledge_ids"):
        if pledge["fields"]["pledge_kind"] != "maximum_amount":
            continue
        for right_id in pledge["fields"]["rights"]:
            right = act.get("right/" + right_id)
            if right and freeze_in_force(right, act.time):
                return "E_MAX_CLAIM_FROZEN"
    return None


def drawn_on(act, pledge_id):
    held = act.get("claims/" + pledge_id)
    return held["fields"]["drawn"] if held else 0


def set_drawn(act, pledge_id, drawn, lenders):
    key = "claims/" + pledge_id
    act.draft.put(key, {"type": "finance", "id": key, "fields": {"drawn": drawn, "lenders": list(lenders)}}
                  if drawn else None)


def room_on(act, pledge_id, pledge):
    f = pledge["fields"]
    if f["ccy"] != act.f["ccy"]:
        return 0
    freed = freed_by_old(act, pledge_id)
    secured = f.get("max_amount" if f["pledge_kind"] == "maximum_amount" else "secured_amount", 0)
    room = max(secured - drawn_on(act, pledge_id) + freed, 0)
    return room if lender_holds(act, pledge) else min(room, freed)


def claim_secured(act):
    if not act.listed("pledge_ids") and not act.listed("receivable_ids"):
        return None
    room = sum(room_on(act, one, pledge) for one, pledge in held_ids(act, "pledge_ids"))
    for _, held in held_ids(act, "receivable_ids"):
        if held["fields"]["ccy"] == act.f["ccy"]:
            room += sum(one["outstanding"] for one in interests_of(held) if is_lender(act, one["financier"]))
    return None if act.f["secured_claim"] <= room else "E_EXCEEDS_SECURED_AMOUNT"


def higher_ranks_paid(act):
    for pledge_id, pledge in held_ids(act, "pledge_ids"):
        for right_id in pledge["fields"]["rights"]:
            right = act.get("right/" + right_id)
            for other in right["enc"]["pledges"] if right else []:
                if other["id"] != pledge_id and other.get("rank", 1) < rank_on(right, pledge_id):
                    return "E_HIGHER_RANK_UNPAID"
    return None


def may_consent(act):
    interested = {act.f["borrower"], *act.f["lenders"], *act.listed("guarantors")}
    for _, held in held_ids(act, "pledge_ids"):
        interested |= set(held["fields"]["pledgors"])
    interested |= {held["fields"]["seller"] for _, held in held_ids(act, "receivable_ids")}
    interested |= {held["provider"] for _, held in held_ids(act, "certificate_ids")}
    old = old_loan(act)
    interested |= set(old["fields"]["lenders"]) if old else set()
    if act.party not in interested:
        return "E_NOT_INTERESTED"
    return "E_BAD_STATE" if agreed(act, act.party) else None


def not_overpaid(act):
    if act.body["amount"] <= 0:
        return "E_SCHEMA"
    return None if act.body["amount"] <= act.f.get("outstanding", 0) else "E_OVERPAID"


def collateral_free(act):
    f = act.record["fields"]
    for one in f.get("pledge_ids", []):
        if act.get("pledge/" + one)["state"] not in ("cancelled", "revoked", "refused", "withdrawn"):
            return False
    for one in f.get("receivable_ids", []):
        if any(interest["financier"] in f["lenders"] for interest in interests_of(act.get("recv/" + one))):
            return False
    return True


# Effects


def propose(act):
    act.f["proposer"] = act.party
    act.record["checked"] = act.where


def consent(act):
    act.f.setdefault("consents", []).append(act.party)


def approve(act):
    act.record["approved"] = act.where
    for name, tag in BASES[1:]:
        for one in act.listed(name):
            held = act.draft.change(tag + one)
            held["fields"]["financings"] = live_ones(act, held["fields"].get("financings", [])) + [act.id]
            act.touch(held)


def give_back(act, financing, keep):
    f = financing["fields"]
    if "allocations" not in f:
        return
    held = [dict(one) for one in f["allocations"]]
    excess = sum(one["amount"] for one in held) - keep
    while excess > 0:
        last = held[-1]
        part = min(excess, last["amount"])
        set_drawn(act, last["pledge"], drawn_on(act, last["pledge"]) - part, f["lenders"])
        excess -= part
        last["amount"] -= part
        if last["amount"] == 0:
            held.pop()
    f["allocations"] = held


def draw(act):
    left, allocations = act.f["secured_claim"], []
    for one in act.listed("pledge_ids"):
        part = min(left, room_on(act, one, act.get("pledge/" + one)))
        if part:
            allocations.append({"pledge": one, "amount": part})
            left -= part
    if old_loan(act):
        old = act.draft.change("fin/" + act.f["rolls_over"])
        give_back(act, old, 0)
        old["fields"].update(outstanding=0, rolled_into=act.id)
        old["state"] = "rolled_over"
        act.touch(old)
    for one in allocations:
        set_drawn(act, one["pledge"], drawn_on(act, one["pledge"]) + one["amount"], act.f["lenders"])
    act.f["allocations"] = allocations
    act.f["outstanding"] = act.f["secured_claim"]
    act.add_deadline(days.end_of(act.f["due_date"]), "overdue")


def open_release_duty(act):
    due = working_days_after(act, act.today, 10, 14)
    act.f["release_duty"] = {"due": due, "overdue": False}
    act.add_deadline(days.end_of(due), "release")


def reduce(act, amount):
    act.f["outstanding"] = act.f.get("outstanding", 0) - amount
    give_back(act, act.record, act.f["outstanding"])


def repay(act):
    reduce(act, act.body["amount"])
    if act.f["outstanding"] == 0:
        act.record["state"] = "repaid"
        open_release_duty(act)
    elif act.record["state"] == "drawn":
        act.record["state"] = "partially_repaid"


def recover(act):
    act.f["proceeds"] = act.body["proceeds"]
    reduce(act, act.body["amount"])
    give_back(act, act.record, 0)
    open_release_duty(act)


def close(act):
    duty = act.f.get("release_duty", {})
    if duty.get("overdue", False) or duty.get("due", "9999") < act.today:
        act.warnings.append("W_CANCEL_OVERDUE")


def deadline(act, what):
    state = act.record["state"]
    if what == "overdue" and state in ("drawn", "partially_repaid"):
        act.record["state"] = "overdue"
    if what == "release" and state in ("repaid", "recovered"):
        if collateral_free(act):
            act.record["state"] = "closed"
        else:
            act.record["fields"]["release_duty"]["overdue"] = True


def alert_financings(act, ids, basis, why):
    told = live_ones(act, ids)
    for one in told:
        financing = act.draft.change("fin/" + one)
        alerts = financing["fields"].setdefault("risk_alerts", [])
        if len(alerts) < 50:
            alerts.append({"basis": basis, "why": why, "time_ms": act.time})
        act.touch(financing)
    return bool(told)


collateral = [parties_fit, basis_exists, old_stands, basis_live, lenders_hold]
LENDERS = "bank|factor|originator"
RUNNING = "drawn|partially_repaid|overdue"
finance = Type("finance", "fin/", "FE", ("lenders", "borrower", "guarantors", "proposer", "consents"))
finance.deadline = deadline
finance.handles = lambda record: [
    f"drawn:{bucket['year']}:{place}:{bucket['kind']}:{bucket['amount_band']}"
    for bucket in [record["fields"]["statistics_bucket"]] for place in (bucket["district"], "all")
] + ["own:borrower:" + record["fields"]["borrower"]] + ["own:lender:" + one for one in record["fields"]["lenders"]] if "allocations" in record["fields"] else []
finance.verb("propose", "", "proposed", "", "one", "finance", [takes_part] + collateral + [old_unpooled, dates_hold, within_rights],
             propose, [kind_backed, figures_hold])
finance.verb("consent", "proposed|approved", "", "", "two", EMPTY, [may_consent], consent)
finance.verb("approve", "proposed", "approved", LENDERS, "two", EMPTY,
             [lends] + collateral + [old_unpooled, within_rights, room_under_basis, owners_consent, old_lenders_agree], approve)
finance.verb("draw", "approved", "drawn", LENDERS, "two", EMPTY,
             [lends] + collateral + [pledges_registered, receivables_financed, old_unpooled, draw_day, within_rights,
                                     claims_not_fixed, claim_secured, owners_consent], draw)
finance.verb("repay", RUNNING, "", LENDERS, "two", "finance.repay", [lends, not_overpaid], repay)
finance.verb("mark_overdue", "drawn|partially_repaid", "overdue", LENDERS, "one", EMPTY,
             [lends, lambda act: None if act.f["due_date"] < act.today else "E_NO_DEFAULT"])
finance.verb("declare_default", RUNNING, "defaulted", LENDERS, "two", "finance.default",
             [lends, lambda act: None if act.record["state"] == "overdue" else "E_NO_DEFAULT"],
             lambda act: act.f.update(debtor_notice=act.body["debtor_notice"]))
finance.verb("enforce", "defaulted", "enforcing", LENDERS, "two", REASON, [lends])
finance.verb("recover", "enforcing", "recovered", LENDERS, "two", "finance.proceeds",
             [lends, higher_ranks_paid, not_overpaid], recover)
finance.verb("write_off", "enforcing", "written_off", LENDERS, "two", REASON, [lends],
             lambda act: give_back(act, act.record, 0))
finance.verb("close", "repaid|recovered", "closed", "", "one", EMPTY,
             [takes_part, lambda act: None if collateral_free(act) else "E_BAD_STATE"], close)
