#!/usr/bin/env python3
"""Four nodes, each on a machine of its own (wires.py), on lines that lose all packets or some, repeat and reorder them:
what proxy.py cannot do, since TCP is acknowledged there whatever is cut. A cut that lasts makes TCP wait longer and
longer before it tries again; a member must not wait for that once packets pass. While some packets pass, the ledger goes
on. Also a machine without power: no one refuses a connection to it. Clients ask all the while; at the end the ledgers are
held against what they were told.
Usage: packets.py BUILD [--seconds S] [--rounds N] [--seed S] [--quick]"""
import argparse
import contextlib
import pathlib
import random
import re
import sys
import threading
import time

import assets
import history
from cluster import Client, Cluster
from verdict import judge
from wires import NoNamespaces, Wires, enter

BACK_S = 5     # after the last lost packet everybody is linked to everybody, stands at one height and commits
GOES_ON_S = 60
PAUSE_S = 10   # of the ledger while some packets are lost
NO_POWER_S = 20  # long enough for the kernel to wait more than BACK_S between two tries
WEATHER = {"all is well": {},
           "1 % lost": {"lost": 0.01},
           "10 % lost": {"lost": 0.10},
           "30 % lost": {"lost": 0.30},
           "100 to 300 ms, reordered": {"delay_s": 0.1, "jitter_s": 0.2},
           "20 % twice, 0 to 20 ms, reordered": {"twice": 0.2, "jitter_s": 0.02},
           "10 % lost, 5 % twice, 20 to 60 ms": {"lost": 0.1, "twice": 0.05, "delay_s": 0.02, "jitter_s": 0.04}}
QUICK = ("one hears nobody", "no quorum", "30 % lost", "20 % twice, 0 to 20 ms, reordered")
THREADS = 4


class Machines(Cluster):
    def __init__(self, build, wires):
        self.wires = wires
        super().__init__(build, len(wires.nodes), proxied=False)
        for node in range(self.count):
            path = pathlib.Path(self.config(node))
            text = path.read_text()
            for key in ("peer_listen", "api_listen"):
                text = re.sub(rf'(?m)^({key} = ")127.0.0.1:', rf"\g<1>{wires.address(node)}:", text)
            for other, name in enumerate(self.names):
                text = re.sub(rf'(?m)^(node-{name} = ")127.0.0.1:', rf"\g<1>{wires.address(other)}:", text)
            path.write_text(text)

    def host(self, node):
        return self.wires.address(node)

    def before_start(self, node):
        super().before_start(node)
        enter(self.wires.nodes[node])

    def others(self, some):
        return [node for node in range(self.count) if node not in some]

    def whole(self):
        """Everybody is linked to everybody, and at one height with the others or one block off."""
        said = [self.status(node) for node in range(self.count)]
        if None in said or any(one["connected"] < self.count - 1 for one in said):
            return False
        heights = [one["height"] for one in said]
        return max(heights) - min(heights) <= 1


class Clients:
    """Registrations without end, each sent until its answer is definite."""

    def __init__(self, net, seed):
        self.rows, self.done, self.stop = [], 0, threading.Event()
        chain_id = net.status(0)["chain_id"]
        self.threads = [threading.Thread(target=self.go, args=(
            Client(f"c{n}", net.dir, net.base, self.rows, chain_id, net.host), net.count, random.Random(seed * THREADS + n), n))
            for n in range(THREADS)]
        for thread in self.threads:
            thread.start()

    def go(self, client, nodes, turns, number):
        serial = 0
        while not self.stop.is_set():
            order, serial = list(range(nodes)), serial + 1
            turns.shuffle(order)
            with contextlib.suppress(assets.NotDone):
                assets.twice(client, order, "firm-01", "asset.register", body=assets.data_asset(f"packets {number} {serial}"),
                             until=time.monotonic() + GOES_ON_S)
                self.done += 1  # only ever compared with what it was

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def cuts(net, turns):
    """What is lost in each round, by name."""
    one, two = turns.sample(range(net.count), 2)
    everyone = range(net.count)
    both = lambda some: [(a, b) for a in everyone for b in everyone if (a in some) != (b in some)]
    return {"one member alone": both([one]),
            "nobody hears one": [(one, b) for b in net.others([one])],
            "one hears nobody": [(b, one) for b in net.others([one])],
            "no quorum": both([one, two]),
            "everybody alone": [(a, b) for a in everyone for b in everyone if a != b],
            "one link": [(one, two), (two, one)]}


