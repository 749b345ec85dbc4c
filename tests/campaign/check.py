#!/usr/bin/env python3
"""The runner of the campaign counts what was run and nothing else: batches without a hole or an overlap, a batch that was cut off
is run again, one that fails or does fewer than it was asked is kept as a failure and not counted."""
import contextlib
import io
import pathlib
import re
import sys
import tempfile

import plan
import run

FAILURES = []
# Says which seeds it ran and writes them down; fails at the seed {bad}, does one fewer at the seed {short}.
PROGRAM = """
import sys
log, first, count, bad, short = sys.argv[1], *map(int, sys.argv[2:])
if first == bad:
    sys.exit("seed %d: found" % first)
count -= first == short
with open(log, "a") as out:
    out.write("".join("%d\\n" % one for one in range(first, first + count)))
print("%d seeds from %d, %d crashes" % (count, first, 2 * count))
"""


def same(what, have, want):
    if have != want:
        FAILURES.append(what)
        print(f"FAIL {what}: {have}, expected {want}")


def item(log, goal=25, batch=10, bad=-1, short=-1, first=3):
    command = [sys.executable, "-c", PROGRAM, str(log), "{from}", "{count}", str(bad), str(short)]
    return plan.Item("one", "seeds", goal, batch, command, first, did=r"(?m)^(\d+) seeds from", counts={"crashes": r"(\d+) crashes"})


def ran(log):
    return sorted(int(line) for line in log.read_text().split()) if log.exists() else []


def carried(state, what, minutes=1.0):
    with contextlib.redirect_stdout(io.StringIO()):  # the failures that are asked for here
        run.campaign(state, [what], pathlib.Path("."), minutes, 2)
    return state.of("one")


def whole(folder):
    log = folder / "whole"
    held = carried(run.State(folder / "whole.json", None), item(log))
    same("a goal that is no whole number of batches", (held["done"], ran(log)), (25, list(range(3, 28))))
    same("what the program counts is added up", held["counts"], {"crashes": 50})
    held = carried(run.State(folder / "whole.json", None), item(log, goal=40))
    same("a later campaign goes on where the first ended", (held["done"], ran(log)), (40, list(range(3, 43))))
    held = carried(run.State(folder / "whole.json", None), item(log, goal=60), minutes=0)
    same("no batch begins when the time is over", (held["done"], ran(log)), (40, list(range(3, 43))))


def cut_off(folder):
    log = folder / "cut"
    state = run.State(folder / "cut.json", None)
    same("the batch that is begun", state.begin(item(log)), (3, 10))
    state.save()  # and here the campaign is ended
    held = carried(run.State(folder / "cut.json", None), item(log))
    same("a batch that was cut off is run again", (held["done"], ran(log), held["open"], held["again"]), (25, list(range(3, 28)), [], []))


def side_by_side(folder):
    state = run.State(folder / "both.json", None)
    what = item(folder / "both", goal=15)
    same("two batches at once do no more than the goal", [state.begin(what), state.begin(what)], [(3, 10), (13, 5)])


def failures(folder):
    log = folder / "failed"
    held = carried(run.State(folder / "failed.json", None), item(log, bad=13))
    same("a batch that fails is not counted, the next begins after it", (held["done"], ran(log)), (25, [*range(3, 13), *range(23, 38)]))
    same("its seed is kept", [(one["exit"], "seed 13: found" in one["said"], " 13 10 " in one["command"]) for one in held["failures"]],
         [(1, True, True)])
    log = folder / "short"
    held = carried(run.State(folder / "short.json", None), item(log, short=3))
    same("a program that does fewer than it was asked has failed", (held["done"], [one["exit"] for one in held["failures"]]), (25, [-2]))
    same("nothing of it is counted", held["counts"], {"crashes": 50})


def table():
    """Every line of the plan is one that the runner can carry out."""
    items = plan.plan()
    same("names", len({one.name for one in items}), len(items))
    for one in items:
        same(f"{one.name}: its batch", 0 < one.batch <= one.goal, True)
        same(f"{one.name}: a pattern", isinstance(one.did, str), True)
        for pattern in [one.did, *one.counts.values()]:
            same(f"{one.name}: a number in {pattern!r}", re.compile(pattern).groups, 1 if pattern else 0)
        words = [word.format(build="BUILD", count=7, **{"from": 5}) for word in one.command]
        same(f"{one.name}: no word left open", [word for word in words if "{" in word], [])


def main():
    with tempfile.TemporaryDirectory() as made:
        for check in (whole, cut_off, side_by_side, failures):
            check(pathlib.Path(made))
    table()
    print(f"campaign runner: {len(FAILURES)} failures")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
