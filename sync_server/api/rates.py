"""How fast one address and one person may ask: buckets in memory, one set a process.

A bucket holds so many requests and fills at so many a second. Nothing is written down, and a
restart fills every bucket.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from math import ceil

from crm_core.errors import SyncCode, SyncError
from sync_server.config import Rate, Rates

_MOST = 50_000
"""Buckets remembered; beyond, the full ones and then the oldest are forgotten."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class Buckets:
    """One bucket for each key, filled with time."""

    rate: Rate
    now: Callable[[], float] = time.monotonic
    _held: dict[str, _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str) -> None:
        """Take one request out. SyncError: TOO_MANY, with the seconds to wait in `detail`."""
        with self._lock:
            now, burst, speed = self.now(), self.rate.burst, self.rate.per_second
            bucket = self._held.get(key)
            if bucket is None:
                self._make_room(now)
                bucket = self._held[key] = _Bucket(burst, now)
            bucket.left = min(burst, bucket.left + (now - bucket.at) * speed)
            bucket.at = now
            if bucket.left < 1:
                raise SyncError(SyncCode.TOO_MANY, str(ceil((1 - bucket.left) / speed)))
            bucket.left -= 1

    def _make_room(self, now: float) -> None:
        if len(self._held) < _MOST:
            return
        rests = self.rate.burst / self.rate.per_second
        self._held = {k: b for k, b in self._held.items() if now - b.at < rests}
        for key in sorted(self._held, key=lambda k: self._held[k].at)[: len(self._held) // 2]:
            del self._held[key]


class RateGate:
    """The buckets of one application; every method lets pass or raises TOO_MANY."""

    def __init__(self, rates: Rates | None, *, now: Callable[[], float] = time.monotonic) -> None:
        """`rates` None: everything passes."""
        self._kinds = (
            None
            if rates is None
            else (
                Buckets(rates.address, now),
                Buckets(rates.sign_in, now),
                Buckets(rates.person, now),
                Buckets(rates.check, now),
            )
        )

    def address(self, client: str) -> None:
        """A request from this address."""
        if self._kinds is not None:
            self._kinds[0].take(_network(client))

    def sign_in(self, client: str) -> None:
        """A password from this address."""
        if self._kinds is not None:
            self._kinds[1].take(_network(client))

    def person(self, user_id: str) -> None:
        """A request of somebody signed in."""
        if self._kinds is not None:
            self._kinds[2].take(user_id)

    def check(self, user_id: str) -> None:
        """A question whether somebody has a number already."""
        if self._kinds is not None:
            self._kinds[3].take(user_id)


def _network(client: str) -> str:
    """The address, or the network of one household: IPv6 gives each customer a whole /64."""
    try:
        found = ip_address(client)
    except ValueError:
        return client
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return found.exploded[:19]
    return client
