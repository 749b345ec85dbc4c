"""Moves over data assets, certificates, data IP and securitization programmes."""
import days
from moves import CNY, draft, loan_body, reason, statutory
from programmes import LINES


def asset(w):
    source = w.pick([["self_collected"]] * 3 + [["authorised"], ["purchased"], ["self_collected", "derived"]])
    personal = w.chance(25)
    body = {"asset_name": "数据", "industry": "i", "application_scenario": "s", "data_form": "dataset", "storage_format": "json",
            "source_kind": source, "update_frequency": "daily", "grade": w.pick(["general_1"] * 8 + ["important", "core"]),
            "contains_personal_info": personal, "sensitive_pi": personal and w.chance(40), "minors_pi": w.chance(4),
            "content_digest": {"root": w.hash(), "algorithm_id": "sha256"}}
    again = w.record("asset") if w.chance(6) else None
    if again:
        body["content_digest"] = dict(again["fields"]["content_digest"], algorithm_id=w.pick(["sha256", "merkle"]))
    if w.chance(85):
        body["source_proofs"] = w.sealed()
    if w.chance(50):
        body["source_term_to"] = w.day(100, 700)
        if w.chance(40):
            body["update_until"] = w.day(50, 800)
    if w.chance(85):
        body["personal_info_basis"] = "consent"
    if w.chance(85):
        body["anonymisation_method"] = "k"
    if w.chance(80):
        body["risk_assessment"] = w.sealed()
    return w.firm(), "asset.register", "", body


def live_certs(w, kind, provider=None):
    return [one for one in w.records("cert", "issued") if one["fields"]["certificate_kind"] == kind and
            (provider is None or one["provider"] == provider) and one["fields"]["valid_to"] >= w.today]


def chain(w, owner, valid_to):
    """Links that reach the provider; one in six is broken somewhere."""
    first = {"grantor": w.firm(), "grantee": owner, "rights": ["hold", "use"], "scope": ["a", "b"], "from": w.day(-90, -30),
             "to": days.plus_days(valid_to, 5), "sublicence_allowed": w.chance(85), "doc_hash": w.hash()}
    if w.chance(50):
        return [first]
    middle = dict(first, grantee=w.firm())
    second = dict(first, grantor=middle["grantee"], rights=["use"], scope=["a"] if w.chance(90) else ["c"])
    if w.chance(8):
        second["to"] = w.day(900, 1000)
    return [middle, second]


