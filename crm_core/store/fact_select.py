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
    FromClause,
    Select,
    Table,
    Text,
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
from sqlalchemy import cast as cast_to

from crm_core.insight.declared import TIMES, Counting, Fact, Filters, Group, Measure, Shape
from crm_core.insight.framing import DAY, HOUR, Frame, Standards, bound, slices
from crm_core.model.query import EVERYTHING, All, Condition, Not, Op, Query, Test, fields_tested
from crm_core.model.query import Any as AnyOf
from crm_core.store.conditions import compile_query
from crm_core.store.expressions import greatest, least
from crm_core.store.fact_tables import KIND, NAMED
from crm_core.store.fact_words import KnownWords
from crm_core.store.tables import Tables

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
    standards: Standards
    frame: Frame
    now: datetime
    filters: Filters
    scope: Scope


def fact_rows(asking: Asking, measure: Measure, groups: Sequence[Group]) -> Select[Any]:
    """rec, g0 and g1 as far as grouped, n, d, at, stage, operator, partial of every fact."""
    source = _source(asking, measure)
    having = _compiled(asking, source, measure.counting.having)
    counting = measure.counting
    one: ColumnElement[Any] = literal_column("1", BigInteger)
    counted = source.c[counting.numerator] if counting.numerator else one
    numerator = counted
    if counting.having != EVERYTHING:
        numerator = case((having, counted), else_=literal_column("0", BigInteger))
    teams = _teams(asking.tables)
    columns = [
        source.c.rec,
        source.c.kind,
        *(
            _group(asking, source, measure, group, teams).label(f"g{i}")
            for i, group in enumerate(groups)
        ),
        numerator.label("n"),
        (source.c[counting.denominator] if counting.denominator else one).label("d"),
        source.c.partial,
    ]
    for name in ("stage", "operator"):
        if name in source.c:
            columns.append(source.c[name])
    if measure.clock:
        columns.append(source.c[measure.clock].label("clock"))
    statement = select(*columns)
    if Group.TEAM in groups:
        statement = statement.select_from(source.outerjoin(teams, teams.c.num == source.c.owner))
    return statement.where(*_wheres(asking, measure, source))


def _wheres(asking: Asking, measure: Measure, source: FromClause) -> list[ColumnElement[bool]]:
    frame = asking.frame
    kinds = [KIND[name] for name in (measure.entity, *measure.also)]
    wheres = [source.c.kind == kinds[0] if len(kinds) == 1 else source.c.kind.in_(kinds)]
    if measure.clock:
        clock = source.c[measure.clock]
        wheres += [clock >= frame.start, clock < frame.end]
    if measure.shape is Shape.DURATION:
        wheres.append(source.c[measure.counting.numerator].is_not(None))
    wheres.append(_compiled(asking, source, measure.counting.among))
    wheres += _filtered(asking, source)
    for entity in (measure.entity, *measure.also):
        seen = asking.scope.get(entity, EVERYTHING)
        if seen != EVERYTHING:
            table = asking.tables.of(entity)
            visible = compile_query(Query(entity, seen), table, asking.now).order_by(None)
            wheres.append(or_(source.c.kind != KIND[entity], source.c.rec.in_(visible)))
    return wheres


def _source(asking: Asking, measure: Measure) -> FromClause:
    """The table of facts with what depends on the moment.

    `stayed` (exemptions left out), `standard`, `over` (whether it is past that) and `charged`,
    which is never less than the standard.
    """
    facts = asking.tables.facts
    tables: Mapping[Fact, Table] = {
        Fact.JOURNEY: facts.journey,
        Fact.STAGE: facts.stage,
        Fact.EVENT: facts.event,
    }
    table = tables[measure.fact]
    if measure.fact is not Fact.STAGE:
        return table
    at, zero = literal(asking.frame.at, BigInteger), literal_column("0", BigInteger)
    ended = least(table.c.until, at)
    # The last exemption counts as far as it has come; those before it are over.
    held = greatest(zero, least(table.c.exempt_until, ended) - table.c.exempt_from)
    stayed = greatest(zero, ended - table.c.entered - table.c.exempt - held)
    made: list[ColumnElement[Any]] = [*table.columns, stayed.label("stayed")]
    if _looks_at(measure.counting) & {"standard", "over", "charged"}:
        standard = _standard(asking, measure.entity, table)
        over = case((stayed > standard, literal_column("1")), else_=literal_column("0"))
        made += [
            standard.label("standard"),
            over.label("over"),
            greatest(stayed, standard).label("charged"),
        ]
    return select(*made).subquery("stays")


