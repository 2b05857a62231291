"""How a clock stands for one record at one moment: pure, and the same here and on the server.

Exemptions (row 6.10) take their time out of the clock: nothing is deducted, nobody is told. What
cannot be known for certain, such as holidays of a year nobody has published, makes the state
`provisional`, and `why` says so in both languages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from crm_core.clock import CHINA, parse_moment
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.timekeeping.clocks import Clock, Measure, Related
from crm_core.rules.timekeeping.working_time import (
    Calendar,
    after_working,
    unpublished,
    working_time,
)

EXEMPTION = "exemption"
Around = Mapping[str, Sequence[Record]]
"""Entity → records that may belong to the one a clock is about."""
Interval = tuple[datetime, datetime | None]
"""From when to when; None: no end is known."""
_HOUR = timedelta(hours=1)
_FOREVER = datetime.max.replace(tzinfo=UTC)
_MOMENT = timedelta(seconds=1)
"""The least difference between two moments as they are written."""


class Phase(StrEnum):
    """How far a clock is."""

    IDLE = "idle"
    """It is not about this record, or has not begun."""
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"
    """Its hours are over and it still runs."""
    DONE = "done"
    """What it waits for has happened."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """How a clock stands."""

    phase: Phase
    started: datetime | None = None
    due: datetime | None = None
    """When its hours are over, as far as that is known."""
    left: timedelta | None = None
    """Of its own hours (working hours, where it counts those); negative once they are over."""
    level: int = 0
    """How many levels of escalation it has reached."""
    paused: bool = False
    provisional: bool = False
    """Whether something unknown here may change this."""
    why: tuple[Label, ...] = ()
    doubts: tuple[Label, ...] = ()
    """Those of `why` that make it provisional."""
    stopped: datetime | None = None
    """When what it waits for happened, where that is known."""
    spent: timedelta | None = None

    @property
    def hours_left(self) -> float | None:
        """What is left, in hours."""
        return None if self.left is None else self.left / _HOUR

    def doubted(self, doubts: Iterable[Label]) -> "ClockState":
        """The same with more reasons why it may be otherwise; without any, as it is."""
        more = tuple(doubts)
        if not more:
            return self
        found = replace(self, provisional=True, why=(*self.why, *more))
        return replace(found, doubts=(*self.doubts, *more))


IDLE = ClockState(Phase.IDLE)


def state(
    clock: Clock, record: Record, related: Around, now: datetime, calendar: Calendar
) -> ClockState:
    """How the clock stands. `related` may hold more than belongs to the record."""
    run = Run.of(clock, record, related, now, calendar)
    if run is None:
        return IDLE
    if run.stopped is not None or run.ended:
        return run.done()
    if not clock.runs_when.holds(record, now):
        return IDLE
    return run.standing(record)


@dataclass(frozen=True, slots=True)
class Run:
    """A clock that has begun, with what holds it up."""

    clock: Clock
    calendar: Calendar
    now: datetime
    started: datetime
    pauses: tuple[Interval, ...]
    stopped: datetime | None = None
    ended: bool = False

    @staticmethod
    def of(
        clock: Clock, record: Record, related: Around, now: datetime, calendar: Calendar
    ) -> "Run | None":
        """None where the record does not say since when."""
        begun = began(clock, record)
        if begun is None:
            return None
        for one in clock.restarted_by:
            begun = max([begun, *(at for at in _moments(one, record, related, now) if at <= now)])
        held_up = related.get(EXEMPTION) if clock.exemptible else None
        exempted = _exempted(record, related) if held_up else ()
        pauses = _merged(tuple(interval for interval, _ in exempted))
        filled = [v for n in clock.stop_fields if (v := record.get(n)) not in (None, "", [])]
        ends = [at for value in filled if (at := moment_of(value)) is not None]
        for one in clock.stopped_by:
            ends += [at for at in _moments(one, record, related, now) if at >= begun]
        ended = bool(filled) or clock.stop_when.holds(record, now)
        return Run(clock, calendar, now, begun, pauses, min(ends, default=None), ended)

    def spent(self, until: datetime) -> timedelta:
        """What of the clock's own time is over by then; time it is held up counts nothing."""
        total = self._between(self.started, until)
        for begin, end in self.pauses:
            last = until if end is None else min(end, until)
            total -= self._between(max(begin, self.started), last)
        return total

    def over_at(self, hours: float, *, strict: bool | None = None) -> datetime | None:
        """The first moment at which so many hours are over; None: no such moment is known.

        `strict`: at which more than so many are; None: as the clock has it.
        """
        needed, at = timedelta(hours=hours), self.started
        if self.clock.strict if strict is None else strict:
            needed += _MOMENT
        for begin, end in self.pauses:
            if end is not None and end <= at:
                continue
            before = self._between(at, begin)
            if before >= needed:
                break
            needed -= before
            if end is None:
                return None
            at = max(at, end)
        return self._after(at, needed)

    def fires_at(self) -> tuple[datetime | None, ...]:
        """When each level is reached."""
        return tuple(self.over_at(level.after_hours) for level in self.clock.levels)

    def standing(self, record: Record) -> ClockState:
        """How it stands while it runs."""
        spent, limit = self.spent(self.now), timedelta(hours=self.clock.limit_hours)
        halted = self.clock.pauses_when.holds(record, self.now)
        paused = halted or self._held_up()
        due = None if halted else self.over_at(self.clock.limit_hours, strict=False)
        over = spent > limit or (spent == limit and not self.clock.strict)
        phase = Phase.PAUSED if paused else Phase.OVER if over else Phase.RUNNING
        reached = [
            at for at in (() if paused else self.fires_at()) if at is not None and at <= self.now
        ]
        found = ClockState(
            phase, self.started, due, limit - spent, level=len(reached), paused=paused, spent=spent,
        )  # fmt: skip
        explained = replace(found, why=tuple(self._explained(found)))
        return explained.doubted(self._doubts(due))

    def done(self) -> ClockState:
        """How it stood when what it waits for happened."""
        if self.stopped is None:
            return ClockState(Phase.DONE, self.started)
        spent = self.spent(self.stopped)
        left = timedelta(hours=self.clock.limit_hours) - spent
        return ClockState(
            Phase.DONE, self.started, self.over_at(self.clock.limit_hours, strict=False), left,
            stopped=self.stopped, spent=spent,
        )  # fmt: skip

    # -- inside --------------------------------------------------------------------------------

    def _held_up(self) -> bool:
        return any(a <= self.now and (b is None or self.now < b) for a, b in self.pauses)

    def _between(self, start: datetime, end: datetime) -> timedelta:
        if self.clock.measure is Measure.WORKING:
            return working_time(self.calendar, start, end)
        return max(end - start, timedelta())

    def _after(self, start: datetime, needed: timedelta) -> datetime | None:
        if self.clock.measure is Measure.WORKING:
            return after_working(self.calendar, start, needed)
        try:
            return start + needed
        except OverflowError:
            return None

    def _explained(self, found: ClockState) -> Iterator[Label]:
        begun, kind = _said(self.started), self.clock.measure is Measure.WORKING
        limit = f"{self.clock.limit_hours:g}"
        yield Label(
            f"从 {begun} 起算，时限 {limit} {'个工作小时' if kind else '小时'}",
            f"Since {begun}; {limit} {'working hours' if kind else 'hours'} are given",
        )
        if found.spent is not None:
            spent = f"{max(found.spent / _HOUR, 0):.1f}"
            yield Label(f"已用 {spent} 小时", f"{spent} hours are over")
        if found.paused:
            yield Label("已豁免或暂停，不计时也不升级", "Exempted or paused: no time counts")

    def _doubts(self, due: datetime | None) -> Iterator[Label]:
        if self.started > self.now:
            yield Label(
                "开始时间在将来，可能是记录它的设备时钟不准",
                "It begins in the future; the clock of the device that noted it may be wrong",
            )
        if self.clock.measure is Measure.WORKING:
            years = unpublished(self.calendar, self.started, due or self.now)
            if years:
                said = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
                yield Label(
                    f"{said} 年的节假日安排尚未公布，暂按普通周末计算",
                    f"The public holidays of {said} are not published; weekends are assumed",
                )


