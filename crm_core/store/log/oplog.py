"""The operation log as rows: writing, reading back, and the identity that makes replay harmless.

A row holds numbers (see `tables`); what recurs in every operation of an act (its author, reason)
is kept once in `acts`. On a lean database a CREATE's row holds no values: they are in the record's
own row, and in `prior` of the edits since (see `creations`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from crm_core.clock import (
    ZERO_STAMP,
    stamp_from_ticks,
    stamp_node,
    stamp_ticks,
    stamps_of,
    ticks_of,
)
from crm_core.store.engines.noted import note, noted
from crm_core.store.log import acts
from crm_core.store.log.creations import created_values
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import as_list, ask, fetch, insert, listed
from crm_core.store.schema.encoding import pack, unpack
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation, Verb

_VERBS = (Verb.CREATE, Verb.SET, Verb.DELETE)
_VERB_NUMBERS = {verb: number for number, verb in enumerate(_VERBS)}

_BY, _ENTITY, _REC, _VERB, _VALUE, _AT, _BASE = 1, 4, 5, 7, 9, 12, 13
"""Where these columns stand in a row of `statement`."""
_MANY = 5_000
_NOBODY = stamp_node(ZERO_STAMP)
_NEVER = None, None
"""Where and by whom what was seen was written, of what nobody had written."""

Target = tuple[str, str]
"""(entity, record id)"""


def verb_number(verb: Verb) -> int:
    """How the log writes a verb."""
    return _VERB_NUMBERS[verb]


def verb_of(number: int) -> Verb:
    """The verb the log wrote so."""
    return _VERBS[number]


def statement(tables: Tables) -> Select[Any]:
    """The SELECT of log rows that `read` understands; add conditions, an order, a limit."""
    log, act = tables.log, tables.act
    joined = log.outerjoin(act, and_(act.c.replica == log.c.replica, act.c.first == log.c.act))
    return select(log, act.c.actor, act.c.reason, act.c.id.label("act_id")).select_from(joined)


def read(connection: Connection, tables: Tables, rows: Select[Any]) -> list[tuple[int, Operation]]:
    """Run a SELECT made from `statement`; (log row id, operation) in its order."""
    return decode(connection, tables, fetch(connection, rows))


def decode(
    connection: Connection, tables: Tables, rows: Sequence[tuple[Any, ...]]
) -> list[tuple[int, Operation]]:
    """Rows of `statement`, as fetched by `rows.fetch`, as operations."""
    ids = ids_of(connection, tables, ((row[_ENTITY], row[_REC]) for row in rows))
    created = _creations(connection, tables, rows)
    word = tables.words.texts(connection)
    found: list[tuple[int, Operation]] = []
    for (
        rid, _, seq, act, entity, rec, record, verb, field, value, before, _, _, _, _, authored,
        actor, reason, act_id,
    ), (replica, hlc, base) in zip(rows, _stamps(rows, word), strict=True):  # fmt: skip
        payload = None if value is None else unpack(value)
        if verb == 0 and value is None:
            payload = created.get((entity, rec), {})
        operation = Operation(
            replica=replica,
            replica_seq=seq,
            entity=word[entity],
            id=record if rec is None else ids[entity, rec],
            verb=_VERBS[verb],
            field="" if field is None else word[field],
            value=payload,
            before=None if before is None else unpack(before),
            hlc=hlc,
            base=base,
            group=act_id or f"{replica}:{act}",
            actor="" if actor is None else word[actor],
            reason=reason or "",
            authored="" if authored is None else stamp_from_ticks(authored, replica),
        )
        found.append((rid, operation))
    return found


def _stamps(
    rows: Sequence[tuple[Any, ...]], word: Mapping[int, str]
) -> Iterable[tuple[str, str, str]]:
    """Of each row, who wrote, when and upon what: for all of them at once."""
    by = [word[row[_BY]] for row in rows]
    upon = [_NOBODY if row[_BASE] is None else word[row[_BASE + 1]] for row in rows]
    stamps = stamps_of([row[_AT] for row in rows], by)
    return zip(by, stamps, stamps_of([row[_BASE] or 0 for row in rows], upon), strict=True)


def ids_of(
    connection: Connection, tables: Tables, places: Iterable[tuple[int, int | None]]
) -> dict[tuple[int, int], str]:
    """The ids of records, by their entity's number and row id; those not here are left out."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for number, rec in places:
        if rec is not None:
            wanted[number].add(rec)
    found: dict[tuple[int, int], str] = {}
    for number, recs in wanted.items():
        table = tables.of(tables.words.text(connection, number))
        make = partial(_named, connection, table)
        for part in chunks(sorted(recs), _MANY):
            given = {"recs": as_list(connection, part)}
            rows = ask(connection, tables, ("ids", table.name), make, **given)
            found.update(((number, rid), one) for rid, one in rows)
    return found