def new_cert(w):
    firm = w.firm()
    kind = w.pick(["scenario", "entity", "entity", "transaction", "transaction", "transaction", "delivery", "delivery"])
    valid_to = w.day(30, 200) if w.chance(95) else w.day(-3, 2000)
    body = {"certificate_kind": kind, "issuer": "center-1" if w.chance(97) else w.any_party(), "valid_from": w.day(-2, 0),
            "valid_to": valid_to, "record_retention_until": days.plus_years(valid_to, 3 if w.chance(97) else 2)}
    if kind == "scenario":
        body.update(applicable_rules=[{"rule_name": "r", "article": "1", "obligation_hash": w.hash()}],
                    digest_algorithm="sha256" if w.chance(90) else "sm3")
        if w.chance(30):
            body["notice_days"] = w.r.randint(1, 10)
    elif kind == "entity":
        body["identity_evidence"] = w.sealed()
    else:
        scenarios, entities = live_certs(w, "scenario"), live_certs(w, "entity")
        if not scenarios or len(entities) < 2:
            return None
        if kind == "delivery":
            deals = live_certs(w, "transaction")
            if not deals:
                return None
            deal = w.pick(deals)
            firm = deal["provider"] if w.chance(95) else firm
            f = deal["fields"]
            body.update(scenario_ref=f["scenario_ref"], transaction_ref=deal["id"], asset_id=f["asset_id"],
                        valid_to=min(valid_to, f["valid_to"]), delivered_on=w.day(-1, 0), issuer=f["issuer"],
                        delivery_digest={"root": w.hash(), "algorithm_id": "sha256"})
        else:
            owners = {one["fields"]["holders"][0]["party"] for one in w.records("right")
                      if one["id"].startswith("data_ip:") and one["enc"]["pledges"]}
            mine = w.pick([one for one in entities if one["provider"] in owners and w.chance(60)] or entities)
            firm = mine["provider"]
            others = [one for one in entities if one["provider"] != firm]
            assets = [one for one in w.records("asset") if one["provider"] == firm]
            if not others or not assets:
                return None
            other, scenario, held = w.pick(others), w.pick(scenarios), w.pick(assets)
            last = min(one["fields"]["valid_to"] for one in (mine, other, scenario))
            body.update(scenario_ref=scenario["id"], entity_refs=[mine["id"], other["id"]], recipient=other["provider"],
                        asset_id=held["id"] if w.chance(97) else "DA-330106-20260101-00000001-0",
                        source_lawfulness=w.pick(held["fields"]["source_kind"]) if w.chance(95) else "purchased",
                        purpose=w.sealed(), use_scope=w.sealed(), territory=w.sealed(), onward_transfer=w.sealed(),
                        processing_mode=w.pick(["raw_delivery", "api"]), cross_border=w.chance(10), price=w.sealed(),
                        pricing_method=w.sealed(), valid_to=min(valid_to, last) if w.chance(92) else valid_to)
            if body["source_lawfulness"] != "self_collected" or w.chance(15):
                body.update(source_evidence=w.sealed(), authorisation_chain=chain(w, firm, body["valid_to"]))
                if w.chance(6):
                    del body[w.pick(["source_evidence", "authorisation_chain"])]
            if w.chance(80):
                body["personal_info_basis"] = "consent"
            if w.chance(40):
                body["cross_border_approval_no"] = "X1"
            rights = [one["id"] for one in w.records("right") if one["id"].startswith("data_ip:") and (
                one["fields"]["holders"][0]["party"] == firm or w.chance(4))]
            pledged = [one for one in rights if w.state["right/" + one]["enc"]["pledges"]]
            if rights and w.chance(70):
                body["data_ip_right"] = w.pick(pledged or rights)
            if w.chance(20):
                body["broker"] = w.firm()
    body["record_retention_until"] = max(body["record_retention_until"], "2026-01-01")
    old = [one for one in live_certs(w, kind, firm)]
    if old and w.chance(25):
        before = w.pick(old)
        body["supersedes"] = before["id"]
        if w.chance(50):  # what rests on the old one may stay
            body.update({name: before["fields"][name] for name in ("asset_id", "data_ip_right") if name in before["fields"]},
                        valid_to=max(body["valid_to"], before["fields"]["valid_to"]))
    if w.chance(4):
        body[w.pick(["notice_days", "provider_dcmm_level"])] = w.pick([3, "2"])
    return firm, "cert.apply", "", body


