"""What a replay comes to: numbers by rule and by person, and what differs from what is in force."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.rules.replaying.outcomes import Judgement
from crm_core.rules.replaying.past import Feed, Partial
from crm_core.rules.replaying.replay import Fired, Played

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """One firing and what it was worth."""

    fired: Fired
    judgement: Judgement
    new: bool
    """What is in force would not have fired so on this record."""


@dataclass(frozen=True, slots=True)
class OfRule:
    """One rule over the whole span."""

    rule: str
    fired: int
    records: int
    right: int
    false_alarms: int
    open: int

    @property
    def false_share(self) -> float | None:
        """Of those that can be judged, how many were false alarms; None where none can."""
        judged = self.right + self.false_alarms
        return self.false_alarms / judged if judged else None


@dataclass(frozen=True, slots=True)
class Load:
    """What one person would have had to do."""

    person: str
    tasks: int
    a_week: float
    before: float
    """A week, under what is in force."""
    peak: int = 0
    """In the week that had most of them."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    judged: tuple[Judged, ...]
    rules: tuple[OfRule, ...]
    loads: tuple[Load, ...]
    newly: int
    no_longer: tuple[Fired, ...]
    acts: int
    operations: int
    weeks: float
    partial: Partial


def reported(feed: Feed, played: Played, tried: Collection[str] = ()) -> Report:
    """Of the sets played the first is what draft and what is in force have in common, the second
    what the draft alone has, the third what is in force alone. `tried`: the rules that were asked
    about (none named: all); of others, which decide together with them, only what changes."""
    both, drafted, forced = played.fired
    draft, force = (sorted((*both, *one), key=_moment) for one in (drafted, forced))
    known = {_case(one) for one in force}
    judged = tuple(
        Judged(
            one,
            played.progress.judge(
                one.entity,
                one.record,
                one.at,
                told=bool(one.people) and one.judged,
                until=feed.until,
            ),
            _case(one) not in known,
        )
        for one in draft
        if not tried or one.rule in tried or _case(one) not in known
    )
    wanted = {_case(one) for one in draft}
    gone = tuple(one for one in force if _case(one) not in wanted)
    weeks = max((feed.until - feed.since) / timedelta(weeks=1), 1 / 7)
    return Report(
        judged=judged,
        rules=_by_rule(judged),
        loads=_loads(draft, force, weeks, feed.since),
        newly=sum(one.new for one in judged),
        no_longer=gone,
        acts=played.acts,
        operations=played.operations,
        weeks=weeks,
        partial=feed.partial,
    )


def _moment(one: Fired) -> datetime:
    return one.at


def _case(one: Fired) -> tuple[str, str, str, str]:
    """What makes two firings the same whichever set they are of: not the time, for a limit that was
    moved fires on the same records at another hour."""
    return one.rule, one.entity, one.record, one.what


def _by_rule(judged: Sequence[Judged]) -> tuple[OfRule, ...]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        found[one.fired.rule].append(one)
    lines = []
    for rule, some in found.items():
        counts = Counter(one.judgement for one in some)
        records = len({one.fired.record for one in some})
        lines.append(
            OfRule(
                rule, len(some), records, counts[Judgement.RIGHT],
                counts[Judgement.FALSE_ALARM], counts[Judgement.OPEN],
            )
        )  # fmt: skip
    return tuple(sorted(lines, key=lambda one: (-one.fired, one.rule)))


def _loads(
    draft: Sequence[Fired], force: Sequence[Fired], weeks: float, since: datetime
) -> tuple[Load, ...]:
    now = Counter(person for one in draft for person in one.people)
    before = Counter(person for one in force for person in one.people)
    by_week = Counter(((one.at - since) // _WEEK, who) for one in draft for who in one.people)
    peaks: dict[str, int] = defaultdict(int)
    for (_, person), number in by_week.items():
        peaks[person] = max(peaks[person], number)
    loads = [
        Load(person, now[person], now[person] / weeks, before[person] / weeks, peaks[person])
        for person in {*now, *before}
    ]
    return tuple(sorted(loads, key=lambda one: (-one.tasks, one.person)))
