#!/usr/bin/env python3
"""The members' port under strangers, damaged TLS, a member that lies at the level of the link, and impostors at a member's
address. Each case says what must happen; meanwhile the members stay linked with each other, and commit.
Usage: tls.py BUILD [--half-open N] [--idle]     (--idle: waits a minute for the links that are only closed then)"""
import argparse
import contextlib
import ctypes
import ctypes.util
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

from cluster import Client, Cluster

FRAME_BYTES_MAX = 12 * 1024 * 1024 + 64
RSS_MB_MAX = 2_048 if os.environ.get("QUANLU_SANITIZED") else 512  # a sanitizer keeps freed memory for a while
AT_ONCE_S = 3.0      # a node whose cores are shared
HANDSHAKE_S = 5.0    # what a node grants
IDLE_S = 60.0        # between two whole frames
SYN_AGAIN_S = 0.9    # later, and the kernel dropped the first packet
STRANGER = "127.0.0.2"
HANDSHAKES_BURST, HANDSHAKE_EVERY_S = 32, 0.06  # that strangers together may begin at one node
TICK_S = 0.1


# Keys and certificates.

def new_key(path, *kind):
    subprocess.run(["openssl", "genpkey", *(kind or ("-algorithm", "ed25519")), "-out", path], check=True,
                   capture_output=True)


def certificate(folder, name, key=None, days="1", by=None, kind=(), also=()):
    """A certificate as members have it: over a fresh key when none is given, signed by itself unless `by` is given; the
    certificates `also` follow it."""
    key_path, cert_path = f"{folder}/{name}.key", f"{folder}/{name}.crt"
    if key is None:
        new_key(key_path, *kind)
    else:
        pathlib.Path(key_path).write_bytes(pathlib.Path(key).read_bytes())
    request = subprocess.run(["openssl", "req", "-new", "-key", key_path, "-subj", "/CN=quanlu-member"], check=True,
                             capture_output=True).stdout
    signer = ("-CA", by[0], "-CAkey", by[1], "-CAcreateserial") if by else ("-signkey", key_path)
    subprocess.run(["openssl", "x509", "-req", *signer, "-days", days, "-out", cert_path], input=request, check=True,
                   capture_output=True)
    with open(cert_path, "a", encoding="ascii") as file:
        file.writelines(pathlib.Path(one).read_text() for one in also)
    return cert_path, key_path


def tls(pair=None, version=ssl.TLSVersion.TLSv1_3, server=False):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.minimum_version = made.maximum_version = version
    if pair:
        made.load_cert_chain(*pair)
    return made


def alpn(context, *names):
    context.set_alpn_protocols(names)
    return context


