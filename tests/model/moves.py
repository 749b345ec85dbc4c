"""What people of the consortium do next: for each record type how one begins and what a state invites to. Mostly right; the
world spoils some of it, and a share of the moves ignores the state."""
import days
from engine import TYPES
from parties import LIMITS

CNY = "CNY"


def reason(w):
    return {"reason": "事由"} if w.chance(70) else {"reason": "r", "evidence": [w.hash()]}


# Parties and policies


def party(w):
    how = w.r.randrange(10)
    name = w.any_party()
    held = w.state["party/" + name]
    kids = [one["kid"] for one in held["fields"]["officers"]]
    if not w.free_keys:
        how = max(how, 5)
    if how == 0 and len(w.parties()) < 60:
        w.serial += 1
        new = w.party_fields(f"firm-n{w.serial}", w.pick([["pledgor"], ["bank"], ["account_debtor"], ["auditor"]])) \
            if len(w.free_keys) > 4 else None
        if new is None:
            return None
        flaw = w.r.randrange(9)
        if flaw == 0:
            new["uscc"] = new["uscc"][:-1] + "A"
        elif flaw == 1:
            del new["uscc"]
        elif flaw == 2:
            new["lei"] = w.pick(["5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13"])
        elif flaw == 3:
            new["party_kind"] = w.pick(["natural_person", "foreign_org"])
        elif flaw == 4:
            new["affiliates"] = [w.any_party()]
        elif flaw == 5:
            new["officers"][0]["valid_to"] = "2019-01-01"
        return w.with_role("ip_office", "regulator", "cert_center"), "party.register", "", new
    if how <= 2:
        duties = w.pick([["maker"], ["checker"], ["maker", "checker"], ["admin"], ["judge"]])
        return name, "party.add_officer", name, {"officer": w.officer(duties)}
    if how == 3:
        return name, "party.rotate_officer", name, {"kid": w.pick(kids), "officer": w.officer(["maker"])}
    if how == 4:
        body = {"officer": w.officer(["admin"])}
        if w.chance(70):
            body["kid"] = w.pick(kids)
        return "bank-1", "party.replace_admin", name, body
    if how == 5 and len(kids) > 3:
        return name, "party.revoke_officer", name, {"kid": w.pick(kids) if w.chance(90) else "none"}
    if how == 6:
        return w.with_role("regulator"), "party.amend_name", name, {"legal_name": "乙" + name,
                                                                    "change_certificate_hash": w.hash()}
    if held["state"] == "suspended":
        return "regulator-1", "party.resume", name, reason(w)
    if w.chance(8):
        return "regulator-1", "party.deregister", w.pick(["bank-3", "originator-1", "manager-1"]), reason(w)
    if name.startswith("firm-") and w.chance(30):
        return w.pick([("regulator-1", "party.suspend", name, reason(w)), (name, "party.report_compromise", name, reason(w)),
                       ("regulator-1", "party.deregister", name, reason(w))]) if w.chance(40) else None
    return "regulator-1", "party.resume", name, reason(w)


def calendar(w):
    year = int(w.today[:4]) + (1 if w.chance(50) else 0)
    held = w.state.get(f"calendar/{year}")
    some = sorted({f"{year}-{w.r.randint(1, 12):02d}-{w.r.randint(1, 28):02d}" for _ in range(25)})
    listed = [{"day": one, "kind": w.pick(["holiday", "holiday", "workday"])} for one in some]
    if w.chance(10):
        listed.reverse()
    if held:
        if w.chance(80):
            listed = [one for one in held["fields"]["days"] if one["day"] <= w.today] + [
                one for one in listed if one["day"] > w.today]
        return "bank-1", "calendar.amend", held["id"], {"days": listed or [{"day": f"{year}-01-01", "kind": "holiday"}]}
    return "bank-1", "calendar.introduce", "", {"year": year, "days": listed}


def policy(w):
    if w.chance(35):
        return calendar(w)
    name = w.pick(LIMITS)
    low, high = LIMITS[name]
    value = w.pick([low, high, high + 1, min(high, 40)]) if name != "approval_ttl_days" else w.pick([5, 30, 90, 91])
    step = {"from_height": w.ledger.height + w.r.randint(-1, 12), "value": value}
    step["from_height"] = max(0, step["from_height"])
    if "policy/" + name in w.state:
        return "bank-1", "policy.change", name, step
    return "bank-1", "policy.introduce", "", {"name": name, "steps": [step]}


