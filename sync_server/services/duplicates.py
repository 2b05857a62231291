"""Doubles among everything the organisation has, for its administrator; nothing is changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.matching import filing
from crm_core.matching.scan import clusters, prepare
from crm_core.model.schema import EntitySpec
from crm_core.store.reading.rows import fetch
from crm_core.store.schema.tables import Tables
from sync_server.services.server import Server

_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True)
class Double:
    """One record of a group."""

    id: str
    group: int
    """Counted from 1, the surest first."""
    likely: float
    band: str
    title: str
    owner: str
    """User id, or empty."""


def find_all(
    server: Server, entity: str, report: Callable[[float], object] = lambda _: None
) -> list[Double]:
    """Every record that is likely one with another, group by group."""
    replica = server.replica
    spec, told, ready = replica.registry.entity(entity), list[tuple[str, str, str]](), []
    with server.reading() as connection:
        for part in _parts(connection, replica.tables, spec):
            told += [(record["id"], record[spec.title], record[spec.owner]) for record in part]
            ready.append(prepare([filing.profile(spec, record) for record in part]))
    found = clusters(ready, progress=report) if told else []
    return [
        Double(
            told[member][0], number, one.probability, str(one.band), told[member][1] or "",
            told[member][2] or "",
        )
        for number, one in enumerate(found, 1)
        for member in one.members
    ]  # fmt: skip


def _parts(
    connection: Connection, tables: Tables, entity: EntitySpec
) -> Iterator[list[dict[str, str]]]:
    """Living records, as far as they are compared, some thousand at a time."""
    table, after = tables.of(entity.name), 0
    names = tuple(dict.fromkeys(("id", entity.title, entity.owner, *filing.filed_fields(entity))))
    columns = select(table.c.rid, *(table.c[name] for name in names)).order_by(table.c.rid)
    while True:
        here = columns.where(table.c.rid > after, table.c.alive.is_(True)).limit(_AT_A_TIME)
        rows = fetch(connection, here)
        if not rows:
            return
        after = rows[-1][0]
        yield [dict(zip(names, row[1:], strict=True)) for row in rows]
