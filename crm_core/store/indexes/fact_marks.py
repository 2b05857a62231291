"""Marks records whose facts no longer fit, in the transaction that changes them; see `facts`."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, select

from crm_core.clock import ZERO_STAMP
from crm_core.store.engines import meta
from crm_core.store.engines.noted import note, noted
from crm_core.store.indexes.fact_layout import STATE
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, insert
from crm_core.store.reading.stale import unmark
from crm_core.store.schema.fact_tables import ABOUT, EVENTS, KIND, of_kind
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import SET, Operation
from crm_core.sync.merge import RecordState

_MARKED = frozenset(KIND)
_BEGUN = "facts begun"
_MARKED_NOW = "facts marked"
"""Noted: what this transaction has marked already."""


_OF_CUSTOMERS = frozenset({"industry", "city", "merged_into", "next_contact_on", "state", "owner"})
"""What facts look at of a customer: most edits of one make none anew, nor those of its leads."""


def mattering(
    connection: Connection,
    tables: Tables,
    changed: Mapping[str, Collection[str]],
    operations: Iterable[Operation],
    states: Mapping[tuple[str, str], RecordState],
) -> Mapping[str, Collection[str]]:
    """Of the records that operations changed (entity → ids), those whose facts may come out
    differently; `states` as they are now."""
    if not _begun(connection, tables):
        return {}
    customers = changed.get("customer")
    if not customers:
        return changed
    left = {
        one.id for one in operations
        if one.entity == "customer" and (one.verb is not SET or one.field in _OF_CUSTOMERS)
    }  # fmt: skip
    # An edit of a deleted one may have brought it back.
    left |= {one for one in customers if states["customer", one].deleted != ZERO_STAMP}
    return {**changed, "customer": left.intersection(customers)}


def mark(connection: Connection, tables: Tables, changed: Mapping[str, Collection[str]]) -> None:
    """The facts of these records (entity → ids) no longer fit."""
    for entity in changed.keys() & _MARKED:
        table = tables.of(entity)
        for part in chunks(sorted(changed[entity]), 5_000):
            named = select(table.c.rid).where(among(connection, table.c.id, part))
            mark_rows(connection, tables, entity, connection.scalars(named).all())


def mark_rows(connection: Connection, tables: Tables, entity: str, recs: Iterable[int]) -> None:
    """The same by row ids."""
    if entity in _MARKED and _begun(connection, tables):
        number = tables.words.number(connection, entity)
        marked: set[tuple[int, int]] | None = noted(connection, _MARKED_NOW)
        if marked is None:
            note(connection, _MARKED_NOW, marked := set())
        rows = [row for rec in recs if (row := (number, rec)) not in marked]
        insert(connection, tables, tables.facts.stale, rows, replace=True)
        marked.update(rows)


def _begun(connection: Connection, tables: Tables) -> bool:
    """Whether any facts were made: until then all are made from the first record on, and a server
    never makes any."""
    begun: bool | None = noted(connection, _BEGUN)
    if begun is None:
        note(connection, _BEGUN, begun := bool(meta.get(connection, tables, STATE)))
    return begun


def forget(connection: Connection, tables: Tables, entity: str, recs: Sequence[int]) -> None:
    """Records are taken out of the database: their facts go, and another may get their row ids."""
    number = tables.words.find(connection, entity)
    if entity not in _MARKED or number is None or not recs:
        return
    facts = tables.facts
    unmark(connection, facts.stale, number, recs)
    note(connection, _MARKED_NOW, None)
    kind = KIND[entity]
    if entity in ABOUT:
        _mark_those_about(connection, tables, entity, recs)
    if entity in EVENTS:
        met = select(facts.event.c.journey).where(
            facts.event.c.kind == kind, among(connection, facts.event.c.rec, recs)
        )
        left = [one for one in connection.scalars(met) if one is not None]
        mark_rows(connection, tables, "lead", left)
    if entity == "opportunity":
        _mark_customers_of(connection, tables, recs)
    for table in (facts.journey, facts.stage, facts.event, facts.about, facts.past):
        for part in chunks(recs):
            connection.execute(table.delete().where(of_kind(table, kind), table.c.rec.in_(part)))


def _mark_customers_of(connection: Connection, tables: Tables, recs: Sequence[int]) -> None:
    """Whose leads looked at these opportunities."""
    fact = tables.facts.journey
    for part in chunks(recs):
        mine = and_(fact.c.kind == KIND["opportunity"], fact.c.rec.in_(part))
        found = connection.scalars(select(fact.c.customer).where(mine)).all()
        mark_rows(connection, tables, "customer", {one for one in found if one is not None})


def _mark_those_about(
    connection: Connection, tables: Tables, entity: str, recs: Sequence[int]
) -> None:
    """The journeys that these are about, while they can still be read, and were."""
    fact, table = tables.facts.about, tables.of(entity)
    for name in ABOUT[entity]:
        then = fact.c.kind == KIND[entity], fact.c.what == KIND[name]
        for part in chunks(recs):
            now = select(table.c[name]).where(table.c.rid.in_(part))
            stood = select(fact.c.about).where(*then, fact.c.rec.in_(part))
            ids = {*connection.scalars(now), *connection.scalars(stood)}
            mark(connection, tables, {name: {one for one in ids if one}})
