"""Clocks whose moment has come: who hears of it, in which words, and that it happens once.

What a row says is worked out again from the records; the ids of firing and task follow from rule,
record, beginning and level, so that neither several processes, nor a restart, nor a clock that is
set back make a second one.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from crm_core.clock import iso_moment
from crm_core.model.query import Query, matches
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.firing.reasons import Secret, secret_of
from crm_core.rules.identity import act_key
from crm_core.rules.timekeeping.clock_state import ClockState, Run
from crm_core.rules.timekeeping.clocks import Clock, Level
from crm_core.rules.wording.clock_words import figures, said
from crm_core.store.changes.unit_of_work import Unit
from sync_server.services.clocks.clock_keeping import REASON, Keeping, Row, firing_id, idle_row
from sync_server.services.exchange import following
from sync_server.services.server import Server
from sync_server.services.ticks.clock_history import conversion_words

AT_ONCE = 500
"""Rows taken in one transaction."""
MOST_SINGLE = 10
"""More tasks than so many for one person, of one level, at once become one."""
_MOST_NAMES = 8
_MOST_MADE = 40
"""Ids of tasks that one firing names."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A level of a clock that was reached, about a record."""

    rule: Document[Clock]
    number: int
    record: Record
    found: ClockState
    start: str

    @property
    def level(self) -> Level:
        """What was reached."""
        return self.rule.body.levels[self.number]

    @property
    def id(self) -> str:
        """Of the firing: the same wherever it is worked out."""
        return firing_id(self.rule.id, str(self.record["id"]), self.start, self.number)

    def key(self, part: str) -> str:
        """Of something done on this occasion."""
        return act_key(self.rule.id, str(self.record["id"]), self.start, part)


@dataclass(slots=True)
class Task:
    """One task that will be made."""

    id: str
    whom: str
    notices: list[Notice] = field(default_factory=list)


@dataclass(slots=True)
class Firing:
    """Lets clocks fire, again and again; remembers for a day what history says."""

    server: Server
    history: dict[tuple[date, float], str] = field(default_factory=dict)

    def fire_due(self) -> int:
        """Let every clock whose moment has come say what it has to; how many did."""
        total = 0
        while self._something_due():
            done: list[tuple[int, int]] = []
            following.act(self.server, REASON, lambda unit: done.append(self._fire(unit)))  # noqa: B023
            [(taken, fired)] = done
            total += fired
            if taken == 0:
                break
        return total

    def _something_due(self) -> bool:
        """Asked without the write lock: nearly always nothing is."""
        table = self.server.tables.clocks.open
        due = select(table.c.rule).where(table.c.due_at <= self.server.clock.millis()).limit(1)
        with self.server.reading() as connection:
            return connection.scalar(due) is not None

    def _fire(self, unit: Unit) -> tuple[int, int]:
        """Take what is due and carry it out: how many rows were taken, how many levels fired."""
        keeping = Keeping.of(self.server, unit)
        rows = _take(keeping, self.server.clock.millis())
        notices: list[Notice] = []
        by_entity: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_entity[row.entity].append(row)
        for entity, some in by_entity.items():
            if entity in unit.registry:
                notices += _of_entity(keeping, entity, some)
            else:
                keeping.drop((row.rule, row.record) for row in some)
        fresh = _not_yet(unit, notices)
        Telling(keeping, self).tell(fresh)
        return len(rows), len(fresh)

    def history_words(self, unit: Unit, hours: float, now: datetime) -> str:
        """What became of leads that waited longer; asked once a day."""
        key = (now.date(), hours)
        if key not in self.history:
            self.history = {key: conversion_words(unit, hours, now)}
        return self.history[key]


def _take(keeping: Keeping, now_ms: int) -> list[Row]:
    table = keeping.tables.open
    columns = [table.c[name] for name in Row.__dataclass_fields__]
    due = select(*columns).where(table.c.due_at <= now_ms).order_by(table.c.due_at).limit(AT_ONCE)
    # SQLite knows no row locks: there its one writer is the lock.
    locked = due.with_for_update(skip_locked=True)
    return [Row(*row) for row in keeping.unit.connection.execute(locked)]


