#!/usr/bin/env python3
"""The command line asks a node that lies: every kind of damage and of wrong answer, to every command that reads or files. What
it says is proven must be so; where it proves nothing it does not end with 0 where its answer decides about money; it ends by
itself, with an exit code of the table, one JSON document and no control character, and writes no file it was not asked for.
Usage: lying_node.py BUILD [--lies N] [--from SEED] [--only COMMAND]"""
import argparse
import collections
import concurrent.futures
import copy
import hashlib
import http.server
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "process"))
from common import Network  # noqa: E402

import assets  # noqa: E402

EXITS = set(range(9))
ENDS_S = 30
STALE_S = 62
HONEST = {"right check two": 1, "invoice check": 1, "absent": 5, "tx unknown": 5, "tx of others": 8}  # exits where nobody lies, else 0
EVERY = -1  # answer of a command
THEN = 30  # a height in the worked example
DECIDES = ("right check", "invoice check", "cert verify", "finance portfolio", "tx show", "asset register")  # 0 only with proof
ODD = [0, -1, 1, 2**53 - 1, -(2**53 - 1), "", "x" * 5_000, "\u009b31m\u202e", "../../../tmp/evil", "=1+1", "2026-13-99", [], {}, True, [[[[]]]],
       {"a": {"b": []}}, ["x", 1, {}], "patent:2022300000172", "sha256:" + "0" * 64]


