#!/usr/bin/env python3
"""Drives the model and the node with the same untidy streams and compares outcomes and state roots.

Usage: run.py BUILD_DIR [--txs N] [--streams K] [--from SEED] [--jobs J] [--table] [--all-codes] [--mutants EVERY] [--kill ACT:GUARD ...] [--rate]
Each stream is a chain of its own with N / K transactions. --table prints how often each code fired; --all-codes fails when
one that the model knows stayed at zero. --mutants 1 takes each guard out of the model in turn (EVERY: each so many-th) and
fails unless N transactions of K streams show the difference; --kill the same for the guards named. --rate: one stream of
pledges and financings (60 %), fingerprints and certificates (40 %) in blocks of 100, and how fast the node executed it."""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time
from collections import Counter

import appendix  # noqa: F401
from codec import jcs
from engine import TYPES
from mix import MIX, choose, move
from world import World

BLOCK_TXS = (1, 3, 10, 25, 40)
KEYS = 420
HERE = pathlib.Path(__file__).resolve().parent


def codes_of_the_model():
    text = "".join(one.read_text() for one in HERE.glob("*.py"))
    return set(re.findall(r"\b[EW]_[A-Z_]+\b", text))


def guards():
    """Every guard of the model: (type, verb, list, index)."""
    return [(kind.name, name, part, i) for kind in TYPES.values() for name, verb in kind.verbs.items()
            for part in ("identify", "guards") for i in range(len(getattr(verb, part)))]


def name_of(kind, verb, part, i):
    guard = getattr(TYPES[kind].verbs[verb], part)[i]
    return f"{kind}.{verb} without {guard.__name__} ({part} {i})"


def killed(checker, keys, first, streams, txs, mutant):
    """Which stream showed that this guard is missing; 0: none."""
    kind, verb, part, i = mutant
    held = getattr(TYPES[kind].verbs[verb], part)
    setattr(TYPES[kind].verbs[verb], part, held[:i] + held[i + 1:])
    try:
        for n in range(streams):
            try:
                difference = stream(checker, keys, first + n, txs)[0]
            except (KeyError, TypeError, AttributeError, IndexError):  # what the guard kept away from its neighbours
                return n + 1
            if difference:
                return n + 1
        return 0
    finally:
        setattr(TYPES[kind].verbs[verb], part, held)


def mutate(given, checker, keys):
    chosen = guards()[:: given.mutants or 1]
    if given.kill:
        chosen = [one for one in chosen if name_of(*one).split(" (")[0].replace(" without ", ":") in given.kill]
        if len(chosen) < len(given.kill):
            print(f"{len(chosen)} guards of the {len(given.kill)} named")
            return 2
    alive = []
    with concurrent.futures.ProcessPoolExecutor(given.jobs) as pool:
        waiting = {pool.submit(killed, checker, keys, given.first, given.streams, given.txs // given.streams, one): one
                   for one in chosen}
        for done, one in enumerate(concurrent.futures.as_completed(waiting), 1):
            if not one.result():
                alive.append(name_of(*waiting[one]))
            if done % 20 == 0:
                print(f"{done} of {len(chosen)} mutants, {len(alive)} alive", file=sys.stderr, flush=True)
    for one in sorted(alive):
        print("alive:", one)
    print(f"{len(chosen) - len(alive)} of {len(chosen)} mutants killed")
    return 1 if alive else 0


def stream(checker, keys, seed, txs):
    """(difference or None, Counter of codes, transactions)"""
    world = World(seed, keys)
    node = subprocess.Popen([checker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    sent = 0
    try:
        node.stdin.write(jcs({"genesis": world.ledger.genesis}) + "\n")
        while sent < txs:
            line, count = world.block(move, world.pick(BLOCK_TXS))
            node.stdin.write(line + "\n")
            sent += count
        node.stdin.close()
    except BrokenPipeError:
        pass
    except Exception:
        node.kill()
        raise
    said = node.stdout.read()
    if node.wait() != 0:
        return f"seed {seed}: {said}", world.fired, sent
    return None, world.fired, sent


def rate(checker, keys, seed, txs):
    world, acts, lines, sent = World(seed, keys), Counter(), [], 0
    world.mistakes = 0
    lines.append(jcs({"genesis": world.ledger.genesis}))
    carried = world.ledger.block

    def block(time_ms, some):
        taken, left = carried(time_ms, some)
        acts.update((tx["act"].split(".")[0], code == "OK") for tx, code, _, _ in taken)
        return taken, left

    world.ledger.block = block
    while sent < txs:
        line, count = world.block(lambda w: choose(w, MIX), 100)
        lines.append(line)
        sent += count
    said = subprocess.run([checker], input="\n".join(lines) + "\n", capture_output=True, text=True)
    print(said.stdout + said.stderr, end="")
    whole = sum(acts.values())
    for name in sorted({name for name, _ in acts}):
        print(f"{name}: {(acts[name, True] + acts[name, False]) / whole:.0%}, carried out {acts[name, True] / whole:.0%}")
    return said.returncode


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("build")
    ask.add_argument("--txs", type=int, default=20_000)
    ask.add_argument("--streams", type=int, default=4)
    ask.add_argument("--from", dest="first", type=int, default=1)
    ask.add_argument("--jobs", type=int, default=2)
    ask.add_argument("--table", action="store_true")
    ask.add_argument("--all-codes", action="store_true")
    ask.add_argument("--mutants", type=int, default=0)
    ask.add_argument("--kill", nargs="*", default=[])
    ask.add_argument("--rate", action="store_true")
    given = ask.parse_args()
    checker = str(pathlib.Path(given.build) / "tests" / "model_check")
    keys = subprocess.run([checker, "--keys", str(KEYS)], check=True, capture_output=True, text=True).stdout.split()
    if given.rate:
        return rate(checker, keys, given.first, given.txs)
    if given.mutants or given.kill:
        return mutate(given, checker, keys)
    begun, fired, total, bad = time.monotonic(), Counter(), 0, []
    with concurrent.futures.ProcessPoolExecutor(given.jobs) as pool:
        waiting = [pool.submit(stream, checker, keys, given.first + i, given.txs // given.streams)
                   for i in range(given.streams)]
        for done, one in enumerate(concurrent.futures.as_completed(waiting), 1):
            difference, codes, count = one.result()
            fired += codes
            total += count
            if difference:
                bad.append(difference)
                print(difference, flush=True)
            print(f"stream {done} of {given.streams}: {total} transactions, {time.monotonic() - begun:.0f} s",
                  file=sys.stderr, flush=True)
    silent = sorted(codes_of_the_model() - set(fired))
    if given.table:
        for code, count in sorted(fired.items()):
            print(f"| {code} | {count} |")
    print(f"{total} transactions in {given.streams} streams from seed {given.first}: {len(bad)} differences; "
          f"{len(fired) - 1} codes fired, silent: {', '.join(silent) or 'none'}")
    return 1 if bad or (given.all_codes and silent) else 0


if __name__ == "__main__":
    # Sets of texts are walked in the streams: their order must be the seed's too, not the process's.
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], dict(os.environ, PYTHONHASHSEED="0"))
    sys.exit(main())