# Rights


def new_right(w):
    kind = w.pick(["patent_invention"] * 5 + ["patent_utility"] * 2 + ["patent_design", "trademark", "trademark", "trademark",
                  "copyright_work", "copyright_software", "ic_layout", "data_ip", "data_ip"])
    w.serial += 1
    number = w.patent(kind) if kind.startswith("patent_") else {
        "trademark": f"{w.serial}A" if w.chance(10) else str(w.serial), "copyright_work": f"浙作登字-2024-A-{w.serial:08d}",
        "copyright_software": f"2024SR{w.serial:07d}", "ic_layout": f"BS.{w.serial}",
        "data_ip": f"数知登{w.serial}" if w.chance(20) else f"DIP-{w.serial}"}[kind]
    if w.chance(3):
        number = w.pick([number + "9", "ZL202310000001.5", "全角１２", "ZL99100001.1"])
    if w.chance(2):
        kind = w.pick(["patent_utility", "copyright_work", "trademark"])
    holders = [{"party": w.firm()}]
    if w.chance(15):
        holders = [{"party": one, "share_ppm": 500_000 if w.chance(90) else 400_000} for one in {w.firm(), w.firm()}]
        if len(holders) == 1:
            holders[0]["share_ppm"] = 1_000_000
    body = {"asset_kind": kind, "right_no": number, "title": "一种装置", "holders": holders,
            "expiry_date": w.day(300, 2200) if w.chance(96) else w.day(-30, 9000),
            "legal_status": w.pick(["in_force"] * 14 + ["pending", "fee_grace", "suspended"]),
            "invalidation_pending": w.chance(6), "ownership_dispute": w.chance(4), "dual_filing": w.chance(6),
            "source_snapshot_hash": w.hash(), "source_checked_on": w.day(-5, 0) if w.chance(98) else w.day(0, 2)}
    if kind.startswith("patent_"):
        body.update(application_date=w.day(-1500, -400), annual_fee_paid_to=w.day(60, 600) if w.chance(93) else w.day(-60, -1))
        if w.chance(96):
            body["grant_date"] = w.day(-390, -10)
    if kind == "trademark" and w.chance(40):
        marks = [one["id"] for one in w.records("right") if one["id"].startswith("trademark:")]
        body["similar_marks"] = sorted({w.pick(marks) for _ in range(2)}) if marks and w.chance(90) else ["trademark:99999999"]
    return w.with_role("ip_office"), "right.register", "", body


def right(w):
    if w.new("right", 50, 40):
        return new_right(w)
    held = w.record("right")
    if held is None:
        return new_right(w)
    f, name = held["fields"], held["id"]
    how = w.r.randrange(12)
    office = held["registered_by"] if w.chance(96) else w.with_role("ip_office")
    if how <= 5:
        status = "in_force" if w.chance(88) else w.pick(["fee_grace", "suspended", "terminated", "invalidated", "pending"])
        return office, "right.update_status", name, {
            "legal_status": status, "invalidation_pending": w.chance(5), "ownership_dispute": w.chance(4),
            "annual_fee_paid_to": w.day(100, 500), "source_snapshot_hash": w.hash(),
            "source_checked_on": w.day(0, 1) if w.chance(5) else w.today}
    if how <= 8:
        holder = f["holders"][0]["party"]
        body = {"to": w.firm(), "agreement": w.sealed()}
        along = list(f.get("similar_marks", [])) if w.chance(75) else []
        if w.chance(6):
            along.append(w.pick(w.records("right"))["id"])
        if w.chance(1):
            along.append(w.pick([name, "trademark:00000"]))
        if along:
            body["together"] = along
        return (holder if w.chance(92) else w.firm()), "right.transfer", name, body
    if how == 9 or "register_mismatch" in held:
        return (office, "right.report_mismatch", name, {"source_snapshot_hash": w.hash(), "found": "x"}) if w.chance(15) \
            else (office, "right.resolve_mismatch", name, {"source_snapshot_hash": w.hash(), "reason": "y"})
    pledged = [one for one in w.records("right") if one["enc"]["pledges"]]
    if pledged:
        held = w.pick(pledged)
        return held["enc"]["pledges"][0]["pledgees"][0], "right.consent", held["id"], {"to": w.firm()}
    return None