def cert(w):
    held = w.record("cert")
    if held is None or w.new("cert", 45, 26):
        return new_cert(w)
    f, state, name = held["fields"], held["state"], held["id"]
    center = f["issuer"] if w.chance(96) else "center-1"
    owner = held["provider"] if w.chance(96) else w.firm()
    how = w.r.randrange(20)
    if w.chance(4):
        state = w.pick(["applied", "assessed", "issued", "suspended"])
    if state in ("applied", "assessed") and f["certificate_kind"] == "delivery" and "delivery_receipt" not in f and how < 9:
        return f.get("recipient", owner), "cert.acknowledge_delivery", name, {
            "root": f.get("delivery_digest", {"root": w.hash()})["root"] if w.chance(90) else w.hash()}
    if state == "applied":
        if f.get("correction", {}).get("open") and how < 14:
            changes = w.pick([{"valid_to": f["valid_to"]}, {"record_retention_until": "2099-01-01"},
                              {"identity_evidence": w.sealed()}])
            return owner, "cert.correct", name, {"changes": changes}
        if how == 0:
            return center, "cert.request_correction", name, {"defects": "x", "deadline": w.day(-1, 33)}
        if how == 1:
            return center, "cert.refuse", name, {"ground": "E_SOURCE_UNLAWFUL", "reason": "x"}
        body = {"assessment_result": "pass", **({"report": w.sealed()} if w.chance(94) else {})}
        return w.with_role("assessor") if w.chance(96) else owner, "cert.assess", name, body
    if state == "assessed":
        if how == 0:
            return center, "cert.refuse", name, {"ground": "E_OWNERSHIP_DISPUTE", "reason": "x"}
        if how < 6 and "notice_to" not in f:
            return center, "cert.publish", name, {}
        return center, "cert.issue", name, {}
    if state == "suspended":
        who = f["suspended"]["by"] if w.chance(85) and "suspended" in f else center
        return who, "cert.resume", name, reason(w)
    authority = w.pick([center, "regulator-1", w.with_role("court")])
    below = w.state.get("right/" + f.get("data_ip_right", ""))
    pledges = below["enc"]["pledges"] if below else []
    if how < 2:
        return authority, "cert.suspend", name, reason(w)
    if how == 2 and (pledges or w.chance(40)):
        ground = w.pick(["fraud", "source_unlawful"])
        return authority, "cert.revoke", name, {"ground": ground, "reason": "x", "effective_from":
                                                f["valid_from"] if ground == "fraud" or w.chance(50) else w.day(-1, 1)}
    if how < 6:
        return owner, "cert.request_renewal", name, {"valid_to": days.plus_days(f["valid_to"], w.r.randint(-1, 60))}
    if how < 8:
        return w.with_role("assessor"), "cert.assess_renewal", name, {
            "assessment_result": "pass", **({"report": w.sealed()} if w.chance(94) else {})}
    if how < 11:
        return center, "cert.renew", name, {}
    if how < 13 and pledges:
        return pledges[0]["pledgees"][0], "cert.consent_surrender", name, {}
    if how == 13 and (pledges or w.chance(30)):
        return owner, "cert.surrender", name, reason(w)
    if how < 18:
        firm = held["provider"]
        return firm, "finance.propose", "", loan_body(w, "data_pledge_loan", [w.bank()], firm, w.amount(), certificate_ids=[name])
    return new_cert(w)


def dataip(w):
    held = w.record("dataip")
    if held is None or w.new("dataip", 30, 8):
        asset_held = w.record("asset")
        if asset_held is None:
            return None
        owner = asset_held["provider"]
        applicants = sorted({owner, w.firm()}) if w.chance(25) else [owner if w.chance(95) else w.firm()]
        return applicants[0], "dataip.deposit", "", {
            "evidence_certificate_no": "E1", "evidence_platform": "evidence-1", "evidence_hash": w.hash(),
            "applicants": applicants, "asset_id": asset_held["id"] if w.chance(97) else "DA-330106-20260101-00000001-0"}
    f, state, name = held["fields"], held["state"], held["id"]
    office = held.get("office") if w.chance(95) else None
    office = office or w.with_role("ip_office")
    applicant = w.pick(f["applicants"])
    how = w.r.randrange(12)
    said = {"source_statement": "s", "update_statement": "u", "legality_pledge": w.chance(95)}
    if w.chance(93):
        said.update(algorithm_rule_summary="a", algorithm_rule_hash=w.hash())
    if w.chance(60):
        said["authorised_until"] = w.day(10, 1200) if w.chance(92) else w.day(-9, 3)
    if state == "evidence_deposited":
        return applicant, "dataip.apply", name, said
    if state == "correction":
        return applicant, "dataip.correct", name, dict(said, reason="x")
    if state == "applied":
        if how == 0:
            return office, "dataip.request_correction", name, {"defects": "x", "deadline": w.day(-1, 15)}
        if how == 1:
            return office, "dataip.refuse", name, {"ground": "E_RAW_DATA_ONLY", "reason": "x"}
        return office, "dataip.examine", name, {"notice_to": w.day(12 if w.chance(10) else 14, 20)}
    if state == "public_notice":
        w.serial += 1
        number = f"DIP-C{w.serial}" if w.chance(92) else w.pick(["全角１", "DIP-C1", "DIP-C2"])
        return office, "dataip.register", name, {"certificate_no": number, "source_snapshot_hash": w.hash()}
    if how < 4:
        return applicant, "dataip.renew", name, {"authorised_until": w.day(-5 if w.chance(10) else 20, 1000)} \
            if w.chance(80) else {"evidence": [w.hash()]}
    if how == 4:
        return applicant, "dataip.cancel", name, reason(w)
    if how == 5:
        return w.pick([office, w.with_role("court")]), "dataip.revoke", name, {
            "reason": "x", **({"ruling_hash": w.hash()} if w.chance(80) else {})}
    if how <= 7 and "rights" in f:
        return w.pick([office, office, w.with_role("ip_office")]), "right.update_status", f["rights"][0], {
            "legal_status": w.pick(["in_force", "in_force", "suspended", "surrendered"]), "invalidation_pending": False,
            "ownership_dispute": False, "source_snapshot_hash": w.hash(), "source_checked_on": w.today}
    return None


