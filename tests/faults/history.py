"""What clients were told, held against the ledger: RELIABILITY I10 to I13 and I15 in one pass over the log of the
clients and the exported lines of the chain. Usage: history.py LEAVES.ndjson CLIENTS.jsonl...

A line of a client's log is one request: client, act, asset, tx, node, invoke and return (ns, one clock), and result:
  committed   the node said where it stands: height, index, code, outcome
  refused     the node said that it will not take it
  unsent      no connection: nothing was said to anybody
  unknown     anything else; the same transaction may have been sent again, each time with a line of its own
  read        a right as it stood at `height`: present, held (pledges on it), version; `asked`: the height asked for

I10 one holder at a time at every prefix; who is refused for another's sake is told who holds, and since which place;
    an asset that was raced for has a winner
I11 what was acknowledged is in the chain once, at that place, with that outcome; what was only refused is not there;
    what is unknown is there at most once; nothing is there that nobody sent
I12 acknowledged before another was first sent: it stands before it
I13 a read at height h is the replay of the chain up to h; an answer about the newest state is never older than what
    the same node had acknowledged before it was asked (with `everywhere`: than what any node had)
I15 block time strictly increases, and is never ahead of the clients' clock by more than clock_eps_ms (where a line has
    `wall`, ms of that clock at the return); how far ahead and behind it was is among the figures"""
import base64
import bisect
import json
import sys

ACCEPT = "pledge.accept"
HELD_BY_OTHER = ("E_RESERVED_BY_OTHER", "E_ALREADY_PLEDGED")
FREE_AGAIN = ("withdrawn", "refused", "cancelled", "revoked")
CLOCK_EPS_MS = 2_000  # of the development network's genesis
ROUNDING_MS = 20
REPORTED_MAX = 20  # of one kind


class Chain:
    """The lines of an export, read without any code of the product."""

    def __init__(self, lines):
        self.txs, self.times = [], []
        for line in lines:
            leaf = json.loads(line) if isinstance(line, (bytes, str)) else line
            if leaf["kind"] == "header":
                self.times.append(leaf["time"])
            if leaf["kind"] != "tx":
                continue
            claims = leaf.get("claims") or json.loads(_unpadded(leaf["tx"].split(".")[1]))
            self.txs.append({"place": (leaf["height"], leaf["index"]), "id": leaf["id"], "outcome": leaf["outcome"],
                             "time": leaf.get("time"), "act": claims["act"], "rec": claims.get("rec"),
                             "body": claims.get("body", {})})


def _unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Findings:
    def __init__(self):
        self.counts, self.texts = {}, []

    def add(self, rule, text):
        self.counts[rule] = self.counts.get(rule, 0) + 1
        if self.counts[rule] <= REPORTED_MAX:
            self.texts.append(f"{rule}: {text}")

    def rules(self):
        return set(self.counts)


class Replay:
    """Who held which right from which place on, and each right's version, by the outcomes of the chain."""

    def __init__(self, chain, findings):
        self.states = {}  # right: [(place, present, held, version)]
        self.raced = {}   # right: (winners, losers) of acceptances, in order
        rights_of = {}    # of each pledge
        for tx in chain.txs:
            outcome, place = tx["outcome"], tx["place"]
            code, record, state = outcome["code"], outcome.get("record"), outcome.get("state")
            if tx["act"] == ACCEPT:
                self._accepted(tx, rights_of.get(tx["rec"], ()), findings)
            elif code != "OK" or state == "pending_approval":
                continue
            elif tx["act"] == "right.register":
                self._set(record, place, True, ())
            elif tx["act"] == "pledge.draft":
                rights_of[record] = tuple(tx["body"]["rights"])
            elif state == "registered" or state in FREE_AGAIN:
                for right in rights_of.get(tx["rec"], ()):
                    held = self.newest(right)[2]
                    if tx["rec"] in held:
                        self._set(right, place, True, () if state in FREE_AGAIN else held)

    def newest(self, right):
        return self.states.get(right, [((0, 0), False, (), 0)])[-1]

    def at(self, right, height):
        states = self.states.get(right, [])
        found = bisect.bisect_right(states, height, key=lambda one: one[0][0]) - 1
        return states[found] if found >= 0 else ((0, 0), False, (), 0)

    def _set(self, right, place, present, held):
        version = self.newest(right)[3] + 1
        self.states.setdefault(right, []).append((place, present, held, version))

    def _accepted(self, tx, rights, findings):
        code = tx["outcome"]["code"]
        for right in rights:
            since, _, held, _ = self.newest(right)
            winners, losers = self.raced.setdefault(right, ([], []))
            if code == "OK":
                winners.append(tx)
                if held and tx["rec"] not in held:
                    findings.add("I10", f"{right}, held by {held[0]} since {since}, goes to {tx['rec']} "
                                        f"at {tx['place']}")
                self._set(right, tx["place"], True, tuple(held) + (tx["rec"],))
            elif code in HELD_BY_OTHER:
                losers.append(tx)
                self._told(tx, right, since, held, findings)

    @staticmethod
    def _told(tx, right, since, held, findings):
        said, at = tx["outcome"].get("facts", {}).get("pledge"), tx["outcome"].get("at", {})
        where = f"{tx['rec']} at {tx['place']} is refused {right}"
        if not held:
            findings.add("I10", f"{where}, which nobody holds")
        elif said not in held:
            findings.add("I10", f"{where} for the sake of {said}, but {held[0]} holds it")
        elif (at.get("height"), at.get("index")) != since:
            findings.add("I10", f"{where}, held since {since}, and is told {at}")