def freeze(w):
    held = w.record("freeze")
    if held is None or w.new("freeze", 35, 6):
        rights = w.records("right")
        if not rights:
            return None
        chosen = sorted({w.pick(rights)["id"] for _ in range(w.pick([1, 1, 2]))})
        body = {"order_no": "1", "case_no": "2", "rights": chosen, "scope": w.r.sample(
            ["block_transfer", "block_new_pledge", "block_release", "block_surrender"], w.r.randint(1, 4)),
            "valid_to": w.day(1, 60) if w.chance(90) else w.day(-5, 400)}
        if w.chance(95):
            body.update(ruling_hash=w.hash(), assistance_notice_hash=w.hash())
        if w.chance(20):
            body["valid_until_ms"] = w.time + w.r.randint(-1000, 3 * days.DAY_MS)
        if w.chance(20):
            holder = w.state["right/" + chosen[0]]["fields"]["holders"][0]["party"]
            body["holder"] = holder if w.chance(60) else w.firm()
        return w.with_role("court"), "freeze.serve", "", body
    court = held["court"] if w.chance(92) else w.with_role("court")
    how = w.r.randrange(4)
    if how == 0:
        return court, "freeze.extend", held["id"], {"valid_to": w.day(1, 150), "ruling_hash": w.hash()}
    if how == 1:
        return w.with_role("ip_office"), "freeze.acknowledge", held["id"], {}
    return court, w.pick(["freeze.release", "freeze.release", "freeze.execute"]), held["id"], reason(w)


# Pledges


def draft(w, rights=None):
    pool = w.records("right")
    if not pool:
        return None
    free = [one for one in pool if not one["enc"]["pledges"] and "reservation" not in one["enc"]]
    data = [one for one in free if one["id"].startswith("data_ip:")]
    first = w.pick(data) if data and w.chance(20) else w.pick(free) if free and w.chance(85) else w.pick(pool)
    chosen = rights or sorted({first["id"], *([w.pick(pool)["id"]] if w.chance(15) else []),
                             *(first["fields"].get("similar_marks", [])[:3] if w.chance(75) else [])})
    owners = {one["party"] for one in first["fields"]["holders"]}
    pledgors = sorted(owners) if w.chance(75) else [sorted(owners)[0]] if w.chance(70) else [w.firm()]
    pledgees = sorted({w.bank() for _ in range(w.pick([1, 1, 1, 2]))})
    if first["enc"]["pledges"] == [] and w.chance(12):
        pledgees = ["originator-1"]
    body = {"pledge_kind": w.pick(["specific", "maximum_amount"]), "pledgors": pledgors, "pledgees": pledgees,
            "debtor": pledgors[0] if w.chance(80) else w.firm(), "rights": chosen,
            "right_count": len(chosen) if w.chance(97) else 7, "main_contract_no": w.sealed(), "main_contract": w.sealed(),
            "pledge_contract": w.sealed(), "contract_date": w.day(-20, 0) if w.chance(97) else w.day(1, 3),
            "contract_items": ["identity", "claim", "term", "right", "scope"][:5 if w.chance(96) else 4], "claim_kind": "loan",
            "secured_amount": w.amount() if w.chance(98) else 0, "ccy": CNY, "debt_from": w.day(-10, 10),
            "debt_due": w.day(15, 250) if w.chance(95) else w.day(2300, 9000), "scope_of_security": ["principal", "interest"]}
    if body["pledge_kind"] == "maximum_amount":
        body["max_amount"] = body["secured_amount"] + (w.r.randint(0, 10**7) if w.chance(96) else -1)
        body["max_amount"] = max(0, body["max_amount"])
    if w.chance(25):
        body["acknowledgements"] = ["dual_filing", "invalidation_pending"]
    if w.chance(20):
        body["co_owner_consents"] = [w.hash()]
    if w.chance(20):
        report = w.record("appraisal")
        if report:
            body["appraisal_id"] = report["id"]
            if w.chance(60):
                chosen = [one for one in report["fields"]["subject_rights"]]
                body.update(rights=chosen, right_count=len(chosen))
    if w.chance(80):
        body.update(licence_before_pledge=w.sealed(), appraisal=w.sealed())
    if any(one.startswith(("trademark", "data_ip")) for one in chosen) and w.chance(88):
        body["registration_term_to"] = days.plus_days(body["debt_due"], w.r.randint(-5 if w.chance(8) else 0, 100))
    return w.pick(pledgors + pledgees), "pledge.draft", "", body


