"""Moves between stages: those of the log, and those of before a first fill, which brings no log.

A snapshot carries, of the history of the records in it, the changes of stage alone: boards measure
how long records stayed where, on a new laptop as on the server (decision 071). They lie in a table
of their own, so that the log stays what it is: complete for the records it speaks of.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, null, select

from crm_core.insight.journeys import Move
from crm_core.store.changes.refusals import refused_rids
from crm_core.store.reading.rows import among, fetch
from crm_core.store.schema.encoding import unpack
from crm_core.store.schema.fact_tables import KIND
from crm_core.store.schema.tables import Tables

STAGE = "stage"
_TIMED = 2**16
"""Ticks of a stamp a millisecond (`clock.stamp_ticks`)."""


def moved(
    connection: Connection,
    tables: Tables,
    entity: str,
    narrow: Callable[[Select[Any]], Select[Any]],
) -> list[tuple[Any, ...]]:
    """What is known of the moves of one kind of record, in order of stamps: `MOVED` columns, then
    what `narrow` added to the statement.

    `value` and `stood` are stages as in the log. What the server refused does not count, and a move
    that the log brought once more counts once. Before its first move a record was in the stage it
    was made with: what the first to arrive here found (`creations`), whatever its stamp.
    """
    rows: list[tuple[Any, ...]] = []
    for part in _parts(connection, tables, entity):
        rows += fetch(connection, narrow(part))
    first: dict[int, tuple[Any, ...]] = {}
    for row in sorted(rows, key=_arrival):
        first.setdefault(row[_REC], row)
    written = [row[_RID] for row in rows if row[_RID] is not None]
    void = refused_rids(connection, tables, written) if written else set[int]()
    found = {row[:_VALUE]: row for row in rows if row[_RID] not in void}
    made: list[tuple[Any, ...]] = []
    for key in sorted(found):
        row = found[key]
        begun = first.pop(row[_REC], row)
        made.append((*row[:_STOOD], begun[_STOOD], *row[_STOOD + 1 :]))
    return made


MOVED = ("at", "rec", "replica", "value", "stood", "actor", "place", "rid")
"""`place`: in which order they came; `rid`: the row of the log, None of what a fill brought."""
_REC, _VALUE, _STOOD, _PLACE, _RID = map(MOVED.index, ("rec", "value", "stood", "place", "rid"))


def _arrival(row: tuple[Any, ...]) -> tuple[bool, int]:
    return row[_RID] is not None, row[_PLACE]


def _parts(connection: Connection, tables: Tables, entity: str) -> list[Select[Any]]:
    past = tables.facts.past
    kept = (past.c[name] for name in MOVED[:_RID])
    found = [select(*kept, null().label("rid")).where(past.c.kind == KIND[entity])]
    number, stage = tables.words.find(connection, entity), tables.words.find(connection, STAGE)
    if number is not None and stage is not None:
        log = tables.log
        about = and_(log.c.entity == number, log.c.field == stage)
        found.append(logged(log, tables.act).add_columns(log.c.rid).where(about))
    return found


def logged(log: Table, act: Table) -> Select[Any]:
    """Rows of the log as a table of past moves has them."""
    # What a field really held where it is not what the author saw (`creations`).
    stood = func.coalesce(log.c.prior, log.c.before).label("stood")
    joined = log.outerjoin(act, and_(act.c.replica == log.c.replica, act.c.first == log.c.act))
    columns = (log.c.at, log.c.rec, log.c.replica, log.c.value, stood, act.c.actor)
    return select(*columns, log.c.rid.label("place")).select_from(joined)


def moves_of(
    connection: Connection, tables: Tables, entity: str, recs: Sequence[int]
) -> dict[int, list[Move]]:
    """The moves of these records by row id, in order of stamps."""
    rows = moved(
        connection, tables, entity,
        lambda part: part.where(among(connection, part.selected_columns["rec"], recs)),
    )  # fmt: skip
    word, found = tables.words.texts(connection), defaultdict[int, list[Move]](list)
    # There are a handful of stages, and thousands of moves.
    stage = {
        one: stage_in(one) for one in {one for row in rows for one in row[_VALUE : _STOOD + 1]}
    }
    for at, rec, _, value, stood, actor, *_ in rows:
        by = word[actor] if actor else ""
        found[rec].append(Move(at // _TIMED, stage[value], stage[stood], by))
    return found


def stage_in(packed: object) -> str:
    """The stage that a value of the log says, which is JSON text; "" for none."""
    value = unpack(packed) if isinstance(packed, str) else packed
    return value if isinstance(value, str) else ""
