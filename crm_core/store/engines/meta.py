"""The few facts a database keeps about itself: who it is, how far it has read, which format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    Insert,
    Select,
    Update,
    bindparam,
    inspect,
    select,
)

from crm_core.clock import ZERO_STAMP
from crm_core.errors import KnownError
from crm_core.store.engines.noted import note, noted
from crm_core.store.reading.rows import ask, insert, tell
from crm_core.store.schema.encoding import pack, unpack
from crm_core.store.schema.tables import Tables

FORMAT_MAJOR = 2
"""Raised only when an older program would damage the file; such a file is then refused."""
FORMAT_MINOR = 0


def get(connection: Connection, tables: Tables, key: str, default: Any = None) -> Any:
    """The value kept under `key`."""
    found = (_often if key in OFTEN else _one)(connection, tables, key)
    return default if found is None else found


def put(connection: Connection, tables: Tables, key: str, value: Any) -> None:
    """Keep `value` (anything JSON) under `key`."""
    meta = tables.meta
    text = None if value is None else pack(value)
    held: dict[str, Any] | None = noted(connection, _NOTED)
    if held is not None and key in OFTEN:
        if held.get(key) == value:
            return
        held[key] = value

    def change() -> Update:
        return meta.update().where(meta.c.key == bindparam("its_key")).values(value=_TEXT)

    def add() -> Insert:
        return meta.insert().values(key=bindparam("its_key"), value=_TEXT)

    if not tell(connection, tables, ("meta change",), change, its_key=key, text=text):
        tell(connection, tables, ("meta add",), add, its_key=key, text=text)


def put_all(connection: Connection, tables: Tables, values: Mapping[str, Any]) -> None:
    """`put` of several at once."""
    held: dict[str, Any] | None = noted(connection, _NOTED)
    if held is not None:
        held.update((key, value) for key, value in values.items() if key in OFTEN)
    rows = [(key, pack(value)) for key, value in values.items()]
    insert(connection, tables, tables.meta, rows, replace=True)


OFTEN = ("node", "replica_seq", "stamp", "fields", "kept_mark", "match_at")
"""What nearly every write asks for: read together, once a transaction."""
_NOTED = "meta"


def _one(connection: Connection, tables: Tables, key: str) -> Any:
    return _read(connection, tables, (key,)).get(key)


def _often(connection: Connection, tables: Tables, key: str) -> Any:
    held: dict[str, Any] | None = noted(connection, _NOTED)
    if held is None:
        held = _read(connection, tables, OFTEN)
        note(connection, _NOTED, held)
    return held.get(key)


_TEXT: BindParameter[str | None] = bindparam("text")


def _read(connection: Connection, tables: Tables, keys: tuple[str, ...]) -> dict[str, Any]:
    """What is kept under these keys."""
    meta = tables.meta.c

    def make() -> Select[Any]:
        named: list[BindParameter[str]] = [bindparam(f"key{place}") for place in range(len(keys))]
        return select(meta.key, meta.value).where(meta.key.in_(named))

    given = {f"key{place}": key for place, key in enumerate(keys)}
    found = ask(connection, tables, ("meta", len(keys)), make, **given)
    return {key: unpack(text) for key, text in found if text is not None}


@dataclass(frozen=True, slots=True)
class Identity:
    """Which replica this is and where its counters stand."""

    node: str
    sequence: int
    stamp: str


def read_identity(connection: Connection, tables: Tables) -> Identity:
    """The identity as last committed; node "" in a database that has none yet."""
    return Identity(
        node=get(connection, tables, "node", ""),
        sequence=get(connection, tables, "replica_seq", 0),
        stamp=get(connection, tables, "stamp", ZERO_STAMP),
    )


def refuse_newer(engine: Engine, tables: Tables) -> None:
    """Refuse a file of a newer major format, before anything is written to it."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(tables.meta.name):
            return
        found = get(connection, tables, "format_major")
    if isinstance(found, int) and found > FORMAT_MAJOR:
        raise KnownError(
            "这份数据由更新版本的随行创建，本版本不能打开，文件没有被改动。请升级随行。",
            "This data was made by a newer Suixing and cannot be opened by this one; the file "
            "was left untouched. Please update Suixing.",
            code="newer_format",
        )


def note_format(connection: Connection, tables: Tables) -> None:
    """Write down which format this file now has."""
    for key, now in (("format_major", FORMAT_MAJOR), ("format_minor", FORMAT_MINOR)):
        if get(connection, tables, key) != now:  # Nothing is written where nothing is new.
            put(connection, tables, key, now)
