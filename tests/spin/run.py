#!/usr/bin/env python3
"""Checks the model of the protocol, its mutants, and that the model has leave for what the core did.

Usage: run.py BUILD_DIR [--model] [--mutants] [--redundant] [--traces N] [--from SEED] [--views V] [--keep DIR]
--model (also when nothing else is asked for): every state of simplex.pml; no assertion may fail, and each witness must be
reached. --mutants: the model short of one rule; the invariant named must fail. --redundant: short of rules that it is safe
without; nothing may fail (minutes, gigabytes). --traces N: runs of the core recorded by BUILD_DIR/tests/spin_trace for N
seeds; the model must accept each, and refuse it altered, and accept the altered one again when it is short of the very rule
the alteration broke. Exit code 0: all as it must; 1: not; 77: spin or a compiler is not here."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import alter

HERE = pathlib.Path(__file__).resolve().parent
COMPILE = ["gcc", "-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=4096", "-o", "pan", "pan.c"]
PAN = ["./pan", "-m1000", "-w24"]
PAN_SECONDS = 1500
# What is taken away, and the invariant that must fall.
MUTANTS = [
    (["FINALIZE_AFTER_NULLIFY"], 1), (["FINALIZE_AFTER_NULLIFY"], 3), (["NULLIFY_AFTER_FINALIZE"], 1),
    (["NULLIFY_AFTER_FINALIZE"], 3), (["QUORUM_2"], 1), (["QUORUM_2"], 3), (["QUORUM_2"], 5), (["GAP_UNCHECKED"], 1),
    (["PARENT_UNCHECKED"], 1), (["KIND_UNSIGNED"], 1), (["KIND_UNSIGNED"], 3), (["NOTARIZE_TWICE"], 5),
    (["NOTARIZE_TWICE", "FINALIZE_OTHER"], 1), (["FINALIZE_UNNOTARIZED"], 6)]
REDUNDANT = [["NOTARIZE_AFTER_NULLIFY"], ["NOTARIZE_AFTER_FINALIZE"], ["FINALIZE_OTHER"], ["VIEW_UNCHECKED"],
             ["FINALIZE_UNNOTARIZED", "ONLY=1"]]
WITNESSES = {1: "three final blocks in three views", 2: "a nullified view between two final blocks",
             3: "a view notarized and nullified, with a block on either"}
KINDS = {"propose": 1, "see": 2, "hold notarize": 3, "hold nullify": 4, "hold finalize": 5, "enter": 6, "notarize": 7,
         "nullify": 8, "finalize": 9, "restart": 10, "liar notarize": 11, "liar nullify": 12, "liar finalize": 13}
LABELS = 2


def explore(defines, level="-O2"):
    """Every state of the model with these macros: what pan says, in figures. What ends early is sooner compiled without
    optimizing (level: of gcc)."""
    with tempfile.TemporaryDirectory() as folder:
        flags = ["-D" + one for one in defines]
        subprocess.run(["spin", "-a", *flags, HERE / "simplex.pml"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*COMPILE, level], cwd=folder, check=True)
        start = time.monotonic()
        said = subprocess.run(PAN, cwd=folder, capture_output=True, text=True, timeout=PAN_SECONDS).stdout
    number = lambda pattern: float(re.search(pattern, said)[1])
    failed = re.search(r"assertion violated\s+(\S+)", said)
    # Anything pan did not finish is neither "holds" nor "fails".
    whole = failed or ("Search not completed" not in said and "max search depth" not in said)
    return {"states": int(number(r"(\d+) states, stored")), "depth": int(number(r"depth reached (\d+)")),
            "mb": number(r"([\d.]+)\s+total actual memory"), "seconds": time.monotonic() - start,
            "failed": failed and failed[1], "whole": bool(whole) and re.search(r"errors: (\d+)", said)[1] == ("1" if failed else "0")}


def figures(found):
    return f"{found['states']:>9,} states, depth {found['depth']}, {found['seconds']:.1f} s, {found['mb']:.0f} MB"


def model():
    found = explore([])
    good = found["whole"] and not found["failed"]
    print(f"model: {figures(found)}: {'every assertion holds' if good else 'FAILS: ' + str(found['failed'])}", flush=True)
    for number, what in WITNESSES.items():
        reached = explore([f"WITNESS={number}"], "-O0")["failed"]
        print(f"  {'reached' if reached else 'NOT REACHED'}: {what}", flush=True)
        good = good and bool(reached)
    return good


def mutants():
    good = 0
    for lacks, invariant in MUTANTS:
        found = explore([*lacks, f"ONLY={invariant}"], "-O0")
        is_killed = found["failed"] is not None and found["failed"].startswith(f"I{invariant}_")
        good += is_killed
        verdict = f"failed as it must: {found['failed']}" if is_killed else "SURVIVED"
        print(f"mutant {' + '.join(lacks)}, I{invariant}: {verdict} ({figures(found).strip()})", flush=True)
    print(f"mutants: {good} of {len(MUTANTS)} failed as they must")
    return good == len(MUTANTS)


def redundant():
    good = True
    for lacks in REDUNDANT:
        found = explore(lacks)
        good = good and found["whole"] and not found["failed"]
        print(f"without {' '.join(lacks)}: {figures(found)}: {found['failed'] or 'every assertion holds'}", flush=True)
    return good


def parse(text):
    """The events of a recorded run as tuples: kind, member, view, label, parent (view, label)."""
    events, liar = [], None
    for line in text.splitlines():
        words = line.split()
        if words[0] == "#":
            continue
        if words[0] == "liar" and len(words) == 2:
            liar = int(words[1])
            continue
        if words[0] == "liar":
            kind, member, rest = f"liar {words[1]}", liar, words[2:]
        elif words[0] == "hold":
            kind, member, rest = f"hold {words[2]}", int(words[1]), words[3:]
        else:
            kind, member, rest = words[0], int(words[1]), words[2:]
        events.append((kind, member, int(rest[0]), int(rest[1]), tuple(map(int, rest[2:]))))
    return events, liar


def accepts(events, liar, lacks=()):
    """None when the model has leave for every event, else the first one it has not."""
    sends = []
    for kind, member, view, label, up in events:
        above = 0 if not up or up[0] == 0 else 1 + (up[0] - 1) * LABELS + up[1]
        sends.append(f"    event!{KINDS[kind]}, {member}, {view - 1}, {label}, {above};")
    views = max(view for _, _, view, _, _ in events) + 1
    defines = ["TRACE", f"VIEWS={views}", *lacks] + ([] if liar is None else [f"LIAR={liar}"])
    with tempfile.TemporaryDirectory() as folder:
        for name in ("simplex.pml", "trace.pml"):
            shutil.copy(HERE / name, folder)
        driver = '#include "simplex.pml"\nactive proctype driver() {\n' + "\n".join(sends) + "\n    event!14, 0, 0, 0, 0\n}\n"
        (pathlib.Path(folder) / "run.pml").write_text(driver)
        said = subprocess.run(["spin", *["-D" + one for one in defines], "run.pml"], cwd=folder, capture_output=True,
                              text=True, timeout=120).stdout
    verdict = re.search(r"(ACCEPTED|REJECTED at) (\d+)", said)
    if verdict is None:
        raise SystemExit(f"spin says neither yes nor no:\n{said[-2000:]}")
    return None if verdict[1] == "ACCEPTED" and int(verdict[2]) == len(events) else events[int(verdict[2])]


def traces(build, count, first, views, keep):
    tool = build / "tests" / "spin_trace"
    start, accepted, total, deeds = time.monotonic(), 0, 0, {}
    outcome = {name: [0, 0, 0] for name in alter.ALTERATIONS}  # altered, refused, accepted without the rule
    for seed in range(first, first + count):
        text = subprocess.run([tool, "--seed", str(seed), "--views", str(views)], check=True, capture_output=True, text=True).stdout
        if keep:
            (keep / f"{seed}.txt").write_text(text)
        events, liar = parse(text)
        total += len(events)
        for one in events:
            deeds[one[0]] = deeds.get(one[0], 0) + 1
        stop = accepts(events, liar)
        accepted += stop is None
        if stop is not None:
            print(f"seed {seed}: REJECTED at {stop}")
            continue
        for name, (change, lacks) in alter.ALTERATIONS.items():
            if outcome[name][0] >= alter.ENOUGH:
                continue
            changed = change(events, liar)
            if changed is None:
                continue
            outcome[name][0] += 1
            outcome[name][1] += accepts(changed, liar) is not None
            outcome[name][2] += accepts(changed, liar, [lacks, "MUTANT"]) is None
    print(f"traces: {accepted} of {count} accepted, {total} events, {time.monotonic() - start:.1f} s")
    print("  " + ", ".join(f"{deeds.get(kind, 0)} {kind}" for kind in KINDS))
    good = accepted == count
    for name, (altered, refused, forgiven) in outcome.items():
        fine = 0 < altered == refused == forgiven
        good = good and fine
        print(f"  altered, {name}: {refused} of {altered} refused, {forgiven} accepted without {alter.ALTERATIONS[name][1]}"
              f"{'' if fine else '  NOT AS IT MUST'}")
    return good


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("build", type=pathlib.Path)
    for flag in ("model", "mutants", "redundant"):
        args.add_argument("--" + flag, action="store_true")
    args.add_argument("--traces", type=int, default=0)
    args.add_argument("--from", dest="first", type=int, default=1)
    args.add_argument("--views", type=int, default=24, help="a run of the core ends in this view; at most 28")
    args.add_argument("--keep", type=pathlib.Path, help="folder for the recorded runs")
    given = args.parse_args()
    for program in ("spin", "gcc"):
        if shutil.which(program) is None:
            print(f"SKIPPED: {program} is not installed (apt-get install {program})")
            return 77
    if given.views > 28:
        raise SystemExit("the model keeps views in the bits of an int: at most 28")
    os.nice(10)
    good = True
    if given.model or not (given.mutants or given.redundant or given.traces):
        good = model() and good
    if given.mutants:
        good = mutants() and good
    if given.redundant:
        good = redundant() and good
    if given.traces:
        good = traces(given.build, given.traces, given.first, given.views, given.keep) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
