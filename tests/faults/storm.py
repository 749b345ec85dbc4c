#!/usr/bin/env python3
"""Raced pledges while nodes and links fail: clients at different nodes want the same right for different banks, faults
come from a seeded schedule, then everything heals; the ledgers of all nodes are exported, compared, and held against
what the clients were told (history.py). Never more than f members fail together, save for moments in which all do.
Usage: storm.py BUILD [--nodes 4|7] [--minutes M] [--assets N] [--seed S] [--workers W] [--only KIND,KIND]
                      [--faketime LIBRARY]"""
import argparse
import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

import assets
import history
from cluster import Client, Cluster, end_with_parent

DISK_MB = 4_096      # of memory, as far as it is filled
THREADS = 24      # assets under way at once, of each worker: most of their time is waiting for a node that hangs
ANSWER_S = 90     # until then an act is sent again and again
HEAL_S = 120      # until then every node must have committed something and stand where the others stand
FAKETIME = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1",
            "/usr/lib64/faketime/libfaketimeMT.so.1",
            "/usr/local/lib/faketime/libfaketimeMT.so.1")


# The clients: one process each, so that they do not hold up the proxy.

class Worker:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(f"{options.seed} {options.worker}")
        self.log = open(options.out, "w", buffering=1, encoding="utf-8")
        self.client = Client(options.worker, options.dir, options.base, self.log, options.chain)
        self.serial, self.lock, self.given_up = options.first, threading.Lock(), collections.Counter()
        self.racers = concurrent.futures.ThreadPoolExecutor(THREADS * 4)  # never fewer than wait at the barriers

    def nodes(self):
        order = list(range(self.options.nodes))
        with self.lock:
            self.random.shuffle(order)
        return order

    def next_serial(self):
        with self.lock:
            if pathlib.Path(self.options.stop).exists():
                return None
            started = self.serial - self.options.first - self.given_up.total()  # one given up is not counted
            if self.options.assets and started >= self.options.assets:
                return None
            self.serial += 1
            return self.serial

    def run(self):
        threads = [threading.Thread(target=self.one_after_another) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(json.dumps({"worker": self.options.worker, "assets": self.serial - self.options.first,
                          "given_up": self.given_up}))

    def one_after_another(self):
        while (serial := self.next_serial()) is not None:
            try:
                self.one_asset(serial)
            except assets.NotDone as error:
                with self.lock:
                    self.given_up[str(error)[:300]] += 1

    def one_asset(self, serial):
        until = time.monotonic() + ANSWER_S
        right = assets.right(self.client, self.nodes(), serial, self.options.day, until)
        with self.lock:
            count = self.random.choice((2, 2, 2, 3, 4))
            again = self.random.random() < 0.3
        banks = [assets.BANKS[n % 2] for n in range(count)]
        pledges = [assets.filed(self.client, self.nodes(), bank, right, self.options.day, n, until)
                   for n, bank in enumerate(banks)]
        self.read(right)
        winner = self.race(right, pledges, "first")
        self.read(right)
        if winner and again:  # gives up; the others race for it again
            for party in ("firm-01", banks[pledges.index(winner)]):
                assets.twice(self.client, self.nodes(), party, "pledge.withdraw", winner, {"reason": "storm"}, until)
            self.race(right, [one for one in pledges if one != winner], "again")
            self.read(right)

    def race(self, right, pledges, turn):
        """All at once, each at a node of its own; the pledge that won."""
        order, barrier = self.nodes(), threading.Barrier(len(pledges))
        signed = [self.client.signer("ipo-yuhang-maker").tx(self.options.chain, "pledge.accept", one) for one in pledges]

        def accept(n, pledge):
            nodes = order[n % len(order):] + order[:n % len(order)]
            with self.lock:  # some clients do not ask twice and may never know; some send again what they know
                patience, again = self.random.choice((0, ANSWER_S, ANSWER_S, ANSWER_S)), self.random.random() < 0.2
            barrier.wait()
            return self.client.send(nodes, "pledge.accept", *signed[n], right, pledge, time.monotonic() + patience,
                                    again, f"{right} {turn}")

        running = [self.racers.submit(accept, n, pledge) for n, pledge in enumerate(pledges)]
        while True:
            self.read(right, at_old=False)
            if not concurrent.futures.wait(running, 0.05).not_done:
                break
        rows = [one.result() for one in running]
        if not any(row["result"] == "committed" for row in rows):  # all had no patience: nothing to judge by
            raise assets.NotDone("nobody was told how the race ended")
        return next((row["pledge"] for row in rows if row.get("code") == "OK"), None)

    def read(self, right, at_old=True):
        row = self.client.read(self.nodes()[0], right)
        if row and at_old:
            with self.lock:
                height = self.random.randint(max(1, row["height"] - 50), row["height"])
            self.client.read(row["node"], right, at_height=height)


# The faults.

class Storm:
    def __init__(self, net, options, disk_node, clocks):
        self.net, self.random = net, random.Random(options.seed)
        self.disk_node, self.clocks = disk_node, clocks
        self.counts, self.failures, self.exits = collections.Counter(), [], collections.Counter()
        self.skipped, self.timeline, self.active = {}, [], []
        self.steps = collections.Counter()  # of clocks, above what is allowed: does the node say it?
        self.kinds = {"kill9": 8, "kill9_twice": 4, "kill9_syncing": 2, "kill9_all": 1, "stop": 5, "term": 4, "half": 1,
                      "isolate": 4, "one_way": 4, "cut_link": 3, "stall_link": 3, "flap": 3, "slow": 4, "narrow": 3,
                      "half_close": 3, "file_limit": 1, "disk_full": 2, "clock": 4}
        if disk_node is None:
            self.skipped["disk_full"] = "no file system may be mounted here; file_limit stands for it"
        if clocks is None:
            self.skipped["clock"] = "libfaketime is not installed, or a sanitizer must be loaded before it"
        for kind in self.skipped:
            del self.kinds[kind]
        if options.only:
            self.kinds = {kind: self.kinds[kind] for kind in options.only.split(",")}

    def one(self):
        kind = self.random.choices(list(self.kinds), list(self.kinds.values()))[0]
        some = self.random.sample(range(self.net.count), self.random.randint(1, self.net.faulty))
        self.timeline.append((time.time() * 1000, f"{kind} {some}"))
        begun = time.monotonic_ns()
        getattr(self, kind)(some)
        self.counts[kind] += 1
        self.net.notice_exits()
        for node in range(self.net.count):
            if not self.net.alive(node):
                self.back(node)
        self.active.append((begun, time.monotonic_ns()))

    def wait(self, least, most):
        time.sleep(self.random.uniform(least, most))

    def back(self, node):
        if self.net.restart(node, within=30) is None:
            code = self.net.processes[node].poll()
            self.failures.append(f"node {node} did not come back: exit {code}, {self.net.log_tail(node)}")
            if code is None:
                self.net.kill9(node)

    # Of nodes.
    def kill9(self, some):
        for node in some:
            self.net.kill9(node)
        self.wait(0, 1.5)
        for node in some:
            self.back(node)

    def kill9_twice(self, some):
        for node in some:
            self.net.kill9(node)
            self.net.start(node)
        self.wait(0, 0.3)
        self.kill9(some)

    def kill9_syncing(self, some):
        for node in some:
            self.net.kill9(node)
        self.wait(2, 4)
        for node in some:
            self.net.start(node)
        self.wait(0.1, 0.8)
        self.kill9(some)

    def kill9_all(self, _):
        nodes = list(range(self.net.count))
        self.random.shuffle(nodes)
        for node in nodes:
            self.net.kill9(node)
        begun = time.monotonic()
        for node in nodes:
            self.net.start(node)
        for node in nodes:
            while self.net.alive(node) and self.net.status(node) is None and time.monotonic() - begun < 30:
                time.sleep(0.02)
        self.net.restarts_ms.append((time.monotonic() - begun) * 1000)

    def stop(self, some):
        for node in some:
            os.kill(self.net.pid(node), signal.SIGSTOP)
        self.wait(0.2, 5)
        for node in some:
            os.kill(self.net.pid(node), signal.SIGCONT)

    def term(self, some):
        for node in some:
            code = self.net.terminate(node)
            if code != 0:
                self.failures.append(f"node {node} left SIGTERM with {code}: {self.net.log_tail(node)}")
        self.wait(0, 1)
        for node in some:
            self.back(node)

    def file_limit(self, some):
        node = some[0]
        sizes = [path.stat().st_size for path in pathlib.Path(self.net.data(node)).glob("blocks/*.blk")]
        self.net.expected[node] = True
        resource.prlimit(self.net.pid(node), resource.RLIMIT_FSIZE, (max(sizes) + 4096, resource.RLIM_INFINITY))
        self.gone(node, 8)

    def disk_full(self, _):
        node = self.disk_node
        self.net.expected[node] = True
        filler = pathlib.Path(self.net.data(node)) / "filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            space = os.statvfs(self.net.data(node))
            os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize)
            file.seek(0, os.SEEK_END)
            while True:
                file.write(bytes(4_096))
        self.gone(node, 8)
        filler.unlink()

    def gone(self, node, within):
        """A node without room ends; when it does not, the room came back in time."""
        end = time.monotonic() + within
        while self.net.alive(node) and time.monotonic() < end:
            time.sleep(0.05)
        if self.net.alive(node):
            self.exits["goes on without room"] += 1
            self.net.kill9(node)
        else:
            self.exits[f"no room: exit {self.net.processes[node].returncode}"] += 1

    def clock(self, some):
        steps = {node: self.random.choice(("+0.2", "-0.2", "+5", "-5", "+3600", "-3600")) for node in some}
        for node, step in steps.items():
            self.clocks[node].write_text(step + "\n")
        self.wait(1, 5)
        for node, step in steps.items():
            answer = self.net.ask(node, "/readyz")
            if answer and abs(float(step)) * 1000 > history.CLOCK_EPS_MS:
                self.steps["said" if b"'s clock is " in answer[1] else "not said"] += 1
            self.clocks[node].write_text("+0\n")

    # Of links.
    def others(self, node):
        return [one for one in range(self.net.count) if one != node]

    def half(self, _):
        nodes = list(range(self.net.count))
        self.random.shuffle(nodes)
        left, right = nodes[:len(nodes) // 2], nodes[len(nodes) // 2:]
        how = self.random.choice((self.net.proxy.cut, self.both_stalled))
        for i in left:
            for j in right:
                how(i, j)
        self.wait(0.5, 3)
        self.net.proxy.heal()

    def both_stalled(self, i, j):
        self.net.proxy.stall(i, j)
        self.net.proxy.stall(j, i)

    def isolate(self, some):
        how = self.random.choice((self.net.proxy.cut, self.both_stalled))
        for i in some:
            for j in self.others(i):
                how(i, j)
        self.wait(0.5, 5)
        self.net.proxy.heal()

    def one_way(self, some):
        """Of some, nothing is heard; or some hear nothing."""
        heard = self.random.random() < 0.5
        for i in some:
            for j in self.others(i):
                self.net.proxy.one_way_cut(*((i, j) if heard else (j, i)))
        self.wait(0.5, 5)
        self.net.proxy.heal()

    def pair(self):
        return self.random.sample(range(self.net.count), 2)

    def cut_link(self, _):
        self.net.proxy.cut(*self.pair())
        self.wait(0.5, 4)
        self.net.proxy.heal()

    def stall_link(self, _):
        self.net.proxy.stall(*self.pair())
        self.wait(0.5, 6)
        self.net.proxy.heal()

    def flap(self, some):
        for _ in range(self.random.randint(3, 12)):
            for i in some:
                for j in self.others(i):
                    self.net.proxy.cut(i, j)
            self.wait(0.02, 0.25)
            self.net.proxy.heal()
            self.wait(0.02, 0.4)

    def slow(self, some):
        for i in some:
            for j in self.others(i):
                for way in ((i, j), (j, i)):
                    self.net.proxy.slow(*way, delay=self.random.uniform(0.02, 0.4), jitter=self.random.uniform(0, 0.2))
        self.wait(1, 5)
        self.net.proxy.heal()

    def narrow(self, some):
        for i in some:
            for j in self.others(i):
                self.net.proxy.slow(i, j, bandwidth=self.random.choice((4_000, 16_000, 64_000)))
        self.wait(1, 5)
        self.net.proxy.heal()

    def half_close(self, some):
        for i in some:
            for j in self.others(i):
                self.net.proxy.half_close(i, j)
        self.wait(0.2, 1)


@contextlib.contextmanager
def small_disk(net, node):
    """The node's data on a small file system of its own, or None where none may be mounted. Unmounted in the end."""
    data = net.data(node)
    shutil.move(data, data + ".moved")
    os.mkdir(data)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "tmpfs", data],
                          capture_output=True, check=False)
    try:
        shutil.copytree(data + ".moved", data, dirs_exist_ok=True)
        yield node if done.returncode == 0 else None
    finally:
        if done.returncode == 0:
            if net.alive(node):
                net.kill9(node)
            subprocess.run(["umount", data], capture_output=True, check=False)


