"""Machines of their own: a network namespace for each node, joined by a process that carries their packets and can lose, repeat,
hold back and reorder them, each direction of each pair for itself. TCP is the kernel's own at both ends, so it goes unheard as
on a bad line; a proxy acknowledges whatever it does not pass on. Needs root and TUN (/dev/net/tun)."""
import contextlib
import ctypes
import fcntl
import heapq
import multiprocessing
import os
import random
import select
import struct
import subprocess
import time

from cluster import LIBC, end_with_parent

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x1, 0x1000
PACKET_BYTES_MAX = 2_048
READS_AT_ONCE = 64
HELD_MAX = 100_000
HUB = 255  # in the third place of the address: where the clients live


class NoNamespaces(Exception):
    pass


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")


def enter(namespace):
    """This thread, and all threads and processes that it starts."""
    with open(f"/run/netns/{namespace}") as held:
        if LIBC.setns(held.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


class Weather:
    """Shared with the process that carries: of each direction the share of packets lost and of packets sent twice, seconds that
    each is held back and seconds more at random, which also reorders."""
    FIELDS = ("lost", "twice", "delay_s", "jitter_s")

    def __init__(self, ends):
        self.ends = ends
        self.values = multiprocessing.RawArray("d", ends * ends * len(self.FIELDS))

    def place(self, a, b):
        return (a * self.ends + b) * len(self.FIELDS)

    def of(self, a, b):
        at = self.place(a, b)
        return self.values[at:at + len(self.FIELDS)]

    def set(self, a, b, **fields):
        at = self.place(a, b)
        self.values[at:at + len(self.FIELDS)] = [fields.get(name, 0.0) for name in self.FIELDS]


def interface(namespace):
    """A descriptor whose packets are those of the interface `wire` in this namespace, which this thread enters."""
    enter(namespace)
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH14x", b"wire", IFF_TUN | IFF_NO_PI))
    return fd


def carry(fds, weather, seed):
    end_with_parent()
    turns, held, count = random.Random(seed), [], 0
    ends = {fd: end for end, fd in enumerate(fds)}
    poll = select.epoll()
    for fd in fds:
        poll.register(fd, select.EPOLLIN)

    def send(end, packet):
        with contextlib.suppress(OSError):  # an interface that goes, or is full: lost
            os.write(fds[end], packet)

    while True:
        wait = max(0.0, held[0][0] - time.monotonic()) if held else -1
        for fd, _ in poll.poll(wait):
            for _ in range(READS_AT_ONCE):
                try:
                    packet = os.read(fd, PACKET_BYTES_MAX)
                except OSError:
                    break
                if len(packet) < 20 or packet[0] >> 4 != 4:
                    continue
                end = len(fds) - 1 if packet[18] == HUB else packet[18]
                if end >= len(fds):
                    continue
                lost, twice, delay_s, jitter_s = weather.of(ends[fd], end)
                if turns.random() < lost:
                    continue
                for _ in range(2 if turns.random() < twice else 1):
                    if delay_s + jitter_s == 0:
                        send(end, packet)
                    elif len(held) < HELD_MAX:
                        count += 1
                        heapq.heappush(held, (time.monotonic() + delay_s + turns.random() * jitter_s, count, end, packet))
        now = time.monotonic()
        while held and held[0][0] <= now:
            _, _, end, packet = heapq.heappop(held)
            send(end, packet)


class Wires:
    """`count` namespaces for nodes and one for their clients, where this process goes to live. Ends with what it made."""

    def __init__(self, count, seed):
        tag = f"quanlu{os.getpid()}"
        self.nodes = [f"{tag}-{node}" for node in range(count)]
        self.hub, self.fds, self.carrier = tag, [], None
        self.weather = Weather(count + 1)
        try:
            for name, address in [*((name, self.address(node)) for node, name in enumerate(self.nodes)), (self.hub, self.address(HUB))]:
                ip("netns", "add", name)
                self.fds.append(interface(name))
                ip("-n", name, "link", "set", "lo", "up")
                ip("-n", name, "addr", "add", address + "/16", "dev", "wire")
                ip("-n", name, "link", "set", "wire", "up", "txqueuelen", "5000")
        except (OSError, NoNamespaces) as error:
            self.close()
            raise NoNamespaces(str(error)) from error
        self.carrier = multiprocessing.Process(target=carry, args=(self.fds, self.weather, seed), daemon=True)
        self.carrier.start()

    @staticmethod
    def address(node):
        return f"10.213.{node}.1"

    def pairs(self):
        return [(a, b) for a in range(len(self.nodes)) for b in range(len(self.nodes)) if a != b]

    def lose(self, pairs):
        """Packets from the first of each pair to the second are lost from now on."""
        for a, b in pairs:
            self.weather.set(a, b, lost=1.0)

    def everywhere(self, **fields):
        """Between all nodes; clients reach them as ever."""
        for a, b in self.pairs():
            self.weather.set(a, b, **fields)

    def heal(self):
        self.everywhere()

    def close(self):
        if self.carrier is not None:
            self.carrier.terminate()
            self.carrier.join()
        for fd in self.fds:
            os.close(fd)
        for name in [*self.nodes, self.hub]:
            with contextlib.suppress(OSError):
                subprocess.run(["ip", "netns", "del", name], capture_output=True)
