"""A draft tried on what really happened (row 4.9): what would have fired, on whom, when.

History is not changed by what a rule would have done: every rule is asked by itself about what
happened without it. So one rule setting off another is not seen, and a firing is judged by what
people did on their own (`outcomes`). Pure; any kind of rule takes part that is a `Replayable`.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from crm_core.clock import stamp_moment
from crm_core.model.schema import Label, Registry
from crm_core.rules.outcomes import Progress
from crm_core.rules.past import Feed, Held, Past
from crm_core.sync.change import Operation

_BETWEEN_REPORTS = 500
"""Acts between one word of progress and the next."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule would have done something."""

    rule: str
    entity: str
    record: str
    at: datetime
    why: Label
    people: tuple[str, ...] = ()
    """Who would have had something to do, once for each thing."""
    what: str = ""
    """What tells two firings of a rule on one record apart beside their time: a level, a grade."""


@dataclass(frozen=True, slots=True)
class Timer:
    """To be asked again at a moment."""

    at: datetime
    rule: str
    record: str = ""
    mark: int = 0
    """Whatever its maker wants to know it by."""


Heard = Iterable[Fired | Timer]


class Replayable(Protocol):
    """A set of rules of one kind, asked about the past as it goes by."""

    @property
    def entities(self) -> frozenset[str]:
        """What it must hear of."""

    def begin(self, past: Past) -> Heard:
        """Before the first act."""

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """After an act."""

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """When a moment it asked for has come."""


@dataclass(slots=True)
class _Player:
    """One replayable, with what it fired and the moments it waits for."""

    rules: Replayable
    fired: list[Fired] = field(default_factory=list)
    timers: list[tuple[datetime, int, Timer]] = field(default_factory=list)
    count: int = 0

    def hear(self, heard: Heard) -> None:
        """Keep what it says."""
        for one in heard:
            if isinstance(one, Fired):
                self.fired.append(one)
            else:
                self.count += 1
                heapq.heappush(self.timers, (one.at, self.count, one))

    def run_until(self, moment: datetime, past: Past) -> None:
        """Ask it about every moment up to this one."""
        while self.timers and self.timers[0][0] <= moment:
            at, _, timer = heapq.heappop(self.timers)
            past.now = max(past.now, at)
            self.hear(self.rules.on_timer(timer, past))


@dataclass(frozen=True, slots=True)
class Played:
    """What would have fired, set by set, and what people did."""

    fired: tuple[tuple[Fired, ...], ...]
    """In the order of the sets that were asked."""
    progress: Progress
    acts: int
    operations: int


def play(
    feed: Feed,
    registry: Registry,
    sets: Sequence[Sequence[Replayable]],
    report: Callable[[float], object] = lambda _: None,
) -> Played:
    """Let the past go by before every set of rules. `report` hears the share done, and may raise
    to stop it."""
    pasts = [Past(registry, _copied(feed), feed.since) for _ in sets]
    players = [[_Player(one) for one in rules] for rules in sets]
    progress, acts = Progress(registry), 0
    for past, some in zip(pasts, players, strict=True):
        for player in some:
            player.hear(player.rules.begin(past))
    done = 0
    for act in _acts(feed.operations):
        at = stamp_moment(act[0].hlc)
        for past, some in zip(pasts, players, strict=True):
            _one_act(act, at, past, some)
        progress.note(act, at)
        acts, done = acts + 1, done + len(act)
        if acts % _BETWEEN_REPORTS == 0:
            report(done / len(feed.operations))
    for past, some in zip(pasts, players, strict=True):
        _run(some, feed.until, past)
    report(1.0)
    fired = tuple(
        tuple(sorted((f for p in some for f in p.fired), key=lambda one: one.at))
        for some in players
    )
    return Played(fired, progress, acts, len(feed.operations))


def _one_act(
    act: Sequence[Operation], at: datetime, past: Past, players: Sequence[_Player]
) -> None:
    _run(players, at, past)
    past.now = max(past.now, at)
    about = {one.entity for one in act}
    for one in act:
        past.apply(one)
    for player in players:
        if not about.isdisjoint(player.rules.entities):
            player.hear(player.rules.on_act(act, past))


def _run(players: Sequence[_Player], until: datetime, past: Past) -> None:
    """All moments up to this one, in the order in which they come."""
    while True:
        waiting = [one for one in players if one.timers and one.timers[0][0] <= until]
        if not waiting:
            return
        first = min(waiting, key=lambda one: one.timers[0][0])
        first.run_until(first.timers[0][0], past)


def _acts(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """What was done together."""
    act: list[Operation] = []
    for one in operations:
        if act and one.group != act[0].group:
            yield act
            act = []
        act.append(one)
    if act:
        yield act


def _copied(feed: Feed) -> dict[str, dict[str, Held]]:
    return {
        entity: {record_id: dict(held) for record_id, held in records.items()}
        for entity, records in feed.start.items()
    }