def _looks_at(counting: Counting) -> frozenset[str]:
    tested = fields_tested(counting.among) | fields_tested(counting.having)
    return tested | {counting.numerator, counting.denominator}


def _standard(asking: Asking, entity: str, table: Table) -> ColumnElement[Any]:
    """Milliseconds a record may stay in its stage; 0 for a stage nobody gave a standard."""
    hours = {stage: h for (of, stage), h in asking.standards.hours.items() if of == entity}
    numbers = asking.words.numbers(hours)
    whens = [
        (table.c.stage == numbers[stage], literal(round(h * HOUR), BigInteger))
        for stage, h in sorted(hours.items())
        if stage in numbers
    ]
    return case(*whens, else_=literal(0, BigInteger)) if whens else literal(0, BigInteger)


def _compiled(asking: Asking, source: FromClause, condition: Condition) -> ColumnElement[bool]:
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


def _sql(
    condition: Condition, source: FromClause, numbers: Mapping[str, int]
) -> ColumnElement[bool]:
    """As `conditions.compile_condition`, but all columns are numbers."""
    match condition:
        case All(parts):
            return and_(true(), *(_sql(part, source, numbers) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_sql(part, source, numbers) for part in parts))
        case Not(part):
            return not_(func.coalesce(_sql(part, source, numbers), false()))
        case Test(name, op, operand):
            column = source.c[name]
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


def _filtered(asking: Asking, source: FromClause) -> list[ColumnElement[bool]]:
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
        if some and name in source.c:
            known = [numbers[text] for text in some if text in numbers]
            wheres.append(source.c[name].in_(known or [_NOBODY]))
    if filters.teams:
        people = _people(asking, filters.teams)
        wheres.append(source.c.owner.in_(people or [_NOBODY]))
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
    joined = _teams(asking.tables)
    rows = asking.connection.execute(select(joined.c.num, joined.c.team))
    return sorted(row.num for row in rows if row.team in found)


def _teams(tables: Tables) -> FromClause:
    user, word = tables.of("user"), tables.facts.word
    joined = user.join(word, word.c.text == user.c.id)
    return select(word.c.num, user.c.team).select_from(joined).subquery("teams")


def _group(
    asking: Asking, source: FromClause, measure: Measure, group: Group, teams: FromClause
) -> ColumnElement[Any]:
    if group is Group.TEAM:
        return cast("ColumnElement[Any]", teams.c.team)
    if group not in TIMES:
        column: ColumnElement[Any] = source.c[group.value]
        return column
    cut, clock = slices(group, asking.frame), source.c[measure.clock]
    if group is Group.MONTH:
        return reduce(
            lambda rest, place: case((clock >= cut.bounds[place], place), else_=rest),
            range(len(cut.bounds)),
            cast("ColumnElement[Any]", literal(-1)),
        )
    length = DAY if group is Group.DAY else 7 * DAY
    return (clock - cut.bounds[0]) // literal_column(str(length))


def summed(rows: Select[Any], groups: int) -> Select[Any]:
    """The rows of `fact_rows` added up by group: groups, n, d, count, partial."""
    inner = rows.subquery("facts")
    keys = [inner.c[f"g{i}"] for i in range(groups)]
    sums = [func.sum(inner.c.n), func.sum(inner.c.d), func.count(), func.sum(inner.c.partial)]
    return select(*keys, *sums).group_by(*keys)


def listed(rows: Select[Any], groups: int) -> Select[Any]:
    """`summed`, then all numerators of a group as one text.

    For medians. Windows over the rows took twice as long, and a row of text for each group is read
    faster than a row for each fact.
    """
    inner = rows.subquery("facts")
    keys = [inner.c[f"g{i}"] for i in range(groups)]
    sums = [func.sum(inner.c.n), func.sum(inner.c.d), func.count(), func.sum(inner.c.partial)]
    members = func.aggregate_strings(cast_to(inner.c.n, Text), ",")
    return select(*keys, *sums, members).group_by(*keys)
