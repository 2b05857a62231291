"""The book a sample is written into: events, their ids and their order. No content lives here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Literal

from crm_core.clock import iso_moment
from crm_core.errors import BugError
from crm_core.model.values import Value


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """One write somebody made: a new record with all it holds, or the changed fields of one."""

    at: datetime
    """Aware, UTC, whole seconds."""
    actor: str
    """User id."""
    verb: Literal["create", "set"]
    entity: str
    id: str
    values: Mapping[str, Value]


def sample_id(at: datetime, rng: Random) -> str:
    """A UUID version 7 (RFC 9562) for a record made at `at`, random bits from `rng`."""
    millis = int(at.timestamp() * 1000)
    high = (millis << 16) | 0x7000 | rng.getrandbits(12)
    low = (0b10 << 62) | rng.getrandbits(62)
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(slots=True)
class Book:
    """Takes writes in any order and gives them back in time order; nothing later than `now`."""

    now: datetime
    rng: Random
    _events: list[SampleEvent] = field(default_factory=list)

    def create(
        self, at: datetime, actor: str | None, entity: str, values: Mapping[str, Value]
    ) -> str:
        """Write a new record and return its id; empty values are left out.

        Without `actor` the record is its own: the first user, whom nobody else could write.
        """
        moment = self._checked(at)
        record_id = sample_id(moment, self.rng)
        kept = {name: value for name, value in values.items() if value not in (None, [], "")}
        self._events.append(
            SampleEvent(moment, actor or record_id, "create", entity, record_id, kept)
        )
        return record_id

    def set(
        self, at: datetime, actor: str, entity: str, record_id: str, values: Mapping[str, Value]
    ) -> None:
        """Write new values of a record; what turns out unchanged is dropped by `events`."""
        moment = self._checked(at)
        self._events.append(SampleEvent(moment, actor, "set", entity, record_id, dict(values)))

    def count(self, entity: str) -> int:
        """How many records of `entity` were created so far."""
        return sum(1 for e in self._events if e.verb == "create" and e.entity == entity)

    def events(self) -> tuple[SampleEvent, ...]:
        """Everything in time order, `set` reduced to what really changes at its time."""
        state: dict[str, dict[str, Value]] = {}
        kept: list[SampleEvent] = []
        for event in sorted(self._events, key=lambda e: e.at):
            before = state.setdefault(event.id, {})
            changed = {k: v for k, v in event.values.items() if before.get(k) != v}
            if "stage" in changed and event.entity in ("lead", "opportunity"):
                changed["stage_since"] = iso_moment(event.at)
            before.update(changed)
            if changed:
                kept.append(
                    SampleEvent(event.at, event.actor, event.verb, event.entity, event.id, changed)
                )
        return tuple(kept)

    def _checked(self, at: datetime) -> datetime:
        moment = at.astimezone(UTC).replace(microsecond=0)
        if moment > self.now:
            raise BugError(f"the sample would write at {moment}, after {self.now}")
        return moment
