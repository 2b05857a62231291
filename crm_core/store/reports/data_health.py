"""Counts what the check of data looks at: conditions in one sweep of a table, values one by one.

Reads only what the viewer's condition lets it see. Says how far it is, and stops where the listener
raises. The definitions are in `insight.data_health`.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, not_, or_, select

from crm_core.clock import iso_moment
from crm_core.insight.data_health import QUIET_DAYS, Check, Gap, Look, Result
from crm_core.model import credit_code, phone_numbers, whereabouts
from crm_core.model.query import EVERYTHING, Condition, Query
from crm_core.model.schema import Registry
from crm_core.model.values import Value, ValueProblem, normalise
from crm_core.rules.required import Needed, incomplete
from crm_core.store.reading import records
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.schema.expressions import living
from crm_core.store.schema.tables import Tables

_AT_A_TIME = 2_000
Heard = Callable[[float], object]
"""Hears the share of the work that is done, 0 to 1; raises to stop it."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is looked at, and how much of it the viewer sees."""

    checks: tuple[Check, ...]
    scope: Mapping[str, Condition] = field(default_factory=dict)
    """Entity → the records that exist for the viewer; all where it is not named."""


def gaps_of(needed: Iterable[Needed]) -> tuple[Gap, ...]:
    """What records must have, as the check looks at it."""
    return tuple(
        Gap(one.id, one.label, one.entity, one.fields, one.when, incomplete(one)) for one in needed
    )


def inspect(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    wanted: Inspection,
    now: datetime,
    heard: Heard,
) -> list[Result]:
    """Count everything; in the order of the checks. What is said of kinds of record that are not
    known here (a requirement of a newer version) is passed over."""
    known = [one for one in wanted.checks if one.entity in registry]
    entities = list(dict.fromkeys(one.entity for one in known))
    found: dict[str, Result] = {}
    for place, entity in enumerate(entities):
        looked = _Look(connection, tables, registry, entity, wanted, now)

        def told(share: float, place: int = place) -> None:
            heard((place + share) / len(entities))

        told(0.0)
        for one in looked.results(told):
            found[one.check.id] = one
    heard(1.0)
    return [found[one.id] for one in known]


@dataclass(slots=True)
class _Look:
    """One entity under the glass."""

    connection: Connection
    tables: Tables
    registry: Registry
    entity: str
    wanted: Inspection
    now: datetime

    def results(self, told: Heard) -> Iterable[Result]:
        """Of all checks of this entity."""
        checks = [one for one in self.wanted.checks if one.entity == self.entity]
        by_condition = [one for one in checks if one.look is Look.CONDITION]
        yield from self._counted(by_condition)
        told(0.2)
        yield from (self._quiet(one) for one in checks if one.look is Look.QUIET)
        told(0.3)
        by_value = [one for one in checks if one.look not in (Look.CONDITION, Look.QUIET)]
        if by_value:
            yield from self._valued(by_value, told)

    @property
    def _table(self) -> Table:
        return self.tables.of(self.entity)

    def _seen(self, condition: Condition = EVERYTHING) -> ColumnElement[bool]:
        scope = self.wanted.scope.get(self.entity, EVERYTHING)
        return and_(living(self._table), *(self._sql(one) for one in (scope, condition)))

    def _sql(self, condition: Condition) -> ColumnElement[bool]:
        return compile_condition(condition, self._table, self.now)

    def _counted(self, checks: Sequence[Check]) -> Iterable[Result]:
        sums = []
        for one in checks:
            among = self._sql(one.among)
            sums.append(func.sum(case((among, 1), else_=0)))
            sums.append(func.sum(case((and_(among, self._sql(one.where)), 1), else_=0)))
        if not sums:
            return
        row = self.connection.execute(select(*sums).where(self._seen())).one()
        for place, one in enumerate(checks):
            yield Result(one, int(row[2 * place] or 0), int(row[2 * place + 1] or 0))

    def _quiet(self, check: Check) -> Result:
        """Customers whom nobody met or talked to since, and who were there before."""
        before = self.now - timedelta(days=QUIET_DAYS)
        touched = [
            select(other.c.rid)
            .where(other.c.customer == self._table.c.id, living(other), other.c[moment] >= since)
            .exists()
            for name, moment in (("visit", "started_at"), ("follow_up", "happened_at"))
            for other, since in ((self.tables.of(name), iso_moment(before)),)
        ]
        old = self._table.c.created_at < int(before.timestamp() * 1000) << 16
        among = self._seen(check.among)
        total = self.connection.scalar(select(func.count()).select_from(self._table).where(among))
        wanted = select(self._table.c.id).where(among, old, not_(or_(*touched)))
        ids = tuple(self.connection.scalars(wanted.order_by(self._table.c.rid)))
        return Result(check, int(total or 0), len(ids), ids)

    def _valued(self, checks: Sequence[Check], told: Heard) -> Iterable[Result]:
        names = list(dict.fromkeys(name for one in checks for name in one.fields))
        names = [name for name in names if name in self._table.c]
        piles = [_Pile(one, self.registry) for one in checks]
        statement = select(self._table.c.id, *(self._table.c[name] for name in names))
        statement = statement.where(self._seen()).execution_options(yield_per=_AT_A_TIME)
        query = Query(self.entity, self.wanted.scope.get(self.entity, EVERYTHING))
        every = max(records.count(self.connection, self.tables, query, self.now), 1)
        result = self.connection.execute(statement)
        for part, rows in enumerate(result.partitions(_AT_A_TIME)):
            told(0.3 + 0.7 * min(1.0, part * _AT_A_TIME / every))
            for record_id, *values in rows:
                record = dict(zip(names, values, strict=True))
                for pile in piles:
                    pile.take(record_id, record)
        return [pile.result() for pile in piles]