def faketime(options):
    if os.environ.get("QUANLU_SANITIZED"):  # its runtime must be the first library
        return None
    for library in ([options.faketime] if options.faketime else FAKETIME):
        if os.path.exists(library):
            return library
    return None


def with_clocks(net, library):
    """A file for each node that says how far its clock is off."""
    if library is None:
        return None
    clocks = []
    for node in range(net.count):
        path = pathlib.Path(net.folder) / f"clock-{node}"
        path.write_text("+0\n")
        clocks.append(path)
    net.environment = lambda node: {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(clocks[node]),
                                    "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                                    "DONT_FAKE_MONOTONIC": "1"}
    return clocks


def start_workers(net, options, chain_id, day, stop):
    workers = []
    each = -(-options.assets // options.workers) if options.assets else 0
    for n in range(options.workers):
        given = {"worker": f"c{n}", "dir": net.dir, "base": net.base, "nodes": net.count, "chain": chain_id, "day": day,
                 "first": 100_000 + n * 1_000_000, "assets": each, "stop": stop,
                 "out": f"{net.folder}/client-{n}.jsonl", "seed": options.seed}
        command = [sys.executable, __file__, options.build, *(f"--{name}={value}" for name, value in given.items())]
        workers.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent))
    return workers


def healed(net, client, failures):
    """Every node commits and all stand at one height; how long that took."""
    net.proxy.heal()
    begun = time.monotonic()
    for node in range(net.count):
        row = client.act([node], "ipo-yuhang-maker", "pledge.accept", f"PL-none-{node}", {}, until=begun + HEAL_S)
        if row["result"] not in ("committed", "refused"):
            failures.append(f"node {node} does not commit: {row}")
    committed = time.monotonic() - begun
    while time.monotonic() - begun < HEAL_S:
        tips = {(said or {}).get("tip") for said in map(net.status, range(net.count))}
        if len(tips) == 1 and None not in tips:
            return committed
        time.sleep(0.2)
    failures.append(f"the nodes stand apart: {[net.status(node) for node in range(net.count)]}")
    return committed