class Borrowed:
    """A client that shows the certificate of a member and does not have its key; libssl by ctypes, as the command line and
    Python compare the two. The signature of the handshake is made with another key."""

    def __init__(self, key_path):
        self.lib, self.crypto = (ctypes.CDLL(ctypes.util.find_library(name)) for name in ("ssl", "crypto"))
        for library, names in ((self.lib, ("TLS_client_method", "SSL_CTX_new", "SSL_new")),
                               (self.crypto, ("EVP_PKEY_CTX_new_from_name", "X509_new", "X509_getm_notBefore",
                                              "X509_getm_notAfter", "BIO_new_file", "PEM_read_bio_PrivateKey"))):
            for name in names:
                getattr(library, name).restype = ctypes.c_void_p
        self.key = self._key(self._public(key_path))

    def _public(self, path):
        file = ctypes.c_void_p(self.crypto.BIO_new_file(path.encode(), b"r"))
        key = ctypes.c_void_p(self.crypto.PEM_read_bio_PrivateKey(file, None, None, None))
        out, size = ctypes.create_string_buffer(32), ctypes.c_size_t(32)
        assert self.crypto.EVP_PKEY_get_raw_public_key(key, out, ctypes.byref(size)) == 1
        return out.raw

    def _key(self, public):
        class Param(ctypes.Structure):  # OSSL_PARAM
            _fields_ = [("key", ctypes.c_char_p), ("type", ctypes.c_uint), ("data", ctypes.c_char_p),
                        ("size", ctypes.c_size_t), ("returned", ctypes.c_size_t)]
        octets = 5
        params = (Param * 3)(Param(b"pub", octets, public, 32, 0), Param(b"priv", octets, os.urandom(32), 32, 0), Param())
        context = ctypes.c_void_p(self.crypto.EVP_PKEY_CTX_new_from_name(None, b"ED25519", None))
        key, pair = ctypes.c_void_p(), 0x87  # EVP_PKEY_KEYPAIR
        assert self.crypto.EVP_PKEY_fromdata_init(context) == 1
        assert self.crypto.EVP_PKEY_fromdata(context, ctypes.byref(key), pair, params) == 1
        return key

    def speaks(self, port):
        """As `said` below."""
        call = self.crypto
        cert = ctypes.c_void_p(call.X509_new())
        call.X509_gmtime_adj(ctypes.c_void_p(call.X509_getm_notBefore(cert)), ctypes.c_long(-60))
        call.X509_gmtime_adj(ctypes.c_void_p(call.X509_getm_notAfter(cert)), ctypes.c_long(3600))
        assert call.X509_set_pubkey(cert, self.key) == 1 and call.X509_sign(cert, self.key, None) > 0
        context = ctypes.c_void_p(self.lib.SSL_CTX_new(ctypes.c_void_p(self.lib.TLS_client_method())))
        assert self.lib.SSL_CTX_use_certificate(context, cert) == 1
        assert self.lib.SSL_CTX_use_PrivateKey(context, self.key) == 1
        link = ctypes.c_void_p(self.lib.SSL_new(context))
        with socket.create_connection(("127.0.0.1", port), timeout=None) as raw:
            seconds, eight = struct.pack("ll", 8, 0), socket.SO_RCVTIMEO
            raw.setsockopt(socket.SOL_SOCKET, eight, seconds)
            self.lib.SSL_set_fd(link, raw.fileno())
            begun = time.monotonic()
            assert self.lib.SSL_connect(link) == 1  # before the node has seen the signature
            out = ctypes.create_string_buffer(1)
            got = self.lib.SSL_read(link, out, 1)
            if got > 0:
                return "spoken to"
            return "open" if time.monotonic() - begun > 7.5 else "closed"


# How a link ends.

def said(link, within):
    """What the node does with it: 'spoken to', 'open' (in silence) or 'closed'."""
    link.settimeout(within)
    try:
        return "spoken to" if link.recv(1) else "closed"
    except TimeoutError:
        return "open"
    except OSError:  # of TLS as well
        return "closed"


def stranger(port, context, name=None, within=8.0):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=within, source_address=(STRANGER, 0)) as raw:
            with context.wrap_socket(raw, server_hostname=name) as link:
                return said(link, within)
    except TimeoutError:
        return "open"
    except OSError:
        return "closed"


def alert(port, context):
    """What the node says is wrong; 'none' when it goes through with the handshake and then ends the link, if at all."""
    for _ in range(5):
        time.sleep(HANDSHAKE_EVERY_S)
        with socket.create_connection(("127.0.0.1", port), timeout=8.0, source_address=(STRANGER, 0)) as raw:
            try:
                with context.wrap_socket(raw) as link:
                    link.settimeout(8.0)
                    link.recv(1)
                return "none"
            except ssl.SSLError as error:
                return error.reason.partition("ALERT_")[2] or error.reason
            except ConnectionError:  # closed while more was on its way: the alert may be lost
                pass
    return "reset"


def key_exchange(port, group):
    """As the command line says it, which can offer one group alone."""
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-bind", f"{STRANGER}:0", "-tls1_3",
                           "-groups", group], stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    return "agreed" if "Temp Key" in said else "refused" if "alert handshake failure" in said else said[-300:]


