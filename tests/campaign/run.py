#!/usr/bin/env python3
"""The long programme of RELIABILITY C, within a budget: runs batches of everything in plan.py, the one that is furthest behind
first, remembers what was done and goes on from there, and writes a report.

Usage: run.py BUILD_DIR [--minutes M] [--jobs J] [--only PREFIX ...] [--state FILE] [--report FILE] [--fresh | --keep]
The state (BUILD_DIR/campaign/state.json) holds counts, seeds, seconds and every failure with the output and the command that
shows it again. Where there is none yet, the campaign goes on from what the repository keeps of it (record.json here); --keep
writes that anew at the end, --fresh begins with nothing. A batch that fails is kept as failed and the next one begins after it;
one that was cut off with the campaign is the first of the next; exit code 1 while there is any failure,
0 otherwise, 3 when the budget ended before every goal was reached."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import plan


RECORD = pathlib.Path(__file__).resolve().with_name("record.json")


class State:
    def __init__(self, path, begin):
        self.path = path
        held = path if path.exists() else begin
        self.items = json.loads(held.read_text()) if held and held.exists() else {}
        for one in self.items.values():  # begun, and cut off with the campaign: first of all again
            one["again"] = one.pop("open", []) + one.get("again", [])

    def of(self, name):
        return self.items.setdefault(name, {"done": 0, "next": None, "seconds": 0.0, "counts": {}, "failures": [], "commits": [],
                                            "open": [], "again": []})

    def begin(self, item):
        """(first, count) of the next batch"""
        held = self.of(item.name)
        if held["again"]:
            batch = held["again"].pop(0)
        else:
            start = held["next"] if held["next"] is not None else item.first
            batch = [start, min(item.batch, item.goal - held["done"] - sum(count for _, count in held.get("open", [])))]
            held["next"] = start + batch[1]
        held.setdefault("open", []).append(batch)
        return tuple(batch)

    def save(self, path=None):
        path = path or self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(".new")
        whole.write_text(json.dumps(self.items, indent=1, sort_keys=True) + "\n")
        os.replace(whole, path)


def commit():
    said = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True)
    return said.stdout.strip() or "unknown"


def run(item, build, start, count):
    """(exit code, seconds, what it printed)"""
    words = [one.format(build=build, count=count, **{"from": start}) for one in item.command]
    begun = time.monotonic()
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=item.limit_s)
        return words, done.returncode, time.monotonic() - begun, done.stdout + done.stderr
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode(errors="replace")
        return words, -1, time.monotonic() - begun, said + f"\nnot ended after {item.limit_s} s"


def take(state, item, start, count, result):
    words, code, seconds, said = result
    held = state.of(item.name)
    held["seconds"] += seconds
    held["open"].remove([start, count])
    did = re.search(item.did, said) if item.did else None
    if code == 0 and item.did and (did is None or int(did[1]) != count):
        code, said = -2, f"{said}\nnot the {count} that were asked for"
    if code != 0:
        held["failures"].append({"command": " ".join(words), "exit": code, "said": said[-2000:]})
        print(f"FAILED {item.name}: {' '.join(words)}\n{said[-600:]}", flush=True)
        return
    held["done"] += count
    for name, pattern in item.counts.items():
        found = re.search(pattern, said)
        held["counts"][name] = held["counts"].get(name, 0) + (int(found[1]) if found else 0)
    if commit() not in held["commits"]:
        held["commits"].append(commit())


def behind(state, item):
    return state.of(item.name)["done"] / item.goal / item.weight


def campaign(state, items, build, minutes, jobs):
    until = time.monotonic() + minutes * 60
    shown = 0.0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {}
        while True:
            open_items = [one for one in items if state.of(one.name)["done"] + sum(c for i, _, c in running.values() if i is one) < one.goal
                          and len(state.of(one.name)["failures"]) < 3]
            exclusive = any(one.alone for one, _, _ in running.values())
            while open_items and len(running) < jobs and time.monotonic() < until and not exclusive:
                item = min(open_items, key=lambda one: (behind(state, one), one.name))
                if item.alone and running:
                    break
                start, count = state.begin(item)
                running[pool.submit(run, item, build, start, count)] = (item, start, count)
                exclusive = item.alone
                open_items = [one for one in open_items if one is not item]
            if not running:
                return
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for one in done:
                item, start, count = running.pop(one)
                take(state, item, start, count, one.result())
            state.save()
            if time.monotonic() - shown > 20:
                shown = time.monotonic()
                reached = sum(state.of(one.name)["done"] >= one.goal for one in items)
                print(f"{int((until - time.monotonic()) / 60)} min left, {reached} of {len(items)} goals reached", flush=True)


def report(state, items, missing):
    lines = ["| item | done | goal | CPU s | found | failures |", "|---|---:|---:|---:|---|---:|"]
    groups = {}
    for item in items:
        held = state.of(item.name)
        counts = ", ".join(f"{number:,} {name}" for name, number in held["counts"].items())
        lines.append(f"| {item.name} | {held['done']:,} {item.what} | {item.goal:,} | {held['seconds']:,.0f} | {counts} | {len(held['failures'])} |")
        if item.group:
            one = groups.setdefault(item.group, [0, 0, item.what])
            one[0] += held["done"]
            one[1] += item.goal
    lines += ["", "| together | done | goal |", "|---|---:|---:|"]
    lines += [f"| {name} | {done:,} {what} | {goal:,} |" for name, (done, goal, what) in groups.items()]
    commits = sorted({one for item in items for one in state.of(item.name)["commits"]})
    lines += ["", f"Commits: {', '.join(commits)}."]
    if missing:
        lines.append(f"Not built here, so not run: {', '.join(missing)}.")
    for item in items:
        for failure in state.of(item.name)["failures"]:
            lines += ["", f"FAILED {item.name}: `{failure['command']}` exit {failure['exit']}", "", "```", failure["said"][-600:].strip(), "```"]
    return "\n".join(lines) + "\n"


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("build", type=pathlib.Path)
    ask.add_argument("--minutes", type=float, default=60)
    ask.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    ask.add_argument("--only", nargs="*", default=[], help="names of items, or how they begin")
    ask.add_argument("--state", type=pathlib.Path)
    ask.add_argument("--report", type=pathlib.Path)
    ask.add_argument("--fresh", action="store_true", help="begin with nothing, whatever was done before")
    ask.add_argument("--keep", action="store_true", help="write record.json, for another machine to go on from")
    given = ask.parse_args()
    build = given.build.resolve()
    path = given.state or build / "campaign" / "state.json"
    if given.fresh:
        path.unlink(missing_ok=True)
    state = State(path, None if given.fresh else RECORD)
    everything, missing = plan.known(build)
    chosen = [one for one in everything if not given.only or any(one.name.startswith(prefix) for prefix in given.only)]
    if not chosen:
        sys.exit("no item has such a name")
    campaign(state, chosen, build, given.minutes, given.jobs)
    state.save()
    if given.keep:
        state.save(RECORD)
    text = report(state, everything, missing)
    (given.report or state.path.with_name("report.md")).write_text(text)
    print(text)
    if any(state.of(one.name)["failures"] for one in chosen):
        return 1
    return 0 if all(state.of(one.name)["done"] >= one.goal for one in chosen) else 3


if __name__ == "__main__":
    sys.exit(main())