def longest_pauses(times, timeline, count=3):
    """Where blocks stood still for longest, with the faults since five seconds before."""
    pauses = sorted(((b - a, a, b) for a, b in zip(times, times[1:])), reverse=True)[:count]
    for length, a, b in pauses:
        print(f"pause {length} ms: {', '.join(what for ms, what in timeline if a - 5_000 <= ms <= b)}")


def raced(rows, active, failures):
    """How much at the same moment the nodes were asked in each race, and in how many a fault was going on."""
    races, asked = {}, set()
    for row in rows:
        if "race" in row and row["tx"] not in asked:  # each is first sent to a node of its own
            asked.add(row["tx"])
            races.setdefault(row["race"], []).append(row)
    races = {name: rows for name, rows in races.items() if len(rows) > 1}
    spread, inside = [], 0
    for name, asks in races.items():
        if len({row["node"] for row in asks}) != len(asks):
            failures.append(f"{name} was not raced for at different nodes: {[row['node'] for row in asks]}")
        times = [row["invoke"] for row in asks]
        spread.append((max(times) - min(times)) / 1e6)
        inside += any(begun <= max(times) and min(times) <= ended for begun, ended in active)
    spread.sort()
    print(f"races: {len(races)}, their requests sent within ms p50 {history.share(spread, 0.5):.1f} "
          f"p99 {history.share(spread, 0.99):.1f}; {inside} while a fault was active")