def _named(connection: Connection, table: Table) -> Select[Any]:
    return select(table.c.rid, table.c.id).where(listed(connection, table.c.rid, "recs"))


def _creations(
    connection: Connection, tables: Tables, rows: Sequence[tuple[Any, ...]]
) -> dict[tuple[int, int], dict[str, Any]]:
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row[_VERB] == 0 and row[_VALUE] is None and row[_REC] is not None:
            wanted[row[_ENTITY]].add(row[_REC])
    return {
        (number, rec): values
        for number, recs in wanted.items()
        for rec, values in created_values(connection, tables, number, recs).items()
    }


def on_record(
    connection: Connection, tables: Tables, entity: str, record_ids: Collection[str]
) -> ColumnElement[bool]:
    """The condition on log rows about these records of one entity."""
    log, number = tables.log, tables.words.find(connection, entity)
    unplaced = and_(log.c.record.in_(record_ids), log.c.entity == number)
    if entity not in tables.entities:
        return unplaced
    table = tables.of(entity)
    recs = connection.scalars(select(table.c.rid).where(table.c.id.in_(record_ids))).all()
    return or_(and_(log.c.rec.in_(recs), log.c.entity == number), unplaced) if recs else unplaced


def of_record(
    connection: Connection, tables: Tables, entity: str, record_id: str
) -> list[Operation]:
    """Everything this database knows to have happened to one record, in stamp order."""
    about = on_record(connection, tables, entity, [record_id])
    return _in_stamp_order(read(connection, tables, statement(tables).where(about)))


def of_records(
    connection: Connection, tables: Tables, entity: str, record_ids: Collection[str]
) -> list[tuple[int, Operation]]:
    """Everything known of several records of one entity, in log order."""
    found: list[tuple[int, Operation]] = []
    for part in chunks(sorted(record_ids)):
        about = on_record(connection, tables, entity, part)
        found += read(connection, tables, statement(tables).where(about))
    return sorted(found, key=lambda pair: pair[0])


def begun_before(
    connection: Connection, tables: Tables, entity: str, record_ids: Collection[str], rid: int
) -> set[str]:
    """Those of the records of which the log has something before `rid`."""
    log, found = tables.log.c, set[str]()
    number = tables.words.find(connection, entity)

    def unplaced() -> Select[Any]:
        earlier = log.entity == bindparam("of"), log.rid < bindparam("before")
        these = listed(connection, log.record, "ids")
        return select(log.record).where(these, *earlier).distinct()

    def placed() -> Select[Any]:
        table = tables.of(entity).c
        earlier = log.entity == bindparam("of"), log.rid < bindparam("before")
        there = select(log.rid).where(log.rec == table.rid, *earlier).exists()
        return select(table.id).where(listed(connection, table.id, "ids"), there)

    kinds = {"begun": placed} if entity in tables.entities else {}
    for part in chunks(sorted(record_ids), _MANY) if number is not None else ():
        given = {"of": number, "before": rid, "ids": as_list(connection, part)}
        for name, make in {**kinds, "begun elsewhere": unplaced}.items():
            found.update(one for (one,) in ask(connection, tables, (name, entity), make, **given))
    return found


def of_group(
    connection: Connection, tables: Tables, group: str, *, part: tuple[int, int] | None = None
) -> list[Operation]:
    """The operations done together, in stamp order; those numbered within `part`, if given."""
    act, log = acts.find(connection, tables, group), tables.log
    if act is None:
        return []
    rows = statement(tables).where(
        log.c.replica == act.replica,
        log.c.seq.between(*(part or (act.first, act.last))),
        log.c.act == act.first,
    )
    return _in_stamp_order(read(connection, tables, rows))


def after(tables: Tables, rid: int, *, limit: int | None = None) -> Select[Any]:
    """The SELECT of the log rows after `rid`, in log order."""
    log = tables.log
    return statement(tables).where(log.c.rid > rid).order_by(log.c.rid).limit(limit)


