"""What the storm races for: a patent, and pledges of it filed by banks up to the acceptance that only one can have."""

HASH = "sha256:" + "9f" * 32
WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]
BANKS = ("bank-one", "bank-two")


class NotDone(Exception):
    """An act of the preparation was refused or has no answer; the asset is given up."""


def patent_no(serial):
    digits = f"20211{serial:07d}"
    check = sum(int(d) * w for d, w in zip(digits, WEIGHTS)) % 11
    return f"ZL{digits}.{'X' if check == 10 else check}"


def _done(row):
    if row.get("code") != "OK":
        raise NotDone(f"{row['act']}: {row['result']} {row.get('code')} {row.get('outcome') or row.get('facts')}")
    return row["outcome"].get("record")


def twice(client, nodes, party, act, rec=None, body=None, until=None):
    _done(client.act(nodes, f"{party}-maker", act, rec, body, until=until))
    return _done(client.act(nodes, f"{party}-checker", act, rec, body, until=until))


def data_asset(name):
    """The body of the act that a test without a subject of its own files."""
    return {"asset_name": name, "industry": "test", "application_scenario": "load", "data_form": "dataset", "storage_format": "json",
            "source_kind": ["self_collected"], "update_frequency": "none", "grade": "general_1", "contains_personal_info": False,
            "sensitive_pi": False, "minors_pi": False,
            "content_digest": {"root": "sha256:" + "a" * 64, "algorithm_id": "sha256"}}


def right(client, nodes, serial, day, until=None):
    body = {"asset_kind": "patent_invention", "right_no": patent_no(serial), "title": "race",
            "holders": [{"party": "firm-01"}], "application_date": "2021-03-01", "grant_date": "2023-05-09",
            "expiry_date": "2041-03-01", "annual_fee_paid_to": "2099-12-31", "legal_status": "in_force",
            "invalidation_pending": False, "ownership_dispute": False, "dual_filing": False,
            "source_snapshot_hash": HASH, "source_checked_on": day}
    return twice(client, nodes, "ipo-yuhang", "right.register", body=body, until=until)


def filed(client, nodes, bank, patent, day, number, until=None):
    """A pledge signed by both sides, ready to be accepted."""
    sealed = {"_sd": "A" * 43}
    body = {"pledge_kind": "specific", "pledgors": ["firm-01"], "pledgees": [bank], "debtor": "firm-01",
            "rights": [patent], "right_count": 1, "main_contract_no": sealed, "main_contract": sealed,
            "pledge_contract": sealed, "contract_date": day, "claim_kind": "loan",
            "contract_items": ["identity", "claim", "term", "right", "scope"], "ccy": "CNY",
            "secured_amount": 100 + number, "debt_from": day, "debt_due": "2030-01-01",
            "scope_of_security": ["principal"]}
    pledge = _done(client.act(nodes, "firm-01-maker", "pledge.draft", body=body, until=until))
    twice(client, nodes, "firm-01", "pledge.sign", pledge, until=until)
    twice(client, nodes, bank, "pledge.sign", pledge, until=until)
    return pledge
