#!/usr/bin/env python3
"""An export altered in every way a hand can alter files: each is refused, with its place, and no replay of it says that the
ledger is right. Usage: audit.py BUILD"""
import json
import pathlib
import shutil
import subprocess
import sys

from common import Network, model_agrees

FAILURES = []


def fail(text):
    FAILURES.append(text)
    print("FAIL", text)


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def unpack(path):
    return subprocess.run(["zstd", "-dcq", str(path)], check=True, capture_output=True).stdout


def pack(path, text):
    path.write_bytes(subprocess.run(["zstd", "-cq"], input=text, check=True, capture_output=True).stdout)


def set_manifest(name, change):
    def alter(folder):
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        manifest[name] = change(manifest[name])
        path.write_text(json.dumps(manifest))
    return alter


def other_hex(text):
    return ("0" if text[0] != "0" else "1") + text[1:]


def blocks_of(folder):
    return sorted((folder / "blocks").glob("*.blk"))[0]


def lines_changed(change):
    """The leaves file with other lines, and a manifest that fits it again: only the ledger itself disagrees."""
    def alter(folder):
        path = folder / "leaves.ndjson.zst"
        lines = unpack(path).splitlines(keepends=True)
        change(lines)
        pack(path, b"".join(lines))
        refit(folder, path)
    return alter


def refit(folder, path):
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["name"] == str(path.relative_to(folder)):
            entry["bytes"] = path.stat().st_size
            entry["sha256"] = subprocess.run(["sha256sum", str(path)], check=True, capture_output=True, text=True).stdout.split()[0]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def blocks_changed(change):
    def alter(folder):
        path = blocks_of(folder)
        change(path)
        refit(folder, path)
    return alter


def replace_line(lines):
    lines[7] = lines[7].replace(b'"time":1', b'"time":2', 1)


KINDS = {
    "manifest gone": lambda f: (f / "manifest.json").unlink(),
    "manifest no JSON": lambda f: (f / "manifest.json").write_text("{"),
    "manifest of another version": set_manifest("version", lambda v: v + 1),
    "manifest: chain": set_manifest("chain_id", other_hex),
    "manifest: height": set_manifest("height", lambda v: v + 1),
    "manifest: tip": set_manifest("tip", other_hex),
    "manifest: state root": set_manifest("state_root", other_hex),
    "manifest: log root": set_manifest("log_root", other_hex),
    "manifest: log size": set_manifest("log_size", lambda v: v - 1),
    "manifest: a file left out": set_manifest("files", lambda v: v[:-1]),
    "manifest: a file of elsewhere": set_manifest("files", lambda v: v + [{**v[0], "name": "../../etc/passwd"}]),
    "blocks gone": lambda f: blocks_of(f).unlink(),
    "blocks cut short": lambda f: blocks_of(f).write_bytes(blocks_of(f).read_bytes()[:-10]),
    "blocks cut in the middle": lambda f: blocks_of(f).write_bytes(blocks_of(f).read_bytes()[:5000]),
    "blocks with something after": lambda f: blocks_of(f).write_bytes(blocks_of(f).read_bytes() + b"x"),
    "a bit in the blocks": lambda f: flip(blocks_of(f), 20_000),
    "blocks cut short, manifest made to fit": blocks_changed(lambda p: p.write_bytes(p.read_bytes()[:-10])),
    "blocks with something after, manifest made to fit": blocks_changed(lambda p: p.write_bytes(p.read_bytes() + b"x" * 100)),
    "a bit in the blocks, manifest made to fit": blocks_changed(lambda p: flip(p, 20_000)),
    "an early bit, manifest made to fit": blocks_changed(lambda p: flip(p, 3)),
    "leaves gone": lambda f: (f / "leaves.ndjson.zst").unlink(),
    "a bit in the leaves": lambda f: flip(f / "leaves.ndjson.zst", 3_000),
    "a line altered": lines_changed(replace_line),
    "a line left out": lines_changed(lambda lines: lines.pop(9)),
    "a line twice": lines_changed(lambda lines: lines.insert(9, lines[9])),
    "a line more": lines_changed(lambda lines: lines.append(b"{}\n")),
    "the last line left out": lines_changed(lambda lines: lines.pop()),
    "two lines exchanged": lines_changed(lambda lines: lines.insert(4, lines.pop(5))),
    "a line without end": lines_changed(lambda lines: lines.append(b"a" * 50_000_000)),
}


def replay(net, folder, *rest):
    done = net.run("ledger", "replay", str(folder), "--genesis", net.dir + "/genesis.json", "-o", "json", *rest, check=False)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        fail(f"{folder.name}: no JSON: {done.stdout[:200]!r} {done.stderr[:200]!r}")
        return done.returncode, {}


