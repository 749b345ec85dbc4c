#!/usr/bin/env python3
"""The seed deal on four real nodes: 12 enterprises, 195 patents, 110,000,000 CNY, from the registration of its parties to the
last cancellation; then what a holder, a bank and an auditor see of it. Usage: securitization.py BUILD"""
import json
import subprocess
import sys

from common import Network, model_agrees

FAILURES = []


def check(what, found, expected):
    if found != expected:
        FAILURES.append(what)
        print(f"FAIL {what}: {found!r}, expected {expected!r}")


def shown(net, who, *words):
    return json.loads(net.run(*words, "--as", who, "-o", "json").stdout)


def main():
    with Network(sys.argv[1]) as net:
        done = net.run("demo", "securitization", "--dir", net.dir, "-o", "json", "-q", timeout=600)
        data = json.loads(done.stdout)["data"]
        check("refused as expected", data["refused"], 2)
        programme = data["programme"]

        answer = shown(net, "abs-manager-maker", "programme", "show", programme)
        check("proven", answer["trust"], "verified")
        record = answer["data"]
        fields = record["fields"]
        check("state", record["state"], "cleared")
        check("entries", len(fields["pool"]), 196)
        check("assets", fields["asset_count"], 195)
        check("advance rate", fields["advance_rate_ppm"], 761_245)
        check("outstanding", [one["outstanding"] for one in fields["tranches"]], [0, 0])
        for n, one in enumerate(fields["distributions"], 1):
            paid = sum(line["paid"] for line in one["lines"])
            check(f"distribution {n} balances", paid, one["collected"] + one["other_credits"])
            payouts = shown(net, "abs-manager-maker", "proof", "get", f"payout/{programme}/{n}")["data"]["fields"]["payouts"]
            to_tranches = sum(line["paid"] for line in one["lines"] if "tranche" in line)
            check(f"distribution {n} reaches its holders", sum(share["amount"] for share in payouts), to_tranches)

        # Pool, loans, pledges, rights and payouts agree, at the issue and at the end.
        for at in ((), ("--at-height", str(data["issued_height"]))):
            agreed = shown(net, "ipo-yuhang-maker", "programme", "reconcile", programme, *at)
            check(f"reconciled {at}", (agreed["data"]["differences"], agreed["trust"]), ([], "verified"))
            check(f"values compared {at}", agreed["data"]["values"] > 400, True)
        all_loans = shown(net, "ipo-yuhang-maker", "finance", "portfolio", "--all")["data"]
        check("loans of all lenders", all_loans["loans"] >= 12, True)
        check("none defaulted", all_loans["default_rate_ppm"], 0)
        stranger = net.run("programme", "reconcile", programme, "--as", "bank-one-maker", "-o", "json", check=False)
        check("who may not see it all is told so", json.loads(stranger.stdout).get("code"), "E_FORBIDDEN")

        # A stranger sees the deal and not who holds it.
        public = net.get(0, f"/v1/programmes/{programme}")
        text = json.dumps(public)
        check("faces are public", '"issue_amount"' in text, True)
        for hidden in ("fund-a", "principal_left", "collected"):
            check(f"{hidden} is hidden", hidden in text, False)

        # At the height of the issue every answer says that the right lies in the pool.
        then = str(data["issued_height"])
        bundle = net.folder + "/pooled.json"
        pooled = shown(net, "bank-one-maker", "right", "show", data["pooled_right"], "--at-height", then, "--out", bundle)["data"]
        check("pooled at issue", pooled["enc"].get("pool", {}).get("id"), programme)
        told = net.run("right", "check", data["pooled_right"], "--at-height", then, check=False)
        check("a check finds the pool", (told.returncode, programme in told.stdout), (1, True))
        verified = subprocess.run([str(net.bin / "quanlu-verify"), bundle, "--genesis", net.dir + "/genesis.json",
                                   "--max-age", "3600"], capture_output=True, text=True, check=False)
        check("quanlu-verify names the pool", (verified.returncode, programme in verified.stdout), (0, True))

        right = shown(net, "bank-one-maker", "right", "show", data["pooled_right"])["data"]
        check("the right is free", (right["enc"].get("pool"), right["enc"]["pledges"]), (None, []))
        again = net.run("demo", "securitization", "--dir", net.dir, "-o", "json", "-q", check=False)
        check("a second time is refused", (again.returncode, json.loads(again.stdout).get("code")), (6, "devnet"))

        tip = net.folder + "/tip.json"
        net.run("right", "show", data["pooled_right"], "--out", tip, "--node", net.url(3))
        net.run("ledger", "export", "--data", f"{net.dir}/nodes/a/data", "--out", net.folder + "/export", "--genesis",
                net.dir + "/genesis.json")
        replay = net.run("ledger", "replay", net.folder + "/export", "--genesis", net.dir + "/genesis.json", "--tip", tip,
                         "-o", "json", timeout=600)
        verdict = json.loads(replay.stdout)["data"]
        check("verdict", verdict.get("verdict"), "complete")
        check("model", model_agrees(net.folder + "/export", net.dir + "/genesis.json"), True)
    print(f"{data['transactions']} transactions, {len(FAILURES)} failures")
    sys.exit(1 if FAILURES else 0)


main()
