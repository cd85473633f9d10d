"""A TCP proxy that spoils what passes: byte by byte, on demand, seeded."""
import random
import selectors
import socket
import threading
import time

CHUNK = 65536


class Way:
    """One direction of one connection."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.waiting = []  # (when it may go out, bytes)
        self.ended = False


class FaultProxy:
    """Listens on the loopback and forwards to `target` (host, port).

    Faults, each for as long as it is set: `delay` (seconds, with jitter), `silent` (takes and forwards nothing: a
    half-open connection), `corrupt` (chance per chunk that one bit is changed), `duplicate` (chance that a chunk is sent
    twice), `truncate` (chance that a chunk loses its end and the connection is cut), `refuse` (new connections are
    closed at once). `cut()` resets every connection.
    """

    def __init__(self, target, seed):
        self.target = target
        self.random = random.Random(seed)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.faults = {}
        self.counts = {}
        self.ways = []
        self.cutting = False
        self.closed = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    # -- what others call

    def set(self, **faults):
        with self.lock:
            self.faults = dict(faults)

    def clear(self):
        self.set()

    def cut(self):
        with self.lock:
            self.cutting = True

    def close(self):
        self.closed = True
        self.thread.join(5)

    # -- the loop

    def _fault(self, name):
        with self.lock:
            return self.faults.get(name)

    def _count(self, name):
        self.counts[name] = self.counts.get(name, 0) + 1

    def _run(self):
        while not self.closed:
            with self.lock:
                cutting, self.cutting = self.cutting, False
            if cutting:
                for way in self.ways:
                    self._drop(way)
                self._count("cut")
            self.ways = [way for way in self.ways if not way.ended]
            self._turn()
        for way in self.ways:
            self._drop(way)
        self.listener.close()

    def _turn(self):
        now = time.monotonic()
        silent = self._fault("silent")
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ, None)
            wait = 0.05
            for way in self.ways:
                if not silent and sum(len(data) for _, data in way.waiting) < 1 << 22:
                    self._register(selector, way.source, selectors.EVENT_READ, way)
                if way.waiting:
                    due = way.waiting[0][0] - now
                    wait = min(wait, max(due, 0.001))
            ready = selector.select(wait)
        for key, _ in ready:
            if key.data is None:
                self._accept()
            else:
                self._read(key.data)
        if not silent:
            for way in self.ways:
                self._write(way)

    @staticmethod
    def _register(selector, sock, events, data):
        try:
            selector.register(sock, events, data)
        except (KeyError, ValueError):
            pass

    def _accept(self):
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        if self._fault("refuse"):
            self._count("refuse")
            client.close()
            return
        try:
            server = socket.create_connection(self.target, timeout=2)
        except OSError:
            client.close()
            return
        for sock in (client, server):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ways += [Way(client, server), Way(server, client)]

    def _read(self, way):
        if way.ended:
            return
        try:
            data = way.source.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._drop(way)
            return
        if not data:
            self._drop(way)
            return
        delay = self._fault("delay") or 0
        due = time.monotonic() + (self.random.uniform(0.5, 1.5) * delay if delay else 0)
        if delay:
            self._count("delay")
        if way.waiting:  # TCP keeps the order
            due = max(due, way.waiting[-1][0])
        data = self._spoil(way, data)
        way.waiting.append((due, data))

    def _spoil(self, way, data):
        if self._chance("corrupt"):
            at = self.random.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ (1 << self.random.randrange(8))]) + data[at + 1:]
        if self._chance("duplicate"):
            data = data + data
        if self._chance("truncate"):
            data = data[:self.random.randrange(len(data))]
            way.cut_after = True
        return data

    def _chance(self, name):
        probability = self._fault(name)
        if probability and self.random.random() < probability:
            self._count(name)
            return True
        return False

    def _write(self, way):
        now = time.monotonic()
        while way.waiting and not way.ended and way.waiting[0][0] <= now:
            due, data = way.waiting[0]
            if data:
                try:
                    sent = way.target.send(data)
                except BlockingIOError:
                    return
                except OSError:
                    self._drop(way)
                    return
                if sent < len(data):
                    way.waiting[0] = (due, data[sent:])
                    return
            way.waiting.pop(0)
        if not way.waiting and getattr(way, "cut_after", False):
            self._drop(way)

    def _drop(self, way):
        for other in self.ways:
            if other.source in (way.source, way.target):
                other.ended = True
        way.ended = True
        for sock in (way.source, way.target):
            try:
                # A reset, not a polite end.
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            except OSError:
                pass
            sock.close()