def plain(port, data, every=None, end=False, within=8.0):
    """Bytes without TLS: all at once or one by one; then the end of the stream or silence. An alert is no word."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=within, source_address=(STRANGER, 0)) as link:
        try:
            for part in ([data] if every is None else [data[n:n + 1] for n in range(len(data))]):
                link.sendall(part)
                if every is not None:
                    link.settimeout(every)
                    with contextlib.suppress(TimeoutError):
                        if not link.recv(4_096):
                            return "closed"
                if time.monotonic() - begun > within:
                    return "open"
            if end:
                link.shutdown(socket.SHUT_WR)
            link.settimeout(within)
            while link.recv(4_096):
                pass
            return "closed"
        except TimeoutError:
            return "open"
        except OSError:
            return "closed"


def hello():
    """A first message of TLS 1.3 as a member sends it."""
    out = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        tls().wrap_bio(ssl.MemoryBIO(), out).do_handshake()
    return out.read()


def with_compression(message):
    """The same, offering DEFLATE instead of none."""
    at = 5 + 4 + 2 + 32  # record, message, version, random
    at += 1 + message[at]  # session
    at += 2 + struct.unpack(">H", message[at:at + 2])[0]  # cipher suites
    assert message[at:at + 2] == b"\x01\x00"
    return message[:at + 1] + b"\x01" + message[at + 2:]


def record(kind, payload, version=b"\x03\x03", size=None):
    return bytes([kind]) + version + struct.pack(">H", len(payload) if size is None else size) + payload


def split(message):
    """Each byte in a record of its own."""
    return b"".join(record(22, message[n:n + 1], b"\x03\x01") for n in range(5, len(message)))


def frame(payload, size=None):
    return struct.pack(">I", len(payload) if size is None else size) + payload


class Report:
    def __init__(self):
        self.count, self.failures, self.pause_s = 0, [], 0.0

    def case(self, name, must, run, limit=None):
        """`must`: the end that is right; `limit`: the seconds until then."""
        time.sleep(self.pause_s)
        begun = time.monotonic()
        did = run()
        took = time.monotonic() - begun
        self.count += 1
        print(f"  {name:58} {did:10} {took * 1000:6.0f} ms", flush=True)
        if did != must:
            self.failures.append(f"{name}: {did}, must be {must}")
        elif limit is not None and took > limit:
            self.failures.append(f"{name}: {did} only after {took:.1f} s")

    def at_once(self, cases, must, limit):
        """The same of several cases, by name, that mostly wait."""
        threads = [threading.Thread(target=self.case, args=(name, must, run, limit)) for name, run in cases.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class Watch(threading.Thread):
    """Every node of `nodes` is linked to the others of them, always."""

    def __init__(self, net, nodes):
        super().__init__(daemon=True)
        self.net, self.nodes, self.ending, self.least, self.most_mb = net, nodes, threading.Event(), {}, 0

    def run(self):
        while not self.ending.wait(TICK_S):
            for node in self.nodes:
                status = self.net.status(node, timeout=5.0)
                linked = status["connected"] if status else -1
                self.least[node] = min(linked, self.least.get(node, linked))
                self.most_mb = max(self.most_mb, self.net.rss_mb(node))


@contextlib.contextmanager
def watched(net, report, nodes, what):
    print(what)
    watch = Watch(net, nodes)
    watch.start()
    yield
    client = Client("probe", net.dir, net.base, [], net.status(nodes[0])["chain_id"])
    for node in nodes:
        row = client.act([node], "ipo-yuhang-maker", "pledge.accept", "PL-none", {}, until=time.monotonic() + 20)
        if row["result"] != "committed":
            report.failures.append(f"{what}: node {node} does not commit: {row}")
    watch.ending.set()
    watch.join()
    print(f"  members meanwhile linked to at least {watch.least}, memory at most {watch.most_mb} MB")
    for node, least in watch.least.items():
        if least < len(nodes) - 1:
            report.failures.append(f"{what}: node {node} was linked to {least} for a while")
    if watch.most_mb > RSS_MB_MAX:
        report.failures.append(f"{what}: {watch.most_mb} MB")


def linked(net, nodes, others, within=30):
    """Waits until each of the nodes is linked to so many."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if all((net.status(node) or {"connected": 0})["connected"] >= others for node in nodes):
            return True
        time.sleep(0.05)
    return False


# The cases.