def places(value, path=()):
    """Every place in a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def shallow(document, turns, find=None):
    """A place, more often one near the top: bundles have thousands below. `find`: of this name."""
    every = [path for path in places(document) if path and (find is None or path[-1] == find)]
    if not every:
        return None
    deepest = turns.choice((1, 2, 3, 4, 6, 99))
    return turns.choice([path for path in every if len(path) <= deepest] or every)


class Lies:
    """Each takes (status, headers, body bytes, turns) and gives them back changed."""

    def __init__(self, server):
        self.heard = server.heard  # answers of before, to be given again
        self.node = server.node
        self.kinds = {name[4:]: getattr(self, name) for name in dir(self) if name.startswith("lie_")}

    @staticmethod
    def altered(body, change):
        try:
            document = json.loads(body)
        except ValueError:
            return body
        change(document)
        return json.dumps(document, ensure_ascii=False).encode()

    def lie_bit(self, status, headers, body, turns):
        raw = bytearray(body)
        if raw:
            raw[turns.randrange(len(raw))] ^= 1 << turns.randrange(8)
        return status, headers, bytes(raw)

    def lie_cut(self, status, headers, body, turns):
        return status, headers, body[:turns.randrange(len(body) + 1)]

    def lie_ends_early(self, status, headers, body, turns):
        return status, {**headers, "Content-Length": str(len(body) + 100)}, body

    def lie_value(self, status, headers, body, turns):
        def change(document):
            for _ in range(turns.choice((1, 1, 2, 5))):
                path = shallow(document, turns)
                if path:
                    at(document, path[:-1])[path[-1]] = copy.deepcopy(turns.choice(ODD))
        return status, headers, self.altered(body, change)

    def lie_gone(self, status, headers, body, turns):
        def change(document):
            path = shallow(document, turns)
            if path:
                del at(document, path[:-1])[path[-1]]
        return status, headers, self.altered(body, change)

    def lie_twice(self, status, headers, body, turns):
        def change(document):
            lists = [path for path in places(document) if isinstance(at(document, path), list) and at(document, path)]
            if lists:
                one = at(document, turns.choice(lists))
                one.insert(turns.randrange(len(one) + 1), copy.deepcopy(turns.choice(one)))
        return status, headers, self.altered(body, change)

    def lie_exchanged(self, status, headers, body, turns):
        def change(document):
            a, b = shallow(document, turns), shallow(document, turns)
            if a and b and a[:len(b)] != b and b[:len(a)] != a:
                held = copy.deepcopy(at(document, a))
                at(document, a[:-1])[a[-1]] = copy.deepcopy(at(document, b))
                at(document, b[:-1])[b[-1]] = held
        return status, headers, self.altered(body, change)

    def lie_without_proof(self, status, headers, body, turns):
        """The same answer and no proof; or a better one."""
        def change(document):
            bundle = document.pop("bundle", None)
            document["trust"] = "unverified"
            items = bundle.get("items", []) if isinstance(bundle, dict) else []
            if isinstance(bundle, dict) and "value" in bundle:
                document["value"] = bundle["value"]
            for one, proven in zip(document.get("items", []), items):
                if isinstance(one, dict):
                    one["trust"] = "unverified"
                    one["value"] = proven.get("value", {})
            for path in [path for path in places(document) if path and path[-1] in ("state", "enc", "valid_to", "n")]:
                if turns.random() < 0.5:
                    at(document, path[:-1])[path[-1]] = {"state": "issued", "enc": {}, "valid_to": "2099-01-01", "n": 0}[path[-1]]
        return status, headers, self.altered(body, change)

    def lie_praised(self, status, headers, body, turns):
        """No proof, and the word for one."""
        def change(document):
            document.pop("bundle", None)
            for one in (document, document.get("value"), *document.get("items", [])):
                if isinstance(one, dict):
                    one["trust"] = "proven"
        return status, headers, self.altered(body, change)

    def lie_proven_otherwise(self, status, headers, body, turns):
        """What stands beside the proof is changed, the proof is not."""
        def change(document):
            held = document.get("bundle")
            for path in [path for path in places(document) if path and path[0] != "bundle" and not isinstance(at(document, path), (dict, list))]:
                if turns.random() < 0.4:
                    at(document, path[:-1])[path[-1]] = copy.deepcopy(turns.choice(ODD))
            if held is not None:
                document["bundle"] = held
        return status, headers, self.altered(body, change)

    def lie_other_answer(self, status, headers, body, turns):
        return turns.choice(self.heard)

    def lie_refusal(self, status, headers, body, turns):
        code = turns.choice(["E_FORBIDDEN", "E_NOT_FOUND", "E_HEIGHT_UNAVAILABLE", "E_ALREADY_PLEDGED", "OK", "E_NO_SUCH", "", 7])
        refusal = {"code": code, "field": turns.choice(ODD), "facts": turns.choice(ODD), "at": turns.choice(ODD)}
        return turns.choice((400, 403, 404, 409, 422, 500, 503, 200)), headers, json.dumps(refusal, ensure_ascii=False).encode()

    def lie_status(self, status, headers, body, turns):
        return turns.choice((200, 202, 204, 206, 301, 302, 304, 401, 404, 418, 500, 503, 599)), {**headers, "Location": "file:///etc/passwd"}, body

    def lie_not_json(self, status, headers, body, turns):
        return status, headers, turns.choice((b"", b"null", b"[]", b"{}", b"0", b'"x"', b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000,
                                              b'{"items":[]}', b'{"items":{}}', b'{"items":[1,"x",[],{}]}', b'{"as_of":1,"bundle":[]}',
                                              b'{"as_of":{},"value":{"id":"x"}}', b"\x1b]0;x\x07"))

    def lie_large(self, status, headers, body, turns):
        return status, headers, body[:-1] + b" " * 80_000_000 + body[-1:]

    def lie_left_out(self, status, headers, body, turns):
        """A list without its last entry."""
        def change(document):
            for items in (document.get("items", []), document.get("bundle", {}).get("items", [])):
                if len(items) > 2:
                    items.pop()
        return status, headers, self.altered(body, change)

    def lie_withheld(self, status, headers, body, turns):
        """One of the answers is not for this party, and nothing is known before: by the node's word."""
        def change(document):
            items, proven = document.get("items", []), document.get("bundle", {}).get("items", [])
            if isinstance(items, list) and len(items) == len(proven) and len(items) > 1:
                one = turns.randrange(len(items))
                value = {**proven[one].get("value", {}), "state": "issued", "n": 3}
                items[one] = {"key": proven[one]["key"], "trust": "unverified", "value": value}
                del proven[one]
            else:
                document.pop("bundle", None)
                document.pop("value", None)
        return status, headers, self.altered(body, change)

    def lie_swapped(self, status, headers, body, turns):
        """What is proven of the one for the other."""
        def change(document):
            for items in (document.get("items", []), document.get("bundle", {}).get("items", [])):
                items.reverse()
        return status, headers, self.altered(body, change)

    def lie_neighbour(self, status, headers, body, turns):
        """A true proof of two keys, of which the one asked for is the second."""
        def change(document):
            key = document.get("bundle", {}).get("key")
            if key is None:
                return
            keys = [turns.choice(("party/nobody", "party/firm-02")), key]
            asked = urllib.request.Request(f"{self.node}/v1/proofs", method="POST", data=json.dumps({"keys": keys}).encode(),
                                           headers={"Content-Type": "application/json"})
            with urllib.request.urlopen(asked, timeout=ENDS_S) as said:
                both = json.load(said)
            if len(both.get("bundle", {}).get("items", [])) == 2:
                document["bundle"] = both["bundle"]
        return status, headers, self.altered(body, change)

    def lie_counted_less(self, status, headers, body, turns):
        """A list of one entry, says its head."""
        def change(document):
            for path in [path for path in places(document) if path and path[-1] == "n"]:
                at(document, path[:-1])["n"] = 1
        return status, headers, self.altered(body, change)

    def lie_other_height(self, status, headers, body, turns):
        return status, headers, body  # what was asked is changed instead: height_of()

    @staticmethod
    def height_of(path, turns):
        bare = re.sub(r"[?&]at_height=\d+", "", path)
        return f"{bare}{'&' if '?' in bare else '?'}at_height={turns.randrange(1, THEN)}"

    def lie_filed(self, status, headers, body, turns):
        return status, headers, body  # what was asked is filed besides: Proxy.said()

    def lie_headers(self, status, headers, body, turns):
        return status, turns.choice(({"Content-Length": "-1"}, {"Content-Length": "99999999999999999999"}, {"Transfer-Encoding": "chunked"},
                                     {**headers, "Content-Encoding": "gzip"}, {**headers, "X": "y" * 200_000}, {**headers, "Content-Type": "\x1b[31m"})), body

    def lie_committed(self, status, headers, body, turns):
        """It is done, wherever it was not sent to."""
        return 200, headers, json.dumps({"id": turns.choice(("0" * 64, "../../evil", "")), "status": "committed", "height": 7, "index": 0,
                                         "outcome": {"code": "OK", "record": turns.choice(("../../../../tmp/evil", "/tmp/evil", "DA-1", "")),
                                                     "state": "registered", "version": 1}}).encode()