class _Pile:
    """Takes record after record, and keeps those that are wrong by one check."""

    def __init__(self, check: Check, registry: Registry) -> None:
        self._check = check
        self._spec = registry.find(check.entity, check.fields[0])
        self._total = 0
        self._bad: list[tuple[str, str]] = []
        self._known: dict[tuple[Value, ...], bool] = {}
        self._first: dict[str, str] = {}
        """Of doubles: value → the first record that has it; empty once that one is counted."""

    def take(self, record_id: str, record: Mapping[str, Value]) -> None:
        """Look at one record."""
        if self._check.look is Look.PLACE:
            if record.get(whereabouts.CITY):
                self._total += 1
                if self._contradicts(record):
                    self._bad.append(("", record_id))
            return
        value = record.get(self._check.fields[0])
        # What is masked says nothing, neither that it is wrong nor that it is the same.
        if not isinstance(value, str) or "*" in value:
            return
        self._total += 1
        if self._check.look is Look.DUPLICATE:
            self._compare(record_id, value)
        elif self._wrong(value):
            self._bad.append(("", record_id))

    def result(self) -> Result:
        """What it came to; doubles beside each other."""
        if self._check.look is Look.DUPLICATE:
            self._bad.sort(key=lambda one: one[0])
        return Result(
            self._check, self._total, len(self._bad), tuple(record_id for _, record_id in self._bad)
        )

    def _contradicts(self, record: Mapping[str, Value]) -> bool:
        """Few places are named again and again."""
        places = tuple(record.get(name) for name in whereabouts.FIELDS)
        if places not in self._known:
            self._known[places] = bool(whereabouts.doubts(record))
        return self._known[places]

    def _compare(self, record_id: str, value: str) -> None:
        key = same_key(self._check.fields[0], value)
        if not key:
            return
        first = self._first.setdefault(key, record_id)
        if first == record_id:
            return
        if first:
            self._bad.append((key, first))
            self._first[key] = ""
        self._bad.append((key, record_id))

    def _wrong(self, value: str) -> bool:
        if self._check.look is Look.PHONE:
            return phone_numbers.doubt(value) is not None
        if self._check.look is Look.CREDIT_CODE:
            return credit_code.doubt(value) is not None
        if self._spec is None:
            return False
        try:
            normalise(self._spec, value)
        except ValueProblem:
            return True
        return False


def same_key(name: str, value: str) -> str:
    """What two values that mean the same have in common."""
    if name == "phone":
        return phone_numbers.digits_of(value)
    plain = unicodedata.normalize("NFKC", value).casefold()
    if name == "email":
        return plain.strip()
    return "".join(one for one in plain if one.isalnum())
