#!/usr/bin/env python3
"""The model as an auditor: carries out the transactions of an exported ledger, or of the simulator's `--ledger FILE`, and compares
every outcome code, warning and state root with what the ledger says. Signatures, certificates and the log are not looked at: that
is `quanlu ledger replay`.

Usage: replay.py EXPORT GENESIS | replay.py FILE     (FILE: genesis document in the first line, then log lines)"""
import base64
import json
import pathlib
import subprocess
import sys

import appendix  # noqa: F401  every record type registers itself
import codec
from engine import Ledger

P, D, L = 2**255 - 19, -121665 * pow(121666, -1, 2**255 - 19), 2**252 + 27742317777372353535851937790883648493
STATE_ROOT, TIME = slice(201, 233), slice(112, 120)  # of a header, docs/protocol.md 4.2


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    product = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


class Keys:
    """Public keys that may be registered: canonical points of the main subgroup, not the neutral one."""
    known = {}

    def __contains__(self, text):
        if text not in self.known:
            try:
                self.known[text] = self.judge(unbase64(text))
            except ValueError:
                self.known[text] = False
        return self.known[text]

    def judge(self, raw):
        if len(raw) != 32:
            return False
        number = int.from_bytes(raw, "little")
        sign, y = number >> 255, number & (2**255 - 1)
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        if (x * x - square) % P:
            x = x * pow(2, (P - 1) // 4, P) % P
        if y >= P or (x * x - square) % P or (x == 0 and sign) or (x, y) == (0, 1):
            return False
        point, out = (P - x if x & 1 != sign else x, y), (0, 1)
        for bit in bin(L)[2:]:
            out = add(out, out)
            out = add(out, point) if bit == "1" else out
        return out == (0, 1)


def lines_of(words):
    if len(words) == 1:
        text = pathlib.Path(words[0]).read_text().splitlines()
        return json.loads(text[0]), text[1:]
    packed = pathlib.Path(words[0]) / "leaves.ndjson.zst"
    text = subprocess.run(["zstd", "-dcq", str(packed)], check=True, capture_output=True).stdout.decode()
    return json.loads(pathlib.Path(words[1]).read_text()), text.splitlines()


def tx_of(jws):
    head, claims, _ = jws.split(".")
    return dict(json.loads(unbase64(claims)), kid=json.loads(unbase64(head))["kid"], jws=jws, id=codec.hex_of(head + "." + claims))


def replay(genesis, lines):
    """(blocks, transactions, refused, the first difference or None)"""
    ledger, waiting, blocks, count, refused = Ledger(genesis, Keys()), [], 0, 0, 0
    for line in map(json.loads, lines):
        if line["kind"] == "tx":
            waiting.append((tx_of(line["tx"]), line["outcome"]))
        if line["kind"] != "header":
            continue
        header = unbase64(line["header"])
        where = f"height {line['height']}"
        if line["height"] == 0:
            if ledger.tree.root() != header[STATE_ROOT].hex():
                return 0, 0, 0, "genesis: another state root"
            continue
        taken, left = ledger.block(int.from_bytes(header[TIME], "big", signed=True), [tx for tx, _ in waiting])
        if left or [tx["id"] for tx, *_ in taken] != [tx["id"] for tx, _ in waiting]:
            return blocks, count, refused, f"{where}: the model keeps out or orders otherwise: {left}"
        for (tx, code, warnings, _), (_, outcome) in zip(taken, waiting):
            count += 1
            refused += code != "OK"
            if code != outcome["code"] or sorted(warnings) != sorted(outcome.get("warnings", [])):
                return blocks, count, refused, f"{where} {tx['act']} {tx.get('rec', '')}: {code} {warnings}, the ledger says {outcome}"
        if ledger.tree.root() != header[STATE_ROOT].hex():
            return blocks, count, refused, f"{where}: state root {ledger.tree.root()}, the ledger says {header[STATE_ROOT].hex()}"
        blocks, waiting = blocks + 1, []
    return blocks, count, refused, None


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        print(__doc__)
        return 2
    blocks, count, refused, difference = replay(*lines_of(sys.argv[1:]))
    print(f"{blocks} blocks, {count} transactions ({refused} refused): {difference or '0 differences'}")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
