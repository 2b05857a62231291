"""Keeping search index and sort keys true: at once for a few records, soon for many.

A change marks its records stale in its own transaction. A few are indexed right there; a fill or
an import leaves them marked, `index_some` works them off in small steps, and until then search
also looks at the stale ones themselves (`search.find`). So a big batch costs no pinyin, and no
crash can leave a record out of the index unnoticed.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    bindparam,
    column,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy import table as a_table

from crm_core.matching.pinyin import SURNAMES, Reading, is_han, reading
from crm_core.model.schema import EntitySpec, Registry, Search
from crm_core.store.indexes import match_index
from crm_core.store.reading.rows import as_list, ask, insert, listed, rids, update
from crm_core.store.reading.stale import next_waiting, unmark
from crm_core.store.schema.sort_keys import keyed_fields, keys_of
from crm_core.store.schema.tables import Tables
from crm_core.variants import simplified

AT_ONCE = 200
"""So many records are indexed in the transaction that changes them."""

_CREATE = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "chars, pinyin, initials, digits, content='', contentless_delete=1, "
    "tokenize='unicode61 remove_diacritics 0')"
)
_INSERT = "INSERT INTO search_index(rowid, chars, pinyin, initials, digits) VALUES (?, ?, ?, ?, ?)"
_COLUMNS = ("chars", "pinyin", "initials", "digits")
_ENTITY_BITS = 16
_NAME_LIMIT = 40
_PEOPLE = frozenset({"contact", "lead", "user"})


def prepare(engine: Engine, tables: Tables, registry: Registry, *, anew: bool = False) -> None:
    """Create the index where there is none; then, or when asked for `anew`, all is stale."""
    with engine.begin() as connection:
        lay_out(connection, tables, registry, anew=anew)
        tables.words.keep_new()


def lay_out(
    connection: Connection, tables: Tables, registry: Registry, *, anew: bool = False
) -> None:
    """`prepare` in a transaction of the caller's."""
    match_index.prepare(connection, tables)
    if tables.lean:
        return
    new = not inspect(connection).has_table("search_index")
    if new:
        create(connection)
    if new or anew:
        mark_everything(connection, tables, registry)


def create(connection: Connection) -> None:
    """Create the index, in which nothing stands."""
    connection.execute(text(_CREATE))


def mark_everything(connection: Connection, tables: Tables, registry: Registry) -> None:
    """Have every record indexed anew, soon."""
    stale = tables.search_stale
    connection.execute(stale.delete())
    for entity in registry:
        table = tables.of(entity.name)
        some = f'SELECT 1 FROM "{table.name}" LIMIT 1'
        if entity.searchable and connection.exec_driver_sql(some).first() is not None:
            number = tables.words.number(connection, entity.name)
            rows = select(bindparam("entity", number, literal_execute=True), table.c.rid)
            connection.execute(stale.insert().from_select(["entity", "rec"], rows))


def rowid_of(entity: int, rec: int) -> int:
    """Where in the index a record is: its row id beside the number of its entity."""
    return rec << _ENTITY_BITS | entity


def record_at(rowid: int) -> tuple[int, int]:
    """(entity number, row id) of a place in the index."""
    return rowid & (1 << _ENTITY_BITS) - 1, rowid >> _ENTITY_BITS


def indexed_fields(entity: EntitySpec, *, lean: bool = False) -> frozenset[str]:
    """The fields a record's places in the indexes depend on (`title`: see `_spoken_forms`)."""
    keyed = match_index.filed_fields(entity, lean=lean)
    return keyed if lean else keyed | {"title", *(spec.name for spec in entity.searchable)}


def cleared_keys(tables: Tables, entity: str, fields: Collection[str]) -> dict[str, None]:
    """The sort keys that no longer fit once these fields are written."""
    keyed = keyed_fields(tables.of(entity))
    return {key: None for name, key in keyed.items() if name in fields}


def refresh(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    changed: Mapping[str, Collection[str]],
) -> None:
    """Index changed records (entity → ids) again, now or soon; dead ones leave the index."""
    found: dict[str, list[int]] = {}
    for name, ids in changed.items():
        found[name] = rids(connection, tables, name, sorted(ids))
    refresh_rows(connection, tables, registry, found)


def refresh_rows(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    changed: Mapping[str, Sequence[int]],
) -> None:
    """The same by row ids (entity → rids)."""
    match_index.refresh(connection, tables, registry, changed)
    if tables.lean:
        return
    few = sum(map(len, changed.values())) <= AT_ONCE
    for name, recs in changed.items():
        entity = registry.entity(name)
        if not entity.searchable:
            continue
        if few:
            _index(connection, tables, entity, recs)
            continue
        number = tables.words.number(connection, name)
        rows = [(number, rec) for rec in recs]
        insert(connection, tables, tables.search_stale, rows, replace=True)


def stale_count(connection: Connection, tables: Tables) -> int:
    """How many records wait to be indexed."""
    if tables.lean:
        return 0
    return connection.scalar(select(func.count()).select_from(tables.search_stale)) or 0


def index_some(connection: Connection, tables: Tables, registry: Registry, limit: int) -> int:
    """Index up to `limit` stale records; how many that were."""
    waiting = next_waiting(connection, tables.search_stale, limit)
    for number, recs in waiting.items():
        name = tables.words.text(connection, number)
        if name in registry:
            _index(connection, tables, registry.entity(name), recs)
        unmark(connection, tables.search_stale, number, recs)
    return sum(map(len, waiting.values()))


