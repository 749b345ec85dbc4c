"""B.9 securitization programme: pool, tranches, waterfall; R-11 to R-16 (decision 0015)."""
from common import REASON, active, count_open, has_role, set_body
from engine import Type, clone
from fields import table
from pledges import report_holds
from rights import change_right, freeze_in_force

WHOLE = 1_000_000
MOST = 2**53 - 1
LINES = ("taxes|custody_fees|manager_fees|senior_interest|senior_principal|mezzanine_interest|mezzanine_principal|late_fees|"
         "subordinate")
table("programme", f"""
name: text 200
exchange: text 100
series_no: integer 9999
ccy: ccy
custodian: party
originator: party
servicer: party
shortfall_payer?: party
guarantor?: party
law_firm?: party
rating_agency?: party
appraiser?: party
waterfall?: choices {LINES}
advance_rate_cap_ppm: integer 1000000
replacement_cap_ppm: integer 1000000
default_after_days: integer 3660
default_rate_trigger_ppm: integer 1000000
""")
table("programme.entry", "claim: record\npledge: record\nprincipal: amount\nappraised_value: amount\nappraisal_id: record")
table("programme.no", "no: integer 500")
table("programme.shelf", "shelf_amount: amount\nshelf_valid_to: date\nexchange_letter: hash")
table("tranche", """
name: text 20
class: choice senior|mezzanine|subordinate
face: amount
coupon_ppm: integer 10000000
expected_maturity: date
rating?: text 20
""")
table("face", "tranche: text 20\nholder: party\nface: amount")
table("programme.issue", "issue_amount: amount\nissued_on: date\ntranches: objects 12 tranche\nholders: objects 400 face")
table("programme.collect",
      "no: integer 500\nkind: choice principal|interest|penalty|recovery\namount: amount\nreceived_on: date")
table("line", f"line: choice {LINES}\ntranche?: text 20\ndue: amount\npaid: amount")
table("programme.distribute", "pay_date: date\ncollected: amount\nother_credits: amount\nlines: objects 40 line")
table("programme.replace", "no: integer 500\nreason: choice defect|default|freeze\nnotice_hash: hash", "programme.entry")
table("programme.default", "no: integer 500\ndays_overdue: integer 3660\nnotice_hash: hash")
table("programme.shortfall", "pay_date: date\nshortfall_date: date\nneeded: amount")
table("programme.accelerate", "trigger: choice manager_default|servicer_default|shortfall_payer_failed|rating|default_rate|"
                              "holder_vote\nevidence?: hash")
table("programme.clear", "assets_sold?: hash")
PARTS = {"custodian": "custodian", "originator": "originator", "servicer": "", "shortfall_payer": "shortfall_payer",
         "guarantor": "guarantor", "law_firm": "assessor", "rating_agency": "rating_agency", "appraiser": "appraiser"}
OPEN_PARTS = ("plan_manager", "custodian", "originator", "servicer")


def parts_filled(act):
    for name, role in PARTS.items():
        party = act.text(name)
        if party:
            code = active(act, party) or ("E_ROLE" if role and not has_role(act, party, role) else None)
            if code:
                return code
    return "E_SCHEMA" if act.f["custodian"] == act.party else None


# The pool


def entries(act):
    return act.f.get("pool", [])


def pooled(entry):
    return entry["status"] != "replaced"


def entry_named(act):
    return next((one for one in entries(act) if pooled(one) and one["no"] == act.body["no"]), None) \
        if "no" in act.body else None


def entry_there(act):
    return None if entry_named(act) else "E_NOT_FOUND"


def claim_of(act):
    return act.get("fin/" + act.body["claim"])


def pledge_of(act):
    return act.get("pledge/" + act.body["pledge"])


def each_pledged(act, check):
    for right_id in pledge_of(act)["fields"]["rights"]:
        right = act.get("right/" + right_id)
        code = right and check(right)
        if code:
            return code
    return None


def entry_exists(act):
    return None if claim_of(act) and pledge_of(act) else "E_NOT_FOUND"


def entry_unfrozen(act):
    return each_pledged(act, lambda right: "E_ASSET_FROZEN" if freeze_in_force(right, act.time) else None)


def entry_pledged(act):
    pledge = pledge_of(act)
    if pledge["state"] != "registered":
        return "E_PLEDGE_NOT_EFFECTIVE"
    if pledge["fields"]["pledgees"] != [act.f["originator"]]:
        return "E_ALREADY_PLEDGED_ELSEWHERE"

    def check(right):
        if any(one["id"] != act.body["pledge"] for one in right["enc"]["pledges"]):
            return "E_ALREADY_PLEDGED_ELSEWHERE"
        return "E_RESERVED_BY_OTHER" if "reservation" in right["enc"] else None

    return each_pledged(act, check)


