"""Purging: deleted records and all that ever happened to them, taken out for good (rule 12).

Only what everybody who counts has seen deleted, and only whole records. Their ids stay, each batch
under a position of the log of its own: so devices learn by pulling that they must forget them, and
positions never run backwards, whatever was the log's last row.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)

from crm_core.model.merging import MERGED_INTO
from crm_core.permissions import STRUCTURE
from crm_core.store.changes import changelog
from crm_core.store.engines import meta
from crm_core.store.engines.engine import announce
from crm_core.store.log import oplog
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, as_list, ask, fetch, listed
from crm_core.store.schema.tables import Tables

KEPT = STRUCTURE
"""Never purged: they decide who sees what others own, and which fields there are."""
_REACHED = "purged_to"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far purging may go."""

    deleted_before: int
    """Ticks of a stamp; what was deleted later stays."""
    position: int
    """Of the log: everybody who counts has seen everything up to here."""
    lasting: frozenset[int]
    """Rows of the log that stay: the newest of each device, by which it goes on counting."""


def bounds(connection: Connection, tables: Tables, *, deleted_before: int, position: int) -> Bounds:
    """The bounds as of now; they hold later too, because newest rows only move on."""
    log = tables.log
    newest = select(log.c.replica, func.max(log.c.seq)).group_by(log.c.replica)
    rows = select(log.c.rid).where(tuple_(log.c.replica, log.c.seq).in_(newest))
    return Bounds(deleted_before, position, frozenset(connection.scalars(rows)))


def candidates(connection: Connection, tables: Tables, bounds: Bounds) -> dict[str, list[str]]:
    """The records that may go, by entity; entities without any are left out."""
    found: dict[str, list[str]] = {}
    for entity in sorted(tables.entities.keys() - KEPT):
        table = tables.of(entity)
        rows = select(table.c.id).where(_may_go(connection, tables, entity, bounds))
        if ids := list(connection.scalars(rows.order_by(table.c.rid))):
            found[entity] = ids
    return found


def purge(
    connection: Connection, tables: Tables, entity: str, ids: Collection[str], bounds: Bounds
) -> int:
    """Take out those of the records that may still go; how many. Needs the write lock."""
    table = tables.of(entity)
    rows = select(table.c.id).where(
        among(connection, table.c.id, ids), _may_go(connection, tables, entity, bounds)
    )
    gone = sorted(connection.scalars(rows))
    if not gone:
        return 0
    position = oplog.end(connection, tables) + 1
    number = tables.words.number(connection, entity)
    changelog.wipe(connection, tables, [(entity, record) for record in gone])
    connection.execute(
        tables.purged.insert(),
        [{"entity": number, "record": record, "position": position} for record in gone],
    )
    meta.put(connection, tables, _REACHED, max(bounds.position, reached(connection, tables)))
    announce(connection, position)
    return len(gone)


def reached(connection: Connection, tables: Tables) -> int:
    """The position up to which one must have seen everything not to have missed what is gone."""
    found: int = meta.get(connection, tables, _REACHED, 0)
    return found


def newest(connection: Connection, tables: Tables) -> int:
    """The position of what was purged last; 0 where nothing was."""
    return connection.scalar(select(func.max(tables.purged.c.position))) or 0


def purged(connection: Connection, tables: Tables, entity: str, ids: Collection[str]) -> set[str]:
    """Those of these ids that records had which were purged."""
    table, number, found = tables.purged, tables.words.find(connection, entity), set[str]()

    def make() -> Select[Any]:
        mine = table.c.entity == bindparam("of"), listed(connection, table.c.record, "ids")
        return select(table.c.record).where(*mine)

    for part in chunks(sorted(ids)) if number is not None else ():
        given = {"of": number, "ids": as_list(connection, part)}
        found.update(one for (one,) in ask(connection, tables, ("purged",), make, **given))
    return found


def gone_among(
    connection: Connection, tables: Tables, targets: Iterable[tuple[str, str]]
) -> set[tuple[str, str]]:
    """`purged`, of records of several entities."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entity, record in targets:
        wanted[entity].add(record)
    return {
        (entity, record)
        for entity, ids in wanted.items()
        for record in purged(connection, tables, entity, ids)
    }


@dataclass(frozen=True, slots=True)
class Gone:
    """Records purged, each with its position, oldest first."""

    targets: tuple[tuple[int, tuple[str, str]], ...]
    until: int | None
    """The position up to which these are all there are; None where there are no more."""


def gone_since(connection: Connection, tables: Tables, position: int, *, most: int) -> Gone:
    """What was purged after a position: about `most` records, whole batches of them."""
    table, word = tables.purged.c, tables.words.text
    columns = table.position, table.entity, table.record

    def make() -> Select[Any]:
        later = select(*columns).where(table.position > bindparam("after"))
        return later.order_by(*columns).limit(bindparam("most"))

    found = ask(connection, tables, ("purged after",), make, after=position, most=most + 1)
    until = None
    if len(found) > most:
        last = found[-1][0]
        until = last - 1 if found[0][0] < last else last
        if until == last:  # One batch larger than a page comes whole.
            whole = select(*columns).where(table.position == last).order_by(*columns)
            found = fetch(connection, whole)
        found = [row for row in found if row[0] <= until]
    targets = ((at, (word(connection, entity), record)) for at, entity, record in found)
    return Gone(tuple(targets), until)


def _may_go(
    connection: Connection, tables: Tables, entity: str, bounds: Bounds
) -> ColumnElement[bool]:
    """Deleted long enough ago, with nothing later in the log, nothing that waits, and nothing by
    which a device is known to have come so far."""
    table, log, pending = tables.of(entity), tables.log, tables.pending
    number = tables.words.find(connection, entity)
    holds = or_(
        log.c.rid > bounds.position,
        log.c.rid.in_(select(pending.c.log_rid)),
        among(connection, log.c.rid, bounds.lasting),
    )
    mine = and_(log.c.entity == number, log.c.rec == table.c.rid)
    waits = select(pending.c.log_rid).where(
        pending.c.entity == entity, pending.c.record == table.c.id
    )
    return and_(
        table.c.alive.is_(False),
        table.c.deleted_at.is_not(None),
        table.c.deleted_at < bounds.deleted_before,
        ~select(log.c.rid).where(mine, holds).exists(),
        ~waits.exists(),
        *_leads_nowhere(table),
    )


def _leads_nowhere(table: Table) -> list[ColumnElement[bool]]:
    """Nothing is merged into it: what is would be left without the record it is met under. Nor is
    it merged itself: it is out of sight, not lost, and lives again when that ends."""
    if MERGED_INTO not in table.c:
        return []
    alias = table.alias()
    led_to = select(alias.c.rid).where(alias.c[MERGED_INTO] == table.c.id).exists()
    return [~led_to, table.c[MERGED_INTO].is_(None)]
