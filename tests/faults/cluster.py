"""A development network whose nodes this process starts itself, through the link proxy when asked; and clients that
sign with the officers' keys and write down what they asked, what they were told, and when. Everything ends by pid."""
import base64
import contextlib
import ctypes
import ctypes.util
import hashlib
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "process"))
from common import Network  # noqa: E402
from proxy import Proxy, through_proxy  # noqa: E402

PROXY_PORTS_ABOVE = 200  # the base port
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that whatever was begun is ended


def end_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Cluster(Network):
    """Nodes by index. `exits` keeps each end of a node that nobody asked for."""

    def __init__(self, build, nodes=4, proxied=True, seed=1, environment=None, limits=None):
        super().__init__(build, nodes)
        self.count, self.faulty = nodes, (nodes - 1) // 3
        self.processes = [None] * nodes
        self.expected = [True] * nodes  # an end is expected while this is set
        self.exits, self.restarts_ms = [], []
        self.environment = environment or (lambda node: {})
        self.proxy = None
        self.ended = False
        try:
            self.run("devnet", "down", "--dir", self.dir)
            if proxied:
                ports, targets = through_proxy(self.dir, self.names, self.base, self.base + PROXY_PORTS_ABOVE)
                self.proxy = Proxy(ports, targets, seed)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self.ended:
            return
        self.ended = True
        for node in range(self.count):
            if self.alive(node):
                self.processes[node].kill()
                with contextlib.suppress(OSError):
                    os.kill(self.processes[node].pid, signal.SIGCONT)
                self.processes[node].wait(timeout=10)
        if self.proxy:
            self.proxy.close()
        for name in self.names:  # its number may be another's by now
            pathlib.Path(f"{self.dir}/nodes/{name}/pid").unlink(missing_ok=True)
        super().__exit__()

    def data(self, node):
        return f"{self.dir}/nodes/{self.names[node]}/data"

    def config(self, node):
        return f"{self.dir}/nodes/{self.names[node]}/config.toml"

    def host(self, node):
        """Where its API listens."""
        return "127.0.0.1"

    def before_start(self, node):
        """In the new process, before it becomes the node."""
        end_with_parent()

    def alive(self, node):
        return self.processes[node] is not None and self.processes[node].poll() is None

    def start(self, node):
        """Starts one node. Call it from a thread that lives as long as the node shall."""
        folder = f"{self.dir}/nodes/{self.names[node]}"
        with open(folder + "/log", "ab") as log:
            self.processes[node] = subprocess.Popen(
                [str(self.bin / "quanlud"), "run", "--config", folder + "/config.toml"], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=lambda: self.before_start(node),
                env={**self.env, **self.environment(node)})
        pathlib.Path(folder + "/pid").write_text(f"{self.processes[node].pid}\n")
        self.expected[node] = False

    def start_all(self, within=60):
        for node in range(self.count):
            self.start(node)
        for node in range(self.count):
            self.wait_ready(node, within)

    def pid(self, node):
        return self.processes[node].pid

    def kill9(self, node):
        self.expected[node] = True
        if self.alive(node):
            self.processes[node].kill()
        self.processes[node].wait(timeout=30)

    def terminate(self, node, within=30):
        """SIGTERM; the exit code, None when it had to be killed."""
        self.expected[node] = True
        self.processes[node].terminate()
        try:
            return self.processes[node].wait(timeout=within)
        except subprocess.TimeoutExpired:
            self.kill9(node)
            return None

    def restart(self, node, within=30):
        """Starts a node and waits until it serves its state; the time is kept. None when it does not in time."""
        begun = time.monotonic()
        self.start(node)
        while time.monotonic() - begun < within:
            if not self.alive(node):
                return None
            if self.status(node) is not None:
                took = (time.monotonic() - begun) * 1000
                self.restarts_ms.append(took)
                return took
            time.sleep(0.02)
        return None

    def notice_exits(self):
        """Ends that nobody caused, each once, with the time on the wall."""
        for node in range(self.count):
            process = self.processes[node]
            if process is not None and process.poll() is not None and not self.expected[node]:
                self.expected[node] = True
                self.exits.append((node, process.returncode, [time.strftime("%H:%M:%S")] + self.log_tail(node)))

    def log_tail(self, node, lines=3):
        text = pathlib.Path(f"{self.dir}/nodes/{self.names[node]}/log").read_bytes()[-4000:].decode(errors="replace")
        return text.splitlines()[-lines:]

    def ask(self, node, path, timeout=2.0):
        """Status and body, or None when the node does not answer."""
        link = http.client.HTTPConnection(self.host(node), self.base + 80 + node, timeout=timeout)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()

    def status(self, node, timeout=2.0):
        answer = self.ask(node, "/v1/status", timeout)
        return json.loads(answer[1]) if answer and answer[0] == 200 else None

    def wait_ready(self, node, within=60):
        end = time.monotonic() + within
        while time.monotonic() < end:
            answer = self.ask(node, "/readyz")
            if answer and answer[0] == 200:
                return
            if not self.alive(node):
                sys.exit(f"node {node} ended with {self.processes[node].returncode}: {self.log_tail(node)}")
            time.sleep(0.1)
        sys.exit(f"node {node} is not ready after {within} s: {self.ask(node, '/readyz')}")

    def rss_mb(self, node):
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{self.pid(node)}/status").read_text().splitlines():
                if line.startswith("VmRSS"):
                    return int(line.split()[1]) // 1024
        return 0

    def export(self, node):
        """The ledger as this node holds it: the lines of the log, after an offline replay that must agree with them."""
        out = f"{self.folder}/export-{node}-{time.monotonic_ns()}"
        self.run("ledger", "export", "--data", self.data(node), "--out", out, "--genesis", self.dir + "/genesis.json",
                 timeout=600)
        replayed = self.run("ledger", "replay", out, "--genesis", self.dir + "/genesis.json", "-o", "json", check=False,
                            timeout=1200)
        if replayed.returncode not in (0, 3):  # 3: whole, its tip not confirmed by another
            sys.exit(f"node {node}: the replay of its ledger says {replayed.returncode}: {replayed.stdout[:2000]}")
        text = subprocess.run(["zstd", "-dcq", out + "/leaves.ndjson.zst"], check=True, capture_output=True).stdout
        return text.splitlines()


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signer:
    """One officer's key. Ed25519 by the libcrypto that Python's ssl rests on."""
    crypto = None

    def __init__(self, net_dir, officer):
        if Signer.crypto is None:
            library = ctypes.CDLL(ctypes.util.find_library("crypto"))
            for name in ("EVP_PKEY_new_raw_private_key", "EVP_MD_CTX_new"):
                getattr(library, name).restype = ctypes.c_void_p
            Signer.crypto = library
        lines = pathlib.Path(f"{net_dir}/officers/{officer}.pem").read_text().splitlines()
        seed = base64.b64decode("".join(lines[1:-1]))[-32:]
        self.party = officer.rsplit("-", 1)[0]
        self.key = ctypes.c_void_p(self.crypto.EVP_PKEY_new_raw_private_key(1087, None, seed, ctypes.c_size_t(32)))
        public, size = ctypes.create_string_buffer(32), ctypes.c_size_t(32)
        self.crypto.EVP_PKEY_get_raw_public_key(self.key, public, ctypes.byref(size))
        jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{b64u(public.raw)}"}}'
        self.kid = b64u(hashlib.sha256(jwk.encode()).digest())
        self.lock = threading.Lock()

    def _signature(self, data):
        with self.lock:
            context = ctypes.c_void_p(self.crypto.EVP_MD_CTX_new())
            out, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
            done = (self.crypto.EVP_DigestSignInit(context, None, None, None, self.key) == 1 and
                    self.crypto.EVP_DigestSign(context, out, ctypes.byref(size), data, ctypes.c_size_t(len(data))) == 1)
            self.crypto.EVP_MD_CTX_free(context)
        if not done:
            raise RuntimeError("no signature")
        return out.raw

    def tx(self, chain_id, act, rec=None, body=None, valid_s=300, after_s=0, typ="quanlu-tx+jws"):
        """A transaction of docs/protocol.md 3 (or, by its `typ`, a trial), valid from `after_s` seconds after now: its text and its id."""
        now = int(time.time()) + after_s
        claims = {"iss": self.party, "aud": chain_id, "jti": b64u(os.urandom(16)), "iat": now, "exp": now + valid_s,
                  "act": act, "body": body or {}}
        if rec:
            claims["rec"] = rec
        header = {"alg": "EdDSA", "kid": self.kid, "typ": typ}
        signing = ".".join(b64u(json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode())
                           for part in (header, claims))
        return signing + "." + b64u(self._signature(signing.encode())), hashlib.sha256(signing.encode()).hexdigest()