def _of_entity(keeping: Keeping, entity: str, rows: Sequence[Row]) -> list[Notice]:
    """What these rows come to now; they are moved on."""
    records = keeping.unit.records(entity, {row.record for row in rows})
    runs = keeping.runs(entity, list(records.values()))
    gone: list[tuple[str, str]] = []
    moved: list[Row] = []
    notices: list[Notice] = []
    for row in rows:
        rule, run = runs.get((row.rule, row.record), (None, None))
        if rule is None or run is None:
            turn = keeping.turns.get((row.rule, row.record))
            if turn is None:
                gone.append((row.rule, row.record))
            else:
                moved.append(idle_row(row.rule, row.record, entity, turn))
            continue
        record = records[row.record]
        if row.start == iso_moment(run.started) and _reached(rule, run, row, record, keeping):
            notices += _notice(rule, run, row, record)
            row = replace(row, level=row.level + 1)
        later = keeping.next_row(rule, run, record, row)
        if later is None:
            gone.append((row.rule, row.record))
        else:
            moved.append(later)
    keeping.drop(gone)
    keeping.put(moved)
    return notices


def _reached(rule: Document[Clock], run: Run, row: Row, record: Record, keeping: Keeping) -> bool:
    moments = run.fires_at()
    at = moments[row.level] if row.level < len(moments) else None
    halted = matches(rule.body.pauses_when.condition, record, keeping.now)
    return at is not None and at <= keeping.now and not halted


def _notice(rule: Document[Clock], run: Run, row: Row, record: Record) -> Iterator[Notice]:
    level, found = rule.body.levels[row.level], run.standing(record)
    over = found.left is not None and found.left < timedelta()
    # A warning after the fact helps nobody: the level that says it is over comes with it.
    if not (over and level.after_hours < rule.body.limit_hours):
        yield Notice(rule, row.level, record, found, row.start)


def _not_yet(unit: Unit, notices: Sequence[Notice]) -> list[Notice]:
    """Those nobody has been told of."""
    known = unit.states_of("firing", {one.id for one in notices})
    return [one for one in {n.id: n for n in notices}.values() if one.id not in known]


