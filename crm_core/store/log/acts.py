"""Acts: what one person did in one go. Their operations are undone together.

An act is known by its replica and the number of its first operation; one made by an older version
has an id of its own beside that.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, Update, bindparam, func, or_, select

from crm_core.store.engines.noted import note, noted
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, as_list, ask, fetch, insert, listed, tell
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation

_WRITTEN, _NEWEST = "acts written", "newest act of "
"""Noted: the acts this transaction wrote, and the first number of a replica's last."""
_AT_ONCE = 32
_NODE = 16
"""Digits of a node id."""


class Act(Struct, frozen=True, gc=False):
    """Where the operations of one act are: numbers `first` to `last` of a replica (a word).

    A msgspec Struct, like operations: edits one by one are an act each.
    """

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
    number = tables.words.numbering(connection)
    held = _held(connection, tables, spans, number)
    firsts: dict[tuple[str, str], int] = {}
    new: dict[tuple[int, int], tuple[Any, ...]] = {}
    grown: dict[Act, int] = {}
    for key, span in spans.items():
        act = held.get(key) if held else None
        if act is None:
            (first, name), sample, replica = span.known_by(key[1]), span.sample, number[key[0]]
            firsts[key], place = first, (replica, first)
            if place not in new:
                author = number[sample.actor]
                new[place] = replica, first, span.high, author, sample.reason or None, name
        else:
            firsts[key] = act.first
            if span.high > act.last:
                grown[act] = max(span.high, grown.get(act, 0))
    insert(connection, tables, tables.act, list(new.values()))
    for act, last in grown.items():
        _grow(connection, tables, act, last)
    written = {place: row[2] for place, row in new.items()}
    _remember(connection, written | {(a.replica, a.first): n for a, n in grown.items()})
    return firsts


def _remember(connection: Connection, written: Mapping[tuple[int, int], int]) -> None:
    """Note for the rest of the transaction what was written of acts: (replica, first) → last."""
    acts: dict[tuple[int, int], int] | None = noted(connection, _WRITTEN)
    if acts is None:
        note(connection, _WRITTEN, acts := {})
    acts.update(written)
    last: dict[int, int] = {}
    for replica, first in written:
        if first > last.get(replica, -1):
            last[replica] = first
    for replica, first in last.items():
        newest: int | None = noted(connection, f"{_NEWEST}{replica}")
        if newest is not None and newest < first:
            note(connection, f"{_NEWEST}{replica}", first)


def _grow(connection: Connection, tables: Tables, act: Act, last: int) -> None:
    table = tables.act

    def make() -> Update:
        mine = (table.c.replica == bindparam("by")) & (table.c.first == bindparam("begun"))
        return table.update().where(mine).values(last=bindparam("until"))

    given = {"by": act.replica, "begun": act.first, "until": last}
    tell(connection, tables, ("act grows",), make, **given)


def strike(connection: Connection, tables: Tables, log_rids: Sequence[int]) -> None:
    """Delete log rows, and the acts of which nothing is left."""
    log, act = tables.log, tables.act
    places: dict[int, set[int]] = {}
    note(connection, _WRITTEN, None)
    for part in chunks(log_rids):
        rows = select(log.c.replica, log.c.act).where(log.c.rid.in_(part))
        for replica, first in connection.execute(rows):
            places.setdefault(replica, set()).add(first)
        connection.execute(log.delete().where(log.c.rid.in_(part)))
    left = select(log.c.rid).where(
        log.c.replica == act.c.replica, log.c.seq.between(act.c.first, act.c.last),
        log.c.act == act.c.first,
    )  # fmt: skip
    for replica, firsts in places.items():
        for part in chunks(sorted(firsts)):
            these = (act.c.replica == replica) & act.c.first.in_(part)
            connection.execute(act.delete().where(these, ~left.exists()))


class _Span(Struct, gc=False):
    """The operations of one act in a batch."""

    sample: Operation
    low: int
    high: int
    said: int
    """The first number the id tells; 0 where it is not of this form, or tells of another."""

    def known_by(self, group: str) -> tuple[int, str | None]:
        """The number the act is known by, and its id where that says something else."""
        return (self.said, None) if 0 < self.said <= self.low else (self.low, group)


def _spans(operations: Sequence[Operation]) -> dict[tuple[str, str], _Span]:
    spans: dict[tuple[str, str], _Span] = {}
    for operation in operations:
        replica, group, number = operation.replica, operation.group, operation.replica_seq
        span = spans.get((replica, group))
        if span is None:
            node, said = _parsed(group)
            said = said if node == replica else 0
            spans[replica, group] = _Span(operation, number, number, said)
        elif number > span.high:
            span.high = number
        elif number < span.low:
            span.low = number
    return spans


