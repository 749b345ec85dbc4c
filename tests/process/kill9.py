#!/usr/bin/env python3
"""kill -9 under load: of up to f nodes at any time, within 0.3 s of their start, while they catch up; and of all at once. Every
acknowledged transaction is in the exported ledger of every node at the place it was said to be, once; no node recorded two
answers of one member to one question; a node answers with its state within 5 s of its start.
Usage: kill9.py BUILD KILLS ALL_AT_ONCE [--nodes 4|7] [--seed S]"""
import argparse
import collections
import contextlib
import json
import multiprocessing
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))
import assets  # noqa: E402
import history  # noqa: E402
from cluster import Client, Cluster, end_with_parent  # noqa: E402
from verdict import judge  # noqa: E402

BACK_S = 5          # a node answers with its state so long after its start, and acknowledges soon after
GOES_ON_S = 60      # until then all nodes stand where the first one stood, and clients are told of something new
EARLY_S = 0.3
BEHIND = 40         # blocks that a node has missed before it is started to be killed while it catches up
THREADS = 16
FIRMS = ("firm-01", "firm-02", "firm-03")


def load(net_dir, base, nodes, chain_id, seed, out, done, stop):
    """Registrations without end, each sent until its answer is definite; in a process of its own."""
    end_with_parent()
    turns = random.Random(seed)

    def one_after_another(log, number):
        client, serial = Client(f"c{number}", net_dir, base, log, chain_id), 0
        while not stop.is_set():
            order, serial = list(range(nodes)), serial + 1
            turns.shuffle(order)
            with contextlib.suppress(assets.NotDone):
                assets.twice(client, order, FIRMS[number % len(FIRMS)], "asset.register",
                             body=assets.data_asset(f"kill9 {seed} {number} {serial}"),
                             until=time.monotonic() + GOES_ON_S)
                done.value += 1  # only ever compared with what it was

    with contextlib.ExitStack() as logs:
        threads = [threading.Thread(target=one_after_another, args=(
            logs.enter_context(open(f"{out}-{n}.jsonl", "w", encoding="utf-8")), n)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class Killer:
    def __init__(self, net, seed, done):
        self.net, self.random, self.done = net, random.Random(seed), done
        self.kinds, self.failures = collections.Counter(), []
        self.started, self.again_s = [0.0] * net.count, []

    def start(self, some):
        for node in some:
            self.net.start(node)
            self.started[node] = time.monotonic()

    def kill(self, kind, some):
        for node in some:
            if kind != "all" and not self.net.alive(node):
                self.failures.append(f"node {node} ended by itself: {self.net.log_tail(node)}")
            self.net.kill9(node)
        self.kinds[kind] += len(some)

    def tip(self, some):
        return max((said["height"] for said in map(self.net.status, some) if said), default=0)

    def others(self, some):
        return [node for node in range(self.net.count) if node not in some]

    def early(self, some):
        self.start(some)
        time.sleep(max(0, self.started[some[0]] + self.random.uniform(0, EARLY_S - 0.02) - time.monotonic()))
        self.kill("early", some)
        late = time.monotonic() - self.started[some[0]] - EARLY_S
        if late > 0:  # the scheduler's doing: one at any time
            self.kinds["early"] -= len(some)
            self.kinds["any"] += len(some)

    def syncing(self, some):
        """Killed after it showed a height below that of the others when it was started. False when it was too fast."""
        others = self.others(some)
        stood, end = self.tip(others), time.monotonic() + 3
        while self.tip(others) < stood + BEHIND and time.monotonic() < end:
            time.sleep(0.02)
        target = self.tip(others)
        self.start(some)
        pause = self.random.uniform(0, 0.05)
        while time.monotonic() - self.started[some[0]] < BACK_S:
            said = self.net.status(some[0])
            if said is None:
                time.sleep(0.002)
            elif said["height"] + 1 >= target:
                return False
            elif said["connected"] > 0 and pause <= 0:
                self.kill("syncing", some)
                return True
            else:
                time.sleep(0.005)
                pause -= 0.005
        return False

    def back(self, some):
        """Each is started, unless it runs, and answers with its state in time; then they catch up and clients are served."""
        target, before = self.tip(range(self.net.count)), self.done.value
        self.start([node for node in some if not self.net.alive(node)])
        begun, waiting = time.monotonic(), set(some)
        while waiting and time.monotonic() - begun < GOES_ON_S:
            for node in sorted(waiting):
                if self.net.status(node) is not None:
                    self.net.restarts_ms.append((time.monotonic() - self.started[node]) * 1000)
                    waiting.discard(node)
            time.sleep(0.005)
        if waiting:
            self.failures += [f"node {node} does not come back: {self.net.log_tail(node)}" for node in waiting]
        while time.monotonic() - begun < GOES_ON_S:
            said = [self.net.status(node) for node in some]
            if all(one and one["height"] >= target for one in said) and self.done.value > before:
                self.again_s.append(time.monotonic() - begun)
                return
            time.sleep(0.01)
        self.failures.append(f"no one is served {GOES_ON_S} s after {some} came back: {said}")

    def round(self, kills):
        """A kill at any time, and often others before the nodes are whole again; how many nodes were killed."""
        some = self.random.sample(range(self.net.count), self.random.randint(1, min(self.net.faulty, kills)))
        time.sleep(self.random.uniform(0.02, 0.4))
        before = self.total()
        self.kill("any", some)
        while self.total() - before + len(some) <= kills and self.random.random() < 0.6:
            if self.kinds["syncing"] <= self.kinds["early"]:
                if not self.syncing(some):
                    break
            else:
                time.sleep(self.random.uniform(0, 0.1))
                self.early(some)
        if not all(map(self.net.alive, some)):
            time.sleep(self.random.uniform(0, 0.2))
        self.back(some)

    def total(self):
        return sum(count for kind, count in self.kinds.items() if kind != "all")

    def all_at_once(self):
        time.sleep(self.random.uniform(0.02, 0.4))
        everyone = list(range(self.net.count))
        self.random.shuffle(everyone)
        self.kill("all", everyone)
        time.sleep(self.random.uniform(0, 0.2))
        self.back(everyone)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("kills", type=int)
    parser.add_argument("all_at_once", type=int)
    parser.add_argument("--nodes", type=int, default=4, choices=(4, 7))
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with Cluster(options.build, options.nodes, proxied=False) as net:
        net.start_all()
        done, stop = multiprocessing.Value("q", 0, lock=False), multiprocessing.Event()
        killer = Killer(net, options.seed, done)
        clients = multiprocessing.Process(target=load, args=(net.dir, net.base, net.count, net.status(0)["chain_id"],
                                                             options.seed, f"{net.folder}/client", done, stop))
        clients.start()
        begun = time.monotonic()
        while killer.total() < options.kills and not killer.failures:
            killer.round(options.kills - killer.total())
        each = time.monotonic() - begun
        for _ in range(options.all_at_once):
            if not killer.failures:
                killer.all_at_once()
        whole = time.monotonic() - begun - each
        stop.set()
        clients.join(timeout=GOES_ON_S * 3)
        if clients.exitcode != 0:
            killer.failures.append(f"the clients ended with {clients.exitcode}")
            clients.kill()
        rows = [json.loads(line) for path in pathlib.Path(net.folder).glob("client-*.jsonl")
                for line in path.read_text().splitlines()]
        missing, figures = judge(net, rows, killer.failures)
        restarts, again = sorted(net.restarts_ms), sorted(killer.again_s)
        slow = sum(one > BACK_S * 1000 for one in restarts)
        if slow:
            killer.failures.append(f"{slow} restarts took over {BACK_S} s")
        kinds = killer.kinds
        print(f"{killer.total()} kills of up to {net.faulty} of {net.count} ({kinds['any']} at any time, {kinds['early']} within "
              f"{EARLY_S} s of the start, {kinds['syncing']} while catching up), {each / max(1, killer.total()):.1f} s each; "
              f"{kinds['all']} of all {options.all_at_once} times at once, {whole / max(1, options.all_at_once):.1f} s each")
        print(f"{figures['acknowledged']} acknowledged, {missing} missing, "
              f"{len(killer.failures)} failures; {len(restarts)} restarts, answering after ms p50 "
              f"{history.share(restarts, 0.5):.0f} p99 {history.share(restarts, 0.99):.0f} max {restarts[-1]:.0f}; caught up and "
              f"serving after s p50 {history.share(again, 0.5):.1f} max {again[-1] if again else 0:.1f}")
        for text in killer.failures:
            print("FAIL", text)
        if killer.failures or missing or not figures["acknowledged"]:
            sys.exit(1)


main()
