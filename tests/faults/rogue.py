#!/usr/bin/env python3
"""A member that floods the others: under its own key, with frames that decode, as fast as a fast line carries them. While it does,
each other node stays under its memory, its log grows slowly, the others stay linked with each other, and a client of theirs is
served. Member a does not run; who has its key calls all others.
Usage: rogue.py BUILD [--seconds S] [--mb-per-s M] [--only KIND,KIND]"""
import argparse
import base64
import json
import multiprocessing
import os
import pathlib
import random
import socket
import statistics
import struct
import sys
import threading
import time

import assets
from cluster import Client, Cluster, Signer, end_with_parent
from tls import Watch, certificate, frame, linked, tls

RSS_MB_MAX = 2_048 if os.environ.get("QUANLU_SANITIZED") else 512  # a sanitizer keeps freed memory for a while
LOG_BYTES_PER_S = 32 * 1024
SERVED_S = 20.0 if os.environ.get("QUANLU_SANITIZED") else 5.0
TX_FRAME_BYTES = 1024 * 1024


def junk_signature(random_bytes):
    return base64.urlsafe_b64encode(random_bytes(64)).rstrip(b"=").decode()


def txs(texts):
    return frame(b"\x04" + struct.pack(">I", len(texts)) + b"".join(struct.pack(">I", len(one)) + one.encode() for one in texts))