def entry_unpooled(act):
    elsewhere = act.get("pooled/" + act.body["claim"])
    if elsewhere and elsewhere["programme"] != act.id:
        return "E_IN_OTHER_POOL"
    return each_pledged(act, lambda right: "E_IN_OTHER_POOL" if "pool" in right["enc"] else None)


def entry_appraised(act):
    return report_holds(act, act.body["appraisal_id"], pledge_of(act)["fields"]["rights"],
                        [claim_of(act)["fields"]["borrower"], act.f["originator"], act.f["plan_manager"]])


def others_sum(act, name, value):
    """What pooled entries with the same claim or report count, the one to be replaced left out."""
    leaving = entry_named(act)
    return sum(one[value] for one in entries(act) if pooled(one) and one is not leaving and one[name] == act.body[name])


def entry_eligible(act):
    if act.record.get("entries", 0) >= 500:
        return "E_TOO_LARGE"
    mine = len(pledge_of(act)["fields"]["rights"])
    if mine > 100 or mine + sum(len(one["rights"]) for one in entries(act)) > 2000:
        return "E_TOO_LARGE"

    def sound(right):
        f = right["fields"]
        bad = (f["legal_status"] != "in_force" or f["invalidation_pending"] or f["ownership_dispute"] or
               "register_mismatch" in right or right.get("objections"))
        return "E_NOT_ELIGIBLE" if bad else None

    code = each_pledged(act, sound)
    if code:
        return code
    f, body = claim_of(act)["fields"], act.body
    left = f.get("outstanding", 0) - others_sum(act, "claim", "principal_left")
    fits = (claim_of(act)["state"] in ("drawn", "partially_repaid") and f["lenders"] == [act.f["originator"]] and
            f["ccy"] == act.f["ccy"] and body["pledge"] in f.get("pledge_ids", []) and 0 < body["principal"] <= left)
    report = act.get("appraisal/" + body["appraisal_id"])["fields"]
    value = report["value"] - others_sum(act, "appraisal_id", "appraised_value")
    fits = fits and report["ccy"] == act.f["ccy"] and 0 < body["appraised_value"] <= value
    return None if fits else "E_NOT_ELIGIBLE"


def pool_sum(act, name):
    return sum(one[name] for one in entries(act) if pooled(one))


