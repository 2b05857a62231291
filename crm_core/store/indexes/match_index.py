"""The index of keys by which a record that may be there already is found in a moment (row 5.1).

It is kept like the search index: a change files a few records in its own transaction, a fill or an
import leaves them marked and `file_some` works them off. Filed are customers, contacts and leads,
under what `crm_core.matching.keys` says of them; a lean database (the server's) files only whole
telephone numbers and credit codes, which is all that is asked of it.

Where the keys themselves come out differently than before, everything is filed anew (`renew`).
"""

import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from crm_core.matching import filing
from crm_core.model.schema import EntitySpec, Registry
from crm_core.model.values import Record
from crm_core.store.engines import meta
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, as_list, ask, insert, listed
from crm_core.store.reading.stale import next_waiting, unmark
from crm_core.store.schema.tables import Tables

FILED = ("customer", "contact", "lead")
EXACT = frozenset({"phone", "uscc"})
"""All that a lean database files."""
AT_ONCE = 200
"""More records changed at once are only marked, and filed later."""
BYTES = 8
_SCHEME, _LAST = "match_scheme", "match_at"


def prepare(connection: Connection, tables: Tables) -> None:
    """Have everything filed, in a database that was never filed."""
    if meta.get(connection, tables, _SCHEME) is None:
        mark_everything(connection, tables)
        meta.put(connection, tables, _SCHEME, "")


def renew(connection: Connection, tables: Tables) -> bool:
    """Where keys come out differently than those filed, forget them and have all filed anew."""
    now = scheme(lean=tables.lean)
    before = meta.get(connection, tables, _SCHEME)
    if before == now:
        return False
    if before:
        mark_everything(connection, tables)
        for table in (tables.match_key, tables.match_filed):
            connection.execute(table.delete())
    meta.put(connection, tables, _SCHEME, now)
    return True


def renewed(connection: Connection, tables: Tables) -> bool:
    """Whether what is filed was filed by the keys of this version; never writes."""
    return bool(meta.get(connection, tables, _SCHEME) == scheme(lean=tables.lean))


def mark_everything(connection: Connection, tables: Tables) -> None:
    """Have every record filed anew, soon."""
    stale = tables.match_stale
    connection.execute(stale.delete())
    for name in FILED:
        table, number = tables.of(name), tables.words.number(connection, name)
        rows = select(bindparam("entity", number, literal_execute=True), table.c.rid)
        connection.execute(stale.insert().from_select(["entity", "rec"], rows))


def filed_fields(entity: EntitySpec, *, lean: bool = False) -> frozenset[str]:
    """The fields that the keys of a record depend on; none for what is not filed."""
    if entity.name not in FILED:
        return frozenset()
    if lean:
        return EXACT & {spec.name for spec in entity.fields}
    return frozenset(filing.filed_fields(entity))


def refresh(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    changed: Mapping[str, Sequence[int]],
) -> None:
    """File changed records (entity → row ids) again, now or soon; dead ones are taken out."""
    few = sum(len(recs) for name, recs in changed.items() if name in FILED) <= AT_ONCE
    for name, recs in changed.items():
        if name not in FILED:
            continue
        if few:
            file(connection, tables, registry.entity(name), recs)
        else:
            mark(connection, tables, name, recs)


def mark(connection: Connection, tables: Tables, entity: str, recs: Sequence[int]) -> None:
    """Have these records filed anew, soon."""
    number = tables.words.number(connection, entity)
    rows = [(number, rec) for rec in recs]
    insert(connection, tables, tables.match_stale, rows, replace=True)


def stale_count(connection: Connection, tables: Tables) -> int:
    """How many records wait to be filed."""
    return connection.scalar(select(func.count()).select_from(tables.match_stale)) or 0


def waits(connection: Connection, tables: Tables) -> bool:
    """Whether there is any record that waits to be filed."""
    some = f'SELECT 1 FROM "{tables.match_stale.name}" LIMIT 1'
    return connection.exec_driver_sql(some).first() is not None


def filed_count(connection: Connection, tables: Tables) -> int:
    """How many records are filed."""
    return connection.scalar(select(func.count()).select_from(tables.match_filed)) or 0


def file_some(connection: Connection, tables: Tables, registry: Registry, limit: int) -> int:
    """File up to `limit` records that wait; how many that were."""
    waiting = next_waiting(connection, tables.match_stale, limit)
    for number, recs in waiting.items():
        name = tables.words.text(connection, number)
        if name in FILED:
            file(connection, tables, registry.entity(name), recs)
        unmark(connection, tables.match_stale, number, recs)
    return sum(map(len, waiting.values()))


def file_waiting(
    connection: Connection, tables: Tables, entity: EntitySpec, recs: Collection[int]
) -> None:
    """File now those of these records that wait for it."""
    stale, number = tables.match_stale, tables.words.number(connection, entity.name)
    mine = among(connection, stale.c.rec, sorted(recs))
    waiting = list(connection.scalars(select(stale.c.rec).where(stale.c.entity == number, mine)))
    if waiting:
        file(connection, tables, entity, waiting)
        unmark(connection, tables.match_stale, number, waiting)


def file(connection: Connection, tables: Tables, entity: EntitySpec, recs: Sequence[int]) -> None:
    """File records under the keys of what they hold now; those not alive are only taken out."""
    _unfile(connection, tables, entity.name, recs)
    number, at = tables.words.number(connection, entity.name), last_filed(connection, tables) + 1
    keys: list[tuple[int, int, int]] = []
    filed: list[tuple[int, int, int, bytes, str]] = []
    living = read_filed(connection, tables, entity, recs)
    for rec, record in living:
        found, parts = _filing(entity, record, lean=tables.lean)
        hashed = hashes(found)
        if hashed or not tables.lean:
            keys += [(key, number, rec) for key in hashed]
            filed.append((number, rec, at, packed(hashed), parts))
    insert(connection, tables, tables.match_key, keys)
    insert(connection, tables, tables.match_filed, filed)
    _uncluster(connection, tables, number, set(recs) - {rec for rec, _ in living})
    if filed:
        meta.put(connection, tables, _LAST, at)


