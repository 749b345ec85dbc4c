"""Moves over financings and invoices: who lends on what, pays, defaults; which invoice is financed twice."""
from engine import TYPES
from moves import CNY, loan_body, pledge_loan, reason


def finance(w):
    held = w.record("finance")
    if held is None or w.new("finance", 15, 14):
        basis = w.record("pledge", "registered") if w.chance(55) else None
        if basis:
            return pledge_loan(w, basis)
        basis = w.record("invoice", "financed") if w.chance(70) else w.record("invoice")
        certificate = w.record("cert", "issued") if "cert" in TYPES and w.chance(40) else None
        bases = {}
        lenders, borrower, claim = [w.lender()], w.firm(), w.amount(10**7)
        if basis:
            interests = basis["fields"].get("interests", [])
            bases["receivable_ids"] = [basis["id"]]
            borrower = basis["fields"]["seller"]
            if interests:
                lenders, claim = [interests[0]["financier"]], max(1, interests[0]["outstanding"] + w.pick([0, -1, 1]))
        if certificate:
            bases["certificate_ids"] = [certificate["id"]]
            borrower = borrower if basis else certificate["provider"]
        if not bases:
            return None
        kind = "mixed_pledge" if len(bases) > 1 else "factoring" if basis else "data_pledge_loan"
        return lenders[0], "finance.propose", "", loan_body(w, kind, lenders, borrower, claim, **bases)
    ended = w.records("finance", "repaid", "recovered")
    late = [one for one in ended if one["fields"].get("release_duty", {}).get("overdue")]
    if ended and w.chance(30):
        held = w.pick(late or ended)
    f, state, name = held["fields"], held["state"], held["id"]
    lender = f["lenders"][0] if w.chance(95) else w.bank()
    if state in ("proposed", "approved") and w.chance(35):
        owners = [f["borrower"]]
        for one in f.get("pledge_ids", []):
            owners += w.state["pledge/" + one]["fields"]["pledgors"]
        for one in f.get("receivable_ids", []):
            owners.append(w.state["recv/" + one]["fields"]["seller"])
        old = w.state.get("fin/" + f.get("rolls_over", ""))
        owners += old["fields"]["lenders"] if old else []
        return w.pick(owners) if w.chance(93) else w.firm(), "finance.consent", name, {}
    if w.chance(5):
        state = w.pick(["proposed", "approved", "drawn", "overdue", "defaulted", "enforcing", "repaid"])
    if state == "proposed":
        return lender, "finance.approve", name, {}
    if state == "approved":
        return lender, "finance.draw", name, {}
    if state in ("drawn", "partially_repaid", "overdue"):
        left = f.get("outstanding", 1)
        how = w.r.randrange(6)
        if state == "overdue" and how < 3 or how == 3:
            return lender, "finance.declare_default", name, {"debtor_notice": w.hash(), "reason": "x"}
        if how == 4:
            return lender, "finance.mark_overdue", name, {}
        return lender, "finance.repay", name, {"amount": w.pick([left, left // 2, left + 1, left, 1])}
    if state == "defaulted":
        return lender, "finance.enforce", name, reason(w)
    if state == "enforcing":
        if w.chance(70):
            return lender, "finance.recover", name, {"amount": f.get("outstanding", 1) // w.pick([1, 2]), "proceeds": w.sealed()}
        return lender, "finance.write_off", name, reason(w)
    for one in f.get("pledge_ids", []):
        pledge_held = w.state["pledge/" + one]
        late = f.get("release_duty", {}).get("overdue", False)
        if pledge_held["state"] in ("registered", "realised") and w.chance(85 if late else 8):
            if "cancel_request" not in pledge_held:
                return pledge_held["fields"]["pledgees"][0], "pledge.request_cancel", one, {"ground": "paid", "letter": w.sealed()}
            return pledge_held["office"], "pledge.cancel", one, {}
    return lender, "finance.close", name, {}


def invoice(w):
    held = w.record("invoice")
    if held is None or w.new("invoice", 35, 20):
        f = held["fields"] if held else {}
        body = {"seller": w.firm(), "buyer": w.firm(), "invoice_kind": w.pick(["e_fapiao_20", "bill"]),
                "invoice_number": w.sealed(), "invoice_date": w.day(-40, 0), "invoice_amount": w.amount(), "ccy": CNY,
                "tax_amount": w.sealed(), "due_date": w.day(2, 60) if w.chance(95) else w.day(340, 500), "fp_exact": w.hex(),
                "fp_economic": w.hex(), "fp_epoch": 1, "collateral_description": "应收账款",
                "assignment_bar": w.pick(["none"] * 8 + ["agreement", "law"])}
        if f and w.chance(22):
            body.update(fp_exact=f["fp_exact"], fp_economic=f["fp_economic"], seller=f["seller"] if w.chance(60) else w.firm())
        elif f and w.chance(12):
            body["fp_economic"] = f["fp_economic"]
        elif f and w.chance(8):
            body.update(fp_exact_prior=f["fp_exact"] if w.chance(50) else w.hex(), fp_economic_prior=w.hex())
        if w.chance(40):
            body["partial_hit_reason"] = w.sealed()
        return w.lender(), "invoice.register_fingerprint", "", body
    f, state, name = held["fields"], held["state"], held["id"]
    interests = f.get("interests", [])
    owner = interests[0]["financier"] if interests and w.chance(92) else w.lender()
    number = interests[0]["n"] if interests and w.chance(97) else 9
    how = w.r.randrange(14)
    if how <= 1:
        status = w.pick(["valid"] * 8 + ["voided", "red_flushed", "unknown"])
        return "evidence-1", "invoice.report_tax_status", name, {
            "status": status, "checked_at_ms": w.time - (w.r.randint(0, 3_600_000) if w.chance(93) else -60_000)}
    if state == "registered_duplicate":
        return f["registrant"], w.pick(["invoice.recheck", "invoice.cancel"]), name, {} if how % 2 else reason(w)
    if how == 2:
        return f["registrant"] if w.chance(85) else w.lender(), "invoice.cancel", name, reason(w)
    if how == 3:
        return f["buyer"] if w.chance(90) else w.firm(), "invoice.confirm", name, {}
    if state in ("registered_unique", "confirmed", "financed") and how <= 9:
        wanted = [one for one in f.get("consents", []) if one["act"] == "finance"]
        if not wanted or w.chance(20):
            what = w.pick(["finance"] * 5 + ["reassign", "buy_back"])
            to = owner if what == "buy_back" else w.lender()
            body = {"act": what, "to": to}
            if what == "finance" and w.chance(97):
                body.update(interest_kind=w.pick(["pledge", "pledge", "assignment", "discount"]), amount=f["residual"] or 1)
            who = f["seller"] if what != "reassign" else owner
            return who if w.chance(94) else w.firm(), "invoice.consent", name, body
        one = w.pick(wanted)
        body = {"interest_kind": one["interest_kind"], "amount": max(0, int(one["amount"] * w.r.uniform(0.2, 1.02))),
                "agreement": w.sealed()}
        if w.chance(96):
            body["recourse"] = w.chance(50)
        if w.chance(95):
            body.update(zdw_registration_no="zdw", zdw_registered_on=w.day(-3, 0), zdw_term_to=w.day(35, 900)
                        if w.chance(95) else w.day(5, 20))
        if w.chance(20):
            body["debtor_notice"] = {"date": w.day(-2, 0), "method": "letter", "hash": w.hash()}
        return one["to"], "invoice.finance", name, body
    if "transfer" in f and w.chance(70):
        return f["transfer"]["to"], w.pick(["invoice.accept_transfer", "invoice.accept_transfer", "invoice.reject_transfer"]), \
            name, {}
    if state == "defaulted" and w.chance(60):
        return owner, "invoice.enforce", name, reason(w)
    if state == "enforcing" and w.chance(50):
        return owner, "invoice.write_off", name, {"interest": number}
    if how == 10:
        return owner, "invoice.notify_debtor", name, {"date": w.day(-3, 0) if w.chance(93) else w.day(1, 2),
                                                      "method": "court", "hash": w.hash()}
    if how == 11:
        return owner, "invoice.reassign", name, {"interest": number, "to": w.lender() if w.chance(95) else w.firm()}
    if how == 12:
        return owner, w.pick(["invoice.default", "invoice.enforce"]), name, reason(w)
    if w.chance(25):
        return owner, "invoice.buy_back", name, {"interest": number}
    left = interests[0]["outstanding"] if interests else 1
    return owner, "invoice.repay", name, {"interest": number, "amount": w.pick([left, left // 2, left + 1, left])}