def back(net, clients, begun, within=GOES_ON_S):
    """Seconds from `begun` until all is whole and a client was served that was not before; None when not within."""
    before = clients.done
    while time.monotonic() - begun < within:
        if net.whole() and clients.done > before:
            return time.monotonic() - begun
        time.sleep(0.02)
    return None


def held_against(took, name, failures):
    print(f"{name}: whole again after {'more than ' + str(GOES_ON_S) if took is None else format(took, '.1f')} s", flush=True)
    if took is None or took > BACK_S:
        failures.append(f"{name}: not whole {BACK_S} s after the last lost packet")
    return GOES_ON_S if took is None else took


def bad_weather(net, clients, name, fields, seconds, failures):
    """Some of all packets between members, for `seconds`: the ledger goes on all the while."""
    net.wires.everywhere(**fields)
    begun, before, heights, grew, pause = time.monotonic(), clients.done, 0, time.monotonic(), 0.0
    while time.monotonic() - begun < seconds:
        height = max((said["height"] for said in map(net.status, range(net.count)) if said), default=0)
        now = time.monotonic()
        if height > heights:
            heights, grew, pause = height, now, max(pause, now - grew)
        time.sleep(0.02)
    pause = max(pause, time.monotonic() - grew)
    done = clients.done - before
    net.wires.heal()
    print(f"{name}: {done / seconds:.1f} acknowledged a second, longest pause of the ledger {pause:.1f} s", flush=True)
    if pause > PAUSE_S or done == 0:
        failures.append(f"{name}: the ledger stood for {pause:.1f} s, {done} acknowledged in {seconds} s")


def without_power(net, clients, failures):
    """Its packets are lost before the process ends, so no one is told that it did. The highest index, whom all others dial:
    started again it must be found, though by then the kernel waits longer than BACK_S between two tries of one connection."""
    node = net.count - 1
    net.wires.lose([(a, b) for a in range(net.count) for b in range(net.count) if (a == node) != (b == node)])
    net.kill9(node)
    time.sleep(NO_POWER_S)
    net.wires.heal()
    begun = time.monotonic()
    net.start(node)
    return held_against(back(net, clients, begun), "one machine without power", failures)


def run(net, options, failures):
    net.start_all()
    clients, turns, took = Clients(net, options.seed), random.Random(options.seed), []
    try:
        for _ in range(options.rounds):
            for name, lost in cuts(net, turns).items():
                if options.quick and name not in QUICK:
                    continue
                net.wires.lose(lost)
                time.sleep(options.seconds)
                net.wires.heal()
                took.append(held_against(back(net, clients, time.monotonic()), name, failures))
            for name, fields in WEATHER.items():
                if options.quick and name not in QUICK:
                    continue
                bad_weather(net, clients, name, fields, options.seconds, failures)
                back(net, clients, time.monotonic())
            took.append(without_power(net, clients, failures))
    finally:
        net.wires.heal()
        clients.end()
    missing, figures = judge(net, clients.rows, failures)
    print(f"{len(took)} cuts of {options.seconds} s; whole again after s p50 {history.share(sorted(took), 0.5):.1f} max {max(took):.1f}; "
          f"{figures['acknowledged']} acknowledged, {missing} missing, {len(failures)} failures")
    return missing == 0 and figures["acknowledged"] > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=8, help="how long packets are lost")
    parser.add_argument("--quick", action="store_true", help="two cuts, two kinds of weather and a machine without power")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        wires = Wires(4, options.seed)
    except NoNamespaces as error:
        print(f"SKIPPED: no network namespaces here: {error}")
        sys.exit(77)
    failures = []
    try:
        with Machines(options.build, wires) as net:
            good = run(net, options, failures)
    finally:
        wires.close()
    for text in failures:
        print("FAIL", text)
    sys.exit(0 if good and not failures else 1)


if __name__ == "__main__":
    main()
