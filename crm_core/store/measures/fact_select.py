"""The SELECT behind a measure: which facts are looked at, what each adds, which groups it is in.

Answers add these rows up and explanations show them: both come from this one statement.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from crm_core.insight.declared import TIMES, Counting, Fact, Filters, Group, Measure, Shape
from crm_core.insight.framing import DAY, Frame, bound, slices
from crm_core.model.query import EVERYTHING, All, Condition, Not, Op, Query, Test, fields_tested
from crm_core.model.query import Any as AnyOf
from crm_core.store.measures.fact_words import KnownWords
from crm_core.store.reading.conditions import compile_query
from crm_core.store.schema.expressions import greatest, least, living
from crm_core.store.schema.fact_tables import KIND, NAMED
from crm_core.store.schema.tables import Tables

Scope = Mapping[str, Condition]
"""Entity → the records that exist for whoever asks; all where it is not named."""
_NOBODY = -1
"""The number of a text that no fact has."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What all statements of one question share."""

    connection: Connection
    tables: Tables
    words: KnownWords
    frame: Frame
    now: datetime
    filters: Filters
    scope: Scope


Columns = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Facts that are looked at, before it is said what of them is read."""

    source: Table
    columns: Columns
    """rec, kind, g0 and g1 as far as grouped, n, d, partial; of stays stage and operator, and the
    clock of a measure that has one."""
    wheres: Sequence[ColumnElement[bool]]

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of them."""
        chosen: Select[Any] = select(*columns)
        return chosen.select_from(self.source).where(*self.wheres)

    @property
    def every(self) -> Select[Any]:
        """All columns under their names."""
        return self.select(*(column.label(name) for name, column in self.columns.items()))


def fact_rows(asking: Asking, measure: Measure, groups: Sequence[Group]) -> Rows:
    """What every fact adds. Of teams, their people are the groups: a join for each fact costs more
    than asking once who is in which (`team_of`)."""
    table = _table(asking, measure)
    source = _source(asking, measure, table)
    counting, one = measure.counting, literal_column("1", BigInteger)
    numerator = source[counting.numerator] if counting.numerator else one
    if counting.having != EVERYTHING:
        having = _compiled(asking, source, counting.having)
        numerator = case((having, numerator), else_=literal_column("0", BigInteger))
    columns = {
        "rec": source["rec"],
        "kind": source["kind"],
        **{f"g{i}": _group(asking, source, measure, one) for i, one in enumerate(groups)},
        "n": numerator,
        "d": source[counting.denominator] if counting.denominator else one,
        "partial": source["partial"],
    }
    columns |= {name: source[name] for name in ("stage", "operator") if name in source}
    if measure.clock:
        columns["clock"] = source[measure.clock]
    return Rows(table, columns, _wheres(asking, measure, source))


def _wheres(asking: Asking, measure: Measure, source: Columns) -> list[ColumnElement[bool]]:
    frame = asking.frame
    kinds = [KIND[name] for name in (measure.entity, *measure.also)]
    kind = source["kind"]
    wheres = [kind == kinds[0] if len(kinds) == 1 else kind.in_(kinds)]
    if measure.clock:
        clock = source[measure.clock]
        wheres += [clock >= frame.start, clock < frame.end]
    if measure.shape is Shape.DURATION and measure.counting.numerator != "stayed":
        wheres.append(source[measure.counting.numerator].is_not(None))
    wheres.append(_compiled(asking, source, measure.counting.among))
    wheres += _filtered(asking, source)
    for entity in (measure.entity, *measure.also):
        seen = asking.scope.get(entity, EVERYTHING)
        if seen != EVERYTHING:
            table = asking.tables.of(entity)
            visible = compile_query(Query(entity, seen), table, asking.now).order_by(None)
            wheres.append(or_(kind != KIND[entity], source["rec"].in_(visible)))
    return wheres


def _table(asking: Asking, measure: Measure) -> Table:
    facts = asking.tables.facts
    tables: Mapping[Fact, Table] = {
        Fact.JOURNEY: facts.journey,
        Fact.STAGE: facts.stage,
        Fact.EVENT: facts.event,
    }
    return tables[measure.fact]


def _source(asking: Asking, measure: Measure, table: Table) -> Columns:
    """The columns of the facts, with what depends on the moment.

    `stayed` (exemptions left out), `over` (whether it is past the standard) and `charged`, which is
    never less than the standard.
    """
    columns: dict[str, ColumnElement[Any]] = {one.name: one for one in table.columns}
    if "outside" in _looks_at(measure.counting):
        people = _outside_sales(asking) or [_NOBODY]
        columns["outside"] = case((table.c.owner.in_(people), 1), else_=0)
    if measure.fact is not Fact.STAGE:
        return columns
    at, zero = literal(asking.frame.at, BigInteger), literal_column("0", BigInteger)
    ended = least(table.c.until, at)
    # The last exemption counts as far as it has come; those before it are over.
    held = greatest(zero, least(table.c.exempt_until, ended) - table.c.exempt_from)
    stayed = case(  # Hardly anything is exempt, and most of what is asked about is over.
        (and_(table.c.exempt_until == 0, table.c.until <= at), table.c.until - table.c.entered),
        else_=greatest(zero, ended - table.c.entered - table.c.exempt - held),
    )
    columns["stayed"] = stayed
    if _looks_at(measure.counting) & {"over", "charged"}:
        standard = table.c.standard
        late = and_(standard > 0, stayed > standard)
        columns["over"] = case((late, literal_column("1")), else_=literal_column("0"))
        columns["charged"] = greatest(stayed, standard)
    return columns


