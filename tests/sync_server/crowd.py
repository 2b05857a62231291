"""A crowd at several server processes: some write, some poll, one process is killed meanwhile.

What must hold is checked at the end: every row was seen exactly once by every poller, no cursor
ever went back, and nothing that was acknowledged is missing.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TypeVar

import httpx

from crm_core.sync.change import Operation
from tests.sync_server.live import LiveDevice, LiveServer, wait_for
from tests.sync_server.test_push import customer_of

T = TypeVar("T")
Key = tuple[str, int]


class _Busy(Exception):
    """The server asks to come again."""


@dataclass(slots=True)
class Crowd:
    """Who takes part, and what was acknowledged so far."""

    servers: list[LiveServer]
    login: str
    batches: int
    size: int
    acknowledged: set[Key] = field(default_factory=set)
    written: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turn: "count[int]" = field(default_factory=count)

    def run(self, *, writers: int, pollers: int, meanwhile: Callable[[], None]) -> None:
        """Write and poll until everything is written and seen; `meanwhile` runs in the middle."""
        with ThreadPoolExecutor(writers + pollers + 1) as pool:
            polling = [pool.submit(self._poll) for _ in range(pollers)]
            writing = [pool.submit(self._write) for _ in range(writers)]
            third = writers * self.batches * self.size // 3
            wait_for(
                lambda: len(self.acknowledged) > third or any(f.done() for f in writing),
                "a third is written", seconds=100,
            )  # fmt: skip
            for future in writing:
                if future.done():
                    future.result()
            meanwhile()
            sent = {key for future in writing for key in future.result(timeout=600)}
            self.written.set()
            seen = [future.result(timeout=600) for future in polling]
        assert self.acknowledged == sent
        nodes = {node for node, _ in sent}
        for arrived in seen:
            ours = {key: times for key, times in arrived.items() if key[0] in nodes}
            assert ours == dict.fromkeys(sent, 1), "every row once, and no other"

    def _write(self) -> set[Key]:
        with httpx.Client(timeout=60, trust_env=False) as client:
            device = self._device(client)
            keys: set[Key] = set()
            for _ in range(self.batches):
                batch = [customer_of(device) for _ in range(self.size)]
                keys |= {o.key for o in batch}
                self._insist(device, partial(self._push, device, batch))
        return keys

    def _push(self, device: LiveDevice, batch: list[Operation]) -> None:
        reply = device.push_reply(batch)
        if reply.status_code == 503:
            raise _Busy
        assert reply.status_code == 200, reply.text
        with self._lock:
            self.acknowledged |= {o.key for o in batch}

    def _poll(self) -> Counter[Key]:
        arrived: Counter[Key] = Counter()
        with httpx.Client(timeout=60, trust_env=False) as client:
            device = self._device(client)
            while True:
                complete = self.written.is_set()
                page = self._insist(device, device.page)
                assert page.cursor >= device.cursor
                device.cursor = page.cursor
                arrived.update(o.key for o in page.operations)
                if complete and not page.more:
                    return arrived

    def _device(self, client: httpx.Client) -> LiveDevice:
        device = LiveDevice(self._next(), self.login, client)
        self._insist(device, device.sign_in)
        return device

    def _next(self) -> LiveServer:
        return self.servers[next(self._turn) % len(self.servers)]

    def _insist(self, device: LiveDevice, ask: Callable[[], T]) -> T:
        """Ask one process after the other until one answers; a request may be answered twice."""
        for _ in range(500):
            device.server = self._next()
            with suppress(httpx.TransportError, _Busy):
                return ask()
        raise AssertionError("no server answers")
