"""What the log holds by identity: which operations of which replica, and their stamps.

Asked at every push, mostly about what is not there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select

from crm_core.clock import ZERO_STAMP, stamp_from_ticks, stamp_ticks
from crm_core.store.engines.noted import note, noted
from crm_core.store.log.oplog import read, statement
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import as_list, ask, fetch, listed
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation


def renamed(
    connection: Connection, tables: Tables, node: str, stamps: Collection[str]
) -> dict[str, str]:
    """Author's stamp → effective stamp, for those of `node`'s stamps that the server changed."""
    log, number = tables.log, tables.words.find(connection, node)
    found: dict[str, str] = {}
    if number is None:
        return found

    def make() -> Select[Any]:
        these = listed(connection, log.c.authored, "stamps")
        return select(log.c.authored, log.c.at).where(log.c.replica == bindparam("by"), these)

    asked = as_list(connection, sorted(map(stamp_ticks, stamps)))
    for authored, at in ask(connection, tables, ("renamed",), make, by=number, stamps=asked):
        found[stamp_from_ticks(authored, node)] = stamp_from_ticks(at, node)
    return found


def stamps_before(
    connection: Connection, tables: Tables, below: Mapping[str, int]
) -> dict[str, str]:
    """By node, the stamp of its last operation below the number given; ZERO_STAMP for none."""
    log, found = tables.log.c, dict.fromkeys(below, ZERO_STAMP)
    tables.words.learn(connection, below)
    numbered = [(tables.words.find(connection, node), node) for node in below]
    for part in chunks([(n, node) for n, node in numbered if n is not None], _AT_ONCE):
        size = _rounded(len(part))

        def make(size: int = size) -> Select[Any]:
            return select(*(last(place).scalar_subquery() for place in range(size)))

        def last(place: int) -> Select[Any]:
            mine = log.replica == bindparam(f"by{place}"), log.seq < bindparam(f"below{place}")
            return select(log.at).where(*mine).order_by(log.seq.desc()).limit(1)

        given: dict[str, Any] = {}
        for place in range(size):
            number, node = part[min(place, len(part) - 1)]
            given |= {f"by{place}": number, f"below{place}": below[node]}
        [row] = ask(connection, tables, ("stamps before", size), make, **given)
        for (_, node), at in zip(part, row, strict=False):
            if at is not None:
                found[node] = stamp_from_ticks(at, node)
    return found


_AT_ONCE = 32
"""Nodes asked about in one statement."""


def _rounded(number: int) -> int:
    """The next power of two: so that a few texts of a statement serve for every number."""
    return 1 << (number - 1).bit_length()


def highest(connection: Connection, tables: Tables, node: str) -> int:
    """The largest number of an operation by this node; 0 where there is none."""
    number, log = tables.words.find(connection, node), tables.log.c

    def make() -> Select[Any]:
        return select(func.max(log.seq)).where(log.replica == bindparam("by"))

    found = [] if number is None else ask(connection, tables, ("highest",), make, by=number)
    return (found[0][0] or 0) if found else 0


def knows_replica(connection: Connection, tables: Tables, node: str) -> bool:
    """Whether the log has anything by this node."""
    number = tables.words.find(connection, node)
    if number is None:
        return False
    log = tables.log
    return connection.scalar(select(log.c.rid).where(log.c.replica == number).limit(1)) is not None


def by_keys(
    connection: Connection, tables: Tables, keys: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Operation]:
    """Operations by identity."""
    log, found = tables.log, dict[tuple[str, int], Operation]()
    for number, sequences in _by_replica(connection, tables, keys).items():
        for part in chunks(sorted(sequences)):
            rows = statement(tables).where(log.c.replica == number, log.c.seq.in_(part))
            found.update((o.key, o) for _, o in read(connection, tables, rows))
    return found


def rids_of(
    connection: Connection, tables: Tables, keys: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    """Log row ids by identity; what the log has not is left out."""
    log, found = tables.log, dict[tuple[str, int], int]()
    runs: dict[int, tuple[int, int]] = {}
    by_replica = _by_replica(connection, tables, keys)
    for number, sequences in by_replica.items():
        first, last = min(sequences), max(sequences)
        # A batch is a run of numbers: asked for as one range it needs no list of parameters.
        if last - first < 2 * len(sequences) + 100:
            runs[number] = first, last
            continue
        replica = tables.words.text(connection, number)
        for part in chunks(sorted(sequences)):
            mine = log.c.replica == number, log.c.seq.in_(part)
            listed = fetch(connection, select(log.c.seq, log.c.rid).where(*mine))
            found.update(((replica, seq), rid) for seq, rid in listed)
    for number, seq, rid in _of_runs(connection, tables, runs):
        if seq in by_replica[number]:
            found[tables.words.text(connection, number), seq] = rid
    return found


def _of_runs(
    connection: Connection, tables: Tables, runs: Mapping[int, tuple[int, int]]
) -> Iterator[tuple[Any, ...]]:
    """(replica, number, log row id) of operations from the first to the last number by replica."""
    log = tables.log.c
    for part in chunks(sorted(runs), _AT_ONCE):
        size = _rounded(len(part))

        def make(size: int = size) -> Select[Any]:
            return select(log.replica, log.seq, log.rid).where(or_(*map(run, range(size))))

        def run(place: int) -> ColumnElement[bool]:
            within = log.seq.between(bindparam(f"first{place}"), bindparam(f"last{place}"))
            return (log.replica == bindparam(f"by{place}")) & within

        given: dict[str, Any] = {}
        for place in range(size):
            number = part[min(place, len(part) - 1)]
            first, last = runs[number]
            given |= {f"by{place}": number, f"first{place}": first, f"last{place}": last}
        yield from ask(connection, tables, ("runs", size), make, **given)


def known_keys(
    connection: Connection, tables: Tables, operations: Iterable[Operation]
) -> set[tuple[str, int]]:
    """Which of these operations the log holds already."""
    return set(rids_of(connection, tables, (o.key for o in operations)))


def none_from(connection: Connection, tables: Tables, node: str, seq: int) -> bool:
    """Whether the log has no operation of this node numbered `seq` or above, asked once a
    transaction: for whoever numbers on from there, in the same transaction and its write lock."""
    key = f"none from {node}"
    begun: int | None = noted(connection, key)
    if begun is None and highest(connection, tables, node) < seq:
        note(connection, key, begun := seq)
    return begun is not None and begun <= seq


def known(
    connection: Connection, tables: Tables, operations: Iterable[Operation]
) -> dict[tuple[str, int], Operation]:
    """Those of these operations that the log holds already, as it holds them."""
    return by_keys(connection, tables, known_keys(connection, tables, operations))


def _by_replica(
    connection: Connection, tables: Tables, keys: Iterable[tuple[str, int]]
) -> dict[int, set[int]]:
    named: dict[str, set[int]] = defaultdict(set)
    for replica, sequence in keys:
        named[replica].add(sequence)
    tables.words.learn(connection, named)
    numbered = {tables.words.find(connection, r): seqs for r, seqs in named.items()}
    return {number: seqs for number, seqs in numbered.items() if number is not None}