def strangers(net, report, half_open):
    """All nodes run; nobody who calls is a member that may."""
    report.pause_s = HANDSHAKE_EVERY_S * 1.2  # each is judged by what it is, not by how many came before
    folder, last, first = net.folder, net.base + net.count - 1, net.base
    keys = {name: f"{net.dir}/nodes/{name}/key.pem" for name in net.names}
    own_a, nobody = certificate(folder, "a", keys["a"]), certificate(folder, "nobody")
    own_last = certificate(folder, "last", keys[net.names[-1]])
    many = tuple(certificate(folder, f"many-{n}")[0] for n in range(3)) * 100
    certificate(folder, "twenty", also=many[:19])  # more than the node takes, in one record
    elsewhere = elsewhere_key(net)
    tls_cases = {
        "no certificate": (first, tls()),
        "no certificate, at the last node": (last, tls()),
        "self-signed": (first, tls(nobody)),
        "self-signed, at the last node": (last, tls(nobody)),
        "expired": (first, tls(certificate(folder, "expired", days="-1"))),
        "a fresh key signed by a member's": (last, tls(certificate(folder, "child", by=own_a))),
        "the same, followed by the member's certificate": (last, tls(certificate(folder, "chain", by=own_a,
                                                                                 also=(own_a[0],)))),
        "a stranger's, followed by a member's certificate": (last, tls(certificate(folder, "two", also=(own_a[0],)))),
        "three hundred certificates": (last, tls(certificate(folder, "many", also=many))),
        "the node's own key": (last, tls(own_last)),
        "a member that does not dial here": (first, tls(own_last)),
        "an officer's key": (last, tls(certificate(folder, "officer", f"{net.dir}/officers/ipo-yuhang-maker.pem"))),
        "a member's key of another chain": (last, tls(certificate(folder, "elsewhere", elsewhere))),
        "an RSA key": (last, tls(certificate(folder, "rsa", kind=("-algorithm", "rsa")))),
        "a P-256 key": (last, tls(certificate(folder, "p256", kind=("-algorithm", "ec", "-pkeyopt",
                                                                    "ec_paramgen_curve:P-256")))),
        "an Ed448 key": (last, tls(certificate(folder, "ed448", kind=("-algorithm", "ed448")))),
        "TLS 1.2, no certificate": (first, tls(version=ssl.TLSVersion.TLSv1_2)),
        "TLS 1.2, a member's key (no renegotiation without it)": (last, tls(own_a, ssl.TLSVersion.TLSv1_2)),
        "self-signed, offering h2": (last, alpn(tls(nobody), "h2", "http/1.1")),
    }
    for name, (port, context) in tls_cases.items():
        report.case(name, "closed", lambda port=port, context=context: stranger(port, context), AT_ONCE_S)
    # Refused before anything is computed over it: a chain that a stranger chose costs a second to verify, and so does a
    # key exchange over a large group.
    report.case("twenty certificates: by their size", "ILLEGAL_PARAMETER",
                lambda: alert(last, tls((f"{folder}/twenty.crt", f"{folder}/twenty.key"))), AT_ONCE_S)
    report.case("an RSA key: it is not even shown", "CERTIFICATE_REQUIRED",
                lambda: alert(last, tls((f"{folder}/rsa.crt", f"{folder}/rsa.key"))), AT_ONCE_S)
    report.case("a key exchange over ffdhe8192", "refused", lambda: key_exchange(last, "ffdhe8192"), AT_ONCE_S)
    report.case("a key exchange over P-521", "refused", lambda: key_exchange(last, "P-521"), AT_ONCE_S)
    report.case("self-signed, a name of rubbish", "closed",
                lambda: stranger(last, tls(nobody), name="%n%s" * 15 + ".invalid"), AT_ONCE_S)
    report.case("a member's certificate without its key", "closed", lambda: Borrowed(keys["a"]).speaks(last), AT_ONCE_S)
    first_message = hello()
    plain_cases = {
        "HTTP": b"GET / HTTP/1.1\r\n\r\n",
        "noise": b"\x00" + os.urandom(4_000),
        "SSL 3.0": record(22, b"\x01\x00\x00\x2b\x03\x00" + bytes(32) + b"\x00\x00\x04\x00\x2f\x00\x35\x01\x00", b"\x03\x00"),
        "a record of 65,535 bytes": record(22, first_message[5:], b"\x03\x01", 0xFFFF) + bytes(70_000),
        "a record over 16 KiB": record(22, b"\x01" + bytes(17_000), b"\x03\x01"),
        "a thousand empty records": record(22, b"", b"\x03\x01") * 1_000,
        "records of an unknown kind": record(77, bytes(100)) * 10,
        "application data before the handshake": record(23, bytes(200)),
        "early data that nothing was agreed for": first_message + record(23, bytes(200)) * 200,
        "a thousand changes of cipher": first_message + record(20, b"\x01") * 1_000,
        "a fatal alert at once": record(21, b"\x02\x28"),
        "compression": with_compression(first_message),
        "a first message of 16 MB": record(22, b"\x01\xff\xff\xff" + bytes(1_000), b"\x03\x01") * 3,
        "rubbish after the first message": first_message + os.urandom(5_000),
        "the first message twice": first_message * 2,
    }
    for name, data in plain_cases.items():
        report.case(name, "closed", lambda data=data: plain(last, data), AT_ONCE_S)
    report.case("a record cut short, then the end", "closed", lambda: plain(last, first_message[:100], end=True), AT_ONCE_S)
    report.case("the first message, then the end", "closed", lambda: plain(last, first_message, end=True), AT_ONCE_S)
    report.at_once({
        "silence": lambda: plain(last, b"", within=12),
        "a record cut short, then silence": lambda: plain(last, first_message[:100], within=12),
        "the first message, then silence": lambda: plain(last, first_message, within=12),
        "the first message in records of a byte, then silence": lambda: plain(last, split(first_message), within=12),
        "a slow handshake, a byte every quarter of a second": lambda: plain(last, first_message, every=0.25, within=12),
    }, "closed", HANDSHAKE_S + AT_ONCE_S)
    report.pause_s = 0.0
    report.case("300 handshakes at once", "few", lambda: handshakes(last, tls(nobody), 300))
    time.sleep(HANDSHAKES_BURST * HANDSHAKE_EVERY_S)
    report.case(f"{half_open} half-open links", "dialled", lambda: half_open_links(last, half_open))


