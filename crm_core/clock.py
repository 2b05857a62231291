"""Time and identity: the wall clock, hybrid logical stamps, node ids and time-ordered record ids.

Everything here is a value or takes its sources of time and randomness as arguments. Nothing here
reads a database or a file.
"""

import secrets
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
"""China standard time: one zone for the whole country, without daylight saving."""

ZERO_STAMP = "000000000000-0000-0000000000000000"
"""Sorts before every real stamp: "never"."""

_MAX_COUNTER = 0xFFFF
_STAMP_LENGTH = len(ZERO_STAMP)
_MOMENT = 17
"""Characters of a stamp that say when, before who."""
_WRITTEN = "%012x-%04x-%s"
"""Milliseconds, counter, node; quicker than an f-string."""
_LATEST_STAMP = "7fff00000000-0000-0000000000000000"
"""The year 6429: later ones, counted on, would outgrow the signed 64 bits of `stamp_ticks`."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where "now" comes from; tests pass one that stands still."""

    now: Callable[[], datetime]
    """Returns an aware datetime."""

    def utc(self) -> datetime:
        """Now, in UTC."""
        return self.now().astimezone(UTC)

    def millis(self) -> int:
        """Now, in milliseconds since 1970-01-01 UTC."""
        return int(self.now().timestamp() * 1000)

    def iso(self) -> str:
        """Now in the one written form of moments, see `iso_moment`."""
        return iso_moment(self.now())


def system_clock() -> Clock:
    """The machine's own clock."""
    return Clock(now=lambda: datetime.now(UTC))


_SIGNS = ("-", "-", "T", ":", ":", "Z")


def iso_moment(moment: datetime) -> str:
    """The fixed-width form `2026-01-31T09:05:00Z`: UTC, whole seconds, sorts as text."""
    bare = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return f"{bare.isoformat()}Z"


def parse_moment(text: str) -> datetime:
    """Read `iso_moment`'s form back as an aware datetime; ValueError when it is not one."""
    # A list parses hundreds while somebody scrolls; strptime takes ten times as long.
    if len(text) != 20 or (text[4], text[7], text[10], text[13], text[16], text[19]) != _SIGNS:
        raise ValueError("not a moment")
    return datetime.fromisoformat(text)


def new_node_id() -> str:
    """A random 16-digit lower-case hexadecimal node id."""
    return secrets.token_hex(8)


def new_id(clock: Clock) -> str:
    """A UUID version 7 (RFC 9562): sorts by creation time, unique without a server."""
    millis = clock.millis() & 0xFFFFFFFFFFFF
    random = secrets.randbits(74)
    high = (millis << 16) | 0x7000 | (random >> 62)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_ids(clock: Clock, number: int) -> list[str]:
    """So many of `new_id`, each greater than the one before: after the time comes a counter of 26
    bits that begins anywhere in its lower half, then 48 random bits (RFC 9562, 6.2, method 1)."""
    millis, begin = clock.millis() & 0xFFFFFFFFFFFF, secrets.randbits(25)
    time, random = f"{millis:012x}", secrets.token_hex(6 * number)
    head = f"{time[:8]}-{time[8:]}-7"
    lower = [random[at : at + 12] for at in range(0, 12 * number, 12)]
    made: list[str] = []
    while len(made) < number:
        upper, count = divmod(begin + len(made), 0x4000)
        count |= 0x8000
        words = f"{head}{upper & 0xFFF:03x}-%04x-%s"  # Half the price of an f-string for each.
        made += [words % one for one in zip(range(count, 0xC000), lower[len(made) :], strict=False)]
    return made


def make_stamp(millis: int, counter: int, node: str) -> str:
    """Write a hybrid logical stamp `{ms:012x}-{counter:04x}-{node:016x}`; compared as text."""
    return f"{max(0, millis):012x}-{counter:04x}-{node}"


def stamp_millis(stamp: str) -> int:
    """The physical part of a stamp, milliseconds since 1970."""
    return int(stamp[:12], 16)


def stamp_node(stamp: str) -> str:
    """The node that wrote the stamp."""
    return stamp[18:]


def stamp_moment(stamp: str) -> datetime:
    """The physical part of a stamp as an aware UTC datetime."""
    return datetime.fromtimestamp(stamp_millis(stamp) / 1000, UTC)


def stamp_ticks(stamp: str) -> int:
    """The time and counter of a stamp as one integer, `ms << 16 | counter`: as it is stored."""
    return int(stamp[:12] + stamp[13:17], 16)


def stamp_from_ticks(ticks: int, node: str) -> str:
    """The stamp of `node` with this time and counter; the inverse of `stamp_ticks`."""
    return _WRITTEN % (ticks >> 16, ticks & 0xFFFF, node)


def stamps_of(ticks: Sequence[int], nodes: Sequence[str]) -> list[str]:
    """`stamp_from_ticks` of each, at half the price."""
    return [_WRITTEN % (at >> 16, at & 0xFFFF, by) for at, by in zip(ticks, nodes, strict=True)]


def ticks_of(stamps: Sequence[str]) -> Sequence[int]:
    """`stamp_ticks` of each: of many at once, at a third of the price."""
    digits = "".join([stamp[:_MOMENT] for stamp in stamps]).replace("-", "")
    return struct.unpack(f">{len(stamps)}Q", bytes.fromhex(digits))


def is_stamp(text: object) -> bool:
    """Whether `text` has exactly the written form of a stamp, not later than the year 6429."""
    if not isinstance(text, str) or len(text) != _STAMP_LENGTH:
        return False
    if text[12] != "-" or text[17] != "-":
        return False
    digits = text[:12] + text[13:17] + text[18:]
    return all(c in "0123456789abcdef" for c in digits) and text < _LATEST_STAMP


def successor(stamp: str, node: str) -> str:
    """The smallest stamp of `node` greater than `stamp`."""
    millis, counter = stamp_millis(stamp), int(stamp[13:17], 16) + 1
    if counter > _MAX_COUNTER:
        millis, counter = millis + 1, 0
    return make_stamp(millis, counter, node)


@dataclass(slots=True)
class HybridClock:
    """Gives out strictly growing stamps for one node (Kulkarni et al., "Logical Physical Clocks").

    Safe to share between threads. `last` is persisted by the store so that a restart, or a wall
    clock set back, never reuses or undercuts a stamp.
    """

    node: str
    clock: Clock
    last: str = ZERO_STAMP
    offset_ms: int = 0
    """Server time minus our time, as seen at the last handshake; added to every reading."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def tick(self) -> str:
        """A new stamp, greater than every stamp given out or observed before."""
        with self._lock:
            wall = make_stamp(self.clock.millis() + self.offset_ms, 0, self.node)
            self.last = wall if wall > self.last else successor(self.last, self.node)
            return self.last

    def reserve(self, number: int) -> int:
        """The ticks (`stamp_ticks`) of the first of so many new stamps that follow one another; one
        look at the wall clock."""
        first = stamp_ticks(self.tick())
        self.observe(stamp_from_ticks(first + max(number, 1) - 1, self.node))
        return first

    def observe(self, stamp: str) -> None:
        """Learn of a stamp made elsewhere; later ticks sort after it."""
        with self._lock:
            self.last = max(self.last, stamp)
