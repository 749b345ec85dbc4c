#!/usr/bin/env python3
"""A crowd that holds all connections it can at a node with 1,024 file descriptors, what a shell or a service gives by default, while
the ledger grows: the node must not end for want of a descriptor, and answers who comes from elsewhere.
Usage: descriptors.py BUILD [--seconds S]"""
import argparse
import http.client
import os
import random
import resource
import socket
import sys
import threading
import time

import assets
from cluster import Client, Cluster
from verdict import judge

DESCRIPTORS = 1_024
CROWD = ("127.0.0.2", "127.0.0.3")
EACH = 700
ASKS = {"events": b"GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n", "nothing": b"", "half a request": b"GET /v1/status HTTP/1.1\r\nHo",
        "half a body": b"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx"}
THREADS = 8


class Poor(Cluster):
    def before_start(self, node):
        super().before_start(node)
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def crowd(port, said):
    held = []
    for host in CROWD:
        for _ in range(EACH):
            link = socket.socket()
            link.settimeout(2)
            try:
                link.bind((host, 0))
                link.connect(("127.0.0.1", port))
                link.sendall(said)
                held.append(link)
            except OSError:
                link.close()
    return held


def is_answered(port, path):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        link.request("GET", path)
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def load(net, rows, until):
    chain_id = net.status(1)["chain_id"]

    def go(number):
        client, turns, serial = Client(f"c{number}", net.dir, net.base, rows, chain_id), random.Random(number), 0
        while time.monotonic() < until:
            serial += 1
            order = [1, 2, 3]
            turns.shuffle(order)
            client.act(order, "firm-01-maker", "asset.register", body=assets.data_asset(f"poor {number} {serial}"), until=until + 30)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=4, help="of load beside each crowd")
    options = parser.parse_args()
    failures, rows = [], []
    with Poor(options.build, 4, proxied=False) as net:
        net.start_all()
        for name, said in ASKS.items():
            held = crowd(net.base + 80, said)
            begun = time.monotonic()
            load(net, rows, begun + options.seconds)
            descriptors = len(os.listdir(f"/proc/{net.pid(0)}/fd")) if net.alive(0) else 0
            answered = sum(is_answered(net.base + 80, "/readyz") for _ in range(10))
            print(f"a crowd of {len(held)} that asks {name}: {descriptors} descriptors of {DESCRIPTORS}, {answered} of 10 others answered",
                  flush=True)
            for link in held:
                link.close()
            if answered < 10 or descriptors > DESCRIPTORS - 100:
                failures.append(f"{name}: {answered} of 10 answered, {descriptors} descriptors")
        net.notice_exits()
        failures += [f"node {node} ended by itself: {code} {tail}" for node, code, tail in net.exits]
        if not failures:
            judge(net, rows, failures)
    for text in failures:
        print("FAIL", text)
    sys.exit(1 if failures or not rows else 0)


if __name__ == "__main__":
    main()