class Between(http.server.ThreadingHTTPServer):
    """Between the command line and the node. `lie` is (which answer of this command or EVERY, how, turns); with `again` what was heard
    before is said once more, in its order."""
    daemon_threads = True

    def __init__(self, node):
        super().__init__(("127.0.0.1", 0), Proxy)
        self.node, self.lie, self.again, self.asked, self.heard = node, None, None, 0, collections.deque(maxlen=200)
        self.filed = []  # trials that were filed: status of the answer, id
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def run(self, net, words, style, lie=None, again=None):
        self.lie, self.again, self.asked = lie, again, 0
        words = [body_of(net) if word == "{body}" else word for word in words]
        return net.run(*words, "--node", f"http://127.0.0.1:{self.server_port}", *style, "--no-input", check=False, timeout=ENDS_S)

    def handle_error(self, *_):
        pass  # the command line went away


class Proxy(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def ask(self, body, path):
        names = ("Authorization", "Content-Type", "Prefer")
        asked = urllib.request.Request(self.server.node + path, data=body, method=self.command,
                                       headers={name: self.headers[name] for name in names if self.headers[name]})
        try:
            with urllib.request.urlopen(asked, timeout=ENDS_S) as said:
                return said.status, {"Content-Type": said.headers["Content-Type"]}, said.read()
        except urllib.error.HTTPError as said:
            return said.code, {"Content-Type": said.headers["Content-Type"]}, said.read()

    def said(self, body, number):
        lie = self.server.lie if self.server.lie and self.server.lie[0] in (number, EVERY) else None
        if self.server.again is not None:
            return self.server.again[number]
        if lie and lie[1].__name__ == "lie_committed" and self.path == "/v1/transactions":
            return lie[1](200, {}, b"{}", lie[2])  # it goes no further
        if lie and lie[1].__name__ == "lie_filed" and "dry_run" in self.path:
            trial_id = hashlib.sha256(body.rpartition(b".")[0]).hexdigest()
            self.server.filed.append((self.ask(body, "/v1/transactions")[0], trial_id))
        elsewhen = lie and lie[1].__name__ == "lie_other_height"
        heard = self.ask(body, Lies.height_of(self.path, lie[2]) if elsewhen else self.path)
        self.server.heard.append(heard)
        return lie[1](*heard, lie[2]) if lie else heard

    def answer(self, body=None):
        number, self.server.asked = self.server.asked, self.server.asked + 1
        status, headers, raw = self.said(body, number)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))


def body_of(net):
    path = pathlib.Path(f"{net.folder}/{time.monotonic_ns()}.json")
    path.write_text(json.dumps({**assets.data_asset(f"lying node {path.stem}"), "custody_location": "sealed"}))
    return str(path)