def _held(
    connection: Connection,
    tables: Tables,
    spans: Mapping[tuple[str, str], _Span],
    numbers: Mapping[str, int],
) -> dict[tuple[str, str], Act]:
    """The acts that are here already: by their id, else by their first number."""
    act = tables.act
    columns = select(act.c.replica, act.c.first, act.c.last, act.c.id)
    by_first: dict[int, dict[int, list[tuple[str, str]]]] = defaultdict(dict)
    by_id: dict[tuple[int, str], tuple[str, str]] = {}
    for key, span in spans.items():
        (first, name), replica = span.known_by(key[1]), numbers[key[0]]
        alike = by_first[replica].get(first)
        if alike is None:
            by_first[replica][first] = [key]
        else:
            alike.append(key)
        if name is not None:
            by_id[replica, name] = key
    found: dict[tuple[str, str], Act] = {}
    for one in _here(connection, tables, by_first):
        found.update(dict.fromkeys(by_first[one.replica][one.first], one))
    named = {name for _, name in by_id}
    rows = fetch(connection, columns.where(among(connection, act.c.id, named))) if named else []
    for replica, first, last, name in rows:
        if (replica, name) in by_id:
            found[by_id[replica, name]] = Act(replica, first, last)
    return found


def _here(
    connection: Connection, tables: Tables, firsts: Mapping[int, Collection[int]]
) -> list[Act]:
    """Of acts that would begin with these numbers, by replica, those that are here."""
    written: dict[tuple[int, int], int] = noted(connection, _WRITTEN) or {}
    found: list[Act] = []
    lacking: dict[int, Collection[int]] = {}
    for number, some in firsts.items():
        met = [one for one in some if (number, one) in written] if written else []
        found += (Act(number, one, written[number, one]) for one in met)
        rest = set(some).difference(met) if met else some
        if rest:
            lacking[number] = rest
    if len(lacking) > 1 and sum(map(len, lacking.values())) <= 2 * _AT_ONCE * len(lacking):
        pairs = [(number, one) for number, some in lacking.items() for one in some]
        return found + _of_pairs(connection, tables, pairs)
    for number, some in lacking.items():
        # Acts mostly come in order: then none of these can be here.
        if _newest(connection, tables, number) >= min(some):
            found += (Act(number, *row) for row in _begun(connection, tables, number, some))
    return found


def _of_pairs(
    connection: Connection, tables: Tables, pairs: Sequence[tuple[int, int]]
) -> list[Act]:
    """The acts with these (replica, first number)."""
    act, found = tables.act.c, list[Act]()
    for part in chunks(pairs, _AT_ONCE):
        # The next power of two: a few texts of the statement serve for every number.
        size = 1 << (len(part) - 1).bit_length()

        def make(size: int = size) -> Select[Any]:
            named = (
                (act.replica == bindparam(f"by{n}")) & (act.first == bindparam(f"first{n}"))
                for n in range(size)
            )
            return select(act.replica, act.first, act.last).where(or_(*named))

        given: dict[str, int] = {}
        for place in range(size):
            number, first = part[min(place, len(part) - 1)]
            given |= {f"by{place}": number, f"first{place}": first}
        found += (Act(*row) for row in ask(connection, tables, ("acts", size), make, **given))
    return found


def _newest(connection: Connection, tables: Tables, replica: int) -> int:
    """The first number of a replica's last act, asked once a transaction; -1 for none."""
    act, held = tables.act.c, noted(connection, f"{_NEWEST}{replica}")
    if held is not None:
        return int(held)

    def make() -> Select[Any]:
        return select(func.max(act.first)).where(act.replica == bindparam("by"))

    [(newest,)] = ask(connection, tables, ("newest act",), make, by=replica)
    newest = -1 if newest is None else newest
    note(connection, f"{_NEWEST}{replica}", newest)
    return int(newest)


def _begun(
    connection: Connection, tables: Tables, replica: int, firsts: Collection[int]
) -> list[tuple[Any, ...]]:
    """(first, last) of a replica's acts that begin with these numbers."""
    act = tables.act.c

    def make() -> Select[Any]:
        these = listed(connection, act.first, "begun")
        return select(act.first, act.last).where(act.replica == bindparam("by"), these)

    begun = as_list(connection, firsts)
    return ask(connection, tables, ("acts begun",), make, by=replica, begun=begun)


def _parsed(group: str) -> tuple[str, int]:
    """(node, number of the first operation) of an `act_id`; ("", 0) for an id of another form."""
    if len(group) <= _NODE or group[_NODE] != ":":
        return "", 0
    node, first = group[:_NODE], group[_NODE + 1 :]
    return (node, int(first)) if first.isascii() and first.isdigit() else ("", 0)
