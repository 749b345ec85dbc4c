"""A TCP proxy for the links between members: one listening port for each directed link (who dials, whom), and for each
direction of bytes its own delay, jitter, bandwidth and stall; links are cut, cut one way, or half closed. The TLS
between members passes through as it is. Runs in a thread of its own; every control may be called from any thread.
As a program, its own test: proxy.py"""
import asyncio
import pathlib
import random
import re
import socket
import sys
import threading
import time

CHUNK_BYTES = 65_536
SLICE_S = 0.05  # of a narrow link; its end is felt within so long
CHUNKS_HELD_MAX = 256  # for each direction of each connection; then its reader waits and TCP pushes back


class Direction:
    """Bytes from one node to another, over whichever connection they go."""

    def __init__(self):
        self.heal()
        self.passed = 0

    def heal(self):
        self.delay = self.jitter = 0.0  # seconds
        self.bandwidth = 0  # bytes a second; 0 is no limit
        self.stalled = False


class Proxy:
    """ports: {(i, j): port to listen on for i dialling j}; targets: {j: port where j listens}."""

    def __init__(self, ports, targets, seed=1):
        self.ports, self.targets, self.random = ports, targets, random.Random(seed)
        self.directions = {}
        for i, j in ports:
            self.directions.setdefault((i, j), Direction())
            self.directions.setdefault((j, i), Direction())
        self.cuts = set()  # (i, j), i < j: closed, and refused when dialled
        self.open = {pair: set() for pair in ports}  # connections by the port they came in at
        self.half_closed = set()  # writers whose end was said
        self.servers, self.accepted = [], 0
        self.loop = asyncio.new_event_loop()
        self.changed = None
        self.thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self.thread.start()
        self._call(self._listen())

    # Control.
    def slow(self, i, j, delay=0.0, jitter=0.0, bandwidth=0):
        def do():
            way = self.directions[i, j]
            way.delay, way.jitter, way.bandwidth = delay, jitter, bandwidth
        self._do(do)

    def stall(self, i, j, on=True):
        """Bytes from i to j stay where they are; the connection stays open. This is also the one-way cut."""
        self._do(lambda: setattr(self.directions[i, j], "stalled", on))

    one_way_cut = stall

    def cut(self, i, j):
        """Both ways: what is open is reset, what is dialled is closed at once."""
        def do():
            self.cuts.add((min(i, j), max(i, j)))
            self._reset(i, j)
        self._do(do)

    def join(self, i, j):
        self._do(lambda: self.cuts.discard((min(i, j), max(i, j))))

    def reset(self, i, j):
        """Ends what is open; it may be dialled again."""
        self._do(lambda: self._reset(i, j))

    def half_close(self, i, j):
        """j hears the end of the stream from i, and nothing that i says later; the other way stays open."""
        def do():
            for dialled in ((i, j), (j, i)):
                for near, far in self.open.get(dialled, ()):
                    writer = far if dialled == (i, j) else near
                    self._end(writer)
        self._do(do)

    def heal(self):
        def do():
            self.cuts.clear()
            for way in self.directions.values():
                way.heal()
        self._do(do)

    def passed(self):
        return {pair: way.passed for pair, way in self.directions.items()}

    def close(self):
        async def stop():
            for server in self.servers:
                server.close()
            for pair in self.open:
                self._reset(*pair)
            tasks = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._call(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=5)

    # Inside.
    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=30)

    def _do(self, change):
        async def do():
            change()
            self.changed.set()  # wakes whoever waits for the end of a stall
            self.changed.clear()
        self._call(do())

    def _reset(self, i, j):
        for dialled in ((i, j), (j, i)):
            for writers in list(self.open.get(dialled, ())):
                for writer in writers:
                    writer.transport.abort()

    def _end(self, writer):
        if writer not in self.half_closed and not writer.is_closing():
            self.half_closed.add(writer)
            writer.write_eof()

    async def _listen(self):
        self.changed = asyncio.Event()
        for pair, port in self.ports.items():
            self.servers.append(await asyncio.start_server(
                lambda reader, writer, pair=pair: self._accepted(pair, reader, writer), "127.0.0.1", port))

    async def _accepted(self, pair, reader, near):
        i, j = pair
        self.accepted += 1
        link = (min(i, j), max(i, j))
        try:
            if link in self.cuts:
                raise ConnectionError("cut")
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.targets[j])
        except OSError:
            near.transport.abort()
            return
        if link in self.cuts:  # in the meantime
            near.transport.abort()
            far.transport.abort()
            return
        for writer in (near, far):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open[pair].add((near, far))
        try:
            await asyncio.gather(self._pump(self.directions[i, j], reader, far),
                                 self._pump(self.directions[j, i], far_reader, near))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.open[pair].discard((near, far))
            self.half_closed -= {near, far}
            near.transport.abort()
            far.transport.abort()

    async def _pump(self, way, reader, writer):
        held = asyncio.Queue(CHUNKS_HELD_MAX)

        async def read():
            while True:
                data = await reader.read(CHUNK_BYTES)
                await held.put((time.monotonic() + way.delay + self.random.uniform(0, way.jitter), data))
                if not data:
                    return

        async def write():
            while True:
                due, data = await held.get()
                if (wait := due - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                while way.stalled:
                    await self.changed.wait()
                if not data:
                    self._end(writer)
                    return
                while data and writer not in self.half_closed:
                    size = max(1, int(way.bandwidth * SLICE_S)) if way.bandwidth else len(data)
                    writer.write(data[:size])
                    way.passed += len(data[:size])
                    data = data[size:]
                    await writer.drain()
                    if way.bandwidth:
                        await asyncio.sleep(SLICE_S)

        tasks = [asyncio.ensure_future(read()), asyncio.ensure_future(write())]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()


def through_proxy(folder, names, base, proxy_base):
    """Rewrites the configurations of a development network that is down, so that its nodes dial the proxy's ports.
    Returns ports and targets for a Proxy."""
    count = len(names)
    ports = {(i, j): proxy_base + i * count + j for i in range(count) for j in range(count) if i != j}
    for i, name in enumerate(names):
        path = pathlib.Path(folder) / "nodes" / name / "config.toml"
        text = path.read_text()
        for j, other in enumerate(names):
            if i != j:
                line = f'node-{other} = "127.0.0.1:{ports[i, j]}"'
                text, changed = re.subn(rf'(?m)^node-{other} = ".*"$', line, text)
                if changed != 1:
                    sys.exit(f"{path}: no address of node-{other}")
        path.write_text(text)
    return ports, {j: base + j for j in range(count)}


def test():
    """Each control does what it says, on one link to an echo."""
    base = random.randrange(33_000, 60_000, 10)
    echo = socket.create_server(("127.0.0.1", base + 1))

    def serve():
        while True:
            try:
                link, _ = echo.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(link,), daemon=True).start()

    def answer(link):
        with link:
            try:
                while data := link.recv(65_536):
                    link.sendall(data)
                link.sendall(b"end")
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    proxy = Proxy({(0, 1): base + 2, (1, 0): base + 3}, {0: base, 1: base + 1})

    def dial():
        link = socket.create_connection(("127.0.0.1", base + 2), timeout=5)
        link.settimeout(2)
        return link

    def round_trip(link, data=b"x"):
        begun, got = time.monotonic(), b""
        link.sendall(data)
        while len(got) < len(data):
            more = link.recv(65_536)
            if not more:
                raise ConnectionError("closed")
            got += more
        assert got == data
        return time.monotonic() - begun

    link = dial()
    assert round_trip(link) < 0.3
    proxy.slow(0, 1, delay=0.3)
    assert 0.3 <= round_trip(link) < 0.8
    proxy.slow(0, 1, delay=0.1, jitter=0.2)
    assert 0.1 <= round_trip(link) < 0.8
    proxy.slow(1, 0, bandwidth=100_000)
    assert round_trip(link, b"y" * 50_000) > 0.4
    proxy.heal()
    assert round_trip(link) < 0.3
    for way in ((0, 1), (1, 0)):
        proxy.stall(*way)
        link.sendall(b"z")
        try:
            link.recv(1)
            raise AssertionError("a stalled link speaks")
        except socket.timeout:
            pass
        proxy.stall(*way, on=False)
        assert link.recv(1) == b"z"
    proxy.cut(0, 1)
    try:
        assert link.recv(1) == b""
    except ConnectionError:
        pass
    again = dial()
    try:
        assert again.recv(1) == b""
    except ConnectionError:
        pass
    proxy.join(0, 1)
    link = dial()
    round_trip(link)
    proxy.half_close(0, 1)
    link.sendall(b"into the void")
    assert link.recv(3) == b"end"
    proxy.reset(0, 1)
    assert proxy.passed()[0, 1] > 50_000
    proxy.close()
    echo.close()
    print("delay, jitter, bandwidth, stall each way, cut, join, half close, reset: as said")


if __name__ == "__main__":
    test()