# Securitization

COMPANY = "originator-1"


def small_loan(w):
    """The next step on the way to a drawn loan of the small-loan company."""
    loans = [one for one in w.records("finance", "proposed", "approved") if one["fields"]["lenders"] == [COMPANY]]
    if loans and w.chance(70):
        loan = w.pick(loans)
        if loan["fields"]["borrower"] not in (loan["fields"].get("consents", []) + [loan["fields"]["proposer"]]):
            return loan["fields"]["borrower"], "finance.consent", loan["id"], {}
        return COMPANY, "finance.approve" if loan["state"] == "proposed" else "finance.draw", loan["id"], {}
    held = [one for one in w.records("pledge", "registered") if one["fields"]["pledgees"] == [COMPANY] and
            "claims/" + one["id"] not in w.state]
    if held and w.chance(70):
        one = w.pick(held)
        body = loan_body(w, "ip_abs_underlying_loan", [COMPANY], one["fields"]["debtor"], one["fields"]["secured_amount"],
                         pledge_ids=[one["id"]], unsecured_gap=True)
        return COMPANY, "finance.propose", "", body
    filed = [one for one in w.records("pledge", "draft", "submitted", "under_review")
             if one["fields"]["pledgees"] == [COMPANY]]
    if len(filed) > 3 or (filed and w.chance(60)):
        one = w.pick(filed)
        if one["state"] == "draft":
            return one["fields"]["pledgors"][0], "pledge.sign", one["id"], {}
        office = one.get("office") or w.with_role("ip_office")
        return office, *(("pledge.accept", one["id"], {}) if one["state"] == "submitted" else
                         ("pledge.register", one["id"], statutory(w)))
    made = draft(w)
    if made:
        made[3].update(pledgees=[COMPANY])
        return made[3]["pledgors"][0], made[1], made[2], made[3]
    return None


