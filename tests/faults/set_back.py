#!/usr/bin/env python3
"""Old memory and a key at two places, on real nodes (decision 0022). A member whose directory is set back by one view
signs nothing and says so, also at its next start; told by a quorum it votes again; a second process under a key that is
in use gets no answers and does not vote, and the first goes on. No node ever holds evidence against anybody.
Usage: set_back.py BUILD"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from cluster import Cluster, end_with_parent

BACK = 1  # who is set back


def wait(what, within, held):
    end = time.monotonic() + within
    while time.monotonic() < end:
        if held():
            return
        time.sleep(0.1)
    sys.exit(f"not within {within} s: {what}")


def reasons(net, node):
    answer = net.ask(node, "/readyz")
    return json.loads(answer[1]).get("reasons", []) if answer and answer[0] != 200 else []


def says(net, node, text):
    return any(text in one for one in reasons(net, node))


def height(net, node):
    status = net.status(node)
    return status["height"] if status else 0


def log_of(net, node):
    return pathlib.Path(f"{net.dir}/nodes/{net.names[node]}/log").read_text(errors="replace")


def copy_of(net, node, to):
    """What its disk would hold if it lost its power now."""
    os.kill(net.pid(node), signal.SIGSTOP)
    shutil.copytree(net.data(node), to)
    os.kill(net.pid(node), signal.SIGCONT)


def commits(net, nodes):
    goal = max(height(net, node) for node in nodes) + 2
    wait(f"nodes {nodes} commit", 60, lambda: all(height(net, node) >= goal for node in nodes))


def no_evidence(net):
    for node in range(net.count):
        answer = net.ask(node, "/v1/evidence")
        if answer and json.loads(answer[1])["items"]:
            sys.exit(f"node {node} holds evidence: {answer[1][:300]}")


def set_back(net):
    backup = f"{net.folder}/backup"
    copy_of(net, BACK, backup)
    for node in (2, 3):
        net.kill9(node)
    # Two of four decide nothing, and give up the view: a vote that the backup lacks.
    time.sleep(8)  # a heartbeat and the time-outs after it
    net.kill9(BACK)
    shutil.rmtree(net.data(BACK))
    shutil.copytree(backup, net.data(BACK))
    net.start(BACK)
    wait("the old journal is noticed", 30, lambda: "own_vote_unknown" in log_of(net, BACK))
    for node in (2, 3):
        net.start(node)
    commits(net, (0, 2, 3))
    wait("it follows", 30, lambda: height(net, BACK) >= height(net, 0) - 1)
    if not says(net, BACK, "outdated"):
        sys.exit(f"/readyz does not say why it is silent: {reasons(net, BACK)}")
    before = log_of(net, BACK).count("own_vote_unknown")
    net.kill9(BACK)
    net.start(BACK)
    commits(net, (0, 2, 3))
    wait("it is silent after another start", 30, lambda: says(net, BACK, "outdated"))
    no_evidence(net)
    print(f"set back: noticed {before} time(s), silent after another start", flush=True)

    net.kill9(BACK)
    config = pathlib.Path(net.config(BACK))
    config.write_text('lost_vote_memory = "quorum"\n' + config.read_text())
    net.start(BACK)
    wait("it votes again", 60, lambda: (net.status(BACK) or {}).get("may_vote"))
    commits(net, (0, BACK, 2, 3))  # past the views that it may not sign in
    net.kill9(3)  # now it is needed
    commits(net, (0, BACK, 2))
    net.kill9(BACK)
    net.start(BACK)
    commits(net, (0, BACK, 2))
    net.start(3)
    no_evidence(net)
    print("told by a quorum: votes again, and after another start", flush=True)


def key_twice(net):
    """A second process under the key of the member that dials all others, from a copy of this moment."""
    for node in range(net.count):
        net.wait_ready(node)
    folder = f"{net.folder}/second"
    os.mkdir(folder)
    copy_of(net, 0, folder + "/data")
    text = pathlib.Path(net.config(0)).read_text()
    lines = []
    for line in text.splitlines():
        name = line.split("=")[0].strip()
        if name == "data_dir":
            line = f'data_dir = "{folder}/data"'
        if name == "peer_listen":
            line = f'peer_listen = "127.0.0.1:{net.base + 390}"'
        if name == "api_listen":
            line = f'api_listen = "127.0.0.1:{net.base + 80 + 91}"'
        lines.append(line)
    pathlib.Path(folder + "/config.toml").write_text("\n".join(lines) + "\n")
    with open(folder + "/log", "ab") as log:
        second = subprocess.Popen([str(net.bin / "quanlud"), "run", "--config", folder + "/config.toml"],
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                  preexec_fn=end_with_parent, env=net.env)
    try:
        wait("the second process is up", 30, lambda: net.ask(91, "/readyz") is not None)
        begun = time.monotonic()
        while time.monotonic() - begun < 15:
            answer = net.ask(91, "/v1/status")
            if answer and answer[0] == 200 and json.loads(answer[1])["may_vote"]:
                sys.exit("a second process under a key that is in use votes")
            time.sleep(0.2)
        if not any("two_lives" in log_of(net, node) for node in (1, 2, 3)):
            sys.exit("nobody noticed two processes under one key")
        commits(net, (1, 2, 3))
    finally:
        second.kill()
        second.wait(timeout=10)
    commits(net, (0, 1, 2, 3))
    net.kill9(3)  # the first one is needed
    commits(net, (0, 1, 2))
    no_evidence(net)
    print("key twice: the second one never voted, the first one does", flush=True)


def main():
    with Cluster(sys.argv[1], proxied=False) as net:
        net.start_all()
        set_back(net)
        key_twice(net)
        net.notice_exits()
        if net.exits:
            sys.exit(f"nodes ended by themselves: {net.exits}")


main()
