"""The clocks of records on this device: read once, then worked out for any moment without the disk.

By the same engine, the same records and the same set of rules (the owner's) as on the server, so
that offline equals online (decision 059). What this device cannot know for certain makes a clock
provisional, and it says why. Meant for the database thread; `Counted.at` may be called anywhere.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import Connection

from crm_core.model.query import Query, fields_tested
from crm_core.model.schema import EntitySpec, Label
from crm_core.model.values import Record
from crm_core.permissions import owners_seen
from crm_core.rules.documents import Document
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.timekeeping.clock_state import (
    EXEMPTION,
    Around,
    ClockState,
    Phase,
    Run,
    began,
    exempting,
    may_be_over,
    state,
)
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.rules.wording.clock_faces import RUNNING, Face, Moment, face
from crm_core.rules.wording.speaking import Speaker
from crm_core.store.changes import outbox
from crm_core.store.reading import records
from crm_core.store.ruling.clock_reads import Stands, around, company_days, sorted_out
from crm_core.store.ruling.owner_rules import OwnerRules
from desktop.services.workspace import Workspace

Wanted = Callable[[Document[Clock]], bool]
"""Which clocks are of interest."""
_Over = tuple[timedelta, Record, Stands]
FIRST_ANSWER = "first_response_at"
_MOST_WAITING = 2_000
_UNSENT = Label(
    "本机的改动还没有上传，服务器暂时按旧内容计时",
    "Changes made here are not sent yet; the server still counts without them",
)


@dataclass(frozen=True, slots=True)
class Counted:
    """The clocks of one record and everything they look at, as this device knows it."""

    entity: str
    record: Record
    rules: tuple[Document[Clock], ...]
    near: Around
    calendars: Mapping[str, Calendar]
    """By id of the clock."""
    doubts: Mapping[str, tuple[Label, ...]]
    """By id of the clock, what this device cannot know."""

    def at(self, now: datetime) -> tuple[Stands, ...]:
        """How its clocks stand, in the order of their rules; those that are idle or done too."""
        return tuple(Stands(rule, self._state(rule, now)) for rule in self.rules)

    def running(self, now: datetime) -> list[Stands]:
        """Those that run, the most urgent first, those that are held up last."""
        found = [one for one in self.at(now) if one.state.phase in RUNNING]
        return sorted(found, key=lambda one: (one.state.paused, one.state.left is None,
                                              one.state.left))  # fmt: skip

    def run(self, rule: Document[Clock], now: datetime) -> Run | None:
        """One of its clocks while it runs and nothing holds it up."""
        found = self._state(rule, now)
        if found.phase not in RUNNING or found.paused:
            return None
        return Run.of(rule.body, self.record, self.near, now, self.calendars[rule.id])

    def exemption(self, now: datetime) -> Record | None:
        """The exemption in force; None: there is none."""
        return exempting(self.record, self.near, now)

    def faces(self, now: datetime, speaker: Speaker) -> list[Face]:
        """What runs, in words."""
        exempt, moment = self.exemption(now), Moment(speaker, now)
        return [
            face(one.rule, one.state, self.calendars[one.rule.id], exempt, moment)
            for one in self.running(now)
        ]

    def _state(self, rule: Document[Clock], now: datetime) -> ClockState:
        found = state(rule.body, self.record, self.near, now, self.calendars[rule.id])
        return found.doubted(self.doubts.get(rule.id, ())) if found.phase in RUNNING else found


def is_shown(rule: Document[Clock]) -> bool:
    """Whether people see how much of a clock is left."""
    return rule.body.shown


def tells(rule: Document[Clock]) -> bool:
    """Whether a clock is shown and tells somebody something."""
    return rule.body.shown and bool(rule.body.levels)


def awaits_answer(rule: Document[Clock]) -> bool:
    """Whether a clock tells somebody that a lead waits for its first answer (row 2.8)."""
    return tells(rule) and FIRST_ANSWER in rule.body.stop_fields


def read_counted(
    workspace: Workspace, entity: str, ids: Collection[str], wanted: Wanted = is_shown
) -> dict[str, Counted]:
    """By id, the clocks of these records; those that are not here are left out."""

    def read(connection: Connection) -> dict[str, Counted]:
        reading = _Reading(workspace, connection, wanted)
        found = records.by_ids(connection, workspace.replica.tables, entity, ids)
        return reading.of(entity, list(found.values()))

    return workspace.replica.read(read)


def count_all(
    workspace: Workspace, entity: str, some: Collection[Record], wanted: Wanted = is_shown
) -> dict[str, Counted]:
    """The same for records that have been read."""
    return workspace.replica.read(
        lambda connection: _Reading(workspace, connection, wanted).of(entity, some)
    )


def longest_over(
    workspace: Workspace,
    entity: str,
    some: Collection[Record],
    wanted: Wanted,
    *,
    now: datetime,
    most: int,
) -> list[tuple[Record, Stands]]:
    """Of these records those of which a wanted clock is over, longest first, `most` of them; with
    the first of their clocks that is.

    What belongs to a record is read only as long as it could still be among them.
    """
    return workspace.replica.read(
        lambda connection: _Reading(workspace, connection, wanted, now).longest(entity, some, most)
    )


@dataclass(slots=True)
class _Reading:
    """One consistent state of this device."""

    workspace: Workspace
    connection: Connection
    wanted: Wanted
    over_at: datetime | None = None
    """Only clocks that may be over then."""

    def of(self, entity: str, some: Collection[Record]) -> dict[str, Counted]:
        spec, owners = self.workspace.replica.registry.entity(entity), self._owners()
        by_version: dict[str, list[Record]] = defaultdict(list)
        sets: dict[str, RuleSet] = {}
        for record in some:
            in_force = owners.of(record.get("owner"))
            sets[in_force.version] = in_force
            by_version[in_force.version].append(record)
        found: dict[str, Counted] = {}
        for version, together in by_version.items():
            rules = tuple(one for one in sets[version].of(Clock, entity) if self.wanted(one))
            if rules:
                found |= self._together(spec, together, rules)
        return found

    def longest(
        self, entity: str, some: Collection[Record], most: int
    ) -> list[tuple[Record, Stands]]:
        """See `longest_over`; `over_at` is the time."""
        assert self.over_at is not None
        waiting, found, step = self._by_least_left(entity, some), list[_Over](), 12 * most
        while waiting and (len(found) < most or waiting[0][0] <= found[-1][0]):
            part, waiting = waiting[:step], waiting[step:]
            for one in self.of(entity, [record for *_, record in part]).values():
                over = (s for s in one.at(self.over_at) if s.state.phase is Phase.OVER)
                if (stands := next(over, None)) is not None:
                    found.append((stands.state.left or timedelta(), one.record, stands))
            found, step = sorted(found, key=itemgetter(0))[:most], 2 * step
        return [(record, stands) for _, record, stands in found]

    def _by_least_left(
        self, entity: str, some: Collection[Record]
    ) -> list[tuple[timedelta, Record]]:
        """Records with a clock that may be over, with the least that can be left of it: nothing
        makes more of a clock be over than has passed since it began."""
        assert self.over_at is not None
        owners, now, found = self._owners(), self.over_at, list[tuple[timedelta, Record]]()
        for record in some:
            rules = owners.of(record.get("owner")).of(Clock, entity)
            lefts = [
                timedelta(hours=rule.body.limit_hours) - (now - begun)
                for rule in self._of_interest(tuple(filter(self.wanted, rules)), record)
                if (begun := began(rule.body, record)) is not None
            ]
            if lefts:
                found.append((min(lefts), record))
        return sorted(found, key=itemgetter(0))

    def _owners(self) -> OwnerRules:
        tables = self.workspace.replica.tables
        return OwnerRules(self.workspace.rule_book, self.connection, tables, self._find)

    def _together(
        self, spec: EntitySpec, some: list[Record], rules: tuple[Document[Clock], ...]
    ) -> dict[str, Counted]:
        clocks = {str(r["id"]): tuple(self._of_interest(rules, r)) for r in some}
        some = [record for record in some if clocks[str(record["id"])]]
        if not some:
            return {}
        unsent = self._unsent()
        near = around(
            self._find, rules, spec, some,
            wanted_of=lambda rule, record: rule in clocks[str(record["id"])],
            # By what is not sent yet the server goes otherwise: then each is to be known.
            find_parts=None if unsent else self._find_parts,
        )  # fmt: skip
        apart = sorted_out(rules, spec, some, near)
        days = company_days(self._find)
        calendars = {rule.id: days.calendar(rule) for rule in rules}
        doubts = {rule.id: tuple(self._doubts(spec, rule)) for rule in rules}
        found = {}
        for record in some:
            one, mine = str(record["id"]), apart.get(str(record["id"]), {})
            fresh = one in unsent or any(str(o["id"]) in unsent for of in mine.values() for o in of)
            said = {k: (*v, _UNSENT) for k, v in doubts.items()} if fresh else doubts
            found[one] = Counted(spec.name, record, clocks[one], mine, calendars, said)
        return found

    def _of_interest(
        self, rules: tuple[Document[Clock], ...], record: Record
    ) -> Iterator[Document[Clock]]:
        at = self.over_at
        return (one for one in rules if at is None or may_be_over(one.body, record, at))

    def _find(self, query: Query) -> Sequence[Record]:
        replica = self.workspace.replica
        return records.find(self.connection, replica.tables, query, replica.clock.now())

    def _find_parts(self, query: Query, fields: Collection[str]) -> Sequence[Record]:
        replica = self.workspace.replica
        return records.parts(self.connection, replica.tables, query, replica.clock.now(), fields)

    def _unsent(self) -> frozenset[str]:
        tables = self.workspace.replica.tables
        waiting = outbox.waiting(self.connection, tables, limit=_MOST_WAITING)
        return frozenset(one.id for one in waiting)

    def _doubts(self, spec: EntitySpec, rule: Document[Clock]) -> Iterator[Label]:
        """What a clock looks at that is withheld from whoever is at work."""
        clock, registry = rule.body, self.workspace.replica.registry
        tested = {*clock.start, *clock.stop_fields}
        for when in (clock.runs_when, clock.stop_when, clock.pauses_when):
            tested |= fields_tested(when.condition)
        less = self.workspace.withheld(spec.name)
        names = [one for one in spec.fields if one.name in tested and one.name in less]
        if names:
            yield Label(
                f"「{'、'.join(one.label.zh for one in names)}」对您不完全可见，以服务器为准",
                f"You do not see all of {', '.join(one.label.en for one in names)}; "
                "the server decides",
            )
        looked = {one.entity for one in clock.related()}
        looked |= {EXEMPTION} if clock.exemptible else set()
        for name in sorted(looked):
            if name not in registry:
                continue
            other = registry.entity(name)
            if owners_seen(self.workspace.actor, other) == frozenset():
                yield Label(
                    f"您看不到「{other.label.zh}」，以服务器为准",
                    f"You do not see {other.label.en.lower()} records; the server decides",
                )
