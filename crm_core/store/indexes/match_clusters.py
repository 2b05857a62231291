"""Records that a scan took for one, kept in the file until the next: local, and never synced.

A scan replaces what is kept of an entity, or of the records it looked at again. Up to which filing
it has looked is kept beside it; what was filed since is looked at next time (`match_index`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from crm_core.store.engines import meta
from crm_core.store.indexes import match_index
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, insert
from crm_core.store.schema.tables import Tables

_SCANNED = "match_scanned"


@dataclass(frozen=True, slots=True)
class Group:
    """Records that may be one, by row id."""

    recs: tuple[int, ...]
    likely: float
    """0 to 1."""
    band: str
    """merge, review or different."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group that is kept, as people meet it."""

    number: int
    entity: str
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    likely: float
    band: str


def scanned(connection: Connection, tables: Tables, entity: str) -> int | None:
    """Up to which filing an entity was looked at; None before the first scan."""
    found: int | None = meta.get(connection, tables, f"{_SCANNED}:{entity}")
    return found


def keep(
    connection: Connection,
    tables: Tables,
    entity: str,
    groups: Iterable[Group],
    *,
    mark: int,
    instead_of: Collection[int] | None = None,
) -> None:
    """Keep what a scan found in place of what was kept, or of the groups of `instead_of`."""
    number, table = tables.words.number(connection, entity), tables.match_cluster
    mine = table.c.entity == number
    if instead_of is None:
        connection.execute(table.delete().where(mine))
    for part in chunks(sorted(instead_of or ())):
        connection.execute(table.delete().where(mine, table.c.rec.in_(part)))
    last = connection.scalar(select(func.max(table.c.cluster))) or 0
    rows = [
        (number, rec, cluster, round(group.likely * 1000), group.band)
        for cluster, group in enumerate(groups, last + 1)
        for rec in group.recs
    ]
    insert(connection, tables, table, rows, replace=True)
    meta.put(connection, tables, f"{_SCANNED}:{entity}", mark)


def mates(connection: Connection, tables: Tables, entity: str, recs: Collection[int]) -> set[int]:
    """The records kept in one group with any of these, these included."""
    number, table, found = tables.words.find(connection, entity), tables.match_cluster, set(recs)
    for part in chunks(sorted(recs)):
        theirs = select(table.c.cluster).where(table.c.entity == number, table.c.rec.in_(part))
        rows = select(table.c.rec).where(table.c.entity == number, table.c.cluster.in_(theirs))
        found.update(connection.scalars(rows))
    return found


def listed(
    connection: Connection, tables: Tables, entity: str, title: str, *, bands: Collection[str]
) -> list[Cluster]:
    """What is kept of an entity in these bands, the surest first; single records are no group."""
    number, kept, table = (
        tables.words.find(connection, entity), tables.match_cluster, tables.of(entity)
    )  # fmt: skip
    rows = connection.execute(
        select(kept.c.cluster, kept.c.likely, kept.c.band, table.c.id, table.c[title])
        .join(table, table.c.rid == kept.c.rec)
        .where(kept.c.entity == number, kept.c.band.in_(sorted(bands)), table.c.alive.is_(True))
        .order_by(kept.c.likely.desc(), kept.c.cluster, table.c.rid)
    )
    apart = kept_apart(connection, tables, entity)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    about: dict[int, tuple[float, str]] = {}
    for cluster, likely, band, record, name in rows:
        found[cluster].append((record, str(name or "")))
        about[cluster] = likely / 1000, band
    clusters = []
    for cluster, members in found.items():
        together = _together(members, apart)
        if len(together) > 1:
            ids, titles = zip(*together, strict=True)
            clusters.append(Cluster(cluster, entity, ids, titles, *about[cluster]))
    return clusters


def forget_cluster(connection: Connection, tables: Tables, number: int) -> None:
    """A group was dealt with."""
    table = tables.match_cluster
    connection.execute(table.delete().where(table.c.cluster == number))


def changed_since(
    connection: Connection, tables: Tables, entity: str, mark: int
) -> list[tuple[int, list[int]]]:
    """Records filed after a mark, with their keys."""
    number, table = tables.words.find(connection, entity), tables.match_filed
    rows = select(table.c.rec, table.c.held).where(table.c.entity == number, table.c.at > mark)
    return [(rec, match_index.unpacked(held)) for rec, held in connection.execute(rows)]


def sharing(
    connection: Connection, tables: Tables, entity: str, keys: Sequence[int], *, most: int
) -> set[int]:
    """Records filed under any of these keys; a key that more than `most` share is passed over."""
    number, table, found = tables.words.find(connection, entity), tables.match_key, set[int]()
    for part in chunks(sorted(set(keys))):
        here = among(connection, table.c.key, part) & (table.c.entity == number)
        by_key: dict[int, list[int]] = defaultdict(list)
        for key, rec in connection.execute(select(table.c.key, table.c.rec).where(here)):
            by_key[key].append(rec)
        for recs in by_key.values():
            if len(recs) <= most:
                found.update(recs)
    return found


def kept_apart(connection: Connection, tables: Tables, entity: str) -> set[frozenset[str]]:
    """The pairs that somebody said are not one."""
    table = tables.of("distinction")
    rows = select(table.c.first, table.c.second).where(
        table.c.entity == entity, table.c.alive.is_(True)
    )
    return {frozenset((first, second)) for first, second in connection.execute(rows)}


def _together(
    members: Sequence[tuple[str, str]], apart: Collection[frozenset[str]]
) -> list[tuple[str, str]]:
    """The members without those who are apart from all others."""
    if not apart:
        return list(members)
    return [
        one
        for one in members
        if any(
            other[0] != one[0] and frozenset((one[0], other[0])) not in apart for other in members
        )
    ]