def reports(net, export, whole, tip):
    """What the ledger says as a whole: as many refusals as the replay counts, and the demo's second lender found."""
    demo = json.loads(pathlib.Path(net.dir + "/demo.json").read_text())

    def rows(about, *more):
        out = pathlib.Path(net.folder) / (about + ".ndjson")
        said = json.loads(net.run("ledger", "report", str(export), "--about", about, "--genesis", net.dir + "/genesis.json",
                                  "--out", str(out), "-o", "json", *(more or ("--tip", str(tip)))).stdout)["data"]
        found = [json.loads(line) for line in out.read_text().splitlines()]
        if len(found) != said["rows"]:
            fail(f"report {about}: {said['rows']} rows, {len(found)} written")
        return said, found

    said, refusals = rows("refusals")
    lines = [json.loads(line) for line in unpack(export / "leaves.ndjson.zst").splitlines()]
    refused = sum(one["kind"] == "tx" and one["outcome"]["code"] != "OK" for one in lines)
    if len(refusals) != refused or said["state_root"] != whole["state_root"] or not refusals:
        fail(f"report refusals: {len(refusals)} of {refused}")
    approvals = rows("approvals")[1]
    fours = [one for one in approvals if one["act"] == "pledge.register"]
    if not fours or any(len({by["officer"] for by in one["by"]}) != 2 for one in fours):
        fail(f"report approvals: {fours[:2]}")
    found = rows("duplicates")[1]
    if demo["pledged_right"] not in json.dumps([one["object"] for one in found if "object" in one]):
        fail(f"report duplicates: {json.dumps(found)[:600]}")
    if not any(one["object"].startswith("invfp/") and one["pattern"] == "several_lenders" for one in found if "object" in one):
        fail(f"report duplicates, invoices: {json.dumps(found)[:600]}")
    rates = rows("rates")[1]
    if sum(one["drawn"] for one in rates if one["rate"] == "borrower") < 1:
        fail(f"report rates: {rates}")
    early = rows("refusals", "--at-height", "1")[0]
    if early["height"] != 1 or early["rows"] != 0:
        fail(f"report at height 1: {early}")


def main():
    with Network(sys.argv[1], nodes=1, demo=True) as net:
        export = pathlib.Path(net.folder) / "export"
        net.run("ledger", "export", "--data", f"{net.dir}/nodes/a/data", "--out", str(export), "--genesis", net.dir + "/genesis.json")
        code, whole = replay(net, export)
        if code != 3:
            fail(f"the export as it is: exit {code} {whole}")
        again = replay(net, export)[1]
        if again["data"] != whole["data"]:
            fail("two replays give two reports")
        tip = pathlib.Path(net.folder) / "tip.json"
        block = net.get(0, f"/v1/blocks/{whole['data']['height']}")
        tip.write_text(json.dumps({"height": block["height"], "block": block["hash"]}))
        if replay(net, export, "--tip", str(tip))[0] != 0:
            fail("an independent tip does not complete it")
        reports(net, export, whole["data"], tip)
        tip.write_text(json.dumps({"height": block["height"], "block": other_hex(block["hash"])}))
        if replay(net, export, "--tip", str(tip))[0] != 1:
            fail("another tip at that height passes")
        if not model_agrees(export, net.dir + "/genesis.json"):
            fail("the model differs")
        # A kept answer is a tip, once its proof holds.
        kept = pathlib.Path(net.folder) / "kept.json"
        net.run("right", "show", json.loads(pathlib.Path(net.dir + "/demo.json").read_text())["free_right"], "--at-height",
                str(whole["data"]["height"]), "--out", str(kept))
        if replay(net, export, "--tip", str(kept))[0] != 0:
            fail("a kept answer is no tip")
        answer = json.loads(kept.read_text())
        answer["finalization"]["signatures"][0] = answer["finalization"]["signatures"][0][::-1]
        kept.write_text(json.dumps(answer, separators=(",", ":"), sort_keys=True))
        if replay(net, export, "--tip", str(kept))[0] != 2:
            fail("an answer whose signature does not hold is taken as a tip")
        for name, alter in KINDS.items():
            folder = pathlib.Path(net.folder) / "altered"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(export, folder)
            alter(folder)
            code, answer = replay(net, folder)
            if code not in (1, 2, 4):
                fail(f"{name}: exit {code} {json.dumps(answer)[:300]}")
            print(f"{name}: exit {code} {json.dumps(answer.get('facts') or answer.get('data') or answer)[:150]}")
        other = json.loads(pathlib.Path(net.dir + "/genesis.json").read_text())
        other["name"] = "other"
        path = pathlib.Path(net.folder) / "other.json"
        path.write_text(json.dumps(other))
        done = net.run("ledger", "replay", str(export), "--genesis", str(path), "-o", "json", check=False)
        if done.returncode not in (1, 2, 4):
            fail(f"another genesis: exit {done.returncode}")
    if FAILURES:
        sys.exit(f"{len(FAILURES)} altered exports pass")
    print(f"{len(KINDS)} altered exports refused")


main()