class Floods:
    """What is sent, by name: a frame, or several, over and over."""

    def __init__(self, net, pair, seed):
        turns = random.Random(seed)
        self.bytes = turns.randbytes
        signer = Signer(net.dir, "firm-01-maker")
        chain_id = net.status(1)["chain_id"]
        sign = lambda n: signer.tx(chain_id, "asset.register", body=assets.data_asset(f"rogue {n}"))[0]
        right, size = sign(0), 0
        wrong = []
        while size < TX_FRAME_BYTES:
            text = right.rsplit(".", 1)[0] + "." + junk_signature(self.bytes)
            wrong.append(text)
            size += len(text)
        count = max(1, TX_FRAME_BYTES // len(right))
        tip = net.status(1)
        view = lambda ahead: tip["view"] + ahead
        vote = lambda kind, ahead: (b"\x02" + struct.pack(">BQQ", kind, 0, view(ahead)) + self.bytes(32) + b"\x00" + self.bytes(64))
        self.kinds = {
            "transactions whose signature is wrong": txs(wrong),
            "transactions of nobody": txs([f"{self.bytes(40).hex()}.e30.{junk_signature(self.bytes)}"] * 4_000),
            "one transaction, again and again": txs([right] * count),
            "largest frame of transactions": txs([right] * min(20_000, 11 * count)),
            "empty transactions": txs([""] * 20_000),
            "votes nobody signed": b"".join(frame(vote(2 + n % 3, n)) for n in range(2_000)),
            "questions for ranges": frame(b"\x09" + struct.pack(">QI", 1, 128)) * 2_000,
            "questions for blocks": b"".join(frame(b"\x07" + self.bytes(32)) for _ in range(2_000)),
            "questions for certificates": frame(b"\x06" + struct.pack(">BQQ", 0, 0, max(1, tip["view"] - 1))) * 2_000,
            "questions for transactions": frame(b"\x05" + self.bytes(32) + struct.pack(">I", 4_000) + self.bytes(32 * 4_000)),
            "ranges nobody asked for": frame(b"\x0a" + struct.pack(">I", 0)) * 2_000,
            "what they say, said back": b"".join(heard(net, pair, 1.5)) * 20,
        }


def heard(net, pair, seconds):
    """The frames that a node sends while a client is served."""
    client, turns = Client("heard", net.dir, net.base, [], net.status(1)["chain_id"]), random.Random(2)
    talk = threading.Thread(target=served, args=(client, [1, 2, 3], time.monotonic() + seconds, turns))
    with socket.create_connection(("127.0.0.1", net.base + 1), timeout=5) as raw, tls(pair).wrap_socket(raw) as link:
        talk.start()
        end, got = time.monotonic() + seconds, b""
        while time.monotonic() < end:
            got += link.recv(1 << 16)
    talk.join()
    frames = []
    while len(got) >= 4 and len(got) >= 4 + struct.unpack(">I", got[:4])[0]:
        size = 4 + struct.unpack(">I", got[:4])[0]
        frames.append(got[:size])
        got = got[size:]
    assert {1, 2} <= {one[4] for one in frames}  # proposals and votes among them
    return frames


def attack(pair, port, data, bytes_per_s, stop, sent):
    """One link, made anew whenever the node ends it; what the node says is read and thrown away."""
    end_with_parent()
    context = tls(pair)

    def swallow(link):
        try:
            while link.recv(1 << 20):
                pass
        except OSError:
            pass

    while not stop.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as raw, context.wrap_socket(raw) as link:
                threading.Thread(target=swallow, args=(link,), daemon=True).start()
                begun, done = time.monotonic(), 0
                while not stop.is_set():
                    link.sendall(data)
                    done += len(data)
                    with sent.get_lock():
                        sent.value += len(data)
                    time.sleep(max(0.0, done / bytes_per_s - (time.monotonic() - begun)))
        except OSError:
            time.sleep(0.05)


def served(client, nodes, until, turns):
    """Seconds that each of a client's requests took, one after another."""
    took, serial = [], 0
    while time.monotonic() < until:
        begun, serial = time.monotonic(), serial + 1
        order = list(nodes)
        turns.shuffle(order)
        row = client.act(order, "firm-01-maker", "asset.register", body=assets.data_asset(f"honest {serial}"), until=begun + 60)
        took.append(time.monotonic() - begun if row["result"] == "committed" else 60.0)
    return took


def logged(net, nodes):
    return sum(pathlib.Path(f"{net.dir}/nodes/{net.names[node]}/log").stat().st_size for node in nodes) / len(nodes)


def flood(net, name, data, pair, options, failures):
    nodes = list(range(1, net.count))
    client = Client("honest", net.dir, net.base, [], net.status(1)["chain_id"])
    turns = random.Random(name)
    stop, sent = multiprocessing.Event(), multiprocessing.Value("Q", 0)
    hands = [multiprocessing.Process(target=attack, args=(pair, net.base + node, data, options.mb_per_s * 1e6 / len(nodes), stop, sent))
             for node in nodes]
    watch, before = Watch(net, nodes), logged(net, nodes)
    watch.start()
    for hand in hands:
        hand.start()
    begun = time.monotonic()
    took = served(client, nodes, begun + options.seconds, turns)
    lasted = time.monotonic() - begun
    stop.set()
    for hand in hands:
        hand.join(timeout=10)
        hand.kill()
    watch.ending.set()
    watch.join()
    log_bytes = (logged(net, nodes) - before) / lasted
    after = served(client, nodes, time.monotonic() + 1, turns)
    print(f"  {name:40} {sent.value / lasted / 1e6:6.1f} MB/s, served p50 {statistics.median(took) * 1000:5.0f} max {max(took) * 1000:6.0f} ms, "
          f"after {max(after) * 1000:5.0f} ms, memory {watch.most_mb:4} MB, log {log_bytes / 1024:7.1f} KB/s, links {min(watch.least.values())}",
          flush=True)
    wrong = {"memory": watch.most_mb > RSS_MB_MAX, "log": log_bytes > LOG_BYTES_PER_S, "client": max(took) > SERVED_S,
             "client afterwards": max(after) > SERVED_S, "links": min(watch.least.values()) < len(nodes) - 1}
    failures += [f"{name}: {what}" for what, is_so in wrong.items() if is_so]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--mb-per-s", type=float, default=100, help="of the attacker's line, all links together")
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failures = []
    with Cluster(options.build, 4, proxied=False) as net:
        pair = certificate(net.folder, "rogue", f"{net.dir}/nodes/a/key.pem")
        for node in range(1, net.count):
            net.start(node)
        for node in range(1, net.count):
            net.wait_ready(node)
        assert linked(net, range(1, net.count), net.count - 2)
        client = Client("quiet", net.dir, net.base, [], net.status(1)["chain_id"])
        quiet = served(client, range(1, net.count), time.monotonic() + 2, random.Random(1))
        print(f"quiet: served p50 {statistics.median(quiet) * 1000:.0f} ms")
        for name, data in Floods(net, pair, options.seed).kinds.items():
            if not options.only or any(one in name for one in options.only.split(",")):
                flood(net, name, data, pair, options, failures)
        net.notice_exits()
        failures += [f"node {node} ended by itself: {code} {tail}" for node, code, tail in net.exits]
        for node in range(1, net.count):
            said = json.loads(net.ask(node, "/v1/evidence", timeout=10)[1])
            if said["items"]:
                failures.append(f"node {node} holds evidence: {said}")
            if (code := net.terminate(node)) != 0:
                failures.append(f"node {node} left SIGTERM with {code}")
    print(f"{len(failures)} failures")
    for text in failures:
        print("FAIL", text)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