def commands(net):
    """Words by name. {body} is a file of their own, since one officer does not file the same twice."""
    demo = json.loads(pathlib.Path(net.dir + "/demo.json").read_text())
    first = lambda noun, who: json.loads(net.run(noun, "list", "--as", who, "-o", "json").stdout)["data"][0]["id"]
    filed = json.loads(net.run("asset", "register", "--file", body_of(net), "--as", "firm-01-maker", "-o", "json").stdout)
    cert = first("cert", "ipo-yuhang-maker")
    office, bank, firm = ("--as", "ipo-yuhang-maker"), ("--as", "bank-two-maker"), ("--as", "firm-01-maker")
    rights = (demo["pledged_right"], demo["free_right"])
    return {"right show": ("right", "show", rights[0], *office), "right show then": ("right", "show", rights[0], "--at-height", str(THEN), *office),
            "right check then": ("right", "check", rights[0], "--at-height", str(THEN), *office), "right check": ("right", "check", rights[1], *bank),
            "right check two": ("right", "check", *rights, *bank), "right list": ("right", "list", *office),
            "right search": ("right", "search", "--holder", "firm-01", *bank), "right history": ("right", "history", rights[0], *office),
            "pledge show": ("pledge", "show", demo["pledge"], *office), "pledge search": ("pledge", "search", "--pledgor", "firm-01", *office),
            "absent": ("pledge", "show", "PL-none", *office), "cert show": ("cert", "show", cert, *bank),
            "cert verify": ("cert", "verify", cert, *office), "party search": ("party", "search", "--name", "nobody", *bank),
            "invoice check": ("invoice", "check", "--batch", net.dir + "/invoices.csv", *bank),
            "finance portfolio": ("finance", "portfolio", *bank), "finance statistics": ("finance", "statistics", "--year", time.strftime("%Y"), *office), "deadlines": ("deadlines", "--days", "9000", *firm),
            "tasks": ("tasks", "--as", "ipo-yuhang-checker"), "tx show": ("tx", "show", filed["data"]["id"], *firm),
            "tx status": ("tx", "status", filed["data"]["id"], *firm), "tx unknown": ("tx", "show", "0" * 64, *firm),
            "tx of others": ("tx", "show", filed["data"]["id"], *bank), "block show": ("block", "show", "3", *office),
            "proof get": ("proof", "get", "party/firm-01", *office),
            "asset register": ("asset", "register", "--file", "{body}", *firm),
            "dry run": ("asset", "register", "--file", "{body}", "--dry-run", *firm)}


def told(data):
    """What an answer says, without what differs from one moment to the next: its proof."""
    return {name: one for name, one in data.items() if name != "bundle"} if isinstance(data, dict) else data