def statutory(w):
    body = {"statutory_registration_no": "Y2026330000001", "statutory_effective_date": w.day(-3, 0) if w.chance(95) else
            w.day(1, 40), "statutory_notice_hash": w.hash()}
    if w.chance(4):
        del body[w.pick(body)]
    return body


def refuse(w, office, name):
    return office, "pledge.refuse", name, {"ground": w.pick(
        ["E_OTHER_UNFIT", "E_CONTRACT_UNLAWFUL", "E_NOT_REGISTERED_OWNER"]), "reason": "x"}


def pledge(w):
    held = None if w.new("pledge", 22, 20) else w.record("pledge")
    if held is None:
        return draft(w)
    f, state, name = held["fields"], held["state"], held["id"]
    if w.chance(4):
        state = w.pick(["draft", "submitted", "under_review", "correction", "registered", "enforcing", "realised"])
    office = held.get("office") if w.chance(96) else None
    office = office or w.with_role("ip_office")
    party = w.pick(f["pledgors"] + f["pledgees"])
    if state == "draft":
        return party, "pledge.sign", name, {}
    if state == "submitted":
        return office, "pledge.accept", name, {}
    if state in ("submitted", "under_review", "correction") and w.chance(5):
        return party, "pledge.withdraw", name, reason(w)
    if state == "under_review":
        how = w.r.randrange(20)
        if how == 0:
            return office, "pledge.request_correction", name, {"defects": "x", "deadline": w.day(-1, 36)}
        if how == 1:
            return refuse(w, office, name)
        if how <= 4:  # what the office found stale is looked up anew
            held = w.state.get("right/" + f["rights"][0])
            return held and (held["registered_by"], "right.update_status", held["id"], {
                "legal_status": "in_force", "invalidation_pending": False, "ownership_dispute": False,
                "annual_fee_paid_to": w.day(100, 500), "source_snapshot_hash": w.hash(), "source_checked_on": w.today})
        return office, "pledge.register", name, statutory(w)
    if state == "correction":
        if w.chance(10):
            return refuse(w, office, name)
        body = {"reason": "补正"}
        for key, value in (("debt_due", w.day(20, 200)), ("secured_amount", w.amount()), ("pledge_contract", w.sealed()),
                           ("contract_items", ["identity", "claim", "term", "right", "scope"])):
            if w.chance(50):
                body[key] = value
        return party, "pledge.correct", name, body
    if state == "registered":
        return registered_pledge(w, held, office, party)
    if state == "enforcing":
        body = {"how": "sale", "sale_record": w.hash(), "proceeds": w.sealed()}
        if w.chance(40):
            return w.with_role("court"), "pledge.court_sale", name, dict(body, ruling_hash=w.hash()) if w.chance(90) else body
        return party, w.pick(["pledge.realise", "pledge.realise", "pledge.request_cancel"]), name, body
    if state == "realised":
        if "cancel_request" not in held:
            return f["pledgees"][0], "pledge.request_cancel", name, {"ground": "realised", "letter": w.sealed()}
        return office, "pledge.cancel", name, {}
    return draft(w)