class Client:
    """Submits and reads, and writes one line for each request into a log (a file, or a list)."""

    def __init__(self, name, net_dir, base, log, chain_id, host=lambda node: "127.0.0.1"):
        self.name, self.net_dir, self.base, self.log, self.chain_id = name, net_dir, base, log, chain_id
        self.host = host  # of each node's API
        self.signers, self.lock, self.local = {}, threading.Lock(), threading.local()
        self.idle = {}  # by node, connections that nobody is using: many threads, few at one node at a time

    def signer(self, officer):
        with self.lock:
            if officer not in self.signers:
                self.signers[officer] = Signer(self.net_dir, officer)
            return self.signers[officer]

    def write(self, row):
        with self.lock:
            if isinstance(self.log, list):
                self.log.append(row)
            else:
                self.log.write(json.dumps(row) + "\n")

    def _exchange(self, node, method, path, body, headers, timeout):
        """Status, headers, JSON. Raises OSError or HTTPException; whether anything was sent is in `sent`."""
        idle = self.idle.setdefault(node, [])
        self.local.sent = True
        try:
            link = idle.pop()
        except IndexError:
            link = http.client.HTTPConnection(self.host(node), self.base + 80 + node, timeout=timeout)
            self.local.sent = False
            link.connect()
            self.local.sent = True
        link.sock.settimeout(timeout)
        try:
            link.request(method, path, body=body, headers=headers)
            answer = link.getresponse()
            text = answer.read()
            if answer.will_close:
                link.close()
            else:
                idle.append(link)
            return answer.status, dict(answer.getheaders()), json.loads(text)
        except (OSError, http.client.HTTPException, ValueError):
            for one in [link, *self.idle.pop(node, ())]:  # the others are no better: the node has ended, or hangs
                one.close()
            raise

    def submit(self, node, act, tx, tx_id, asset=None, pledge=None, wait=5, race=None):
        row = {"client": self.name, "act": act, "asset": asset, "pledge": pledge, "tx": tx_id, "node": node,
               "invoke": time.monotonic_ns()}
        if race:
            row["race"] = race
        try:
            status, _, said = self._exchange(node, "POST", "/v1/transactions", tx,
                                             {"Content-Type": "application/jose", "Prefer": f"wait={wait}"}, wait + 2)
            if status == 200 and said.get("status") == "committed":
                row.update(result="committed", code=said["outcome"]["code"], height=said["height"], index=said["index"],
                           outcome=said["outcome"])
            elif 400 <= status < 500:
                row.update(result="refused", code=said.get("code"), facts=said.get("facts"))
            else:
                row.update(result="unknown", code=said.get("code", said.get("status")))
        except (OSError, http.client.HTTPException, ValueError) as error:
            row.update(result="unknown" if self.local.sent else "unsent", code=type(error).__name__)
        row.update({"return": time.monotonic_ns(), "wall": time.time_ns() // 1_000_000})
        self.write(row)
        return row

    def act(self, nodes, officer, act, rec=None, body=None, until=None):
        """One transaction, sent until there is a definite answer: first to nodes[0], then to the others. The last row.
        """
        return self.send(nodes, act, *self.signer(officer).tx(self.chain_id, act, rec, body), until=until)

    def send(self, nodes, act, tx, tx_id, asset=None, pledge=None, until=None, again=False, race=None):
        """The same of one that is signed. With `again`, it is then sent once more, to the last of the nodes."""
        turn = 0
        while True:
            row = self.submit(nodes[turn % len(nodes)], act, tx, tx_id, asset, pledge, race=race)
            if row["result"] in ("committed", "refused") or (until and time.monotonic() > until):
                if again:
                    self.submit(nodes[-1], act, tx, tx_id, asset, pledge)
                return row
            turn += 1
            time.sleep(min(0.05 * turn, 0.5))

    def read(self, node, asset, at_height=None, timeout=4):
        """A right with its pledges, as the node says it stands. The row, None when there is no answer."""
        row = {"client": self.name, "act": "read", "asset": asset, "node": node, "latest": at_height is None,
               "invoke": time.monotonic_ns()}
        path = f"/v1/proofs?key=right/{asset}" + ("" if at_height is None else f"&at_height={at_height}")
        try:
            status, _, said = self._exchange(node, "GET", path, None, {}, timeout)
        except (OSError, http.client.HTTPException, ValueError):
            return None
        if status != 200 or "as_of" not in said:
            return None
        value = said["bundle"].get("value")
        row.update(result="read", height=said["as_of"]["height"], asked=at_height, present=value is not None)
        if value:
            held = [one["id"] for one in value["enc"]["pledges"]]
            if "reservation" in value["enc"]:
                held.append(value["enc"]["reservation"]["pledge"])
            row.update(held=held, version=value["version"])
        row["return"] = time.monotonic_ns()
        self.write(row)
        return row