def entry(w):
    """A body for the pool, or the move that is missing for one."""
    loans = [one for one in w.records("finance", "drawn", "partially_repaid") if one["fields"]["lenders"] == [COMPANY]]
    if w.chance(5):
        loans = w.records("finance", "drawn", "approved")

    def clear(loan):
        rights = [w.state["right/" + one] for one in w.state["pledge/" + loan["fields"]["pledge_ids"][0]]["fields"]["rights"]]
        return all(one["fields"]["legal_status"] == "in_force" and len(one["enc"]["pledges"]) == 1 and not {"pool", "reservation"} & set(one["enc"]) and
                   not one["enc"]["freezes"] and "objections" not in one and not one["fields"]["invalidation_pending"]
                   for one in rights)

    if w.chance(93):
        loans = [one for one in loans if one["fields"].get("pledge_ids") and clear(one)]
    if not loans:
        return None, small_loan(w)
    loan = w.pick(loans)
    ids = loan["fields"].get("pledge_ids")
    if not ids:
        return None, None
    pledge = w.state["pledge/" + ids[0]]
    if w.chance(3):
        pledge = w.record("pledge", "registered") or pledge
    reports = [one for one in w.records("appraisal", "issued") if set(pledge["fields"]["rights"]) <=
               set(one["fields"]["subject_rights"])]
    if not reports:
        base = w.day(-20, 0)
        return None, (w.with_role("appraiser"), "appraisal.issue", "", {
            "report_no": "R", "appraiser_license": "L", "subject_rights": pledge["fields"]["rights"], "ccy": CNY,
            "value": loan["fields"].get("outstanding", 1) * 2 + 1, "base_date": base, "valid_to": days.plus_years(base, 1),
            "method": "income", "purpose": "securitization", "report_hash": w.hash()})
    report = w.pick(reports)
    left = loan["fields"].get("outstanding", 1)
    return {"claim": loan["id"], "pledge": pledge["id"], "principal": left if w.chance(60) else max(1, left // 2),
            "appraised_value": report["fields"]["value"] if w.chance(60) else max(1, report["fields"]["value"] // 2),
            "appraisal_id": report["id"]}, None


def tranches(w, amount):
    parts = [("A", "senior", amount * 8 // 10), ("B", "mezzanine", amount // 10)]
    parts.append(("C", "subordinate", amount - sum(one[2] for one in parts)))
    made = [{"name": name, "class": level, "face": face, "coupon_ppm": 32_500, "expected_maturity": w.day(20, 200)}
            for name, level, face in parts if face > 0]
    holders = []
    for one in made:
        first = one["face"] // 3
        for holder, face in ((w.bank(), first), ("custodian-1", one["face"] - first)):
            if face:
                holders.append({"tranche": one["name"], "holder": holder, "face": face})
    if w.chance(10):
        holders = [{"tranche": "A", "holder": f"investor-{i}", "face": 1} for i in range(201)]
        made = [dict(made[0], face=201)]
    return made, holders


def distribution(w, f):
    cash = f["cash"]
    other = w.pick([0, 0, 500])
    left, lines = cash + other, []

    def line(name, due, tranche=None):
        nonlocal left
        paid = min(left, due)
        left -= paid
        lines.append({"line": name, "due": due, "paid": paid, **({"tranche": tranche} if tranche else {})})

    if w.chance(50):
        line("taxes", min(cash, 100))
    for level in ("senior", "mezzanine"):
        for one in f["tranches"]:
            if one["class"] == level and (one["outstanding"] or w.chance(20)):
                line(level + "_interest", one["outstanding"] // 100, one["name"])
                line(level + "_principal", one["outstanding"], one["name"])
    for one in f["tranches"]:
        if one["class"] == "subordinate":
            line("subordinate", left, one["name"])
    flaw = w.r.randrange(14)
    if lines and flaw == 0:
        w.r.shuffle(lines)
    elif lines and flaw == 1:
        lines.pop(w.r.randrange(len(lines)))
    elif lines and flaw == 2:
        w.pick(lines)["paid"] += 1
    elif lines and flaw == 3:
        w.pick(lines)["tranche"] = "A"
    return {"pay_date": w.today if w.chance(85) else w.day(-3, 1), "collected": cash, "other_credits": other, "lines": lines}


def programme(w):
    running = w.records("programme", "issued", "accelerated")
    held = w.pick(running) if running and w.chance(45) else w.record("programme")
    if held is None or w.new("programme", 20, 4):
        body = {"name": "知识产权1期", "exchange": "深交所", "series_no": 1, "ccy": CNY, "custodian": "custodian-1",
                "originator": COMPANY, "servicer": COMPANY, "shortfall_payer": COMPANY, "guarantor": "rating-1",
                "rating_agency": "rating-1", "advance_rate_cap_ppm": w.pick([800_000] * 4 + [1_000_000] * 4 + [300_000]),
                "replacement_cap_ppm": w.pick([100_000, 10_000, 10_000, 0, 1_000_000]), "default_after_days": 30,
                "default_rate_trigger_ppm": 100_000}
        if w.chance(10):
            body["waterfall"] = LINES.split("|")[:w.r.randint(3, 9)]
        if w.chance(6):
            body["custodian"] = w.pick(["manager-1", "bank-1"])
        if w.chance(20):
            del body["shortfall_payer"]
        return "manager-1", "programme.set_up", "", body
    f, state, name = held["fields"], held["state"], held["id"]
    numbers = [one["no"] for one in f.get("pool", []) if one["status"] != "replaced"]
    no = w.pick(numbers) if numbers and w.chance(95) else 77
    how = w.r.randrange(24)
    if state == "preparing":
        if how < 2 and numbers:
            return COMPANY, "programme.drop_asset", name, {"no": no}
        if how == 2 and w.chance(25):
            return "manager-1", "programme.abandon", name, reason(w)
        if (len(numbers) >= 2 or how < 5) and numbers and w.chance(50):
            amount = sum(one["principal"] for one in f["pool"])
            letters = [one["fields"]["exchange_letter"] for one in w.records("programme") if "exchange_letter" in one["fields"]]
            return "manager-1", "programme.approve_shelf", name, {
                "shelf_amount": amount * w.pick([1, 2]), "shelf_valid_to": w.day(-1, 200) if w.chance(10) else w.day(100, 300),
                "exchange_letter": w.pick(letters) if letters and w.chance(15) else w.hash()}
        body, missing = entry(w)
        return (COMPANY, "programme.add_asset", name, body) if body else missing
    if state == "shelf":
        stuck = f["advance_rate_ppm"] > f["advance_rate_cap_ppm"] or any(
            w.state["pledge/" + one["pledge"]]["state"] != "registered" for one in f.get("pool", []))
        if w.chance(30 if stuck else 2):
            return "manager-1", "programme.abandon", name, reason(w)
        amount = sum(one["principal"] for one in f.get("pool", [])) - (1 if w.chance(20) else 0) + (9 if w.chance(8) else 0)
        made, holders = tranches(w, max(10, amount))
        return "manager-1", "programme.issue_tranches", name, {
            "issue_amount": sum(one["face"] for one in made), "issued_on": w.day(-1, 0) if w.chance(95) else w.day(1, 2),
            "tranches": made, "holders": holders}
    if state not in ("issued", "accelerated"):
        return None
    body, _ = entry(w) if state == "issued" else (None, None)
    if body and w.chance(40):
        body["principal"] = w.state["fin/" + body["claim"]]["fields"].get("outstanding", 1)
        body["appraised_value"] = w.state["appraisal/" + body["appraisal_id"]]["fields"]["value"]
        smaller = [one["no"] for one in f["pool"] if one["status"] != "replaced" and
                   one["principal"] <= body["principal"] and one["appraised_value"] <= body["appraised_value"]]
        largest = max((one["principal"], one["no"]) for one in f["pool"] if one["no"] in smaller)[1] if smaller else no
        no = largest if w.chance(60) else w.pick(smaller or [no])
        return "manager-1", "programme.replace_asset", name, dict(body, no=no, reason="default", notice_hash=w.hash())
    if how < 8:
        held_entry = next((one for one in f["pool"] if one["no"] == no), None)
        left = held_entry["principal_left"] if held_entry else 1
        kind = w.pick(["principal", "principal", "interest", "recovery"])
        return COMPANY, "programme.collect", name, {"no": no, "kind": kind, "amount": w.pick([left, left // 2, left + 1, 1000]),
                                                    "received_on": w.day(-2, 0) if w.chance(96) else w.day(1, 2)}
    paid = f.get("distributions", [])
    if how < 14 and (not paid or paid[-1]["pay_date"] < w.today or w.chance(5)):
        return "manager-1", "programme.distribute", name, distribution(w, f)
    if how < 16:
        return COMPANY, "programme.asset_default", name, {"no": no, "days_overdue": w.pick([31, 31, 29]), "notice_hash": w.hash()}
    if how == 16:
        return "manager-1", "programme.call_shortfall", name, {
            "pay_date": w.day(2, 9), "shortfall_date": w.day(-1, 4), "needed": max(0, f["cash"] + w.pick([1000, 0, -1, 5]))}
    if how == 17:
        trigger = w.pick(["default_rate", "shortfall_payer_failed", "rating"])
        return "manager-1", "programme.accelerate", name, {"trigger": trigger,
                                                           **({"evidence": w.hash()} if w.chance(40) else {})}
    if how < 20:
        return entry(w)[1]
    if w.chance(50):
        return None
    return "manager-1", "programme.clear", name, {"assets_sold": w.hash()} if w.chance(60) else {}


MORE = [(4, asset), (13, cert), (7, dataip), (20, programme)]
