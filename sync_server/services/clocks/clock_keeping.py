"""The schedule of clocks, kept in the transaction of every push and gone through after a rule was
published.

A row says when which level of which clock is due for which record. It is worked out from the
records as they are; one that was lost comes back with the next pass (decision 052).
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, select

from crm_core.clock import iso_moment
from crm_core.model.query import matches
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.firing.turning import clock_turns_at, turns
from crm_core.rules.identity import act_key
from crm_core.rules.timekeeping.clock_state import Run
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.store.changes import states
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import as_list, ask, insert, listed
from crm_core.store.replica import MakeUnit, Then
from crm_core.store.ruling.clock_reads import Link, around, links_of, reaching, sorted_out
from crm_core.sync.change import SET, Operation, by_entity
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.clocks.clock_rules import ClockRules
from sync_server.services.schema.clock_tables import NEVER, ClockTables
from sync_server.services.server import Server

REASON = "时限"
"""Why the server wrote something, in history."""
HISTORY = timedelta(days=7)
"""What was due longer ago when the server first heard of it is history: nobody is told."""
Ids = dict[str, set[str]]
"""Entity → ids."""
Rules = tuple[Document[Clock], ...]
Runs = dict[tuple[str, str], tuple[Document[Clock], Run]]
"""(rule, record) → the rule and how it runs."""


@dataclass(frozen=True, slots=True)
class Row:
    """When which level of a clock is due for a record."""

    rule: str
    record: str
    entity: str
    start: str
    level: int
    due_at: int
    """Milliseconds since 1970, or NEVER."""


def keep(server: Server) -> Then:
    """The step of the chain (`following`) that keeps the schedule."""

    def step(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        unit = make(SERVER_ACTOR, REASON)
        keeping = Keeping.of(server, unit)
        for entity, ids in keeping.concerned(operations).items():
            keeping.look_at(entity, ids)
        if unit.applied.fresh:
            yield unit

    return step


@dataclass(slots=True)
class Keeping:
    """The schedule in one transaction."""

    tables: ClockTables
    rules: ClockRules
    now: datetime
    turns: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """(rule, record) of those `runs` was asked for: when a condition may say otherwise."""

    @staticmethod
    def of(server: Server, unit: Unit) -> "Keeping":
        """Of this server, in the transaction of `unit`."""
        rules = ClockRules(server.rule_book, unit)
        return Keeping(server.tables.clocks, rules, server.clock.now())

    @property
    def unit(self) -> Unit:
        """Where it reads and writes."""
        return self.rules.unit

    # -- which records -------------------------------------------------------------------------

    def concerned(self, operations: Sequence[Operation]) -> Ids:
        """Records whose clocks may stand otherwise since these."""
        written = {name: {o.id for o in some} for name, some in by_entity(operations).items()}
        links = self._links()
        found: Ids = defaultdict(set)
        for entity in {entity for entity, _ in links} & written.keys():
            found[entity] |= written[entity]
        for entity, link in sorted(links, key=str):
            if link.entity in written:
                at = self._pointed_at(link, operations, written[link.entity])
                found[entity] |= self._with(entity, link.mine, at)
        return found

    def _links(self) -> set[tuple[str, Link]]:
        registry, found = self.unit.registry, set()
        for of_entities in self.rules.every():
            for entity, rules in of_entities.items():
                if entity in registry:
                    spec = registry.entity(entity)
                    found |= {(entity, Link("", "", "id"))}
                    found |= {(entity, link) for rule in rules for link in links_of(rule, spec)}
        return found

    def _pointed_at(
        self, link: Link, operations: Iterable[Operation], ids: Collection[str]
    ) -> set[str]:
        """Where records just written point by a field, and where they pointed before."""
        at: set[object] = set()
        for one in operations:
            if one.field == link.via and one.entity == link.entity and one.verb is SET:
                at |= {v for v in (one.value, one.before) if isinstance(v, str)}
        table = self.unit.tables.of(link.entity)
        if link.via not in table.c:
            return set()
        for part in chunks(sorted(ids)):
            asked = select(table.c[link.via]).where(table.c.id.in_(part))
            at |= set(self.unit.connection.scalars(asked))
        return {str(one) for one in at if one}

    def _with(self, entity: str, name: str, values: Collection[str]) -> set[str]:
        """The records of an entity that have one of these values in a field."""
        if name == "id":
            return set(values)
        table, found = self.unit.tables.of(entity), set()
        for part in chunks(sorted(values)) if name in table.c else ():
            asked = select(table.c.id).where(table.c[name].in_(part), table.c.alive.is_(True))
            found |= set(map(str, self.unit.connection.scalars(asked)))
        return found

    # -- how they stand ------------------------------------------------------------------------

    def look_at(self, entity: str, ids: Collection[str]) -> None:
        """Work out the rows of these records, and close the tasks of clocks that have stopped."""
        for part in chunks(sorted(ids)):
            records = self.unit.records(entity, part)
            held = self.held(entity, part)
            runs = self.runs(entity, list(records.values()))
            told = self._told(runs, held)
            rows = [
                row for key, (rule, run) in runs.items()
                if (row := self.next_row(rule, run, records[key[1]], held.get(key), told.get(key)))
            ]  # fmt: skip
            rows += self._idle(entity, runs, records)
            self._write(held, rows)
            self._close(part, {key: run for key, (_, run) in runs.items()})

    def _told(self, runs: Runs, held: Mapping[tuple[str, str], Row]) -> dict[tuple[str, str], Row]:
        """Where clocks stand of which no row is kept and something was said before: a clock that
        has said everything has no row, and must not get one by being held up or exempted since."""
        asked: dict[str, tuple[tuple[str, str], Row]] = {}
        for key, (rule, run) in runs.items():
            start, row = iso_moment(run.started), held.get(key)
            if row is not None and row.start == start:
                continue
            now_at = run.fires_at()
            first_at = replace(run, pauses=()).fires_at() if run.pauses else now_at
            for number, (was, at) in enumerate(zip(first_at, now_at, strict=True)):
                if was is not None and was <= self.now and not _is_history(at, self.now):
                    firing = firing_id(rule.id, key[1], start, number)
                    over = Row(rule.id, key[1], rule.entity, start, number + 1, NEVER)
                    asked[firing] = key, over
        known = self.unit.known("firing", asked) if asked else ()
        return dict(asked[one] for one in sorted(known, key=lambda one: asked[one][1].level))

    def next_row(
        self, rule: Document[Clock], run: Run, record: Record, held: Row | None,
        told: Row | None = None,
    ) -> Row | None:  # fmt: skip
        """When a clock that runs has to say something next, or to be looked at again; None: it
        has said everything. `told`: in place of a row that is not kept."""
        row = next_row(rule, run, record, told or held, self.now)
        turn = self.turns.get((rule.id, str(record["id"])))
        if row is None or turn is None:
            return row
        return replace(row, due_at=min(row.due_at, _millis(turn)))

    def _idle(
        self, entity: str, running: Container[tuple[str, str]], among: Collection[str]
    ) -> list[Row]:
        """Clocks that do not run and may begin to because time passes."""
        return [
            idle_row(rule, record, entity, at) for (rule, record), at in self.turns.items()
            if record in among and (rule, record) not in running
        ]  # fmt: skip

    def runs(self, entity: str, records: Sequence[Record]) -> Runs:
        """The clocks that run for these records now."""
        # Sets of rules are few and the same objects: comparing what they say costs far more.
        by_rules: dict[int, tuple[Rules, list[Record]]] = {}
        for record in records:
            rules = self.rules.of(entity, record)
            by_rules.setdefault(id(rules), (rules, []))[1].append(record)
        spec = self.unit.registry.entity(entity)
        found: Runs = {}
        reach = reaching(self.unit.connection, self.unit.tables)
        for rules, some in by_rules.values():
            near = around(self.unit.find, rules, spec, some, reach=reach)
            apart = sorted_out(rules, spec, some, near)
            for rule in rules:
                calendar, turning = self.rules.days.calendar(rule), turns(rule.body)
                for record in some:
                    one, mine = str(record["id"]), apart.get(str(record["id"]), {})
                    run = Run.of(rule.body, record, mine, self.now, calendar)
                    if run is not None and self._goes_on(rule, run, record):
                        found[rule.id, one] = rule, run
                    turn = clock_turns_at(rule.body, record, mine, self.now) if turning else None
                    if turn is not None:
                        self.turns[rule.id, one] = turn
        return found

    def _goes_on(self, rule: Document[Clock], run: Run, record: Record) -> bool:
        stopped = run.ended or run.stopped is not None
        return not stopped and rule.body.runs_when.holds(record, self.now)

    # -- the table -----------------------------------------------------------------------------

    def held(self, entity: str, ids: Collection[str]) -> dict[tuple[str, str], Row]:
        """The rows of these records as they are kept."""
        unit, table, found = self.unit, self.tables.open, {}

        def make() -> Select[Any]:
            asked = select(*(table.c[name] for name in Row.__dataclass_fields__))
            mine = listed(unit.connection, table.c.record, "ids")
            return asked.where(mine, table.c.entity == bindparam("of"))

        for part in chunks(sorted(ids)):
            given = {"ids": as_list(unit.connection, part), "of": entity}
            for row in ask(unit.connection, unit.tables, ("clocks kept",), make, **given):
                one = Row(*row)
                found[one.rule, one.record] = one
        return found

    def _write(self, held: Mapping[tuple[str, str], Row], rows: Iterable[Row]) -> None:
        new = {(row.rule, row.record): row for row in rows}
        self.drop(key for key in held if key not in new)
        self.put(row for key, row in new.items() if held.get(key) != row)

    def put(self, rows: Iterable[Row]) -> None:
        """Keep these rows, in the place of what is kept under their keys."""
        names = tuple(Row.__dataclass_fields__)
        written = [tuple(getattr(row, name) for name in names) for row in rows]
        connection, tables = self.unit.connection, self.unit.tables
        insert(connection, tables, self.tables.open, written, columns=names, replace=True)

    def drop(self, keys: Iterable[tuple[str, str]]) -> None:
        """Forget these rows."""
        by_rule: Ids = defaultdict(set)
        for rule, record in keys:
            by_rule[rule].add(record)
        table = self.tables.open
        for rule, ids in by_rule.items():
            for part in chunks(sorted(ids)):
                gone = delete(table).where(table.c.rule == rule, table.c.record.in_(part))
                self.unit.connection.execute(gone)

    # -- tasks ---------------------------------------------------------------------------------

    def _close(self, ids: Collection[str], runs: Mapping[tuple[str, str], Run]) -> None:
        """Tasks that tell of a clock which has stopped, or begun anew, are done."""
        unit, table, over = self.unit, self.tables.told, list[str]()

        def make() -> Select[Any]:
            asked = select(table.c.task, table.c.rule, table.c.record, table.c.start)
            return asked.where(listed(unit.connection, table.c.record, "ids"))

        given = as_list(unit.connection, ids)
        told = ask(unit.connection, unit.tables, ("clocks told",), make, ids=given)
        for task, rule, record, start in told:
            run = runs.get((rule, record))
            if run is None or iso_moment(run.started) != start:
                over.append(task)
        for part in chunks(over):
            held = states.load(self.unit.connection, self.unit.tables, "task", part).states
            still = [i for i, one in held.items() if one.alive and one.values["state"] == "open"]
            done = {"state": "done", "done_at": iso_moment(self.now)}
            self.unit.change_many("task", dict.fromkeys(still, done))
            self.unit.connection.execute(delete(table).where(table.c.task.in_(part)))


def next_row(
    rule: Document[Clock], run: Run, record: Record, held: Row | None, now: datetime
) -> Row | None:
    """When a clock that runs has to say something next; None: it has said everything."""
    start, moments = iso_moment(run.started), run.fires_at()
    same = held is not None and held.start == start
    level = held.level if held is not None and same else 0
    while not same and level < len(moments) and _is_history(moments[level], now):
        level += 1
    if level >= len(moments):
        return None
    at, paused = moments[level], matches(rule.body.pauses_when.condition, record, now)
    due = NEVER if at is None or paused else _millis(at)
    return Row(rule.id, str(record["id"]), rule.entity, start, level, due)


def firing_id(rule: str, record: str, start: str, number: int) -> str:
    """Of a level of a clock: the same wherever it is worked out."""
    return act_key(rule, record, start, str(number))


def idle_row(rule: str, record: str, entity: str, at: datetime) -> Row:
    """A clock that does not run is looked at again then."""
    return Row(rule, record, entity, "", 0, _millis(at))


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _is_history(at: datetime | None, now: datetime) -> bool:
    return at is not None and at < now - HISTORY