def elsewhere_key(net):
    """The key of member a of another development network."""
    other = net.folder + "/other"
    base = str(net.base + 400)
    net.run("devnet", "up", "--nodes", "4", "--dir", other, "--base-port", base)
    net.run("devnet", "down", "--dir", other)
    return other + "/nodes/a/key.pem"


def handshakes(port, context, count):
    """Whether the node goes through with no more of them than it grants to all strangers together."""
    begun, done = time.monotonic(), 0
    for _ in range(count):
        with contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(STRANGER, 0)) as raw:
                with context.wrap_socket(raw):
                    done += 1
    granted = HANDSHAKES_BURST + (time.monotonic() - begun) / HANDSHAKE_EVERY_S
    return "few" if 1 <= done <= granted + 1 else f"{done} of {count}"


def half_open_links(port, count):
    """A member that dials in this crowd waits as each of them does: no longer than one that finds the queue full."""
    held, slowest = [], 0.0
    for n in range(count):
        link = socket.socket()
        link.bind((STRANGER, 0))
        link.settimeout(5)
        begun = time.monotonic()
        try:
            link.connect(("127.0.0.1", port))
        except OSError:
            link.close()
            return f"not even dialled after {n}"
        slowest = max(slowest, time.monotonic() - begun)
        held.append(link)
        if len(held) > 500:
            held.pop(0).close()
    for link in held:
        link.close()
    return "dialled" if slowest < SYN_AGAIN_S else f"{slowest:.1f} s for one"