class Bank:
    """Asks through a node that lies, and judges what the command line made of it."""

    def __init__(self, net, truth, since, failures, seen):
        """`truth`: what an honest node says, as of the height `since`."""
        self.net, self.truth, self.since, self.failures, self.seen = net, truth, since, failures, seen
        self.server = Between(net.url(0))
        self.lies = Lies(self.server)

    def judge(self, name, words, seed):
        turns = random.Random(seed)
        kind = turns.choice(sorted(self.lies.kinds))
        style = turns.choice((("-o", "json"),) * 5 + (("-o", "table"), ("-o", "csv"), ("-q",), ("-o", "table", "--no-verify")))
        where = f"{kind}, seed {seed}: quanlu {' '.join(words)} {' '.join(style)}"
        begun = time.monotonic()
        try:
            done = self.server.run(self.net, words, style, (turns.choice((0, 0, 0, 1, 1, 2, 3)), self.lies.kinds[kind], turns))
        except (OSError, ValueError, subprocess.SubprocessError) as error:  # it did not end, or what it wrote is no text
            return self.fail(f"{where}: {error!r}"[:400])
        self.seen[f"exit {done.returncode}"] += 1
        self.seen["slowest_ms"] = max(self.seen["slowest_ms"], int(1000 * (time.monotonic() - begun)))
        if any(status < 400 for status, _ in self.server.filed):
            self.fail(f"{where}: a trial is filed: {self.server.filed}")
        if done.returncode not in EXITS:
            self.fail(f"{where}: exit {done.returncode} {done.stderr[-300:]}")
        if any(ord(c) < 32 and c not in "\n\r" or 0x7F <= ord(c) < 0xA0 or c == "\u202e" for c in done.stdout + done.stderr):
            self.fail(f"{where}: a control character passes through")
        if style != ("-o", "json"):
            return None
        try:
            said = json.loads(done.stdout)
        except ValueError:
            return self.fail(f"{where}: not one JSON document: {done.stdout[:200]!r}")
        return self.believed(name, where, done.returncode, said)

    def fail(self, text):
        self.failures.append(text)
        print("FAIL", text, flush=True)

    def is_older(self, name, said):
        """What is proven of an older height says so, and within a minute it is an answer."""
        return not name.endswith(" then") and (said.get("as_of") or {}).get("height", self.since) < self.since

    def believed(self, name, where, code, said):
        trust = said.get("trust")
        rows = lambda data: data.get("records", []) if isinstance(data, dict) else data if isinstance(data, list) else []
        for one in rows(said.get("data")):
            if isinstance(one, dict) and one.get("trust") == "proven" and one not in rows(self.truth[name]) and not self.is_older(name, said):
                self.fail(f"{where}: a line that is proven, and is not so: {json.dumps(one)[:300]}")
        if trust == "unverified" and isinstance(said.get("data"), dict) and said["data"].get("trust", trust) != trust:
            self.fail(f"{where}: {said['data']['trust']}, and unverified")
        if code == 0 and name in DECIDES and trust != "verified":
            self.fail(f"{where}: exit 0 and {trust}")
        if code == 5 and "code" not in said and not name.startswith("tx ") and trust != "verified":
            self.fail(f"{where}: not there, and {trust}")
        if trust != "verified":
            return
        self.seen["proven"] += 1
        data, truth = told(said["data"]), self.truth[name]
        if name == "asset register":
            public = ("code", "record", "state", "version")
            held = self.net.get(0, "/v1/transactions/" + data["id"]).get("outcome", {})
            data, truth = ([one.get(field) for field in public] for one in (data["outcome"], held))
        elif name == "right history" and data:
            truth = truth[:len(data)]  # a node may keep no older heights, and says so
        if data != truth and not self.is_older(name, said):
            self.fail(f"{where}: believed: {json.dumps(data)[:300]}")


def named(net, words, failures):
    """Lies that have one right answer: whoever left out, counted less or spoke of another height is caught at it."""
    server = Between(net.url(0))
    lies = Lies(server)
    for kind, name, *right in (("left_out", "right search", 1, "bad_proof"), ("counted_less", "right search", 1, "bad_proof"),
                               ("swapped", "right check two", 1, "bad_proof"), ("neighbour", "proof get", 1, "bad_proof"),
                               ("neighbour", "absent", 1, "bad_proof"), ("other_height", "right show then", 1, "bad_proof"),
                               ("other_height", "right check then", 1, "bad_proof"), ("without_proof", "cert verify", 4, None),
                               ("committed", "asset register", 3, None)):
        done = server.run(net, words[name], ("-o", "json"), (EVERY, lies.kinds[kind], random.Random(1)))
        if [done.returncode, json.loads(done.stdout).get("code")] != right:
            failures.append(f"{kind}: quanlu {' '.join(words[name])}: exit {done.returncode} {done.stdout[:300]}")


def unsaid(net, words, failures):
    """Lies that leave something in the dark: what is shown then is not called verified."""
    server = Between(net.url(0))
    lies = Lies(server)
    for kind, name, number in (("withheld", "finance statistics", 0), ("withheld", "right history", 1), ("withheld", "right search", 2),
                               ("praised", "right list", 0), ("praised", "right show", 0), ("praised", "tasks", 0), ("praised", "tx status", 0),
                               ("praised", "block show", 0)):
        done = server.run(net, words[name], ("-o", "json"), (number, lies.kinds[kind], random.Random(1)))
        said = json.loads(done.stdout)
        of_node = [said["data"], *(said["data"] if isinstance(said["data"], list) else [])] if kind == "praised" else []
        if said.get("trust") != "unverified" or any(isinstance(one, dict) and "trust" in one for one in of_node):
            failures.append(f"{kind}: quanlu {' '.join(words[name])}: exit {done.returncode} {done.stdout[:300]}")