def judge(net, client_log, faults, began_ms, ended_ms):
    """Exports of every node, compared with each other and with the clients' logs."""
    failures = faults.failures
    for node in range(net.count):
        code = net.terminate(node)
        if code != 0:
            failures.append(f"node {node} left SIGTERM with {code}")
    exports = {node: net.export(node) for node in range(net.count)}
    lengths = sorted(len(lines) for lines in exports.values())
    if lengths[-1] - lengths[0] > 50:
        failures.append(f"the ledgers end apart: {lengths}")
    apart = history.same_ledger(exports)
    chain = history.Chain(max(exports.values(), key=len))
    rows = list(client_log)
    for path in sorted(pathlib.Path(net.folder).glob("client-*.jsonl")):
        rows += [json.loads(line) for line in path.read_text().splitlines()]
    findings, figures = history.check(rows, chain)
    failures += apart.texts + findings.texts
    violations = sum(findings.counts.values()) + sum(apart.counts.values())
    chain.times = [one for one in chain.times if began_ms <= one <= ended_ms]
    gaps = history.block_times_ms(chain)
    print(f"history: {json.dumps(figures)}")
    print(f"blocks in the storm: {len(gaps)}, block time ms p50 {history.share(gaps, 0.5)} "
          f"p99 {history.share(gaps, 0.99)} max {gaps[-1] if gaps else 0}")
    longest_pauses(chain.times, faults.timeline)
    raced(rows, faults.active, failures)
    return violations, figures