def check(rows, chain, everywhere=False):
    """Findings, and figures for a report."""
    findings = Findings()
    replay = Replay(chain, findings)
    by_id = {}
    for tx in chain.txs:
        if tx["id"] in by_id:
            findings.add("I11", f"{tx['id']} stands at {by_id[tx['id']]['place']} and at {tx['place']}")
        else:
            by_id[tx["id"]] = tx
    sent, reads = {}, []
    for row in rows:
        if row["result"] == "read":
            reads.append(row)
        else:
            sent.setdefault(row["tx"], []).append(row)
    figures = _once(sent, by_id, findings)
    _won(sent, replay, findings, figures)
    _in_order(sent, by_id, findings)
    _as_replayed(sent, reads, replay, findings, everywhere)
    _in_time(sent, by_id, chain, findings, figures)
    figures["reads"] = len(reads)
    return findings, figures


def _once(sent, by_id, findings):
    figures = {"sent": len(sent), "acknowledged": 0, "refused": 0, "unknown": 0, "unknown_in_chain": 0, "told_twice": 0}
    for tx_id in by_id:
        if tx_id not in sent:
            findings.add("I11", f"{tx_id} at {by_id[tx_id]['place']} was sent by nobody")
    for tx_id, attempts in sent.items():
        acknowledged = [one for one in attempts if one["result"] == "committed"]
        found = by_id.get(tx_id)
        figures["told_twice"] += len(acknowledged) > 1
        if acknowledged:
            figures["acknowledged"] += 1
            for one in acknowledged:
                _same(one, found, findings)
        elif any(one["result"] == "unknown" for one in attempts):
            figures["unknown"] += 1
            figures["unknown_in_chain"] += found is not None
        else:
            figures["refused"] += 1
            if found:
                codes = [one.get("code") for one in attempts]
                findings.add("I11", f"{tx_id} was refused ({codes}) and stands at {found['place']}")
    return figures


def _same(row, found, findings):
    where = f"{row['tx']} ({row['act']}) acknowledged by node {row['node']} at {(row['height'], row['index'])}"
    if found is None:
        findings.add("I11", f"{where} is not in the chain")
        return
    if (row["height"], row["index"]) != found["place"]:
        findings.add("I11", f"{where} stands at {found['place']}")
    if row["code"] != found["outcome"]["code"]:
        findings.add("I11", f"{where} as {row['code']} is {found['outcome']['code']} in the chain")
    for name in ("at", "facts", "record", "state"):
        said = row.get("outcome", {}).get(name)
        if said is not None and said != found["outcome"].get(name):
            findings.add("I11", f"{where}: {name} {said}, in the chain {found['outcome'].get(name)}")


def _won(sent, replay, findings, figures):
    """Every asset that clients raced for and were answered about has a winner."""
    asked = {}
    for attempts in sent.values():
        for row in attempts:
            if row["act"] == ACCEPT and row.get("asset") and row["result"] == "committed":
                asked.setdefault(row["asset"], []).append(row)
    figures.update(raced=len(asked), winners=0, losers=0, losers_told=0)
    for asset, rows in asked.items():
        winners, losers = replay.raced.get(asset, ([], []))
        figures["winners"] += len(winners)
        figures["losers"] += len(losers)
        if not winners:
            findings.add("I10", f"{asset} has no winner of {len(rows)} answers")
    told = {row["tx"] for attempts in sent.values() for row in attempts
            if row["result"] == "committed" and row.get("code") in HELD_BY_OTHER and
            "pledge" in row.get("outcome", {}).get("facts", {}) and "at" in row["outcome"]}
    figures["losers_told"] = len(told)


