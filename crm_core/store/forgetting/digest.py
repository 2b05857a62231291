"""The hashes of records as a database holds them, the same from either engine (design rule 11).

Rows are read a page at a time in one consistent state and hashed here, not in SQL: numbers of
words, row ids and the forms columns give are this database's own, what is hashed is not.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, true

from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.permissions import Access, shown
from crm_core.store.log import oplog
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, fetch
from crm_core.store.schema.tables import SetText, Tables
from crm_core.sync.digest import Hashed, Stamped, Sums, record_hash

_ROWS = 5_000
_HEAD = ("rid", "id", "alive", "created_at", "created_by", "touched_at", "touched_by",
         "deleted_at", "deleted_by")  # fmt: skip
Key = tuple[str, int]
"""Identity of an operation."""
Read = Callable[[Any], Hashed]


@dataclass(frozen=True, slots=True)
class Reading:
    """Which fields of which records of an entity are hashed, and for whose eyes."""

    entity: EntitySpec
    fields: Collection[str]
    where: ColumnElement[bool] | None = None
    """None: all, living and deleted."""
    levels: Mapping[str, Access] = field(default_factory=dict)
    """Fields withheld from the device that compares: it holds what is left of them."""


def sums_of(
    connection: Connection,
    tables: Tables,
    reading: Reading,
    tick: Callable[[], object] | None = None,
) -> Sums:
    """The sums over records of an entity."""
    sums = Sums()
    for record_id, hashed in hashes(connection, tables, reading, tick):
        sums.add(record_id, hashed)
    return sums


def hashes_of(
    connection: Connection, tables: Tables, reading: Reading, ids: Collection[str]
) -> dict[str, int]:
    """The hashes of these records, as far as they are here and among those read."""
    found: dict[str, int] = {}
    for part in chunks(sorted(ids)):
        named = among(connection, tables.of(reading.entity.name).c.id, part)
        about = named if reading.where is None else and_(named, reading.where)
        found.update(hashes(connection, tables, replace(reading, where=about)))
    return found


def hashes(
    connection: Connection,
    tables: Tables,
    reading: Reading,
    tick: Callable[[], object] | None = None,
) -> Iterator[tuple[str, int]]:
    """(id, hash) of records, a page of them in memory at a time.

    `tick` is called with every page; what it raises ends the reading.
    """
    entity, where = reading.entity, reading.where
    table, names = tables.of(entity.name), sorted(reading.fields)
    columns = select(*(table.c[name] for name in (*_HEAD, *names)))
    readers = [_reader(entity.field_spec(name), reading.levels) for name in names]
    last = 0
    while True:
        page = columns.where(table.c.rid > last, true() if where is None else where)
        rows = fetch(connection, page.order_by(table.c.rid).limit(_ROWS))
        if not rows:
            return
        stamps = _stamps(connection, tables, reading, rows)
        for row in rows:
            head = _head(connection, tables, row)
            values = [
                None if value is None else read(value)
                for read, value in zip(readers, row[len(_HEAD) :], strict=True)
            ]
            yield row[1], record_hash(row[1], head, values, stamps.get(row[0], ()))
        last = rows[-1][0]
        if tick is not None:
            tick()


def passed_over(connection: Connection, tables: Tables) -> dict[str, list[str]]:
    """Records that are here and about which something waits that this program does not know yet,
    by entity. What was refused waits for nothing."""
    pending, outbox = tables.pending, tables.outbox
    if connection.scalar(select(pending.c.log_rid).limit(1)) is None:
        return {}  # Nearly always; otherwise there is a question for every entity.
    refused = select(outbox.c.log_rid).where(outbox.c.refused.is_not(None))
    found: dict[str, list[str]] = {}
    for name, table in tables.entities.items():
        rows = select(pending.c.record).where(
            pending.c.entity == name,
            ~pending.c.log_rid.in_(refused),
            pending.c.record.in_(select(table.c.id)),
        )
        if ids := sorted(connection.scalars(rows.distinct())):
            found[name] = ids
    return found


def own_unknown(
    connection: Connection,
    tables: Tables,
    node: str,
    entity: str,
    known: Mapping[str, Collection[Key]],
) -> dict[str, set[Key]]:
    """By record, the operations of `node` that are here and not in `known`.

    Those in the outbox are left out: the server has yet to hear of them, or has refused them.
    """
    log, outbox = tables.log, tables.outbox
    number = tables.words.find(connection, node)
    missing: dict[str, set[Key]] = {}
    for record, keys in known.items():
        rows = select(log.c.seq).where(
            log.c.replica == number,
            oplog.on_record(connection, tables, entity, [record]),
            ~log.c.rid.in_(select(outbox.c.log_rid)),
        )
        own = {(node, seq) for seq in connection.scalars(rows)} - set(keys)
        if own:
            missing[record] = own
    return missing


def _head(connection: Connection, tables: Tables, row: Sequence[Any]) -> list[Hashed]:
    """Whether it lives, and the stamps of the record itself: ticks and node of each."""
    word = tables.words.text
    _, _, alive, created_at, created_by, touched_at, touched_by, deleted_at, deleted_by = row[:9]
    created = word(connection, created_by)
    touched = (created_at, created)
    if touched_at is not None:
        touched = (touched_at, word(connection, touched_by))
    deleted = (0, "") if deleted_at is None else (deleted_at, word(connection, deleted_by))
    return [bool(alive), created_at, created, *touched, *deleted]


def _stamps(
    connection: Connection, tables: Tables, reading: Reading, rows: Sequence[Sequence[Any]]
) -> dict[int, list[Stamped]]:
    """By row id, the stamps of those fields that were written after creation."""
    clock, word, names = tables.clock, tables.words.text, frozenset(reading.fields)
    number = tables.words.find(connection, reading.entity.name)
    if number is None:
        return {}
    created = {row[0]: (row[3], word(connection, row[4])) for row in rows}
    columns = select(clock.c.rec, clock.c.key, clock.c.at, clock.c.by)
    about: ColumnElement[bool] = clock.c.rec.between(rows[0][0], rows[-1][0])
    if rows[-1][0] - rows[0][0] > 4 * _ROWS:  # Few and far between.
        about = among(connection, clock.c.rec, list(created))
    latest: dict[int, dict[str, tuple[int, str]]] = {}
    for rec, key, at, by in fetch(connection, columns.where(clock.c.entity == number, about)):
        node, name = word(connection, by), key.partition("/")[0]
        if name in names and rec in created and (at, node) > created[rec]:
            # Of a set that is withheld, a device has but one stamp for all its items.
            said = f"{name}/" if "/" in key and name in reading.levels else key
            of = latest.setdefault(rec, {})
            of[said] = max(of.get(said, (0, "")), (at, node))
    return {rec: sorted((key, *stamp) for key, stamp in of.items()) for rec, of in latest.items()}


def _reader(spec: FieldSpec, levels: Mapping[str, Access]) -> Read:
    """What makes a column's value the same whatever engine, or earlier kind of a custom field, it
    comes from."""
    level = levels.get(spec.name, Access.WRITE)
    if level < Access.READ:
        return lambda stored: shown(spec, level, stored)
    if spec.kind is Kind.SET:
        return _items
    if spec.kind is Kind.BOOL:
        return bool
    if spec.kind in (Kind.INTEGER, Kind.MONEY):
        return _number
    return str


def _items(stored: Any) -> Hashed:
    return sorted(map(str, SetText.read(stored) or ())) or None


def _number(stored: Any) -> Hashed:
    try:
        return int(stored)
    except (TypeError, ValueError):
        return str(stored)
