"""A bad line between a client and a server: slow, late, broken off, corrupted. Plain TCP, no root.

What is tested on it asks `BadLine.url` instead of the server; TLS would pass through as well.
"""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_BLOCK = 16 * 1024


@dataclass(slots=True)
class BadLine:
    """A proxy in front of `host:port`. What it does to the answers can be changed while it runs."""

    host: str
    port: int
    bytes_a_second: float = 0
    """Each way and connection; 0 for as fast as it goes."""
    delay: float = 0
    """Seconds every block is late, each way."""
    loss: float = 0
    """Share of blocks that are late by one second more: a lost packet sent again by TCP."""
    cut_after: list[int] = field(default_factory=list)
    """Bytes of answers after which the connection breaks: one number for each connection to come
    that brings so much."""
    cut_asking_after: list[int] = field(default_factory=list)
    """The same for bytes of requests."""
    corrupt_at: list[int] = field(default_factory=list)
    """Likewise: places in the answers where a byte is changed."""
    stall_after: int | None = None
    """Bytes of answers after which a connection brings nothing more, without breaking, until this
    is changed."""
    down: bool = False
    """Nobody gets through."""
    seed: int = 1
    connections: int = 0
    carried: int = 0
    """Bytes of answers so far."""
    asked: int = 0
    """Bytes of requests so far."""
    _listener: socket.socket | None = None
    _open: set[socket.socket] = field(default_factory=set)
    _carriers: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _random: random.Random = field(default_factory=random.Random)
    _ended: bool = False

    @property
    def url(self) -> str:
        """Where to ask."""
        assert self._listener is not None
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def running(self) -> Iterator["BadLine"]:
        """Carry connections until the block ends; then all are broken."""
        self._random.seed(self.seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        accepting = threading.Thread(target=self._accept, daemon=True)
        accepting.start()
        try:
            yield self
        finally:
            self._ended = True
            # Closing alone does not wake the thread that waits in `accept`.
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self.break_all()
            for thread in (accepting, *self._carriers):
                thread.join(timeout=5)

    def break_all(self) -> None:
        """Break every connection there is."""
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    # -- inside --------------------------------------------------------------------------------

    def _accept(self) -> None:
        assert self._listener is not None
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.down:
                client.close()
                continue
            try:
                server = socket.create_connection((self.host, self.port), timeout=10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            carrier = threading.Thread(target=self._carry, args=(client, server), daemon=True)
            carrier.start()
            with self._lock:
                self._carriers.append(carrier)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self._open |= {client, server}
        asking = threading.Thread(
            target=self._pump, args=(client, server), kwargs={"answers": False}, daemon=True
        )
        asking.start()
        self._pump(server, client, answers=True)
        asking.join()
        with self._lock:
            self._open -= {client, server}
        client.close()
        server.close()

    def _pump(self, source: socket.socket, target: socket.socket, *, answers: bool) -> None:
        done, cuts = 0, self.cut_after if answers else self.cut_asking_after
        with suppress(OSError):
            while block := source.recv(_BLOCK):
                self._slow(len(block))
                if answers:
                    self._stall(done)
                    block = self._corrupted(block, done)
                cut = self._cut(cuts, done, len(block))
                self._count(len(block) if cut is None else cut, answers=answers)
                target.sendall(block[:cut])
                if cut is not None:
                    break
                done += len(block)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _count(self, size: int, *, answers: bool) -> None:
        with self._lock:
            if answers:
                self.carried += size
            else:
                self.asked += size

    def _slow(self, size: int) -> None:
        pause = self.delay + (size / self.bytes_a_second if self.bytes_a_second else 0)
        if self.loss and self._random.random() < self.loss:
            pause += 1.0
        if pause:
            time.sleep(pause)

    def _stall(self, done: int) -> None:
        while self.stall_after is not None and done >= self.stall_after and not self._ended:
            time.sleep(0.01)

    def _cut(self, cuts: list[int], done: int, size: int) -> int | None:
        """How much of this block still gets through, where the connection breaks in it."""
        with self._lock:
            if cuts and done + size > cuts[0]:
                return max(0, cuts.pop(0) - done)
        return None

    def _corrupted(self, block: bytes, done: int) -> bytes:
        with self._lock:
            if self.corrupt_at and done <= self.corrupt_at[0] < done + len(block):
                place = self.corrupt_at.pop(0) - done
                return block[:place] + bytes([block[place] ^ 0xFF]) + block[place + 1 :]
        return block
