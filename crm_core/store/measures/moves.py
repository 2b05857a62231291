"""Moves between stages as they are known here: numbers and stages only, of records one may see.

A device that was filled by a snapshot of an older server has no history of before (decisions 008
and 071). A record that says it came into its stage in the time asked about, and of which no move is
known, is taken to have come from the stage before; where it was given up, nobody knows from where.
Both are counted.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from crm_core.clock import iso_moment, parse_moment
from crm_core.insight.framing import Standards
from crm_core.insight.moves import LOST, Move, order_of
from crm_core.model.query import Condition
from crm_core.store.measures import past_moves
from crm_core.store.measures.past_moves import stage_in
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.reading.rows import fetch
from crm_core.store.schema.expressions import living
from crm_core.store.schema.tables import Tables

_COUNTER_BITS = 16
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""For conditions that ask no clock."""
_AT_ONCE_MS = 60_000
"""Who is made and moved within a minute was made there."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What is known of the moves of one kind of record, in their order, and how well."""

    every: tuple[Move, ...]
    guessed: int = 0
    """Of them, those taken from what the record says alone."""
    unknown: int = 0
    """Records given up nobody knows from where."""


def moves(
    connection: Connection, tables: Tables, entity: str, scope: Condition, *, since: int,
    lately: int, stages: Standards,
) -> Moves:  # fmt: skip
    """The changes of stage since that moment (milliseconds), for each living record of `entity`
    that meets `scope` (without moments relative to now). What is not known is counted `lately`."""
    known = _known(connection, tables, entity, scope, since)
    stands = {move.record: move.after for move in known}
    order, guessed, unknown = order_of(stages, entity), list[Move](), 0
    for record, stage, at, created in _standing(connection, tables, entity, scope, since, order[0]):
        if stands.get(record) == stage or at <= created + _AT_ONCE_MS:
            continue
        if stage == LOST:
            unknown += at >= lately
        elif stage in order[1:]:
            before = order[order.index(stage) - 1]
            guessed.append(Move(record, at, before, stage, at))
    every = sorted((*known, *guessed), key=lambda move: (move.at, move.record))
    return Moves(tuple(every), sum(move.at >= lately for move in guessed), unknown)


def _known(
    connection: Connection, tables: Tables, entity: str, scope: Condition, since: int
) -> list[Move]:
    table = tables.of(entity)

    def narrow(part: Select[Any]) -> Select[Any]:
        about = part.selected_columns
        return (
            part.join(table, about["rec"] == table.c.rid)
            .add_columns(table.c.id, table.c.created_at)
            .where(
                about["at"] >= since << _COUNTER_BITS,
                living(table),
                compile_condition(scope, table, _NEVER),
            )
        )

    return list(_moves(past_moves.moved(connection, tables, entity, narrow)))


def _moves(rows: Iterable[tuple[Any, ...]]) -> Iterable[Move]:
    entered: dict[str, int] = defaultdict(int)
    stands: dict[str, str] = {}
    for at, _, _, value, stood, _, _, _, name, created in rows:
        when, was = at >> _COUNTER_BITS, stands.get(name) or stage_in(stood)
        now = stage_in(value)
        stands[name] = now
        if was != now:
            yield Move(name, when, was, now, entered[name] or created >> _COUNTER_BITS)
            entered[name] = when


def _standing(
    connection: Connection, tables: Tables, entity: str, scope: Condition, since: int, first: str
) -> Iterable[tuple[str, str, int, int]]:
    """(id, stage, in it since, made): those that say they came into their stage since then."""
    table = tables.of(entity)
    begun = iso_moment(datetime.fromtimestamp(since / 1000, UTC))
    statement = select(table.c.id, table.c.stage, table.c.stage_since, table.c.created_at).where(
        living(table), table.c.stage_since >= begun, table.c.stage != first,
        compile_condition(scope, table, _NEVER),
    )  # fmt: skip
    for record, stage, at, created in fetch(connection, statement):
        try:
            moment = int(parse_moment(str(at)).timestamp() * 1000)
        except ValueError:
            continue
        yield str(record), str(stage), moment, int(str(created)) >> _COUNTER_BITS
