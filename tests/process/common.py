"""A development network of real processes for one test: made in a fresh folder, ended by pid whatever happens."""
import fcntl
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


PORTS_EACH = 300  # nodes, their API, proxies between them


def free_ports():
    """The first of a range that no other test on this machine holds, and what holds it; below those of outgoing connections."""
    while True:
        base = 10_000 + PORTS_EACH * random.randrange(22_000 // PORTS_EACH)
        held = open(f"{tempfile.gettempdir()}/quanlu-ports-{base}.lock", "w")  # until this process ends
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return base, held
        except OSError:
            held.close()


class Network:
    def __init__(self, build, nodes=4, demo=False):
        self.bin = pathlib.Path(build).resolve() / "bin"
        self.tests = pathlib.Path(build).resolve() / "tests"
        self.folder = tempfile.mkdtemp(prefix="quanlu-")
        self.dir = self.folder + "/net"
        self.base, self.ports = free_ports()
        self.env = dict(os.environ, QUANLU_CONFIG=self.dir + "/contexts.toml", LANG="C")
        self.run("devnet", "up", "--nodes", str(nodes), "--dir", self.dir, "--base-port", str(self.base), *(["--demo"] if demo else []))
        self.names = "abcdefgh"[:nodes]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.run("devnet", "down", "--dir", self.dir)
        subprocess.run(["rm", "-rf", self.folder], check=False)

    def run(self, *args, check=True, timeout=120):
        done = subprocess.run([str(self.bin / "quanlu"), *args], env=self.env, cwd=self.folder, capture_output=True, text=True, timeout=timeout)
        if check and done.returncode != 0:
            sys.exit(f"quanlu {' '.join(args)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def act(self, who, noun, verb, *rest, body=None, node=None, check=True):
        """One act as an officer; the node's answer as JSON."""
        args = [noun, verb, *rest, "--as", who, "-o", "json"]
        if body is not None:
            path = f"{self.folder}/{time.monotonic_ns()}.json"
            pathlib.Path(path).write_text(json.dumps(body))
            args += ["--file", path]
        if node is not None:
            args += ["--node", self.url(node)]
        done = self.run(*args, check=check)
        return json.loads(done.stdout)

    def url(self, node):
        return f"http://127.0.0.1:{self.base + 80 + node}"

    def get(self, node, path):
        try:
            with urllib.request.urlopen(self.url(node) + path, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as answer:
            if answer.code != 404:
                raise
            return json.load(answer)

    def pid(self, node):
        return int(pathlib.Path(f"{self.dir}/nodes/{self.names[node]}/pid").read_text())

    def kill9(self, node):
        os.kill(self.pid(node), signal.SIGKILL)

    def up(self):
        self.run("devnet", "up", "--dir", self.dir)


def model_agrees(export, genesis):
    """The registry a second time, over the same ledger: tests/model knows nothing of the node's code (I9)."""
    model = pathlib.Path(__file__).parent.parent / "model" / "replay.py"
    done = subprocess.run([sys.executable, str(model), str(export), str(genesis)], capture_output=True, text=True)
    print("model:", done.stdout.strip(), done.stderr[-500:])
    return done.returncode == 0 and "0 differences" in done.stdout
