#!/usr/bin/env python3
"""One client with hundreds of expensive questions under way at a node, always: another client's reads and transactions there take turns
with it, and are answered within seconds.
Usage: readers.py BUILD [--seconds S] [--links N]"""
import argparse
import http.client
import json
import os
import random
import socket
import statistics
import sys
import threading
import time

import assets
from cluster import Client, Cluster
from verdict import judge

GREEDY = "127.0.0.2"
ANSWERED_S = 20.0 if os.environ.get("QUANLU_SANITIZED") else 3.0
RIGHTS = 1_000


def question():
    rights = [f"patent:{assets.patent_no(serial)[2:].replace('.', '')}" for serial in range(RIGHTS)]
    body = json.dumps({"rights": rights}).encode()
    return (b"POST /v1/collateral-checks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body)


def greedy(port, said, stop, counted):
    """Asks again as soon as it is answered."""
    while not stop.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(GREEDY, 0)) as link:
                while not stop.is_set():
                    link.sendall(said)
                    answer = http.client.HTTPResponse(link)
                    answer.begin()
                    size = len(answer.read())
                    counted.append((answer.status, size))
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)


def read_s(port):
    begun = time.monotonic()
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        link.request("GET", "/v1/status")
        ok = link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        ok = False
    finally:
        link.close()
    return time.monotonic() - begun if ok else 60.0


def served(net, client, seconds):
    """Seconds of reads and of transactions at node a, one after another."""
    reads, writes, end, serial = [], [], time.monotonic() + seconds, 0
    while time.monotonic() < end or not writes:
        reads.append(read_s(net.base + 80))
        begun, serial = time.monotonic(), serial + 1
        row = client.act([0], "firm-01-maker", "asset.register", body=assets.data_asset(f"reader {random.random()} {serial}"), until=begun + 60)
        writes.append(time.monotonic() - begun if row["result"] == "committed" else 60.0)
    return reads, writes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--links", type=int, default=300)
    options = parser.parse_args()
    failures, rows = [], []
    with Cluster(options.build, 4, proxied=False) as net:
        net.start_all()
        client = Client("modest", net.dir, net.base, rows, net.status(1)["chain_id"])
        stop, counted = threading.Event(), []
        hands = [threading.Thread(target=greedy, args=(net.base + 80, question(), stop, counted)) for _ in range(options.links)]
        for hand in hands:
            hand.start()
        time.sleep(1)
        reads, writes = served(net, client, options.seconds)
        stop.set()
        for hand in hands:
            hand.join()
        kinds = sorted(set(counted))
        print(f"{len(counted)} questions answered on {options.links} links, {kinds[:3]} status and bytes; meanwhile another client's reads ms p50 "
              f"{statistics.median(reads) * 1000:.0f} max {max(reads) * 1000:.0f}, transactions ms p50 {statistics.median(writes) * 1000:.0f} max "
              f"{max(writes) * 1000:.0f}")
        if max(reads + writes) > ANSWERED_S:
            failures.append(f"not answered within {ANSWERED_S} s")
        if not counted or any(status != 200 for status, _ in counted):
            failures.append(f"the greedy client was not answered: {kinds[:3]}")
        net.notice_exits()
        failures += [f"node {node} ended by itself: {code} {tail}" for node, code, tail in net.exits]
        if not net.exits:
            judge(net, rows, failures)
    for text in failures:
        print("FAIL", text)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
