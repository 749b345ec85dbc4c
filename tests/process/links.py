#!/usr/bin/env python3
"""Strangers and liars at the port for members: whoever does not hold the right key is not spoken to, whoever holds one and
talks nonsense is cut off, and the other members go on. Usage: links.py BUILD"""
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import time

from common import Network

FRAME_BYTES_MAX = 12 * 1024 * 1024 + 64
FAILURES = []


def fail(text):
    FAILURES.append(text)
    print("FAIL", text)


def certificate(folder, name, key=None):
    """A self-signed certificate; over a fresh key when none is given."""
    key_path, cert_path = f"{folder}/{name}.key", f"{folder}/{name}.crt"
    if key is None:
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key_path], check=True, capture_output=True)
    else:
        pathlib.Path(key_path).write_bytes(pathlib.Path(key).read_bytes())
    subprocess.run(["openssl", "req", "-x509", "-new", "-key", key_path, "-subj", "/CN=x", "-days", "1", "-out", cert_path],
                   check=True, capture_output=True)
    return cert_path, key_path


def context(pair=None, version=ssl.TLSVersion.TLSv1_3):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.minimum_version = made.maximum_version = version
    if pair:
        made.load_cert_chain(*pair)
    return made


def connect(port, tls, timeout=10):
    raw = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    return tls.wrap_socket(raw) if tls else raw


def hears_nothing(name, port, tls, say=b"", within=8.0):
    """The node says nothing and closes in time."""
    begun = time.monotonic()
    heard = b""
    try:
        with connect(port, tls, timeout=within) as link:
            if say:
                link.sendall(say)
            while more := link.recv(65536):
                heard += more
                if len(heard) > 10_000:
                    break
    except socket.timeout:
        fail(f"{name}: the link is still open after {within} s")
    except (ssl.SSLError, ConnectionError, OSError):
        pass
    if tls is not None and heard:
        fail(f"{name}: a frame was sent to a stranger: {heard[:40]}")
    return time.monotonic() - begun


def frame(payload):
    return struct.pack(">I", len(payload)) + payload


def cut_off(name, port, tls, data):
    """A member that says this is cut off within seconds."""
    try:
        with connect(port, tls) as link:
            link.settimeout(10)
            link.sendall(data)
            end = time.monotonic() + 8
            while time.monotonic() < end:
                if not link.recv(65536):
                    return
        fail(f"{name}: the link goes on")
    except socket.timeout:
        fail(f"{name}: the link goes on in silence")
    except (ssl.SSLError, ConnectionError, OSError):
        pass


def memory_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def main():
    with Network(sys.argv[1]) as net:
        port, port_d = net.base, net.base + 3
        hears_nothing("plain text", port, None, b"GET / HTTP/1.1\r\n\r\n")
        if hears_nothing("silence", port, None) > 7:
            fail("a silent stranger keeps its place")
        hears_nothing("no certificate", port, context())
        hears_nothing("a key of nobody", port, context(certificate(net.folder, "stranger")))
        old = context(certificate(net.folder, "old"), ssl.TLSVersion.TLSv1_2)
        hears_nothing("TLS 1.2", port, old)
        # Node a may not pose as a to d: the key must be that of a lower member, and d is asked with its own.
        hears_nothing("the node's own key", port_d, context(certificate(net.folder, "own", f"{net.dir}/nodes/d/key.pem")))
        # The key of a real member: a turns liar, and d, whom it dials, hears nonsense.
        os.kill(net.pid(0), 9)
        liar = context(certificate(net.folder, "liar", f"{net.dir}/nodes/a/key.pem"))
        before = memory_mb(net.pid(3))
        for name, data in {"an empty frame": struct.pack(">I", 0),
                           "a frame too long": struct.pack(">I", FRAME_BYTES_MAX + 1) + b"x" * 100,
                           "a frame of 4 GB": struct.pack(">I", 0xFFFFFFFF),
                           "an unknown kind": frame(b"\xee" + b"a" * 50),
                           "a greeting cut short": frame(b"\x00" + b"\x01" * 20),
                           "a list that claims to be long": frame(b"\x04" + struct.pack(">I", 0x7FFFFFFF)),
                           "random bytes": frame(os.urandom(100_000)),
                           "a proposal of zeros": frame(b"\x01" + bytes(500)),
                           "a vote with a tail": frame(b"\x02" + bytes(118))}.items():
            cut_off(name, port_d, liar, data)
        # Half a frame, many times over.
        held = [connect(port_d, liar) for _ in range(5)]
        for link in held:
            link.sendall(struct.pack(">I", FRAME_BYTES_MAX) + b"\x04" + os.urandom(1_000))
        # Strangers by the hundred.
        crowd = [socket.create_connection(("127.0.0.1", port_d), timeout=10) for _ in range(300)]
        time.sleep(1)
        if net.get(3, "/readyz")["height"] < 1:
            fail("d is not there")
        height = net.get(3, "/v1/status")["height"]
        time.sleep(7)
        if net.get(3, "/v1/status")["height"] <= height:
            fail("the others did not go on")
        for link in held + crowd:
            link.close()
        grown = memory_mb(net.pid(3)) - before
        if grown > 200:
            fail(f"memory grew by {grown} MB")
        net.up()
        print(f"strangers and a liar met; memory grew by {grown} MB")
    if FAILURES:
        sys.exit(f"{len(FAILURES)} failures")


main()