def storm(options):
    library = faketime(options)
    with Cluster(options.build, options.nodes, seed=options.seed) as net:
        clocks = with_clocks(net, library)
        with small_disk(net, net.count - 1) as disk_node:
            run(net, options, disk_node, clocks)


def run(net, options, disk_node, clocks):
    net.start_all()
    said = net.status(0)
    stop = pathlib.Path(net.folder) / "stop"
    faults = Storm(net, options, disk_node, clocks)
    workers = start_workers(net, options, said["chain_id"], said["tip_time"][:10], stop)
    begun, began_ms = time.monotonic(), time.time() * 1000
    try:
        time.sleep(1)
        while time.monotonic() - begun < options.minutes * 60 and any(one.poll() is None for one in workers):
            faults.one()
            faults.wait(0.05, 0.5)
        ended_ms = time.time() * 1000
        net.proxy.heal()
        stop.touch()
        log = []
        took = healed(net, Client("probe", net.dir, net.base, log, said["chain_id"]), faults.failures)
        for one in workers:
            try:
                print("client:", one.communicate(timeout=ANSWER_S * 3)[0].strip())
            except subprocess.TimeoutExpired:
                faults.failures.append("a client does not end")
        healed(net, Client("probe", net.dir, net.base, log, said["chain_id"]), faults.failures)
        net.notice_exits()
        faults.failures += [f"node {node} ended by itself: exit {code}, {tail}" for node, code, tail in net.exits]
        for node in range(net.count):
            answer = net.ask(node, "/v1/evidence", timeout=10)
            if not answer or json.loads(answer[1])["items"]:
                faults.failures.append(f"node {node} holds evidence: {answer}")
    finally:
        for one in workers:
            if one.poll() is None:
                one.kill()
                one.wait()
    violations, figures = judge(net, log, faults, began_ms, ended_ms)
    seconds = (ended_ms - began_ms) / 1000
    if options.assets and figures["raced"] < options.assets:
        faults.failures.append(f"{figures['raced']} assets of {options.assets} in {seconds:.0f} s")
    restarts = sorted(net.restarts_ms)
    counts = json.dumps(dict(sorted(faults.counts.items())))
    active = sum(ended - begun for begun, ended in faults.active) / 1e9 / seconds
    print(f"faults: {sum(faults.counts.values())}, {sum(faults.counts.values()) / seconds * 60:.0f} a minute, one active "
          f"{active:.0%} of the time; {counts} {dict(faults.exits) or ''}")
    if faults.steps:
        print(f"clock steps of 5 s and more: the node's /readyz says it of {faults.steps['said']}, not in time of "
              f"{faults.steps['not said']}")
        if faults.steps["not said"] > faults.steps["said"] + 3:
            faults.failures.append("clock steps do not reach the nodes, or they do not say it")
    for kind, why in faults.skipped.items():
        print(f"SKIPPED {kind}: {why}")
    print(f"restarts: {len(restarts)}, ms p50 {history.share(restarts, 0.5):.0f} "
          f"p99 {history.share(restarts, 0.99):.0f} max {restarts[-1] if restarts else 0:.0f}; "
          f"committing again {took:.1f} s after the storm")
    print(f"{net.count} nodes, {seconds:.0f} s, seed {options.seed}: {figures['raced']} "
          f"assets raced, {figures['raced'] / seconds * 60:.0f} a minute, {figures['winners']} winners, {figures['losers']} losers, {violations} violations, "
          f"{len(faults.failures)} failures")
    if faults.failures:
        for ms, what in faults.timeline:
            print(time.strftime("%H:%M:%S", time.localtime(ms / 1000)), what)
    for text in faults.failures:
        print("FAIL", text)
    if faults.failures or not figures["raced"]:
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--nodes", type=int, default=4, choices=(4, 7))
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--assets", type=int, default=0, help="ends when so many were raced for, fails when the minutes are over before; "
                        "0: goes by time alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", help="kinds of faults")
    parser.add_argument("--faketime", help="path of libfaketimeMT.so.1")
    for name in ("worker", "dir", "chain", "day", "out", "stop"):
        parser.add_argument("--" + name, help=argparse.SUPPRESS)
    for name in ("base", "first"):
        parser.add_argument("--" + name, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        Worker(options).run()
    else:
        storm(options)


main()
