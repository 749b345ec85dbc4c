"""The end of a test on real nodes: what they hold, against what clients were told."""
import json
import time

import history

ALIKE_S = 60  # until then all nodes stand at one height


def judge(net, rows, failures):
    """The ledgers of all nodes, one with another and each with what clients were told."""
    tips = set()
    end = time.monotonic() + ALIKE_S
    while time.monotonic() < end and (len(tips) != 1 or None in tips):
        tips = {(said or {}).get("tip") for said in map(net.status, range(net.count))}
        time.sleep(0.05)
    for node in range(net.count):
        answer = net.ask(node, "/v1/evidence", timeout=10)
        if not answer or json.loads(answer[1])["items"]:
            failures.append(f"node {node} holds evidence: {answer}")
        if (code := net.terminate(node)) != 0:
            failures.append(f"node {node} left SIGTERM with {code}")
    exports = {node: net.export(node) for node in range(net.count)}
    failures += history.same_ledger(exports).texts
    missing, told = 0, {row["tx"]: (row["height"], row["index"]) for row in rows if row["result"] == "committed"}
    for node, lines in exports.items():
        chain = history.Chain(lines)
        places = {tx["id"]: tx["place"] for tx in chain.txs}
        gone = [tx for tx, place in told.items() if places.get(tx) != place]
        missing += len(gone)
        failures += [f"node {node} does not hold {tx} at {told[tx]}, but at {places.get(tx)}" for tx in gone[:5]]
    findings, figures = history.check(rows, chain)
    failures += findings.texts
    return missing, figures
