#!/usr/bin/env python3
"""The HTTP API against its contract: every path of docs/openapi.yaml asked on a network with the worked example, status,
media type and every field as the contract says; what is not public stays hidden; malformed requests are answered once,
with a stable code, and the node goes on. Usage: api.py BUILD"""
import json
import pathlib
import re
import select
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml
from jsonschema import Draft202012Validator

from common import Network

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/faults"))
from cluster import Signer  # noqa: E402

SPEC = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
FAILURES = []


def fail(text):
    FAILURES.append(text)
    print("FAIL", text)


def resolved(node):
    """The schema without references, and closed: a field that the contract does not name is a failure."""
    if isinstance(node, list):
        return [resolved(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = SPEC
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return resolved(target)
    out = {name: resolved(value) for name, value in node.items()}
    if "properties" in out and "additionalProperties" not in out:
        out["additionalProperties"] = False
    return out


def ask(net, path, method="GET", body=None, headers=None):
    request = urllib.request.Request(net.url(0) + path, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, dict(answer.headers), answer.read()


def conforms(where, operation, answer):
    status, headers, body = answer
    declared = operation["responses"].get(str(status))
    if declared is None:
        return fail(f"{where}: status {status} is not declared: {body[:200]}")
    declared = resolved(declared)
    media = headers.get("Content-Type", "").split(";")[0]
    content = declared.get("content", {})
    if media not in content:
        return fail(f"{where}: {status} with {media}, declared {list(content)}")
    for name in headers:
        if name in ("ETag", "Link") and name not in declared.get("headers", {}) and status == 200:
            fail(f"{where}: header {name} is not declared")
    if not media.endswith("json"):
        return None
    for error in Draft202012Validator(content[media]["schema"]).iter_errors(json.loads(body)):
        fail(f"{where}: {'/'.join(map(str, error.path))}: {error.message[:300]}")
    return json.loads(body)


def examples(net):
    demo = json.loads(pathlib.Path(net.dir + "/demo.json").read_text())
    first = {}
    for noun in ("parties", "rights", "assets", "certificates", "pledges", "receivables", "financing", "freezes"):
        items = json.loads(ask(net, f"/v1/{noun}?limit=2")[2])["items"]
        if not items:
            sys.exit(f"the example has no {noun}")
        first[noun] = items[0]["id"]
    stream = events(net, "/v1/events?from=1", 60)
    tx = next(one for one in stream if one["data"].get("act") == "pledge.draft")["data"]["tx"]
    return demo, first, tx, stream


def events(net, path, count, headers=""):
    """The first `count` events of the stream."""
    with socket.create_connection(("127.0.0.1", net.base + 80), timeout=10) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
        text = b""
        while text.count(b"\n\n") < count:
            more = link.recv(65536)
            if not more:
                break
            text += more
    found = []
    for block in text.partition(b"\r\n\r\n")[2].decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if "data" in fields:
            found.append({"id": fields["id"], "event": fields["event"], "data": json.loads(fields["data"])})
    return found[:count]


def every_path(net, demo, first, tx):
    values = {"id": tx, "right_no": demo["pledged_right"], "fingerprint": demo["fingerprint"], "height": "1"}
    asked = 0
    for path, operations in SPEC["paths"].items():
        operation = operations.get("get")
        if operation is None or path == "/v1/events":
            continue
        noun = path.split("/")[2] if path.count("/") > 1 else ""
        if noun == "policies" and "{" in path:
            continue  # the example sets none; the list is asked
        filled = path
        for name in re.findall(r"{(\w+)}", path):
            value = first[noun] if name == "id" and noun in first else values[name]
            filled = filled.replace("{" + name + "}", urllib.parse.quote(value, safe=""))
        if path == "/v1/proofs":
            filled += "?key=right/" + urllib.parse.quote(demo["pledged_right"], safe="")
        conforms("GET " + filled, operation, ask(net, filled))
        asked += 1
        if "{height}" not in path and "{id}" in path and noun in first:
            conforms("GET absent " + path, operation, ask(net, path.replace("{id}", "XX-none")))
            conforms("GET at height 1 " + path, operation, ask(net, filled + "?at_height=1"))
        answer = ask(net, filled + ("&" if "?" in filled else "?") + "surprise=1")
        if not path.startswith(("/livez", "/readyz", "/metrics")) and answer[0] != 400:
            fail(f"{path}: an unknown query parameter passes with {answer[0]}")
        if ask(net, filled, method="DELETE")[0] != 405:
            fail(f"{path}: DELETE is not refused")
    check = SPEC["paths"]["/v1/collateral-checks"]["post"]
    body = json.dumps({"rights": [demo["pledged_right"], "ZL202230000017.2"], "fingerprints": [demo["fingerprint"]]}).encode()
    answer = conforms("POST collateral", check, ask(net, "/v1/collateral-checks", "POST", body, {"Content-Type": "application/json"}))
    if answer and [one["present"] for one in answer["items"]] != [True, False, True]:
        fail(f"collateral: {answer['items']}")
    for bad in (b"", b"[]", b'{"rights":"x"}', b'{"rights":[1]}', b'{"rights":["1234"]}', b'{"fingerprints":["zz"]}', b'{"other":[]}',
                b'{"rights":["ZL202230000017.2","ZL202230000017.2"]}', b'{"rights":["a"],"rights":["b"]}', b"\xff"):
        conforms(f"POST collateral {bad}", check, ask(net, "/v1/collateral-checks", "POST", bad))
    proofs = SPEC["paths"]["/v1/proofs"]["post"]
    keys = ["list/right/holder:firm-01", "list/right/holder:firm-01/1", "list/right/holder:firm-01/999999"]
    answer = conforms("POST proofs", proofs, ask(net, "/v1/proofs?at_height=40", "POST", json.dumps({"keys": keys}).encode(),
                                                 {"Content-Type": "application/json"}))
    if answer and ([one["present"] for one in answer["items"]] != [True, True, False] or answer["as_of"]["height"] != 40):
        fail(f"proofs: {answer['items']}")
    for bad in (b"", b"[]", b'{"keys":[]}', b'{"keys":"x"}', b'{"keys":[1]}', b'{"keys":[""]}', b'{"keys":["a","a"]}',
                b'{"keys":["a"],"more":1}', json.dumps({"keys": ["k" * 257]}).encode(),
                json.dumps({"keys": [f"k{i}" for i in range(1001)]}).encode()):
        refused = conforms(f"POST proofs {bad[:20]}", proofs, ask(net, "/v1/proofs", "POST", bad))
        if not (refused or {}).get("code", "").startswith("E_"):
            fail(f"POST proofs {bad[:20]} passes")
    submit = SPEC["paths"]["/v1/transactions"]["post"]
    for bad in (b"", b"a.b.c", b"{}", b"x" * 70_000, "中文".encode()):
        status = (conforms(f"POST tx {bad[:9]}", submit, ask(net, "/v1/transactions", "POST", bad)) or {}).get("code", "")
        if not status.startswith("E_"):
            fail(f"POST tx {bad[:9]}: no code")
    conforms("POST tx html", submit, ask(net, "/v1/transactions", "POST", b"x", {"Content-Type": "text/html"}))
    print(f"{asked} paths asked")


def hidden(net, first, tx, stream):
    record = json.loads(ask(net, f"/v1/pledges/{first['pledges']}")[2])
    if record["trust"] != "unverified" or "bundle" in record or "secured_amount" in record["value"]["fields"]:
        fail("a pledge is shown whole to the public")
    for path in ("?proof=true", ""):
        text = ask(net, f"/v1/transactions/{tx}{path}")[2].decode()
        if "bundle" in text or "secured_amount" in text or '"events"' in text:
            fail(f"a private transaction is shown to the public: {text[:200]}")
    if any("facts" in json.dumps(one["data"]) for one in stream):
        fail("the event stream shows facts")
    if ask(net, f"/v1/pledges/{first['pledges']}", headers={"Authorization": "Quanlu-JWS a.b.c"})[0] != 401:
        fail("a false credential is not refused")
    shown = net.run("pledge", "show", first["pledges"], "--as", "ipo-yuhang-maker", "-o", "json")
    if json.loads(shown.stdout)["trust"] != "verified":
        fail("the office cannot read its own pledge")
    outsider = net.run("pledge", "show", first["pledges"], "--as", "tax-gateway-maker", "-o", "json", check=False)
    if "secured_amount" in outsider.stdout:
        fail("an outsider reads a pledge")


def tasks(net):
    """What one officer began waits for a colleague, and for nobody else's eyes."""
    def waiting(who):
        return json.loads(net.run("tasks", "--as", who, "-o", "json").stdout)["data"]

    body = {"asset_name": "waiting", "industry": "test", "application_scenario": "test", "data_form": "dataset",
            "storage_format": "json", "source_kind": ["self_collected"], "update_frequency": "none", "grade": "general_1",
            "contains_personal_info": False, "sensitive_pi": False, "minors_pi": False,
            "content_digest": {"root": "sha256:" + "a" * 64, "algorithm_id": "sha256"}}
    if waiting("firm-01-checker"):
        fail("tasks before any")
    begun = net.act("firm-01-maker", "asset", "register", body=body)["data"]
    found = waiting("firm-01-checker")
    if [one["act"] for one in found] != ["asset.register"] or found[0]["waiting"] != ["firm-01"] or found[0]["tx"] != begun["id"]:
        fail(f"tasks: {found} after {begun}")
    if waiting("firm-02-checker"):
        fail("a stranger sees the task")
    if ask(net, "/v1/tasks")[0] != 401:
        fail("tasks without a credential")
    net.act("firm-01-checker", "asset", "register", body=body)
    if waiting("firm-01-checker"):
        fail("the task stays after its approval")


def resumes(net, stream):
    again = events(net, "/v1/events", 5, f"Last-Event-ID: {stream[9]['id']}\r\n")
    if again != stream[10:15]:
        fail(f"the stream does not resume: {again[:1]} after {stream[9]['id']}, expected {stream[10]}")
    status, _, body = ask(net, "/v1/events", headers={"Last-Event-ID": "no"})
    if status != 400 or json.loads(body)["code"] != "E_BAD_REQUEST":
        fail("a malformed Last-Event-ID passes")


MALFORMED = {
    "http/1.0": b"GET /livez HTTP/1.0\r\nHost: x\r\n\r\n",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "chunked": b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "signed length": b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\nab",
    "huge length": b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "big header": b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9_000 + b"\r\n\r\n",
    "long target": b"GET /v1/proofs?key=" + b"a" * 3_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "bad escape": b"GET /v1/rights/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "control in path": b"GET /v1/rights/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "parameter twice": b"GET /v1/rights?limit=1&limit=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a space before the colon": b"GET /livez HTTP/1.1\r\nHost : x\r\n\r\n",
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "newline only": b"\n\n\n\n",
}


def malformed(net):
    for name, request in MALFORMED.items():
        with socket.create_connection(("127.0.0.1", net.base + 80), timeout=15) as link:
            link.sendall(request)
            link.shutdown(socket.SHUT_WR)
            answer = b""
            while more := link.recv(65536):
                answer += more
        if name == "newline only" and not answer:
            continue  # closed without a word
        if not re.match(rb"HTTP/1.1 4\d\d ", answer) or b'"code":"E_' not in answer:
            fail(f"malformed ({name}): {answer[:200]}")
        if len(re.findall(rb"HTTP/1\.1 \d\d\d ", answer)) != 1:
            fail(f"malformed ({name}): answered {answer.count(b'HTTP/1.1 ')} times")
    if ask(net, "/livez")[0] != 200:
        fail("the node is gone")
    print(f"{len(MALFORMED)} malformed requests answered")


def refusals(net):
    """A refusal that may pass is no lasting word: the transaction may become final by way of another node."""
    signer = Signer(net.dir, "ipo-yuhang-maker")
    chain_id = json.loads(ask(net, "/v1/status")[2])["chain_id"]
    hour = 3_600
    for code, status, when in (("E_NOT_YET_VALID", "unknown", {"after_s": hour}),
                               ("E_EXPIRED", "invalid", {"after_s": -hour}),
                               ("E_VALIDITY_TOO_LONG", "invalid", {"valid_s": 10_000 * hour})):
        tx, tx_id = signer.tx(chain_id, "pledge.accept", "PL-none", **when)
        refused = json.loads(ask(net, "/v1/transactions", "POST", tx.encode(),
                                 {"Prefer": "wait=10", "Content-Type": "application/jose"})[2])
        answer = ask(net, "/v1/transactions/" + tx_id)
        said = conforms(code, SPEC["paths"]["/v1/transactions/{id}"]["get"], answer)
        if (refused.get("code"), said["status"], said.get("refusal", {}).get("code", code)) != (code, status, code):
            fail(f"refused with {refused.get('code')}, then {said}; expected {code}, {status}")


def trials(net):
    """What a trial says nobody can file, and what can be filed is asked about nowhere."""
    signer = Signer(net.dir, "ipo-yuhang-maker")
    chain_id = json.loads(ask(net, "/v1/status")[2])["chain_id"]
    submit = SPEC["paths"]["/v1/transactions"]["post"]
    trial, trial_id = signer.tx(chain_id, "pledge.accept", "PL-none", typ="quanlu-trial+jws")
    tx, tx_id = signer.tx(chain_id, "pledge.accept", "PL-none")
    for where, body, query, right in (("a trial", trial, "?dry_run=true", 200), ("a trial that is filed", trial, "", 400),
                                      ("a trial, plainly filed", trial, "?dry_run=false", 400), ("a transaction as a trial", tx, "?dry_run=true", 400),
                                      ("a parameter misspelled", tx, "?dryrun=true", 400), ("another word for true", tx, "?dry_run=1", 400)):
        answer = ask(net, "/v1/transactions" + query, "POST", body.encode(), {"Prefer": "wait=10", "Content-Type": "application/jose"})
        said = conforms(where, submit, answer) or {}
        if answer[0] != right or (right == 200) != ("E_NOT_FOUND" in [one["code"] for one in said.get("would_refuse", [])]):
            fail(f"{where}: {answer[0]} {said}")
    for one in (trial_id, tx_id):
        if (said := json.loads(ask(net, "/v1/transactions/" + one)[2]))["status"] != "unknown":
            fail(f"what was asked about is {said}")


def dialled(net, address, request):
    link = socket.create_connection(("127.0.0.1", net.base + 80), timeout=10, source_address=(address, 0))
    link.sendall(request)
    return link


def streams(net):
    """An address that opens streams without end leaves room for those of others."""
    request = b"GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n"
    links, answer = [], b"HTTP/1.1 200 "
    while answer.startswith(b"HTTP/1.1 200 ") and len(links) < 10_000:
        links.append(dialled(net, "127.0.0.2", request))
        answer = links[-1].recv(4_096)
    if not answer.startswith(b"HTTP/1.1 429 ") or b"E_RATE_LIMITED" not in answer or len(links) < 2:
        fail(f"stream {len(links)} of an address: {answer[:200]}")
    links.append(dialled(net, "127.0.0.3", request))
    if not (answer := links[-1].recv(4_096)).startswith(b"HTTP/1.1 200 "):
        fail(f"while an address has {len(links) - 2} streams another has none: {answer[:200]}")
    for link in links:
        link.close()
    print(f"{len(links) - 2} streams of one address")


MIB = 1024 * 1024
BODIES_OF_ONE, ADDRESSES = 8, 8  # MiB; that hold all there is together


def answered(links, count, within=8.0):
    """What is said on the first `count` links on which something is said; what remains is silent."""
    said, end = [], time.monotonic() + within
    waiting = list(links)
    while len(said) < count and time.monotonic() < end:
        for link in select.select(waiting, [], [], 0.1)[0]:
            waiting.remove(link)
            said.append(link.recv(4_096))
    return said


def bodies(net):
    """A body is counted before it is read, to its address and to all; nobody sends one where there is no use for it."""
    for request in (b"GET /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx",
                    b"POST /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx",
                    b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n",
                    b"POST /v1/proofs HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"):
        with dialled(net, "127.0.0.1", request) as link:
            answer = link.recv(4_096)
        if not answer.startswith(b"HTTP/1.1 413 ") or b'"code":"E_TOO_LARGE"' not in answer:
            fail(f"{request[:60]}: {answer[:200]}")
    head = f"POST /v1/proofs HTTP/1.1\r\nHost: x\r\nContent-Length: {MIB}\r\n\r\n".encode()
    links = [dialled(net, "127.0.0.2", head) for _ in range(BODIES_OF_ONE + 4)]
    said = answered(links, 5, within=2.0)
    if len(said) != 4 or not all(one.startswith(b"HTTP/1.1 503 ") and b"E_MEMPOOL_FULL" in one for one in said):
        fail(f"of {len(links)} bodies of 1 MiB of one address {len(said)} are refused: {said}")
    body = json.dumps({"keys": ["right/none"]}).encode()
    if (status := ask(net, "/v1/proofs", "POST", body)[0]) != 200:
        fail(f"an address that sends little is answered {status} while another sends much")
    for n in range(1, ADDRESSES):
        links += [dialled(net, f"127.0.0.{2 + n}", head) for _ in range(BODIES_OF_ONE)]
    submit, end = SPEC["paths"]["/v1/proofs"]["post"], time.monotonic() + 5
    # What was answered a moment ago may still be held, so that one of these is turned away: others take its place.
    for more in range(2, 10):
        time.sleep(0.2)
        if (answer := ask(net, "/v1/proofs", "POST", body))[0] != 200 or time.monotonic() > end:
            break
        links.append(dialled(net, f"127.0.1.{more}", head))
    if answer[0] != 503:
        fail(f"as much as is held in all, and one more is answered {answer[0]}")
    conforms("POST too much", submit, answer)
    if ask(net, "/v1/status")[0] != 200:
        fail("what has no body is not answered while bodies are held")
    for link in links:
        link.close()
    end = time.monotonic() + 15
    while (answer := ask(net, "/v1/proofs", "POST", body))[0] != 200 and time.monotonic() < end:
        time.sleep(0.05)
    if answer[0] != 200:
        fail(f"what was held is not free again: {answer[2][:200]}")
    # A whole body of the greatest size is read, and its place is free for the next on the same connection.
    with dialled(net, "127.0.0.2", b"") as link:
        for n in range(2 * BODIES_OF_ONE):
            link.sendall(head + b" " * MIB)
            answer = link.recv(65_536)
            if not answer.startswith(b"HTTP/1.1 400 "):
                fail(f"body {n} of 1 MiB: {answer[:200]}")


def main():
    with Network(sys.argv[1], nodes=1, demo=True) as net:
        demo, first, tx, stream = examples(net)
        every_path(net, demo, first, tx)
        hidden(net, first, tx, stream)
        tasks(net)
        resumes(net, stream)
        malformed(net)
        refusals(net)
        trials(net)
        streams(net)
        bodies(net)
    if FAILURES:
        sys.exit(f"{len(FAILURES)} differences from docs/openapi.yaml")


main()
