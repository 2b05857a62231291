"""A bad line between two TCP ends: delay, loss and narrowness, as a proxy on loopback.

`tc netem` needs a kernel module and root; this needs neither. What TCP makes of a lost packet is
modelled: everything behind it waits until it has been sent again.
"""

import asyncio
import random
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

_SEGMENT = 1_400
"""Bytes of one packet."""
_RESEND_SECONDS = 0.2
"""What Linux waits at least, beyond a round trip, before it sends a lost packet again."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How bad."""

    delay: float = 0.05
    """Seconds each way."""
    loss: float = 0.01
    """Share of packets."""
    bits: float = 256_000.0
    """A second, each way, shared by all connections."""


class Line:
    """A proxy to `url` that can be cut, mended and made bad; runs in a thread of its own."""

    def __init__(self, url: str, quality: Quality, *, seed: int = 7) -> None:
        """Clear as glass until `worsen`."""
        target = urlsplit(url)
        self._host, self._port = str(target.hostname), int(target.port or 80)
        self._quality = quality
        self._random = random.Random(seed)
        self._bad = self._cut = False
        self._loop = asyncio.new_event_loop()
        self._links = (asyncio.Lock(), asyncio.Lock())
        """Up and down: whoever holds it is putting bits on the wire."""
        self._ends: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bad-line", daemon=True)
        self._thread.start()
        self._ready.wait()

    @property
    def url(self) -> str:
        """What clients are told."""
        return f"http://127.0.0.1:{self._listening}"

    def worsen(self) -> None:
        """From now on as bad as was said."""
        self._bad = True

    def cut(self) -> None:
        """No line at all: open connections break, new ones are refused."""
        self._cut = True
        self._loop.call_soon_threadsafe(self._break)

    def mend(self) -> None:
        """There is a line again."""
        self._cut = False

    def close(self) -> None:
        """End it."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self._listening = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _break(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        if self._bad:
            await asyncio.sleep(2 * self._quality.delay)  # The handshake.
        there, back = await asyncio.open_connection(self._host, self._port)
        self._ends |= {writer, back}
        up, down = self._links
        await asyncio.gather(self._carry(reader, back, up), self._carry(there, writer, down))
        self._ends -= {writer, back}

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, link: asyncio.Lock
    ) -> None:
        """One direction of one connection, packet by packet and in order."""
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(arriving, sink))
        latest = 0.0
        with suppress(OSError):
            while packet := await source.read(_SEGMENT if self._bad else 2**16):
                latest = max(latest, await self._sent(packet, link))
                arriving.put_nowait((latest, packet))
        arriving.put_nowait((latest, b""))
        await delivery

    async def _sent(self, packet: bytes, link: asyncio.Lock) -> float:
        """Put a packet on the wire; when it will arrive. Connections take turns."""
        if not self._bad:
            return 0.0
        quality, late = self._quality, 0.0
        async with link:
            await asyncio.sleep(8 * len(packet) / quality.bits)
            while self._random.random() < quality.loss:
                late += 2 * quality.delay + _RESEND_SECONDS
        return self._loop.time() + quality.delay + late

    async def _deliver(
        self, arriving: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while True:
                moment, packet = await arriving.get()
                await asyncio.sleep(max(0.0, moment - self._loop.time()))
                if not packet:
                    sink.close()
                    return
                sink.write(packet)
                await sink.drain()