def liar(net, report, idle):
    """Member a does not run; who has its key calls the last node, whom a would dial."""
    report.pause_s = HANDSHAKE_EVERY_S * 1.2
    folder, port = net.folder, net.base + net.count - 1
    key = f"{net.dir}/nodes/a/key.pem"
    own = certificate(folder, "liar", key)
    context = tls(own)
    nobody = certificate(folder, "nobody-else")

    @contextlib.contextmanager
    def link(with_context=context, name=None):
        with socket.create_connection(("127.0.0.1", port), timeout=8) as raw:
            with with_context.wrap_socket(raw, server_hostname=name) as made:
                yield made

    def greeted(*args, **more):
        with link(*args, **more) as made:
            return said(made, 8)

    def ends(data, under=False, within=8.0):
        """How it goes on after what is said; frames of the node are read."""
        with link() as made:
            begun = time.monotonic()
            try:
                if under:  # past TLS
                    os.write(made.fileno(), data)
                else:
                    made.sendall(data)
                while time.monotonic() - begun < within:
                    made.settimeout(within)
                    if not made.recv(65_536):
                        return "closed"
                return "goes on"
            except TimeoutError:
                return "open"
            except OSError:
                return "closed"

    report.case("a member's key", "spoken to", greeted, AT_ONCE_S)
    report.case("a member's key, expired certificate", "spoken to",
                lambda: greeted(tls(certificate(folder, "late", key, days="-1"))), AT_ONCE_S)
    report.case("a member's key, signed by nobody known", "spoken to",
                lambda: greeted(tls(certificate(folder, "by-nobody", key, by=nobody))), AT_ONCE_S)
    report.case("a member's key, followed by a stranger's certificate", "spoken to",
                lambda: greeted(tls(certificate(folder, "and-one", key, also=(nobody[0],)))), AT_ONCE_S)
    report.case("a member's key, offering h2", "spoken to", lambda: greeted(alpn(tls(own), "h2")), AT_ONCE_S)
    report.case("a member's key, a name of rubbish", "spoken to", lambda: greeted(name="node-b.invalid"), AT_ONCE_S)

    def resumed():
        with link() as one:
            said(one, 8)
            session = one.session
            if session is not None and session.has_ticket:
                return "a ticket"
        with socket.create_connection(("127.0.0.1", port), timeout=8) as raw:
            with context.wrap_socket(raw, session=session) as again:
                return "resumed" if again.session_reused else said(again, 8)

    report.case("resumption: no ticket is given, a whole handshake is made", "spoken to", resumed, AT_ONCE_S)

    def replaced():
        with contextlib.ExitStack() as stack:
            links = [stack.enter_context(link()) for _ in range(20)]
            for one in links:
                if said(one, 8) == "open":
                    return "open"
            for one in links[:-1]:
                one.settimeout(8)
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    while one.recv(65_536):
                        pass
            return said(links[-1], 8)

    report.case("twenty links with one key: the newest stands", "spoken to", replaced)
    cut_off = {
        "an empty frame": frame(b""),
        "a frame of 4 GB": frame(b"", 0xFFFFFFFF),
        "a frame one byte too long": frame(b"x" * 100, FRAME_BYTES_MAX + 1),
        "a frame of 12 MiB and 1 byte of zeros": frame(bytes(12 * 1024 * 1024 + 1)),
        "the longest frame, of noise": frame(b"\xee" + os.urandom(FRAME_BYTES_MAX - 1)),
        "an unknown kind of message": frame(b"\xee" + b"a" * 50),
        "ten thousand frames of one byte": frame(b"\xff") * 10_000,
    }
    for name, data in cut_off.items():
        report.case(name, "closed", lambda data=data: ends(data))
    report.case("rubbish instead of TLS after the handshake", "closed", lambda: ends(os.urandom(500), under=True))
    report.case("a record that was altered", "closed", lambda: ends(record(23, os.urandom(400)), under=True))
    report.case("a first message in the open after the handshake", "closed", lambda: ends(hello(), under=True))
    report.case("an alert in the open after the handshake", "closed", lambda: ends(record(21, b"\x02\x28"), under=True))
    report.case("a record of 65,535 bytes after the handshake", "closed", lambda: ends(b"\x17\x03\x03\xff\xff" + bytes(70_000), True))

    def properly_closed():
        with link() as made:
            said(made, 8)
            try:
                made.settimeout(8)
                made.unwrap()
                return "closed"
            except TimeoutError:
                return "open"
            except OSError:  # its frames may still have been under way
                return "closed"

    report.case("the end of TLS said properly", "closed", properly_closed, AT_ONCE_S)

    def half_a_frame(seconds):
        with link() as made:
            made.sendall(frame(b"\x04" + os.urandom(1_000), FRAME_BYTES_MAX))
            begun = time.monotonic()
            try:
                while time.monotonic() - begun < seconds:
                    made.settimeout(seconds)
                    if not made.recv(65_536):
                        return "closed"
            except TimeoutError:
                return "open"
            except OSError:
                return "closed"
            return "goes on"

    report.case("half a frame, then silence: not yet", "goes on", lambda: half_a_frame(6))
    if idle:
        report.case("half a frame, then silence: a minute later", "closed", lambda: half_a_frame(IDLE_S + 15), IDLE_S + 10)

    def never_read():
        with link():
            time.sleep(8)
            return "kept"

    report.case("a member that reads nothing", "kept", never_read)


