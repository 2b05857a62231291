"""Acts: what one person did in one go. Their operations are undone together.

An act is known by its replica and the number of its first operation; one made by an older version
has an id of its own beside that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from crm_core.store.records import chunks
from crm_core.store.tables import Tables
from crm_core.sync.change import Operation


@dataclass(frozen=True, slots=True)
class Act:
    """Where the operations of one act are: numbers `first` to `last` of a replica (a word)."""

    replica: int
    first: int
    last: int


def act_id(node: str, first: int) -> str:
    """The id of the act whose first operation is number `first` of `node`."""
    return f"{node}:{first}"


def find(connection: Connection, tables: Tables, group: str) -> Act | None:
    """The act with this id, or None."""
    act = tables.act
    rows = select(act.c.replica, act.c.first, act.c.last)
    row = connection.execute(rows.where(act.c.id == group)).first()
    node, first = _parsed(group)
    number = tables.words.find(connection, node) if node and row is None else None
    if number is not None:
        numbered = (act.c.replica == number) & (act.c.first == first)
        row = connection.execute(rows.where(numbered)).first()
    return None if row is None else Act(*row)


def register(
    connection: Connection, tables: Tables, operations: Sequence[Operation]
) -> dict[tuple[str, str], int]:
    """Note the acts of new operations; their first numbers by (replica, group)."""
    spans = _spans(operations)
    held = _held(connection, tables, spans)
    firsts: dict[tuple[str, str], int] = {}
    new: dict[tuple[int, int], dict[str, object]] = {}
    grown: dict[Act, int] = {}
    for key, span in spans.items():
        act = held.get(key)
        if act is None:
            row = _row(connection, tables, span)
            firsts[key] = span.first
            new.setdefault((row["replica"], span.first), row)
        else:
            firsts[key] = act.first
            if span.high > act.last:
                grown[act] = max(span.high, grown.get(act, 0))
    if new:
        connection.execute(tables.act.insert(), list(new.values()))
    columns = tables.act.c
    for act, last in grown.items():
        mine = (columns.replica == act.replica) & (columns.first == act.first)
        connection.execute(tables.act.update().where(mine).values(last=last))
    return firsts


def forget(connection: Connection, tables: Tables, log_rids: Sequence[int]) -> None:
    """Drop the acts that consist of these log rows alone; call it before they are deleted."""
    log, act = tables.log, tables.act
    places: set[tuple[int, int]] = set()
    for part in chunks(log_rids):
        rows = select(log.c.replica, log.c.act).where(log.c.rid.in_(part))
        places |= {(row.replica, row.act) for row in connection.execute(rows)}
    going = set(log_rids)
    for replica, first in places:
        mine = (act.c.replica == replica) & (act.c.first == first)
        last = connection.scalar(select(act.c.last).where(mine))
        if last is None:
            continue
        rows_of_act = select(log.c.rid).where(
            log.c.replica == replica, log.c.seq.between(first, last), log.c.act == first
        )
        if set(connection.scalars(rows_of_act)) <= going:
            connection.execute(act.delete().where(mine))


@dataclass(slots=True)
class _Span:
    """The operations of one act in a batch."""

    sample: Operation
    low: int
    high: int

    @property
    def named(self) -> bool:
        """Whether the id says something else than the first number does."""
        node, first = _parsed(self.sample.group)
        return node != self.sample.replica or first > self.low

    @property
    def first(self) -> int:
        """The number the act is known by."""
        return self.low if self.named else _parsed(self.sample.group)[1]


def _spans(operations: Sequence[Operation]) -> dict[tuple[str, str], _Span]:
    spans: dict[tuple[str, str], _Span] = {}
    for operation in operations:
        key, number = (operation.replica, operation.group), operation.replica_seq
        span = spans.get(key)
        if span is None:
            spans[key] = _Span(operation, number, number)
        elif number > span.high:
            span.high = number
        elif number < span.low:
            span.low = number
    return spans


def _held(
    connection: Connection, tables: Tables, spans: dict[tuple[str, str], _Span]
) -> dict[tuple[str, str], Act]:
    """The acts that are here already: by their id, else by their first number."""
    columns, act = select(tables.act), tables.act
    numbers = tables.words.numbers(connection, {replica for replica, _ in spans})
    by_first: dict[int, dict[int, list[tuple[str, str]]]] = {}
    by_id: dict[tuple[int, str], tuple[str, str]] = {}
    for key, span in spans.items():
        by_first.setdefault(numbers[key[0]], {}).setdefault(span.first, []).append(key)
        if span.named:
            by_id[numbers[key[0]], key[1]] = key
    found: dict[tuple[str, str], Act] = {}
    for number, firsts in by_first.items():
        for part in chunks(sorted(firsts)):
            rows = columns.where(act.c.replica == number, act.c.first.in_(part))
            for row in connection.execute(rows):
                act_here = Act(row.replica, row.first, row.last)
                found.update(dict.fromkeys(firsts[row.first], act_here))
    for part in chunks(sorted({name for _, name in by_id})):
        for row in connection.execute(columns.where(act.c.id.in_(part))):
            if (row.replica, row.id) in by_id:
                found[by_id[row.replica, row.id]] = Act(row.replica, row.first, row.last)
    return found


def _row(connection: Connection, tables: Tables, span: _Span) -> dict[str, Any]:
    operation, words = span.sample, tables.words
    return {
        "replica": words.number(connection, operation.replica), "first": span.first,
        "last": span.high, "actor": words.number(connection, operation.actor),
        "reason": operation.reason or None, "id": operation.group if span.named else None,
    }  # fmt: skip


def _parsed(group: str) -> tuple[str, int]:
    """(node, number of the first operation) of an `act_id`; ("", 0) for an id of another form."""
    node, _, first = group.partition(":")
    return (
        (node, int(first)) if len(node) == 16 and first.isascii() and first.isdigit() else ("", 0)
    )
