#!/usr/bin/env python3
"""kill -9 under load: of any node, and of all at once. Every acknowledged transaction is on every node at the place it was
said to be, and no node recorded two answers of one member to one question. Usage: kill9.py BUILD KILLS ALL_AT_ONCE"""
import random
import subprocess
import sys
import time

from common import Network


def main():
    build, kills, all_at_once = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random.seed(7)
    acknowledged, restarts = {}, []
    with Network(build) as net:
        for round_number in range(kills + all_at_once):
            whole = round_number >= kills
            acks = f"{net.folder}/acks-{round_number}"
            load = subprocess.Popen([str(net.tests / "bench_load"), net.dir, "16", "1", acks], stdout=subprocess.DEVNULL)
            time.sleep(random.uniform(0.3, 2.0))
            for node in range(4) if whole else [random.randrange(4)]:
                net.kill9(node)
            time.sleep(random.uniform(0, 0.3))
            begun = time.monotonic()
            net.up()
            restarts.append(time.monotonic() - begun)
            load.wait(timeout=120)
            for line in open(acks):
                tx, height, index = line.split()
                acknowledged[tx] = (int(height), int(index))
        time.sleep(2)
        missing = 0
        for node in range(4):
            for tx, place in acknowledged.items():
                said = net.get(node, f"/v1/transactions/{tx}")
                if said["status"] != "committed" or (said["height"], said["index"]) != place:
                    missing += 1
            evidence = net.get(node, "/v1/evidence")["items"]
            if evidence:
                sys.exit(f"node {node} holds evidence: {evidence[:1]}")
        restarts.sort()
        print(f"{kills} kills of one node, {all_at_once} of all: {len(acknowledged)} acknowledged, {missing} missing; "
              f"back after {restarts[len(restarts) // 2]:.1f} s median, {restarts[-1]:.1f} s at most")
        if missing or not acknowledged:
            sys.exit(1)


main()