@dataclass(slots=True)
class Telling:
    """Writes what happened, and the tasks of those who are to hear of it."""

    keeping: Keeping
    firing: Firing
    secret: Secret | None = None

    def tell(self, notices: Sequence[Notice]) -> None:
        """All of them, in the transaction that moves their rows on."""
        unit = self.keeping.unit
        tasks = {one.id: self._tasks_of(one) for one in notices}
        made = _gathered([task for some in tasks.values() for task in some])
        ids: dict[str, list[str]] = defaultdict(list)
        for task in made:
            for one in task.notices:
                ids[one.id].append(task.id)
        firings = [_firing(self.keeping, one, tasks[one.id], ids[one.id]) for one in notices]
        unit.create_many("firing", firings, record_ids=[one.id for one in notices])
        known = unit.states_of("task", {task.id for task in made})
        made = [task for task in made if task.id not in known]
        values = [self._values(task) for task in made]
        unit.create_many("task", values, record_ids=[task.id for task in made])
        told = [
            {"task": t.id, "rule": n.rule.id, "record": str(n.record["id"]), "start": n.start}
            for t in made if len(t.notices) == 1 for n in t.notices
        ]  # fmt: skip
        if told:
            upsert = unit.tables.upsert(self.keeping.tables.told, unit.connection.dialect.name)
            unit.connection.execute(upsert, told)

    def _tasks_of(self, one: Notice) -> list[Task]:
        entity = self.keeping.unit.registry.entity(one.rule.entity)
        owner = one.record.get(entity.owner) if entity.owner else None
        whoever = self.keeping.rules.people.recipients(one.level.to, str(owner) if owner else None)
        return [Task(one.key(f"{one.number}:{whom}"), whom, [one]) for whom in whoever]

    def _values(self, task: Task) -> dict[str, object]:
        first, now = task.notices[0], self.keeping.now
        entity = self.keeping.unit.registry.entity(first.rule.entity)
        due = max(first.found.due or now, now) if len(task.notices) == 1 else now
        made: dict[str, object] = {
            "kind": "reminder", "state": "open", "owner": task.whom, "due_at": iso_moment(due),
        }  # fmt: skip
        if len(task.notices) > 1:
            return made | _list_of(entity, task.notices)
        remark = "\n".join(one.zh for one in first.found.why)
        title = self._words(entity, first) or first.rule.label.zh
        return made | _about(entity, first.record) | {"title": title, "remark": remark}

    def _secret(self) -> Secret:
        """What any role is kept from reading; read once a transaction."""
        if self.secret is None:
            grants = self.keeping.unit.find(Query("grant"))
            self.secret = secret_of(grants)
        return self.secret

    def _words(self, entity: EntitySpec, one: Notice) -> str:
        owner = str(one.record.get(entity.owner) or "") if entity.owner else ""
        limit, words = one.rule.body.limit_hours, one.level.task
        extra = {"owner": self.keeping.rules.people.name(owner), **figures(one.found, limit)}
        if "[history]" in words.zh or "[历史]" in words.zh:
            unit, now = self.keeping.unit, self.keeping.now
            extra["history"] = self.firing.history_words(unit, limit, now)
        return said(words, entity, one.record, extra, "zh", self._secret())


def _gathered(tasks: Sequence[Task]) -> list[Task]:
    """Many of one kind for one person become one: nobody works off five hundred."""
    alike: dict[tuple[str, str, int], list[Task]] = defaultdict(list)
    for task in tasks:
        [one] = task.notices
        alike[task.whom, one.rule.id, one.number].append(task)
    found: list[Task] = []
    for (whom, rule, number), some in alike.items():
        if len(some) <= MOST_SINGLE:
            found += some
            continue
        notices = [notice for task in some for notice in task.notices]
        cause = ",".join(sorted(notice.id for notice in notices))
        found.append(Task(act_key(rule, whom, cause, str(number)), whom, notices))
    return found


def _list_of(entity: EntitySpec, notices: Sequence[Notice]) -> dict[str, object]:
    names = [str(one.record.get(entity.title) or "") for one in notices]
    shown = "、".join(names[:_MOST_NAMES])
    rule = notices[0].rule.label.zh
    title = f"{rule}：{len(names)} 条{entity.label.zh}，{shown}等"
    return {"title": title[:200], "remark": "\n".join(names)}


def _about(entity: EntitySpec, record: Record) -> dict[str, object]:
    """Which fields of a task lead to the record."""
    found: dict[str, object] = {"customer": record.get("customer")}
    if entity.name in ("customer", "lead", "visit"):
        found[entity.name] = record["id"]
    return found


def _firing(
    keeping: Keeping, one: Notice, tasks: Sequence[Task], made: Sequence[str]
) -> Mapping[str, object]:
    entity = keeping.unit.registry.entity(one.rule.entity)
    why = {
        "level": one.number,
        "after_hours": one.level.after_hours,
        "started": one.start,
        "offers": one.level.offers,
        "told": [task.whom for task in tasks],
        "made": made[:_MOST_MADE],
        "zh": [words.zh for words in one.found.why],
        "en": [words.en for words in one.found.why],
    }
    return {
        "rule": one.rule.id, "rule_name": one.rule.label.zh[:60], "about": entity.name,
        "version": keeping.rules.version_of(one.record), "record": one.record["id"],
        "at": iso_moment(keeping.now), "why": json.dumps(why, ensure_ascii=False),
        "owner": one.record.get(entity.owner) if entity.owner else None,
    }  # fmt: skip