def may_be_over(clock: Clock, record: Record, now: datetime) -> bool:
    """Whether a clock can be over, by its record alone. What belongs to that can let it begin
    later, stop it or hold it up, but never make more of its time be over."""
    begun = began(clock, record)
    if begun is None or max(now - begun, timedelta()) < timedelta(hours=clock.limit_hours):
        return False
    if any(record.get(name) not in (None, "", []) for name in clock.stop_fields):
        return False
    return clock.runs_when.holds(record, now) and not clock.stop_when.holds(record, now)


def began(clock: Clock, record: Record) -> datetime | None:
    """Since when a clock runs for a record, by its own fields."""
    found = (moment_of(record.get(name)) for name in clock.start)
    return next((at for at in found if at is not None), None)


def moment_of(value: object) -> datetime | None:
    """A MOMENT, or the beginning of a DATE in China; None for anything else."""
    return _read(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _read(text: str) -> datetime | None:
    """Read once: clocks ask for the same beginning whenever anything happens to a record."""
    try:
        if len(text) == 10:
            return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)
        return parse_moment(text)
    except (ValueError, OverflowError):
        return None


def belonging(one: Related, record: Record, related: Around) -> list[Record]:
    """Those of the related records that belong to this one."""
    if not related.get(one.entity):
        return []
    mine = record.get(one.mine or "id")
    if mine is None:
        return []
    return [other for other in related.get(one.entity, ()) if other.get(one.via) == mine]


def _moments(one: Related, record: Record, related: Around, now: datetime) -> Iterator[datetime]:
    for other in belonging(one, record, related):
        at = moment_of(other.get(one.moment))
        if at is not None and one.when.holds(other, now):
            yield at


def exempting(record: Record, related: Around, now: datetime) -> Record | None:
    """The exemption in force for a record, of several the one that ends last; None: there is
    none."""
    found = [
        (end or _FOREVER, str(one.get("id")), one)
        for (begin, end), one in _exempted(record, related)
        if begin <= now and (end is None or now < end)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def _exempted(record: Record, related: Around) -> Iterator[tuple[Interval, Record]]:
    """The times for which a record, or the customer it belongs to, is exempt."""
    own, customer = record.get("id"), record.get("customer")
    for one in related.get(EXEMPTION, ()):
        begin = moment_of(one.get("since"))
        narrow = {one[name] for name in ("lead", "opportunity") if one.get(name)}
        if begin is None or not {own, customer} & (narrow or {one.get("customer")} - {None}):
            continue
        ends = (moment_of(one.get(name)) for name in ("until", "ended_at"))
        end = min((at for at in ends if at is not None), default=None)
        if end is None or end > begin:
            yield (begin, end), one


def _merged(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """In order and apart from each other."""
    found: list[Interval] = []
    for begin, end in sorted(intervals, key=lambda one: one[0]):
        if found and (found[-1][1] is None or begin <= found[-1][1]):
            last = found[-1][1]
            found[-1] = (found[-1][0], None if last is None or end is None else max(last, end))
        else:
            found.append((begin, end))
    return tuple(found)


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