def _filing(entity: EntitySpec, record: Record, *, lean: bool) -> tuple[Iterable[str], str]:
    """The keys of a record, and what it is compared by, as one text."""
    if lean:
        return filing.exact_keys(record), ""
    profile = filing.profile(entity, record)
    return filing.keys_of(entity, record, profile), filing.written(profile)


def last_filed(connection: Connection, tables: Tables) -> int:
    """The number of the last filing."""
    found: int = meta.get(connection, tables, _LAST, 0)
    return found


def forget(connection: Connection, tables: Tables, entity: str, recs: Sequence[int]) -> None:
    """Take records out of the index and out of what was found by it."""
    number = tables.words.find(connection, entity)
    if number is None or not recs or entity not in FILED:
        return
    _unfile(connection, tables, entity, recs)
    _uncluster(connection, tables, number, recs)
    unmark(connection, tables.match_stale, number, recs)


def anew(connection: Connection, tables: Tables, entity: str, recs: Sequence[int]) -> None:
    """Forget what is filed of records whose values were rewritten, and have them filed again."""
    if entity in FILED:
        forget(connection, tables, entity, recs)
        mark(connection, tables, entity, recs)


def read_filed(
    connection: Connection, tables: Tables, entity: EntitySpec, recs: Collection[int]
) -> list[tuple[int, Record]]:
    """Living records, as far as their keys depend on them, by row id."""
    table = tables.of(entity.name)
    names = ("id", *sorted(filed_fields(entity, lean=tables.lean)))

    def make() -> Select[Any]:
        columns = select(table.c.rid, *(table.c[name] for name in names))
        return columns.where(listed(connection, table.c.rid, "recs"), table.c.alive.is_(True))

    found: list[tuple[int, Record]] = []
    for part in chunks(sorted(recs)):
        asked = as_list(connection, part)
        for row in ask(connection, tables, ("filed", entity.name, *names), make, recs=asked):
            found.append((row[0], dict(zip(names, row[1:], strict=True))))
    return found


def holders(
    connection: Connection, tables: Tables, registry: Registry, values: Mapping[str, object]
) -> list[tuple[str, str]]:
    """(entity, id) of the living records that have this very number or credit code; asked of a
    lean database, which files those alone."""
    wanted = filing.exact_keys(values)
    table, held = tables.match_key, list[tuple[str, str]]()
    here = among(connection, table.c.key, hashes(wanted))
    places = defaultdict[int, set[int]](set)
    for number, rec in connection.execute(select(table.c.entity, table.c.rec).where(here)):
        places[number].add(rec)
    for number, recs in places.items():
        entity = registry.entity(tables.words.text(connection, number))
        for _, record in read_filed(connection, tables, entity, sorted(recs)):
            if not wanted.isdisjoint(filing.exact_keys(record)):
                held.append((entity.name, str(record["id"])))
    return held


def scheme(*, lean: bool = False) -> str:
    """What tells whether keys still come out as they did."""
    return "exact 1" if lean else filing.scheme()


def hashes(keys: Iterable[str]) -> list[int]:
    """Keys as they are kept, each once."""
    return sorted(map(hashed, set(keys)))


def hashed(key: str) -> int:
    """A key as it is kept: the letter of its kind, then seven bytes of its hash."""
    rest = blake2b(key.encode(), digest_size=BYTES - 1).digest()
    return (ord(key[0]) & 0x7F) << 8 * (BYTES - 1) | int.from_bytes(rest, "big")


def brings_together(key: int) -> bool:
    """Whether a scan compares those that share this key, rather than only who looks one up."""
    return chr(key >> 8 * (BYTES - 1)) not in filing.FURTHER


def packed(hashed: Collection[int]) -> bytes:
    """Keys as a record keeps them."""
    return struct.pack(f">{len(hashed)}q", *hashed)


def unpacked(held: Any) -> list[int]:
    """Keys back from what a record keeps."""
    raw = bytes(held)
    return list(struct.unpack(f">{len(raw) // BYTES}q", raw))


def _unfile(connection: Connection, tables: Tables, entity: str, recs: Sequence[int]) -> None:
    number = tables.words.number(connection, entity)
    key, record = tables.match_key, tables.match_filed
    gone = key.delete().where(
        key.c.key == bindparam("its_key"), key.c.entity == number, key.c.rec == bindparam("its_rec")
    )

    def make() -> Select[Any]:
        mine = record.c.entity == bindparam("of"), listed(connection, record.c.rec, "recs")
        return select(record.c.rec, record.c.held).where(*mine)

    for part in chunks(recs):
        given = {"of": number, "recs": as_list(connection, part)}
        rows = ask(connection, tables, ("unfile",), make, **given)
        places = [{"its_key": one, "its_rec": rec} for rec, held in rows for one in unpacked(held)]
        if places:
            connection.execute(gone, places)
        if rows:
            here = (record.c.entity == number) & record.c.rec.in_(part)
            connection.execute(record.delete().where(here))


def _uncluster(connection: Connection, tables: Tables, number: int, recs: Collection[int]) -> None:
    cluster = tables.match_cluster
    for part in chunks(sorted(recs)):
        mine = (cluster.c.entity == number) & cluster.c.rec.in_(part)
        connection.execute(cluster.delete().where(mine))
