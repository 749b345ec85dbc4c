#!/usr/bin/env python3
"""The same patent pledged at two banks through two nodes at the same moment: one winner each time, the same on all nodes,
the loser told who won and where. Usage: race.py BUILD COUNT"""
import json
import pathlib
import subprocess
import sys

from common import Network

HASH = "sha256:" + "9f" * 32
WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]


def patent_no(serial):
    digits = f"20211{serial:07d}"
    check = sum(int(d) * w for d, w in zip(digits, WEIGHTS)) % 11
    return f"ZL{digits}.{'X' if check == 10 else check}"


def twice(net, party, noun, verb, *rest, body=None):
    net.act(f"{party}-maker", noun, verb, *rest, body=body)
    return net.act(f"{party}-checker", noun, verb, *rest, body=body)


def today(net):
    return net.get(0, "/v1/status")["tip_time"][:10]


def right(net, serial, day):
    body = {"asset_kind": "patent_invention", "right_no": patent_no(serial), "title": "race", "holders": [{"party": "firm-01"}],
            "application_date": "2021-03-01", "grant_date": "2023-05-09", "expiry_date": "2041-03-01", "annual_fee_paid_to": "2099-12-31",
            "legal_status": "in_force", "invalidation_pending": False, "ownership_dispute": False, "dual_filing": False,
            "source_snapshot_hash": HASH, "source_checked_on": day}
    return twice(net, "ipo-yuhang", "right", "register", body=body)["data"]["outcome"]["record"]


def filed(net, bank, patent, day):
    sealed = {"_sd": "A" * 43}
    body = {"pledge_kind": "specific", "pledgors": ["firm-01"], "pledgees": [bank], "debtor": "firm-01", "rights": [patent], "right_count": 1,
            "main_contract_no": sealed, "main_contract": sealed, "pledge_contract": sealed, "contract_date": day,
            "contract_items": ["identity", "claim", "term", "right", "scope"], "claim_kind": "loan", "secured_amount": 100, "ccy": "CNY",
            "debt_from": day, "debt_due": "2030-01-01", "scope_of_security": ["principal"]}
    pledge = net.act("firm-01-maker", "pledge", "draft", body=body)["data"]["outcome"]["record"]
    twice(net, "firm-01", "pledge", "sign", pledge)
    twice(net, bank, "pledge", "sign", pledge)
    return pledge


def raced(net, pledge, node):
    """Starts an acceptance without waiting for it."""
    return subprocess.Popen([str(net.bin / "quanlu"), "pledge", "accept", pledge, "--as", "ipo-yuhang-maker", "--node", net.url(node), "-o", "json"],
                            env=net.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def main():
    build, count = sys.argv[1], int(sys.argv[2])
    with Network(build) as net:
        day = today(net)
        for n in range(count):
            patent = right(net, 20_000 + n, day)
            pledges = [filed(net, "bank-one", patent, day), filed(net, "bank-two", patent, day)]
            racers = [raced(net, pledges[0], n % 4), raced(net, pledges[1], (n + 1 + n // 4) % 4)]
            answers = [(json.loads(r.communicate(timeout=60)[0]), r.returncode) for r in racers]
            winners = [i for i, (_, code) in enumerate(answers) if code == 0]
            if len(winners) != 1:
                sys.exit(f"race {n}: {len(winners)} winners: {answers}")
            loser = answers[1 - winners[0]][0]
            if loser["code"] not in ("E_RESERVED_BY_OTHER", "E_ALREADY_PLEDGED") or loser["facts"].get("pledge") != pledges[winners[0]]:
                sys.exit(f"race {n}: the loser was told {loser}")
            statutory = {"statutory_registration_no": f"Y2026330{n:06d}", "statutory_effective_date": day, "statutory_notice_hash": HASH}
            twice(net, "ipo-yuhang", "pledge", "register", pledges[winners[0]], body=statutory)
            height = net.get(0, "/v1/status")["height"]
            for node in range(4):
                for _ in range(100):
                    if net.get(node, "/v1/status")["height"] >= height:
                        break
                value = net.get(node, f"/v1/proofs?key=right/{patent}")["bundle"]["value"]
                held = [one["id"] for one in value["enc"]["pledges"]]
                if held != [pledges[winners[0]]]:
                    sys.exit(f"race {n}: node {node} holds {held}")
        print(f"{count} raced patents: one winner each, the same on 4 nodes")


main()