def of_rows(
    connection: Connection, tables: Tables, rids: Sequence[int]
) -> list[tuple[int, Operation]]:
    """The operations of these log rows, in log order."""
    log, found = tables.log.c, list[tuple[int, Operation]]()

    def listed_ones() -> Select[Any]:
        return statement(tables).where(listed(connection, log.rid, "rids")).order_by(log.rid)

    def run() -> Select[Any]:
        within = log.rid.between(bindparam("first"), bindparam("last"))
        return statement(tables).where(within).order_by(log.rid)

    for part in chunks(sorted(rids), _MANY):
        first, last = part[0], part[-1]
        if last - first == len(part) - 1:  # A page for whoever sees everything: no list is read.
            rows = ask(connection, tables, ("log run",), run, first=first, last=last)
        else:
            given = {"rids": as_list(connection, part)}
            rows = ask(connection, tables, ("log rows",), listed_ones, **given)
        found += decode(connection, tables, rows)
    return found


def end(connection: Connection, tables: Tables) -> int:
    """The newest position of the log, 0 for an empty one. What was purged has positions too."""

    def make() -> Select[Any]:
        return select(*(select(func.max(column)).scalar_subquery() for column in positions(tables)))

    [newest] = ask(connection, tables, ("log end",), make)
    return max(found or 0 for found in newest)


def positions(tables: Tables) -> tuple[Column[Any], Column[Any]]:
    """The columns that hold positions of the log, each given once."""
    return tables.log.c.rid, tables.purged.c.position


_END = "log_end"


def following(connection: Connection, tables: Tables, number: int) -> int:
    """The first of `number` new positions of the log; needs the write lock, under which nobody else
    appends: the end is looked for once a transaction."""
    last: int | None = noted(connection, _END)
    first = (end(connection, tables) if last is None else last) + 1
    note(connection, _END, first + number - 1)
    return first


def append(
    connection: Connection,
    tables: Tables,
    operations: Sequence[Operation],
    *,
    recs: Mapping[Target, int],
    priors: Mapping[tuple[str, int], str],
    elided: Collection[tuple[str, int]] = (),
) -> dict[tuple[str, int], int]:
    """Write operations to the log; their log row ids by identity.

    `recs` are the row ids of records that are here; `priors` what a field really held, as JSON,
    where its author had seen something else; `elided` the CREATEs whose values need no copy.
    """
    if not operations:
        return {}
    first = following(connection, tables, len(operations))
    rids = range(first, first + len(operations))
    act_of = acts.register(connection, tables, operations)
    number = tables.words.numbering(connection)
    keys = [(o.replica, o.replica_seq) for o in operations]
    placed = [recs.get((o.entity, o.id)) for o in operations]
    moments, seen = ticks_of([o.hlc for o in operations]), ticks_of([o.base for o in operations])
    rows = [
        (
            rid, number[key[0]], key[1], act_of[key[0], o.group], number[o.entity], rec,
            o.id if rec is None else None, _VERB_NUMBERS[o.verb],
            number[o.field] if o.field else None,
            None if o.value is None or key in elided else pack(o.value),
            None if o.before is None else pack(o.before), priors.get(key), at,
            *((base, number[stamp_node(o.base)]) if o.base != ZERO_STAMP else _NEVER),
            stamp_ticks(o.authored) if o.authored else None,
        )
        for rid, key, o, rec, at, base in zip(
            rids, keys, operations, placed, moments, seen, strict=True
        )
    ]  # fmt: skip
    insert(connection, tables, tables.log, rows)
    return dict(zip(keys, rids, strict=True))


def place(connection: Connection, tables: Tables, entity: str, recs: Mapping[str, int]) -> None:
    """Tie log rows of records that were unknown until now to the rows they got."""
    log, number = tables.log, tables.words.find(connection, entity)
    for record_id, rec in recs.items():
        connection.execute(
            log.update()
            .where(log.c.record == record_id, log.c.entity == number)
            .values(rec=rec, record=None)
        )


def written_since(
    connection: Connection, tables: Tables, entity: str, rid: int
) -> dict[int, set[str]]:  # fmt: skip
    """By row of an entity, which of its fields the log says were written after `rid`; all of a
    record that was created is said as the empty name."""
    log, number = tables.log, tables.words.find(connection, entity)
    asked = select(log.c.rec, log.c.field).where(log.c.rid > rid, log.c.entity == number)
    found: dict[int, set[str]] = defaultdict(set)
    for rec, field in fetch(connection, asked.where(log.c.rec.is_not(None)).distinct()):
        found[rec].add("" if field is None else tables.words.text(connection, field))
    return found


def _in_stamp_order(found: Iterable[tuple[int, Operation]]) -> list[Operation]:
    return sorted((operation for _, operation in found), key=lambda o: o.hlc)
