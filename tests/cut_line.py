"""A TCP line to a server that breaks after so many bytes, each way: for transfers that resume."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import httpx

_BLOCK = 4096


@dataclass(slots=True)
class CutLine:
    """A proxy in front of `target`. Each connection takes the next number of either list."""

    target: str
    cut_up: list[int] = field(default_factory=list)
    """Bytes of requests after which a connection breaks; none left: it holds."""
    cut_down: list[int] = field(default_factory=list)
    """Bytes of answers after which a connection breaks."""
    up: int = 0
    """Bytes of requests carried."""
    down: int = 0
    """Bytes of answers carried."""
    connections: int = 0
    _listener: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sockets: list[socket.socket] = field(default_factory=list)
    _pumps: list[threading.Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where to ask instead of the server."""
        assert self._listener is not None
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def running(self) -> Iterator["CutLine"]:
        """Carry connections until the block ends; then all are broken."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        accepting = threading.Thread(target=self._accept, daemon=True)
        accepting.start()
        try:
            yield self
        finally:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            accepting.join(timeout=5)
            for one in self._sockets:
                _end(one)
            for thread in self._pumps:
                thread.join(timeout=5)
            for one in self._sockets:
                one.close()

    def _accept(self) -> None:
        assert self._listener is not None
        where = httpx.URL(self.target)
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection((str(where.host), where.port or 80))
            except OSError:
                return
            self._sockets += [client, server]
            self.connections += 1
            up = self.cut_up.pop(0) if self.cut_up else -1
            down = self.cut_down.pop(0) if self.cut_down else -1
            for source, sink, cut in ((client, server, up), (server, client, down)):
                upward = source is client
                pump = threading.Thread(
                    target=self._pump, args=(source, sink, cut), kwargs={"upward": upward},
                    daemon=True,
                )  # fmt: skip
                self._pumps.append(pump)
                pump.start()

    def _pump(self, source: socket.socket, sink: socket.socket, left: int, *, upward: bool) -> None:
        with suppress(OSError):
            while block := source.recv(_BLOCK):
                part = block if left < 0 else block[:left]
                sink.sendall(part)
                with self._lock:
                    if upward:
                        self.up += len(part)
                    else:
                        self.down += len(part)
                if left >= 0:
                    left -= len(part)
                    if left == 0:
                        break
        _end(source)
        _end(sink)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