def forget(connection: Connection, tables: Tables, entity: str, recs: Sequence[int]) -> None:
    """Take records out of the index."""
    number = tables.words.find(connection, entity)
    if tables.lean or number is None or not recs:
        return
    _leave_index(connection, tables, number, recs)
    unmark(connection, tables.search_stale, number, recs)


def _leave_index(
    connection: Connection, tables: Tables, number: int, recs: Collection[int]
) -> None:
    """Looking for what is not there costs the index as much as taking it out."""
    rowids = [rowid_of(number, rec) for rec in recs]
    docs = a_table("search_index_docsize", column("id"))

    def make() -> Select[Any]:
        return select(docs.c.id).where(listed(connection, docs.c.id, "rowids"))

    there = ask(connection, tables, ("indexed",), make, rowids=as_list(connection, rowids))
    if there:
        connection.exec_driver_sql("DELETE FROM search_index WHERE rowid = ?", there)


def scrub(connection: Connection, tables: Tables) -> None:
    """Rewrite the index without what was taken out of it.

    A contentless FTS5 table only marks rows as gone; their words would stay in the file. Measured
    at 0.09 s for 30,000 customers.
    """
    if not tables.lean:
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('optimize')"))


def _index(connection: Connection, tables: Tables, entity: EntitySpec, recs: Sequence[int]) -> None:
    table, number = tables.of(entity.name), tables.words.number(connection, entity.name)
    keyed = keyed_fields(table)
    _leave_index(connection, tables, number, recs)
    documents: list[tuple[Any, ...]] = []
    keys: list[tuple[Any, ...]] = []
    for rid, alive, record in _read(connection, tables, entity, recs):
        document = spoken(entity, record)
        if alive and any(document.values()):
            documents.append((rowid_of(number, rid), *document.values()))
        if keyed:
            keys.append((*keys_of(keyed, record).values(), rid))
    if documents:
        connection.exec_driver_sql(_INSERT, documents)
    if keys:
        update(connection, tables, table, tuple(keyed.values()), keys)


def _read(
    connection: Connection, tables: Tables, entity: EntitySpec, recs: Sequence[int]
) -> Iterator[tuple[int, bool, dict[str, Any]]]:
    """Row id, whether it lives, and what is looked at of each of these records."""
    table = tables.of(entity.name)
    looked_at = {*(spec.name for spec in entity.searchable), *keyed_fields(table), "title"}
    names = sorted(name for name in looked_at if name in table.c)

    def make() -> Select[Any]:
        columns = select(table.c.rid, table.c.alive, *(table.c[name] for name in names))
        return columns.where(listed(connection, table.c.rid, "recs"))

    key = ("to index", entity.name, *names)
    for row in ask(connection, tables, key, make, recs=as_list(connection, recs)):
        yield row[0], bool(row[1]), dict(zip(names, row[2:], strict=True))


def spoken(entity: EntitySpec, record: Mapping[str, object]) -> dict[str, str]:
    """What the index holds of a record, by column."""
    parts: dict[str, list[str]] = {column: [] for column in _COLUMNS}
    for spec in entity.searchable:
        value = folded(str(record.get(spec.name) or ""))
        if not value:
            continue
        if spec.search is Search.DIGITS:
            parts["digits"] += _suffixes("".join(c for c in value if c.isdigit()))
            continue
        parts["chars"].append(_spaced(value))
        if spec.search is Search.NAME:
            for name in _spoken_forms(entity, record, value):
                for sound in _sounds(entity, name):
                    parts["pinyin"].append(" ".join(sound.syllables))
                    parts["initials"] += _suffixes(sound.initials)
                if name != value:
                    parts["chars"].append(_spaced(name))
    return {column: " | ".join(p) if column != "digits" else " ".join(p)
            for column, p in parts.items()}  # fmt: skip


def _sounds(entity: EntitySpec, name: str) -> Iterator[Reading]:
    """How a name is read; of a person, also as the surname is (单晓 → shan xiao)."""
    sound = reading(name)
    yield sound
    surname = SURNAMES.get(name[:1], "") if entity.name in _PEOPLE else ""
    if surname and sound.syllables[:1] != (surname,):
        yield Reading((surname, *sound.syllables[1:]), surname[0] + sound.initials[1:])


def _spoken_forms(entity: EntitySpec, record: Mapping[str, object], name: str) -> Iterator[str]:
    """The name itself and, for people with a title, surname and title (王敏 主任 → 王主任)."""
    yield name[:_NAME_LIMIT]
    title = str(record.get("title") or "") if entity.name == "contact" else ""
    if title:
        yield name[:1] + title


def folded(value: str) -> str:
    """Text as it is compared in searching: width, case and the form of characters do not matter."""
    return simplified(unicodedata.normalize("NFKC", value).lower())


def _spaced(value: str) -> str:
    """Ideographs as words of their own."""
    if value.isascii():
        return value
    return "".join([f" {c} " if is_han(c) else c for c in value])


def _suffixes(run: str) -> list[str]:
    return [run[start:] for start in range(len(run))][:_NAME_LIMIT]