def _looks_at(counting: Counting) -> frozenset[str]:
    tested = fields_tested(counting.among) | fields_tested(counting.having)
    return tested | {counting.numerator, counting.denominator}


def _compiled(asking: Asking, source: Columns, condition: Condition) -> ColumnElement[bool]:
    """A condition on facts: moments put in, texts as the numbers that stand for them."""
    numbers = asking.words.numbers(_texts(condition))
    return _sql(bound(condition, asking.frame), source, numbers)


def _texts(condition: Condition) -> set[str]:
    match condition:
        case All(parts) | AnyOf(parts):
            return set[str]().union(*map(_texts, parts))
        case Not(part):
            return _texts(part)
        case Test(name, _, operand) if name in NAMED:
            if isinstance(operand, tuple):
                return set(operand)
            return {operand} if isinstance(operand, str) else set()
        case Test():
            return set()


def _sql(condition: Condition, source: Columns, numbers: Mapping[str, int]) -> ColumnElement[bool]:
    """As `conditions.compile_condition`, but all columns are numbers."""
    match condition:
        case All(parts):
            return and_(true(), *(_sql(part, source, numbers) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_sql(part, source, numbers) for part in parts))
        case Not(part):
            return not_(func.coalesce(_sql(part, source, numbers), false()))
        case Test(name, op, operand):
            column = source[name]
            if operand is None:
                return column.is_(None) if op is Op.EQ else column.is_not(None)
            if isinstance(operand, tuple):
                return column.in_([numbers.get(text, _NOBODY) for text in operand])
            value = numbers.get(operand, _NOBODY) if isinstance(operand, str) else operand
            if op is Op.NE:
                return or_(column.is_(None), column != value)
            compared: ColumnElement[bool] = _COMPARED[op](column, value)
            return compared


_COMPARED: Mapping[Op, Callable[[Any, Any], Any]] = {
    Op.EQ: operator.eq,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def _filtered(asking: Asking, source: Columns) -> list[ColumnElement[bool]]:
    """The filters; a fact that does not have what is asked about is left out."""
    filters = asking.filters
    wanted = {
        "owner": filters.owners,
        "industry": filters.industries,
        "source": filters.sources,
        "city": filters.cities,
        "stage": filters.stages,
        "grade": filters.grades,
    }
    wheres: list[ColumnElement[bool]] = []
    numbers = asking.words.numbers({text for some in wanted.values() for text in some})
    for name, some in wanted.items():
        if some and name in source:
            known = [numbers[text] for text in some if text in numbers]
            wheres.append(source[name].in_(known or [_NOBODY]))
    if filters.teams:
        people = _people(asking, filters.teams)
        wheres.append(source["owner"].in_(people or [_NOBODY]))
    return wheres


def _people(asking: Asking, teams: Sequence[str]) -> list[int]:
    """Numbers of the people in these teams and in those below."""
    team, found = asking.tables.of("team"), set(teams)
    above = list(asking.connection.execute(select(team.c.id, team.c.parent)))
    grown = True
    while grown:
        below = {row.id for row in above if row.parent in found} - found
        found |= below
        grown = bool(below)
    return sorted(person for person, its in team_of(asking).items() if its in found)


def _outside_sales(asking: Asking) -> list[int]:
    """Numbers of the people whose role is marked as outside sales (row 6.19)."""
    role, user, word = asking.tables.of("role"), asking.tables.of("user"), asking.tables.facts.word
    rows = (
        select(word.c.num)
        .join_from(user, word, word.c.text == user.c.id)
        .join(role, role.c.code == user.c.role)
        .where(living(role), role.c.outside_sales.is_(True))
    )
    return sorted(asking.connection.scalars(rows))


def team_of(asking: Asking) -> dict[int, str]:
    """The team of everybody who is in one: by number, its id."""
    user, word = asking.tables.of("user"), asking.tables.facts.word
    rows = select(word.c.num, user.c.team).join_from(user, word, word.c.text == user.c.id)
    return {row.num: row.team for row in asking.connection.execute(rows) if row.team}


def _group(asking: Asking, source: Columns, measure: Measure, group: Group) -> ColumnElement[Any]:
    """A number: of a word, or of a slice of time, counted from 0; -1 before the first."""
    if group not in TIMES:
        return source["owner" if group is Group.TEAM else group.value]
    cut, clock = slices(group, asking.frame), source[measure.clock]
    if group is Group.MONTH:
        return reduce(
            lambda rest, place: case((clock >= cut.bounds[place], place), else_=rest),
            range(len(cut.bounds)),
            cast("ColumnElement[Any]", literal(-1)),
        )
    length = DAY if group is Group.DAY else 7 * DAY
    place = (clock - cut.bounds[0]) // literal_column(str(length))
    if cut.bounds[0] <= asking.frame.start:
        return place
    return case((clock < cut.bounds[0], literal_column("-1")), else_=place)


def is_group(
    asking: Asking, column: ColumnElement[Any], group: Group, name: str
) -> ColumnElement[bool]:
    """Whether a fact is in the group of this name (`Value.groups`)."""
    if group in TIMES:
        names = slices(group, asking.frame).names
        return column == (names.index(name) if name in names else -1)
    if group is Group.TEAM:
        team = team_of(asking)
        people = sorted(one for one, its in team.items() if its == name or not name)
        return column.in_(people) if name else or_(column.is_(None), column.not_in(people))
    if not name:
        return column.is_(None)
    return column == asking.words.numbers([name]).get(name, _NOBODY)