def kept_disclosures(net, words, failures):
    """What was signed may be filed whatever a node says of it: what opens its sealed fields is there before."""
    server = Between(net.url(0))
    done = server.run(net, words["asset register"], ("-o", "json"), (0, Lies(server).kinds["cut"], random.Random(1)))
    facts = json.loads(done.stdout).get("facts", {})
    path = pathlib.Path(net.folder) / facts.get("disclosures", "none")
    held = json.loads(path.read_text()) if path.exists() else []
    is_filed = net.get(0, "/v1/transactions/" + facts.get("tx", "")).get("status") == "committed"
    if done.returncode != 7 or facts.get("filed") != "perhaps" or len(held) != 1 or not is_filed or path.stat().st_mode & 0o077:
        failures.append(f"an answer that is cut: exit {done.returncode}, {len(held)} disclosures, filed: {is_filed}: {facts}")


def trials(net, words, failures):
    """What a node is only asked about it cannot file: no second signature, no line twice, nothing sealed whose salts are lost."""
    server = Between(net.url(0))
    table = pathlib.Path(net.folder) / "trials.csv"
    body = json.loads(pathlib.Path(body_of(net)).read_text())
    cell = lambda one: '"' + (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)).replace('"', '""') + '"'
    table.write_text(",".join(body) + "\n" + ",".join(map(cell, body.values())) + "\n")
    for one in (words["dry run"], ("asset", "register", "--batch", str(table), "--dry-run", "--as", "firm-01-maker")):
        done = server.run(net, one, ("-o", "json"), (EVERY, Lies(server).kinds["filed"], random.Random(1)))
        if done.returncode != 0:
            failures.append(f"a trial that is filed: quanlu {' '.join(one)}: exit {done.returncode} {done.stdout[:300]}")
    fates = [(status, net.get(0, "/v1/transactions/" + one)["status"]) for status, one in server.filed]
    if fates != [(400, "unknown")] * 2:
        failures.append(f"a trial is filed: {fates}")


class Kept:
    """Proofs that hold, said again when they are a minute old: true then, and no answer about today."""
    NAMES = ("right check", "right show", "right search", "right history", "cert verify", "finance portfolio", "absent", "party search")

    def __init__(self, net, words):
        self.net, self.words, self.heard = net, words, {}
        for name in self.NAMES:
            server = Between(net.url(0))
            server.run(net, words[name], ("-o", "json"))
            self.heard[name] = (server, list(server.heard))
        self.since = time.monotonic()

    def ask_again(self, failures):
        time.sleep(max(0.0, STALE_S - (time.monotonic() - self.since)))
        for name, (server, heard) in self.heard.items():
            done = server.run(self.net, self.words[name], ("-o", "json"), again=heard)
            trust = json.loads(done.stdout).get("trust")
            if (done.returncode, trust) != (3, "stale"):
                failures.append(f"an answer of a minute ago: quanlu {' '.join(self.words[name])}: exit {done.returncode}, {trust}")
        print(f"{len(self.heard)} proofs of a minute ago said again", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--lies", type=int, default=1_500)
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first seed")
    parser.add_argument("--only", default="", help="commands whose name begins so")
    options = parser.parse_args()
    failures, seen = [], collections.Counter()
    with Network(options.build, nodes=1, demo=True) as net:
        words = commands(net)
        truth, honest, since = {}, Between(net.url(0)), net.get(0, "/v1/status")["height"]
        for name, one in words.items():
            done = honest.run(net, one, ("-o", "json"))
            truth[name] = told(json.loads(done.stdout).get("data"))
            if done.returncode != HONEST.get(name, 0) or (truth[name] is None and done.returncode != 8):
                failures.append(f"with nobody lying: {name}: exit {done.returncode} {done.stdout[:300]}")
        kept = Kept(net, words)
        named(net, words, failures)
        unsaid(net, words, failures)
        kept_disclosures(net, words, failures)
        trials(net, words, failures)
        chosen = [name for name in words if name.startswith(options.only)]
        banks = [Bank(net, truth, since, failures, seen) for _ in range(os.cpu_count() or 1)]

        def work(place):
            for seed in range(options.first + place, options.first + options.lies, len(banks)):
                name = chosen[seed % len(chosen)]
                banks[place].judge(name, words[name], seed)

        with concurrent.futures.ThreadPoolExecutor(len(banks)) as pool:
            for one in [pool.submit(work, place) for place in range(len(banks))]:
                one.result()
        kept.ask_again(failures)
    exits = ", ".join(f"{seen[name]} with {name[5:]}" for name in sorted(seen) if name.startswith("exit"))
    print(f"{options.lies} lies: exits {exits}; {seen['proven']} answers proven and right, slowest {seen['slowest_ms']} ms; {len(failures)} failures")
    for text in failures:
        print("FAIL", text)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
