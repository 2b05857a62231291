"""Keeping the facts of measures true: what changed is marked at once, and made anew a little later.

Marking costs a row a record in the transaction that changes it; the facts of a thousand records are
made in one go before a board is read, or in spare time. A database that never had facts is swept
from its first row to its last. What waits makes an answer provisional, never wrong for good.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select

from crm_core.store.engines import meta
from crm_core.store.indexes.fact_layout import FACTS_AT_ONCE, STATE
from crm_core.store.measures import stage_history
from crm_core.store.measures.fact_journeys import Builder
from crm_core.store.reading.stale import next_waiting, unmark
from crm_core.store.schema.fact_tables import ABOUT, EVENTS, JOURNEYS
from crm_core.store.schema.tables import Tables

VERSION = 6
"""Raised when facts come out differently: all are made anew."""
_SWEPT = (*EVENTS, *(one for one in ABOUT if one not in EVENTS), *JOURNEYS)
"""Journeys last: they look at all others."""


def waiting(connection: Connection, tables: Tables) -> bool:
    """Whether some facts are not made yet."""
    if connection.scalar(select(tables.facts.stale.c.rec).limit(1)) is not None:
        return True
    if not stage_history.settled(connection, tables):
        return True
    return bool(_unswept(connection, tables, _state(connection, tables)))


def keep_some(connection: Connection, tables: Tables, limit: int = FACTS_AT_ONCE) -> int:
    """Make the facts of up to `limit` records that wait; 0 when nothing was left to do.

    Stages that were published anew say first whose facts wait: that is a step by itself.
    """
    if not stage_history.settled(connection, tables):
        stage_history.settle(connection, tables)
        return 1
    builder = Builder(connection, tables)
    marked = _take_marked(connection, tables, limit)
    if marked:
        _make(builder, marked)
        return sum(map(len, marked.values()))
    return _sweep(builder, limit)


def _take_marked(connection: Connection, tables: Tables, limit: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    stale = tables.facts.stale
    for number, recs in next_waiting(connection, stale, limit).items():
        found[tables.words.text(connection, number)] = recs
        unmark(connection, stale, number, recs)
    return found


def _make(builder: Builder, marked: Mapping[str, Sequence[int]]) -> None:
    """Events, then every journey that looks at what changed."""
    leads, opportunities = set(marked.get("lead", ())), set(marked.get("opportunity", ()))
    for entity in EVENTS:
        if entity in marked:
            leads |= builder.events(entity, marked[entity])
    exempt, ticked, asked = (builder.about(one, marked.get(one, ())) for one in ABOUT)
    leads |= builder.recs_of("lead", exempt["lead"] | ticked["lead"] | asked["lead"])
    opportunities |= builder.recs_of("opportunity", exempt["opportunity"])
    deals = builder.recs_of("opportunity", ticked["opportunity"])
    ticked_customers = builder.customers_of("opportunity", sorted(deals))
    changed = builder.ids_of("customer", marked.get("customer", ())) | exempt["customer"]
    whole = builder.with_aliases("customer", changed)
    # Leads look at what their customer bought, and whether they are its first.
    customers = whole | builder.customers_of("opportunity", sorted(opportunities))
    customers |= builder.customers_between("opportunity", marked.get("opportunity", ()))
    customers |= builder.customers_between("lead", marked.get("lead", ()))
    opportunities |= builder.of_customers("opportunity", sorted(whole))
    leads |= builder.of_customers("lead", sorted(customers | ticked_customers))
    leads |= builder.events_around(sorted(whole - builder.settled))
    leads |= builder.taken_over(sorted(leads))
    builder.pushed(marked.get("lead", ()))
    builder.journeys("opportunity", sorted(opportunities))
    builder.journeys("lead", sorted(leads))


def _state(connection: Connection, tables: Tables) -> dict[str, int]:
    """How far each kind of record is swept: entity → row id; -1: to the end."""
    kept = meta.get(connection, tables, STATE, {})
    return dict(kept.get("swept", {})) if kept.get("version") == VERSION else {}


def _unswept(connection: Connection, tables: Tables, swept: Mapping[str, int]) -> list[str]:
    """Kinds of record that have some beyond what is swept."""
    return [
        entity
        for entity in _SWEPT
        if swept.get(entity, 0) >= 0 and _next(connection, tables, entity, swept.get(entity, 0), 1)
    ]


def _next(connection: Connection, tables: Tables, entity: str, after: int, limit: int) -> list[int]:
    table = tables.of(entity)
    rows = select(table.c.rid).where(table.c.rid > after).order_by(table.c.rid).limit(limit)
    return list(connection.scalars(rows))


def _sweep(builder: Builder, limit: int) -> int:
    connection, tables = builder.connection, builder.tables
    kept = meta.get(connection, tables, STATE, {})
    if kept.get("version") != VERSION:
        _clear(connection, tables)
    swept = _state(connection, tables)
    for entity in _SWEPT:
        after = swept.get(entity, 0)
        if after < 0:
            continue
        recs = _next(connection, tables, entity, after, limit)
        if recs and entity in ABOUT:
            builder.about(entity, recs)
        if recs and entity in EVENTS:
            builder.events(entity, recs)
        elif recs and entity in JOURNEYS:
            builder.journeys(entity, recs)
        swept[entity] = recs[-1] if recs else -1
        if recs:
            meta.put(connection, tables, STATE, {"version": VERSION, "swept": swept})
            return len(recs)
    if kept.get("swept") != swept or kept.get("version") != VERSION:
        meta.put(connection, tables, STATE, {"version": VERSION, "swept": swept})
    return 0


def _clear(connection: Connection, tables: Tables) -> None:
    facts = tables.facts
    for table in (facts.journey, facts.stage, facts.event, facts.about, facts.stale):
        if connection.scalar(select(func.count()).select_from(table)):
            connection.execute(table.delete())