def _in_order(sent, by_id, findings):
    """Events in the order of time: an acknowledgement raises the bar for whatever is sent after it."""
    events = []
    for tx_id, attempts in sent.items():
        found = by_id.get(tx_id)
        if not found:
            continue
        events.append((min(one["invoke"] for one in attempts), 0, found))
        acknowledged = [one["return"] for one in attempts if one["result"] == "committed"]
        if acknowledged:
            events.append((min(acknowledged), 1, found))
    events.sort(key=lambda one: one[:2])
    last = None
    for _, kind, found in events:
        if kind == 1:
            last = found if last is None or found["place"] > last["place"] else last
        elif last and found["place"] < last["place"]:
            findings.add("I12", f"{found['id']} was sent after {last['id']} was acknowledged at {last['place']}, and "
                                f"stands at {found['place']}")


def _in_time(sent, by_id, chain, findings, figures):
    for before, after in zip(chain.times, chain.times[1:]):
        if after <= before:
            findings.add("I15", f"a block of time {after} follows one of {before}")
    ahead = behind = None
    for tx_id, attempts in sent.items():
        told = [one for one in attempts if one["result"] == "committed" and "wall" in one]
        if tx_id not in by_id or not told:
            continue
        first = min(told, key=lambda one: one["return"])
        time = by_id[tx_id]["time"]
        sent_at = first["wall"] - (first["return"] - min(one["invoke"] for one in attempts)) / 1e6
        ahead = max(time - first["wall"], ahead if ahead is not None else time - first["wall"])
        behind = max(sent_at - time, behind if behind is not None else sent_at - time)
        if time > first["wall"] + CLOCK_EPS_MS + ROUNDING_MS:
            findings.add("I15", f"{tx_id} stands in a block of {time}, and was acknowledged at {first['wall']:.0f}")
    figures.update(ahead_ms=round(ahead or 0), behind_ms=round(behind or 0))


def _as_replayed(sent, reads, replay, findings, everywhere):
    events = [(one["return"], 1, one) for attempts in sent.values() for one in attempts if one["result"] == "committed"]
    events += [(one["invoke"], 0, one) for one in reads]
    events.sort(key=lambda one: one[:2])
    bar = {}  # by node, the highest height it acknowledged so far
    for _, kind, row in events:
        node = None if everywhere else row["node"]
        if kind == 1:
            bar[node] = max(bar.get(node, 0), row["height"])
            continue
        where = f"{row['asset']} read at node {row['node']} at height {row['height']}"
        if row.get("asked") is None and row["height"] < bar.get(node, 0):
            findings.add("I13", f"{where} after {bar[node]} was acknowledged")
        if row.get("asked") is not None and row["asked"] != row["height"]:
            findings.add("I13", f"{where}, asked for {row['asked']}")
        _, present, held, version = replay.at(row["asset"], row["height"])
        if row["present"] != present:
            findings.add("I13", f"{where}: present {row['present']}, by the chain {present}")
        elif present and (sorted(row["held"]) != sorted(held) or row.get("version", version) != version):
            findings.add("I13", f"{where}: held by {row['held']} version {row.get('version')}, by the chain "
                                f"{list(held)} version {version}")


def same_ledger(exports):
    """Of exports by node, as lists of lines: what differs on the common prefix."""
    findings = Findings()
    shortest = min(len(lines) for lines in exports.values())
    first = next(iter(exports))
    for node, lines in exports.items():
        for n in range(shortest):
            if lines[n] != exports[first][n]:
                findings.add("I1", f"line {n} of node {node} is not that of node {first}: {lines[n][:200]} "
                                   f"{exports[first][n][:200]}")
                break
    return findings


def block_times_ms(chain):
    return sorted(b - a for a, b in zip(chain.times[1:], chain.times[2:]))  # genesis is not a block made in time


def share(sorted_values, part):
    return sorted_values[min(len(sorted_values) - 1, int(part * len(sorted_values)))] if sorted_values else 0


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        chain = Chain(file)
    rows = []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            rows += [json.loads(line) for line in file]
    findings, figures = check(rows, chain)
    print(json.dumps(figures))
    print("\n".join(findings.texts))
    sys.exit(1 if findings.counts else 0)


if __name__ == "__main__":
    main()