def registered_pledge(w, held, office, party):
    f, name = held["fields"], held["id"]
    pledgee = w.pick(f["pledgees"]) if w.chance(95) else w.bank()
    how = w.r.randrange(20)
    junior = [{"party": w.bank(), "consent_hash": w.hash()} for _ in range(2)]
    if how == 0:
        return party, "pledge.amend_party", name, {"party": party if w.chance(90) else w.firm(), "what": "name",
                                                   **({"certificate_hash": w.hash()} if w.chance(85) else {})}
    if how <= 2:
        body = {"secured_amount": w.amount(), "debt_due": w.day(15, 250), "amendment": w.sealed()}
        if "max_amount" in f:
            body["max_amount"] = body["secured_amount"] + w.r.randint(0, 10**7)
        if w.chance(50):
            body["consents"] = junior
        return party, "pledge.amend_terms", name, body
    if how == 3:
        return party, "pledge.extend_term", name, {"registration_term_to": w.day(30, 400), "agreement": w.sealed()}
    if how == 4:
        gone = w.r.sample(f["rights"], max(1, len(f["rights"]) - 1)) if w.chance(90) else ["patent:2020100000010"]
        return pledgee, "pledge.partial_release", name, {"rights": gone}
    if how <= 6:
        others = [one["id"] for one in w.records("pledge", "registered")
                  if set(one["fields"]["rights"]) & set(f["rights"]) and one["id"] != name]
        if others or w.chance(10):
            body = {"to": w.pick(others) if others else name, "agreement": w.sealed()}
            if w.chance(60):
                body["consents"] = junior
            return pledgee, "pledge.waive_rank", name, body
        return second_rank(w, held)
    if how == 7:
        body = {"from": pledgee, "to": w.bank(), "claim_assigned_on": w.day(-3, 0)}
        if w.chance(85):
            body["claim_assignment"] = w.sealed()
        if w.chance(90):
            body["debtor_notice"] = w.hash()
        return pledgee, "pledge.assign_pledge", name, body
    if how <= 9:
        loans = [one for one in w.records("finance", "defaulted", "enforcing") if name in one["fields"].get("pledge_ids", [])]
        body = {"reason": "违约"}
        if loans:
            body["financing"] = w.pick(loans)["id"]
        elif w.chance(70):
            body["evidence"] = [w.hash()]
        return pledgee, "pledge.start_enforcement", name, body
    if how == 10:
        return w.pick([office, w.with_role("court")]), "pledge.revoke", name, {
            "ground": "E_OTHER_UNFIT", "reason": "x", **({"ruling_hash": w.hash()} if w.chance(60) else {})}
    if how == 11:
        verb = "report" if "register_mismatch" not in held and w.chance(30) else "resolve"
        return office, f"pledge.{verb}_mismatch", name, {"source_snapshot_hash": w.hash(),
                                                         "found" if verb == "report" else "reason": "x"}
    if how <= 13:
        return second_rank(w, held)
    if how <= 16 or w.chance(50):
        return pledge_loan(w, held)
    if "cancel_request" not in held and w.chance(80):
        return pledgee, "pledge.request_cancel", name, {"ground": "paid", "letter": w.sealed()}
    return office, "pledge.cancel", name, {}


def loan_body(w, kind, lenders, borrower, claim, **bases):
    draw = w.day(-2, 3)
    return {"kind": kind, "lenders": lenders, "borrower": borrower, "principal": w.sealed(), "secured_claim": claim,
            "ccy": CNY, "rate": w.sealed(), "rate_kind": w.sealed(), "signed_on": w.day(-6, -2) if w.chance(97) else w.today,
            "draw_date": draw, "due_date": w.day(5, 100) if w.chance(96) else w.day(2300, 9000), "repay_plan": w.sealed(),
            "purpose": w.sealed(), "statistics_bucket": {"year": int(draw[:4]), "district": "330110", "kind": kind,
                                                         "amount_band": "1m_5m"}, **bases}


def pledge_loan(w, held):
    f = held["fields"]
    lender = w.pick(f["pledgees"]) if w.chance(95) else w.bank()
    borrower = f["debtor"] if w.chance(85) else w.firm()
    most = f.get("max_amount", 0) or f["secured_amount"]
    kind = "ip_abs_underlying_loan" if lender == "originator-1" else w.pick(["ip_pledge_loan", "data_pledge_loan"])
    body = loan_body(w, kind, [lender], borrower, max(1, int(most * w.r.uniform(0.2, 1.08))), pledge_ids=[held["id"]])
    if w.chance(40):
        body["unsecured_gap"] = True
    old = [one for one in w.records("finance", "drawn", "partially_repaid", "overdue")
           if held["id"] in one["fields"].get("pledge_ids", [])]
    if old and w.chance(50):
        old = w.pick(old)
        body.update(rolls_over=old["id"], borrower=old["fields"]["borrower"], lenders=[w.bank()])
    return w.pick([body["lenders"][0], borrower]), "finance.propose", "", body


def second_rank(w, held):
    """The same rights once more: refused, or a later rank where the policy allows ranks."""
    made = draft(w, list(held["fields"]["rights"]))
    if made is None:
        return None
    made[3].update(pledgors=held["fields"]["pledgors"], right_count=len(held["fields"]["rights"]))
    return held["fields"]["pledgors"][0], made[1], made[2], made[3]


# Papers


