"""Noticing from inside that the machine slept or that its way to the network changed.

No thread and no waiting here: somebody looks every few seconds and is told what is new. Nothing
is sent; asking the system for its route costs no traffic.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.postponed import Postponed

if TYPE_CHECKING:
    import socket
else:
    socket = Postponed("socket")

LOOK_SECONDS = 2.0
SLEPT_SECONDS = 20.0
"""A gap between two looks of this much more than intended means that the machine stood still."""
_ANYWHERE = ("192.0.2.1", "2001:db8::1")
"""Addresses for documentation: never reached, but routed like any other."""


def local_addresses(server_host: str) -> str:
    """From which of our addresses the server, or else the world, would be reached; "" for none."""
    targets = [one for host in (server_host, *_ANYWHERE) for one in _literal(host)]
    return " ".join(found for target in targets if (found := _address_towards(*target)))


@dataclass(slots=True)
class Vigil:
    """Compares now with the last look. Wall clock and route are given."""

    wall: Callable[[], float]
    """Seconds since 1970; goes on while the machine sleeps."""
    route: Callable[[], str]
    """Changes when the way to the network does."""
    monotonic: Callable[[], float] = time.monotonic
    """Stands still during sleep on some systems and goes on through it on others."""
    _seen: tuple[float, float, str] = field(default=(0.0, 0.0, ""), init=False)

    def __post_init__(self) -> None:
        self._seen = (self.monotonic(), self.wall(), self.route())

    def look(self) -> str:
        """What happened since the last look: "woke", "moved" (another network), or ""."""
        before, self._seen = self._seen, (self.monotonic(), self.wall(), self.route())
        steady, wall = (now - then for now, then in zip(self._seen[:2], before[:2], strict=True))
        if max(steady, wall) > SLEPT_SECONDS:
            return "woke"
        return "moved" if self._seen[2] != before[2] else ""


def _literal(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return []
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    return [(family, str(address))]


def _address_towards(family: socket.AddressFamily, address: str) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