def rate(principal, appraised):
    return min(principal * WHOLE // appraised, MOST) if appraised else 0


def advance_rate_holds(act):
    leaving = entry_named(act)

    def then(name):
        return pool_sum(act, name) + act.body.get(name, 0) - (leaving[name] if leaving else 0)

    return "E_ADVANCE_RATE" if rate(then("principal"), then("appraised_value")) > act.f["advance_rate_cap_ppm"] else None


def count_pool(act):
    act.f["asset_count"] = sum(map(pooled, entries(act)))
    act.f["advance_rate_ppm"] = rate(pool_sum(act, "principal"), pool_sum(act, "appraised_value"))


def enter_pool(act, status):
    rights = list(pledge_of(act)["fields"]["rights"])
    for right_id in rights:
        change_right(act, right_id, lambda enc: enc.update(pool={"id": act.id, "since": act.where}))
    key = "pooled/" + act.body["claim"]
    held = act.draft.change(key) or {"programme": act.id, "since": act.where}
    held["entries"] = held.get("entries", 0) + 1
    act.draft.put(key, held)
    no = act.record.get("entries", 0) + 1
    act.record["entries"] = no
    act.f.setdefault("pool", []).append({
        "no": no, "status": status, "enterprise": claim_of(act)["fields"]["borrower"], "rights": rights,
        "principal_left": act.body["principal"], "collected": 0,
        **{name: act.body[name] for name in ("claim", "pledge", "principal", "appraised_value", "appraisal_id")}})
    count_pool(act)


def leave_pool(act, entry):
    for right_id in entry["rights"]:
        change_right(act, right_id, lambda enc: enc.pop("pool", None))
    key = "pooled/" + entry["claim"]
    if act.get(key):
        held = act.draft.change(key)
        held["entries"] -= 1
        if held["entries"] <= 0:
            act.draft.put(key, None)


def drop(act):
    entry = entry_named(act)
    leave_pool(act, entry)
    act.f["pool"] = [one for one in act.f["pool"] if one is not entry]
    count_pool(act)


def end_programme(act):
    for entry in entries(act):
        if pooled(entry):
            leave_pool(act, entry)
    for name in OPEN_PARTS:
        count_open(act.draft, act.f[name], -1)


def set_up(act):
    act.f.update(plan_manager=act.party, cash=0)
    count_pool(act)
    for name in OPEN_PARTS:
        count_open(act.draft, act.f[name], 1)


# Shelf and issue


def shelf_of(act):
    return act.get("shelf/" + (act.body.get("exchange_letter", "") or act.text("exchange_letter")))


def shelf_agrees(act):
    stated, held = act.body["shelf_amount"], shelf_of(act)
    return None if stated > 0 and stated == (held["amount"] if held else stated) else "E_SHELF_EXCEEDED"


def approve_shelf(act):
    set_body(act)
    if shelf_of(act) is None:
        act.draft.put("shelf/" + act.body["exchange_letter"], {"amount": act.body["shelf_amount"], "used": 0})


def faces_agree(act):
    left = {}
    for one in act.body["tranches"]:
        if one["face"] <= 0 or one["name"] in left:
            return "E_SCHEMA"
        left[one["name"]] = one["face"]
    seen = set()
    for one in act.body["holders"]:
        pair = (one["tranche"], one["holder"])
        if one["tranche"] not in left or not 0 < one["face"] <= left[one["tranche"]] or pair in seen:
            return "E_SCHEMA"
        seen.add(pair)
        left[one["tranche"]] -= one["face"]
    return "E_SCHEMA" if any(left.values()) else None


def pool_pledged(act):
    held = [one for one in entries(act) if pooled(one)]
    for entry in held:
        pledge = act.get("pledge/" + entry["pledge"])
        if pledge is None or pledge["state"] != "registered":
            return "E_PLEDGE_NOT_EFFECTIVE"
    return None if held else "E_NOT_ELIGIBLE"


def claims_stand(act):
    """Each loan still performs and covers the parts of it that are pooled."""
    parts = {}
    for one in filter(pooled, entries(act)):
        parts[one["claim"]] = parts.get(one["claim"], 0) + one["principal_left"]
    for claim_id, part in parts.items():
        claim = act.get("fin/" + claim_id)
        if claim["state"] not in ("drawn", "partially_repaid") or part > claim["fields"].get("outstanding", 0):
            return "E_NOT_ELIGIBLE"
    return None


def issued_in_time(act):
    on = act.body["issued_on"]
    return None if on <= act.today and on <= act.f["shelf_valid_to"] else "E_BACKDATED"


def amount_holds(act):
    amount, shelf = act.body["issue_amount"], shelf_of(act)
    if sum(one["face"] for one in act.body["tranches"]) != amount or amount > shelf["amount"] - shelf["used"]:
        return "E_SHELF_EXCEEDED"
    return None if amount <= pool_sum(act, "principal") else "E_ADVANCE_RATE"


def investors(act):
    return len({one["holder"] for one in act.body["holders"]})


def issue(act):
    shelf = act.draft.change("shelf/" + act.f["exchange_letter"])
    shelf["used"] += act.body["issue_amount"]
    act.f.update(clone(act.body))
    for one in act.f["tranches"]:
        one["outstanding"] = one["face"]
    for one in act.f["pool"]:
        one["status"] = "performing"
    act.f["investors"] = investors(act)


# Money


def services(act):
    return None if act.f["servicer"] == act.party else "E_WRONG_AUTHORITY"


def manages(act):
    return None if act.f["plan_manager"] == act.party else "E_WRONG_AUTHORITY"


def collection_fits(act):
    amount, entry = act.body["amount"], entry_named(act)
    fits = amount > 0 and act.f["cash"] + amount <= MOST and entry["collected"] + amount <= MOST
    fits = fits and (act.body["kind"] != "principal" or amount <= entry["principal_left"])
    return None if fits else "E_WATERFALL_UNBALANCED"


def collect(act):
    amount, entry = act.body["amount"], entry_named(act)
    act.f["cash"] += amount
    entry["collected"] += amount
    if act.body["kind"] in ("principal", "recovery"):
        if entry["principal_left"] <= amount:
            entry["status"] = "repaid"
        entry["principal_left"] = max(0, entry["principal_left"] - amount)


def pay_date_next(act):
    before = act.f.get("distributions", [])
    day = act.body["pay_date"]
    holds = day > (before[-1]["pay_date"] if before else "") and act.f["issued_on"] <= day <= act.today
    return None if holds else "E_BACKDATED"


def class_of(line):
    if line == "subordinate":
        return line
    return line.split("_")[0] if line.startswith(("senior_", "mezzanine_")) else ""


def waterfall_holds(act):
    order = act.f.get("waterfall") or LINES.split("|")
    tranches = {one["name"]: one for one in act.f["tranches"]}
    lines = act.body["lines"]
    for line in lines:
        name, tranche = line["line"], line.get("tranche", "")
        held = tranches.get(tranche)
        if name not in order or class_of(name) != (held["class"] if held else "") or (held is None) != (tranche == ""):
            return "E_SCHEMA"
        if line["paid"] > line["due"]:
            return "E_WATERFALL_UNBALANCED"
        if name in ("senior_principal", "mezzanine_principal"):
            if line["due"] > held["outstanding"]:
                return "E_WATERFALL_UNBALANCED"
            all_due = act.record["state"] == "accelerated" or held["expected_maturity"] <= act.body["pay_date"]
            if line["due"] < held["outstanding"] and all_due:
                return "E_WATERFALL_ORDER"
    seen, last, short = set(), -1, len(order)
    for line in lines:
        at, pair = order.index(line["line"]), (line["line"], line.get("tranche", ""))
        if pair in seen or at < last or (line["paid"] > 0 and at > short):
            return "E_WATERFALL_ORDER"
        seen.add(pair)
        last = at
        if line["paid"] < line["due"]:
            short = min(short, at)
    lowest = max([order.index(one["line"]) for one in lines if one["paid"] > 0], default=0)
    for name, held in tranches.items():
        if held["class"] == "subordinate" or held["outstanding"] == 0:
            continue
        for line in (held["class"] + "_interest", held["class"] + "_principal"):
            if line in order and order.index(line) < lowest and (line, name) not in seen:
                return "E_WATERFALL_ORDER"
    if act.body["collected"] > act.f["cash"]:
        return "E_WATERFALL_UNBALANCED"
    into = act.body["collected"] + act.body["other_credits"]
    return None if into == sum(one["paid"] for one in lines) and into <= MOST else "E_WATERFALL_UNBALANCED"


def shares_of(act, tranche, amount):
    holders = sorted((one for one in act.f["holders"] if one["tranche"] == tranche), key=lambda one: one["holder"])
    whole = sum(one["face"] for one in holders)
    shares = [amount * one["face"] // whole for one in holders]
    if holders:
        largest = max(range(len(holders)), key=lambda i: (holders[i]["face"], -i))
        shares[largest] += amount - sum(shares)
    return [{"holder": one["holder"], "amount": share} for one, share in zip(holders, shares)]


def distribute(act):
    payouts = []
    for line in act.body["lines"]:
        tranche, paid = line.get("tranche", ""), line["paid"]
        if not tranche or paid == 0:
            continue
        if not line["line"].endswith("_interest"):
            held = next(one for one in act.f["tranches"] if one["name"] == tranche)
            held["outstanding"] -= min(held["outstanding"], paid)
        payouts += [dict(share, line=line["line"], tranche=tranche) for share in shares_of(act, tranche, paid)]
    act.f["cash"] -= act.body["collected"]
    credits = act.body["other_credits"]
    for call in act.f.get("shortfalls", []):
        part = min(call["amount"] - call["paid"], credits)
        call["paid"] += part
        credits -= part
    n = len(act.f.get("distributions", [])) + 1
    act.f.setdefault("distributions", []).append(
        dict(act.body, n=n, outstanding=sum(one["outstanding"] for one in act.f["tranches"])))
    name = f"{act.id}/{n}"
    act.draft.put("payout/" + name, {"type": "programme", "id": name, "made": act.where, "fields": {
        "plan_manager": act.f["plan_manager"], "custodian": act.f["custodian"], "payouts": payouts}})


def replacement_fits(act):
    leaving = entry_named(act)
    if act.body["principal"] < leaving["principal"] or act.body["appraised_value"] < leaving["appraised_value"]:
        return "E_NOT_ELIGIBLE"
    cap = act.f["issue_amount"] * act.f["replacement_cap_ppm"] // WHOLE
    return None if act.f.get("replaced", 0) + leaving["principal"] <= cap else "E_REPLACEMENT_CAP"


def replace(act):
    leaving = entry_named(act)
    enter_pool(act, "performing")
    leave_pool(act, leaving)
    leaving["status"] = "replaced"
    act.f["replaced"] = act.f.get("replaced", 0) + leaving["principal"]
    count_pool(act)


def mark_default(act):
    entry_named(act)["status"] = "defaulted"


def short_of_cash(act):
    return None if act.body["needed"] > act.f["cash"] and act.text("shortfall_payer") else "E_NO_SHORTFALL"


def call_shortfall(act):
    act.f.setdefault("shortfalls", []).append({"pay_date": act.body["pay_date"], "paid": 0,
                                               "shortfall_date": act.body["shortfall_date"],
                                               "amount": act.body["needed"] - act.f["cash"]})


def trigger_shown(act):
    trigger = act.body["trigger"]
    if trigger == "default_rate":
        bad = sum(one["principal"] for one in entries(act) if one["status"] == "defaulted")
        shown = rate(bad, pool_sum(act, "principal")) >= act.f["default_rate_trigger_ppm"]
    elif trigger == "shortfall_payer_failed":
        shown = any(one["paid"] < one["amount"] and one["shortfall_date"] < act.today for one in act.f.get("shortfalls", []))
    else:
        shown = "evidence" in act.body
    return None if shown else "E_NO_TRIGGER"


def nothing_outstanding(act):
    left = sum(one["outstanding"] for one in act.f["tranches"])
    return None if act.f["cash"] == 0 and (left == 0 or "assets_sold" in act.body) else "E_TRANCHE_OUTSTANDING"


def clear(act):
    set_body(act)
    end_programme(act)


def room(name):
    return lambda act: None if len(act.f.get(name, [])) < 120 else "E_TOO_LARGE"


def originator_and_manager(act):
    return [act.f["originator"], act.f["plan_manager"]]


def manager_and_custodian(act):
    return [act.f["plan_manager"], act.f["custodian"]]


RUNNING = "issued|accelerated"
both = {"parties": manager_and_custodian}
entry = [entry_exists, entry_unfrozen, entry_pledged, entry_unpooled, entry_appraised, entry_eligible]
programme = Type("programme", "programme/", "SP",
                 (*PARTS, "plan_manager", "holders.holder", "pool.enterprise"))
programme.verb("set_up", "", "preparing", "plan_manager", "two", "programme", [parts_filled], set_up)
programme.verb("add_asset", "preparing", "", "originator|plan_manager", "every", "programme.entry", entry,
               lambda act: enter_pool(act, "eligible"), parties=originator_and_manager)
programme.verb("drop_asset", "preparing", "", "originator|plan_manager", "every", "programme.no", [entry_there], drop,
               parties=originator_and_manager)
programme.verb("approve_shelf", "preparing", "shelf", "plan_manager", "two", "programme.shelf",
               [manages, lambda act: None if act.body["shelf_valid_to"] >= act.today else "E_BACKDATED", shelf_agrees],
               approve_shelf)
programme.verb("issue_tranches", "shelf", "issued", "", "every", "programme.issue",
               [faces_agree, pool_pledged, issued_in_time, claims_stand, amount_holds, advance_rate_holds,
                lambda act: None if investors(act) <= 200 else "E_TOO_MANY_HOLDERS"], issue, **both)
programme.verb("abandon", "preparing|shelf", "abandoned", "plan_manager", "two", REASON, [manages], end_programme)
programme.verb("collect", RUNNING, "", "", "two", "programme.collect",
               [services, entry_there, lambda act: None if act.body["received_on"] <= act.today else "E_BACKDATED",
                collection_fits], collect)
programme.verb("distribute", RUNNING, "", "", "every", "programme.distribute",
               [pay_date_next, waterfall_holds, room("distributions")], distribute, **both)
programme.verb("replace_asset", "issued", "", "", "every", "programme.replace",
               [entry_there] + entry + [replacement_fits, advance_rate_holds], replace,
               parties=lambda act: manager_and_custodian(act) + [act.f["originator"]])
programme.verb("asset_default", RUNNING, "", "", "two", "programme.default",
               [services, entry_there,
                lambda act: None if act.body["days_overdue"] >= act.f["default_after_days"] else "E_NO_TRIGGER"], mark_default)
programme.verb("call_shortfall", RUNNING, "", "plan_manager", "two", "programme.shortfall",
               [manages, lambda act: None if act.body["shortfall_date"] < act.body["pay_date"] else "E_BACKDATED",
                short_of_cash, room("shortfalls")], call_shortfall)
programme.verb("accelerate", "issued", "accelerated", "", "every", "programme.accelerate", [trigger_shown], set_body, **both)
programme.verb("clear", RUNNING, "cleared", "", "every", "programme.clear", [nothing_outstanding], clear, **both)