def appraisal(w):
    held = w.record("appraisal")
    if held is None or w.new("appraisal", 55, 25):
        rights = w.records("right")
        if not rights:
            return None
        base = w.day(-100, 0)
        subjects = sorted({w.pick(rights)["id"] for _ in range(w.pick([1, 2]))})
        if held and w.chance(40):
            subjects = list(held["fields"]["subject_rights"])
        return w.with_role("appraiser"), "appraisal.issue", "", {
            "report_no": "R1", "appraiser_license": "L1", "subject_rights": subjects, "value": w.amount(), "ccy": CNY,
            "base_date": base, "valid_to": days.plus_years(base, 1) if w.chance(50) else w.day(-3, 300), "method": "income",
            "purpose": w.pick(["pledge", "securitization"]), "report_hash": w.hash()}
    who = held["appraiser"] if w.chance(95) else w.with_role("appraiser")
    if w.chance(50):
        by = w.record("appraisal")
        return who, "appraisal.supersede", held["id"], {"by": by["id"]}
    return who, "appraisal.withdraw", held["id"], reason(w)


def objection(w):
    held = w.record("objection")
    if held is None or w.new("objection", 35, 6):
        disputed = [one for one in w.records("right") + w.records("pledge") if "objections" in one]
        target = w.pick(disputed) if disputed and w.chance(20) else w.record(w.pick([one for one in ("pledge", "right", "invoice", "finance", "cert", "dataip", "objection")
                                  if one in TYPES]))
        if target is None:
            return None
        body = {"against": target["id"], "ground": w.pick(["wrong_owner", "forged", "no_consent"])}
        if w.chance(75):
            body.update(interest="利害关系", evidence=[w.hash()])
        before = target.get("objections")
        return before[0]["objector"] if before and w.chance(50) else w.any_party(), "objection.file", "", body
    own, name = held["objector"] if w.chance(95) else w.any_party(), held["id"]
    if held["state"] == "litigation_shown" or w.chance(15):
        target = w.state.get("pledge/" + held["fields"]["against"]) or {}
        decider = w.pick([w.with_role("court"), target.get("office") or w.with_role("ip_office"), "center-1"])
        return decider, w.pick(["objection.uphold", "objection.dismiss"]), name, {
            "reason": "x", **({"ruling_hash": w.hash()} if w.chance(80) else {})}
    how = w.r.randrange(3)
    if how == 0:
        return own, "objection.notify", name, {"notice_hash": w.hash()}
    if how == 1:
        return own, "objection.show_litigation", name, {"suit_or_arbitration_notice_hash": w.hash()}
    return own, "objection.withdraw", name, reason(w)


def paper(w):
    how = w.r.randrange(4)
    if how == 0:
        return w.any_party(), "anchor.file", "", {"hash": w.hash(), "media_type": "application/pdf", "byte_length": 10,
                                                  "custodian": w.any_party()}
    if how == 1:
        known = [one["id"] for one in w.records("right")] or ["patent:2020100000010"]
        rights = sorted({w.pick(known) for _ in range(w.pick([1, 3, 30]))}) + (["trademark:88888888"] if w.chance(30) else [])
        return w.any_party(), "search.request", "", {"rights": rights, **({"purpose": "尽职调查"} if w.chance(90) else {})}
    held = w.record("erasure")
    if held is None or w.new("erasure", 25, 6):
        records = [one["id"] for one in (w.record("pledge"), w.record("cert") if "cert" in TYPES else None) if one]
        if not records or w.chance(5):
            records = ["PL-330106-20260101-00000001-0"]
        return "dpo-1", "erasure.request", "", {"subject_ref": w.sealed(), "records": records, "ground": "service_ended",
                                                "legal_basis": "PIPL 47", "holders": sorted({w.firm(), w.bank()}),
                                                "regulator_notice": w.hash()}
    name, state = held["id"], held["state"]
    if state == "requested":
        if w.chance(85):
            return "dpo-1", "erasure.verify", name, {"identity_evidence": w.hash()} if w.chance(80) else {}
        return "dpo-1", "erasure.refuse", name, {"why": w.pick(["E_RETENTION_PERIOD", "E_IDENTITY_UNPROVEN"]),
                                                 "retained_because": "x"}
    if state == "verified":
        return "dpo-1", "erasure.restrict", name, {}
    if state == "restricted":
        if w.chance(70):
            return w.pick(held["fields"]["holders"]), "erasure.declare", name, {"locations": w.sealed(), "report_hash": w.hash()}
        return "dpo-1", "erasure.erase", name, {}
    return "regulator-1", "erasure.confirm", name, {}
