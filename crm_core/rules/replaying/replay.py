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
from crm_core.rules.replaying.outcomes import Progress
from crm_core.rules.replaying.past import Feed, Held, Past
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
    """What tells two firings of a rule on one record apart beside their time: a level, a grade, an
    occasion."""
    judged: bool = True
    """Whether what people did on their own says if it was needed."""
    result: Label | None = None
    """What came of it, where that says more than a judgement: a grade, whose a lead became."""


@dataclass(frozen=True, slots=True)
class Timer:
    """To be asked again at a moment."""

    at: datetime
    rule: str
    record: str = ""
    mark: int = 0
    """Whatever its maker wants to know it by."""


Heard = Iterable[Fired | Timer]
Whose = Callable[[Fired, Past], bool]
"""Whether a firing counts, such as those about one team's records."""


def everybody(_fired: Fired, _past: Past) -> bool:
    """Everything counts."""
    return True


class Replayable(Protocol):
    """A set of rules of one kind, asked about the past as it goes by."""

    @property
    def entities(self) -> frozenset[str]:
        """What it must hear of."""

    @property
    def looks_at(self) -> frozenset[str]:
        """What else must be there when it is asked."""

    def begin(self, past: Past) -> Heard:
        """Before the first act."""

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """After an act."""

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """When a moment it asked for has come."""


@dataclass(slots=True)
class _Player:
    """One replayable, with the moments it waits for."""

    rules: Replayable
    entities: frozenset[str]
    timers: list[tuple[datetime, int, Timer]] = field(default_factory=list)
    count: int = 0

    def wait(self, timer: Timer) -> None:
        """Ask again then; of several at one moment the first that was asked for comes first."""
        self.count += 1
        heapq.heappush(self.timers, (timer.at, self.count, timer))


@dataclass(slots=True)
class _Course:
    """The past as it goes by before one set of rules."""

    past: Past
    players: Sequence[_Player]
    whose: Whose
    pulse: Callable[[], object]
    """Told now and then while many moments pass between two acts; may raise to stop it."""
    fired: list[Fired] = field(default_factory=list)
    moments: int = 0

    def begin(self) -> None:
        """Ask everybody what they wait for."""
        for player in self.players:
            self._hear(player, player.rules.begin(self.past))

    def act(self, act: Sequence[Operation], at: datetime) -> None:
        """Let an act happen, and before it what came due."""
        self.run_until(at)
        self.past.now = max(self.past.now, at)
        about = {one.entity for one in act}
        for one in act:
            self.past.apply(one)
        for player in self.players:
            if not about.isdisjoint(player.entities):
                self._hear(player, player.rules.on_act(act, self.past))

    def run_until(self, until: datetime) -> None:
        """All moments up to this one, in the order in which they come."""
        while True:
            due = [one for one in self.players if one.timers and one.timers[0][0] <= until]
            if not due:
                return
            first = min(due, key=lambda one: one.timers[0][0])
            at, _, timer = heapq.heappop(first.timers)
            self.past.now = max(self.past.now, at)
            self._hear(first, first.rules.on_timer(timer, self.past))
            self.moments += 1
            if self.moments % _BETWEEN_REPORTS == 0:
                self.pulse()

    def _hear(self, player: _Player, heard: Heard) -> None:
        for one in heard:
            if isinstance(one, Timer):
                player.wait(one)
            elif self.whose(one, self.past):
                self.fired.append(one)


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
    *,
    whose: Whose = everybody,
) -> Played:
    """Let the past go by before every set of rules. `report` hears the share done, and may raise
    to stop it; of what fires, only what is `whose` is kept."""
    share = [0.0]
    courses = [
        _Course(
            Past(registry, _copied(feed) if rules else {}, feed.since),
            [_Player(one, one.entities) for one in rules], whose, lambda: report(share[0]),
        )
        for rules in sets
    ]  # fmt: skip
    busy = [one for one in courses if one.players]
    progress, acts, done = Progress(registry), 0, 0
    for course in busy:
        course.begin()
    for act in _acts(feed.operations):
        at = stamp_moment(act[0].hlc)
        for course in busy:
            course.act(act, at)
        progress.note(act, at)
        acts, done = acts + 1, done + len(act)
        share[0] = done / len(feed.operations)
        if acts % _BETWEEN_REPORTS == 0:
            report(share[0])
    for course in busy:
        course.run_until(feed.until)
    report(1.0)
    fired = tuple(tuple(sorted(one.fired, key=lambda f: f.at)) for one in courses)
    return Played(fired, progress, acts, len(feed.operations))


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
