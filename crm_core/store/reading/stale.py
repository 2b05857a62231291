"""Records that wait to be taken into an index: which come next, and that they wait no more."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, select

from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among

_MANY = 5_000


def next_waiting(connection: Connection, stale: Table, limit: int) -> dict[int, list[int]]:
    """Up to `limit` waiting records: number of the entity → records."""
    found: dict[int, list[int]] = {}
    for number, rec in connection.execute(select(stale.c.entity, stale.c.rec).limit(limit)):
        found.setdefault(number, []).append(rec)
    return found


def unmark(connection: Connection, stale: Table, number: int, recs: Sequence[int]) -> None:
    """These records of an entity wait no more."""
    for part in chunks(recs, _MANY):
        wanted = among(connection, stale.c.rec, part)
        connection.execute(stale.delete().where(stale.c.entity == number, wanted))
