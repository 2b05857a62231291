"""Clocks in a replay: worked out as on laptop and server, moment by moment of the past."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_core.clock import CHINA
from crm_core.model.query import fields_tested
from crm_core.model.schema import Label, Registry
from crm_core.model.values import Record, Value
from crm_core.rules.documents import Document
from crm_core.rules.firing.compiled import Check, compiled
from crm_core.rules.recipients import People
from crm_core.rules.replaying.past import Past
from crm_core.rules.replaying.replay import Fired, Heard, Timer
from crm_core.rules.timekeeping.clock_state import EXEMPTION, Run
from crm_core.rules.timekeeping.clocks import Clock, Related, calendar_of
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.sync.change import Operation, Verb

_EMPTY: tuple[Value, ...] = (None, "", [])
_OLD = timedelta(days=1)
"""Levels that were reached longer ago than this when a clock is first met are history."""
_AROUND = ("customer", "lead", "opportunity")


@dataclass(slots=True)
class _Kept:
    """How far a clock has come for one record."""

    mark: int = 0
    start: datetime | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class _Rule:
    """A clock made ready."""

    document: Document[Clock]
    calendar: Calendar
    links: tuple[Related, ...]
    reads: frozenset[str]
    """Fields of its record on which it depends."""
    runs: Check
    pauses: Check
    over: Check


def _made(document: Document[Clock], calendar: Calendar) -> _Rule:
    body = document.body
    reads = {*body.start, *body.stop_fields, *(one.mine for one in body.related())}
    for when in (body.runs_when, body.stop_when, body.pauses_when):
        reads |= fields_tested(when.condition)
    return _Rule(
        document, calendar, body.related(), frozenset(reads),
        compiled(body.runs_when.condition), compiled(body.pauses_when.condition),
        compiled(body.stop_when.condition),
    )  # fmt: skip


class ClockReplay:
    """All clocks of a set."""

    def __init__(
        self,
        rules: Iterable[Document[Clock]],
        registry: Registry,
        closed: Iterable[date] = (),
        opened: Iterable[date] = (),
        *,
        origins: Mapping[str, str] | None = None,
    ) -> None:
        """`origins`: as which rule one that was made for a pool is told of."""
        self._origins = origins or {}
        closed, opened = tuple(closed), tuple(opened)
        self._registry = registry
        self._rules = {
            one.id: _made(one, calendar_of(one.body, closed, opened))
            for one in rules
            if one.entity in registry
        }
        self._about: dict[str, list[_Rule]] = defaultdict(list)
        self._linked: dict[str, list[tuple[_Rule, Related]]] = defaultdict(list)
        for rule in self._rules.values():
            self._about[rule.document.entity].append(rule)
            for link in rule.links:
                self._linked[link.entity].append((rule, link))
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._people: People | None = None

    @property
    def entities(self) -> frozenset[str]:
        """What clocks are about and look at, and who hears of them."""
        return frozenset({*self._about, *self._linked, EXEMPTION, "user", "team"})

    @property
    def looks_at(self) -> frozenset[str]:
        """Nothing beside that."""
        return frozenset()

    def begin(self, past: Past) -> Heard:
        """Every clock that runs already."""
        for entity, rules in self._about.items():
            for record in past.every(entity):
                for rule in rules:
                    yield from self._wound(rule, record, past)

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """Clocks of what was touched, or of what touched records belong to."""
        if any(one.entity in ("user", "team") for one in operations):
            self._people = None
        seen: set[tuple[str, str]] = set()
        of, at, record = "", "", None
        for rule, record_id in self._touched(operations, past):
            key = (rule.document.id, record_id)
            if key in seen:
                continue
            seen.add(key)
            if (of, at) != (rule.document.entity, record_id):
                of, at = rule.document.entity, record_id
                record = past.get(of, at)
            if record is None:
                self._kept.pop(key, None)
            else:
                yield from self._wound(rule, record, past)

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """A level may have been reached."""
        kept = self._kept.get((timer.rule, timer.record))
        rule = self._rules[timer.rule]
        record = past.get(rule.document.entity, timer.record)
        if kept is None or kept.mark != timer.mark or record is None:
            return
        run = self._run(rule, record, past)
        if run is None or run.started != kept.start:
            return
        moments = run.fires_at()
        if rule.pauses(record, past.now) or kept.level >= len(moments):
            return
        at = moments[kept.level]
        if at is not None and at <= past.now:
            yield from self._reached(rule, kept, run, record, past)
            kept.level += 1
        yield from self._next(rule, kept, moments, str(record["id"]), past)

    # -- inside --------------------------------------------------------------------------------

    def _touched(
        self, operations: Sequence[Operation], past: Past
    ) -> Iterator[tuple[_Rule, str]]:  # fmt: skip
        for one in operations:
            for rule in self._about.get(one.entity, ()):
                if one.verb is not Verb.SET or one.field in rule.reads:
                    yield rule, one.id
            linked = self._linked.get(one.entity)
            other = past.get(one.entity, one.id) if linked else None
            for rule, link in linked or ():
                target = other.get(link.via) if other is not None else None
                if not isinstance(target, str):
                    continue
                if not link.mine:
                    yield rule, target
                else:
                    for record in past.at(rule.document.entity, link.mine, target):
                        yield rule, str(record["id"])
            if one.entity == EXEMPTION:
                yield from self._exempted(one, past)

    def _exempted(self, one: Operation, past: Past) -> Iterator[tuple[_Rule, str]]:
        record = past.get(EXEMPTION, one.id) or {}
        for name in _AROUND:
            target = record.get(name)
            for rule in self._rules.values() if isinstance(target, str) else ():
                if rule.document.entity == name:
                    yield rule, str(target)
                elif name == "customer":
                    for other in past.at(rule.document.entity, "customer", target):
                        yield rule, str(other["id"])

    def _wound(self, rule: _Rule, record: Record, past: Past) -> Iterator[Timer]:
        """The clock as it is after something happened: when it has to be looked at next."""
        record_id = str(record["id"])
        key = (rule.document.id, record_id)
        run = self._run(rule, record, past)
        if run is None:
            self._kept.pop(key, None)
            return
        kept, moments = self._kept.setdefault(key, _Kept()), run.fires_at()
        if kept.start != run.started:
            kept.start, kept.level = run.started, 0
            for at in moments:
                if at is None or at >= past.now - _OLD:
                    break
                kept.level += 1
        yield from self._next(rule, kept, moments, record_id, past)

    def _next(
        self,
        rule: _Rule,
        kept: _Kept,
        moments: Sequence[datetime | None],
        record_id: str,
        past: Past,
    ) -> Iterator[Timer]:
        kept.mark += 1
        if kept.level < len(moments) and (at := moments[kept.level]) is not None:
            yield Timer(max(at, past.now), rule.document.id, record_id, kept.mark)

    def _run(self, rule: _Rule, record: Record, past: Past) -> Run | None:
        """The clock where it runs now."""
        body, now = rule.document.body, past.now
        # What says by the record alone that it does not run is asked first: mostly it does.
        for name in body.stop_fields:
            if record.get(name) not in _EMPTY:
                return None
        for name in body.start:
            if record.get(name):
                break
        else:
            return None
        if not rule.runs(record, now) or rule.over(record, now):
            return None
        around: dict[str, list[Record]] = {}
        for link in rule.links:
            value = record.get(link.mine or "id")
            found = past.at(link.entity, link.via, value) if value else ()
            if found:
                around.setdefault(link.entity, []).extend(found)
        if body.exemptible and past.holds(EXEMPTION):
            around[EXEMPTION] = self._exemptions(rule.document.entity, record, past)
        run = Run.of(body, record, around, past.now, rule.calendar)
        if run is None or run.ended or (run.stopped is not None and run.stopped <= past.now):
            return None
        return run

    def _exemptions(self, entity: str, record: Record, past: Past) -> list[Record]:
        found: list[Record] = []
        for name in _AROUND:
            value = record["id"] if entity == name else record.get(name)
            found += past.at(EXEMPTION, name, value) if isinstance(value, str) else ()
        return found

    def _reached(
        self, rule: _Rule, kept: _Kept, run: Run, record: Record, past: Past
    ) -> Iterator[Fired]:
        body = rule.document.body
        level = body.levels[kept.level]
        over = run.spent(past.now) > timedelta(hours=body.limit_hours)
        if over and level.after_hours < body.limit_hours:
            return  # A warning after the fact helps nobody.
        entity = self._registry.entity(rule.document.entity)
        owner = record.get(entity.owner) if entity.owner else None
        told = self.people(past).recipients(level.to, str(owner) if owner else None)
        begun = f"{run.started.astimezone(CHINA):%Y-%m-%d %H:%M}"
        yield Fired(
            self._origins.get(rule.document.id, rule.document.id), entity.name,
            str(record["id"]), past.now,
            Label(
                f"从 {begun} 起满 {level.after_hours:g} 小时",
                f"{level.after_hours:g} hours since {begun}",
            ),
            told, str(kept.level + 1),
        )  # fmt: skip

    def people(self, past: Past) -> People:
        """Who there was at the time."""
        if self._people is None:
            users, teams = list(past.every("user")), list(past.every("team"))
            self._people = People(users, teams)
        return self._people