def impostors(net, report):
    """The last member does not run; at its address others answer to whoever dials."""
    port = net.base + net.count - 1
    keys = {name: f"{net.dir}/nodes/{name}/key.pem" for name in net.names}

    def answer(context, silent=False):
        """How each link ends that is dialled within three seconds: heard nothing, or what a node said; an alert."""
        heard, ended, end, told = 0, 0, time.monotonic() + 4, None
        with socket.create_server(("127.0.0.1", port)) as server:
            while time.monotonic() < end:
                server.settimeout(max(0.1, end - time.monotonic()))
                try:
                    raw, _ = server.accept()
                except TimeoutError:
                    break
                with raw:
                    raw.settimeout(8)
                    try:
                        if silent:
                            while raw.recv(65_536):
                                pass
                        else:
                            with context.wrap_socket(raw, server_side=True) as link:
                                heard += len(link.recv(65_536))
                    except TimeoutError:
                        return "open"
                    except ssl.SSLError as error:
                        told = error.reason.partition("ALERT_")[2] or None
                    except OSError:
                        pass
                    ended += 1
        return "not dialled" if not ended else f"told {heard} bytes" if heard else told or "closed"

    asking = tls(certificate(net.folder, "host-asks"), server=True)
    asking.verify_mode = ssl.CERT_OPTIONAL
    cases = {
        "a stranger at a member's address": tls(certificate(net.folder, "host"), server=True),
        "the same, asking for a certificate": asking,
        "another member at a member's address": tls(certificate(net.folder, "host-b", keys["b"]), server=True),
        "who dials, at a member's address": tls(certificate(net.folder, "host-a", keys["a"]), server=True),
        "the member's key under TLS 1.2": tls(certificate(net.folder, "host-12", keys[net.names[-1]]),
                                              ssl.TLSVersion.TLSv1_2, server=True),
    }
    for name, context in cases.items():
        report.case(name, "closed", lambda context=context: answer(context))
    twenty = tls((f"{net.folder}/twenty.crt", f"{net.folder}/twenty.key"), server=True)
    report.case("twenty certificates at a member's address", "ILLEGAL_PARAMETER", lambda: answer(twenty))
    report.case("silence at a member's address", "closed", lambda: answer(None, silent=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--half-open", type=int, default=10_000)
    parser.add_argument("--idle", action="store_true")
    options = parser.parse_args()
    report = Report()
    with Cluster(options.build, proxied=False) as net:
        net.start_all()
        everyone, last = list(range(net.count)), net.count - 1
        assert linked(net, everyone, last)
        with watched(net, report, everyone, "strangers"):
            strangers(net, report, options.half_open)
        net.terminate(0)
        assert linked(net, everyone[1:], last - 1)
        with watched(net, report, everyone[1:], "a member that lies"):
            liar(net, report, options.idle)
        net.start(0)
        report.case("the member itself is linked again", "yes",
                    lambda: "yes" if linked(net, everyone, last) else "no", 10)
        with contextlib.ExitStack() as stack:  # someone has the key of a member that runs
            raw = stack.enter_context(socket.create_connection(("127.0.0.1", net.base + last), timeout=8))
            said(stack.enter_context(tls(certificate(net.folder, "thief", f"{net.dir}/nodes/a/key.pem")).wrap_socket(raw)), 8)
            report.case("a member dials in place of who took its link", "yes",
                        lambda: "yes" if linked(net, everyone, last) else "no", 10)
        net.terminate(last)
        assert linked(net, everyone[:-1], last - 1)
        with watched(net, report, everyone[:-1], "impostors at a member's address"):
            impostors(net, report)
        net.start(last)
        report.case("the member itself is linked again", "yes", lambda: "yes" if linked(net, everyone, last) else "no",
                    AT_ONCE_S)
        net.notice_exits()
        report.failures += [f"node {node} ended by itself: {code} {tail}" for node, code, tail in net.exits]
        for node in everyone:
            if (code := net.terminate(node)) != 0:
                report.failures.append(f"node {node} left SIGTERM with {code}")
    print(f"{report.count} cases, {len(report.failures)} failures")
    for text in report.failures:
        print("FAIL", text)
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()
