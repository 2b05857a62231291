"""How far each import came: kept in the database itself, in the transaction that writes its rows.

So a row is written and noted, or neither: after a crash the import goes on behind the last row that
is noted, and no row is done twice.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import RowVerdict, Tally
from crm_core.intake.mapping import Mapping
from crm_core.intake.source import Source, Table
from crm_core.store.engines import meta
from crm_core.store.log import acts, oplog
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Verb

_KEPT = 30
"""Imports that are remembered."""
_INDEX = "imports"
_LOOKED_AT = 20
_MOST_REJECTED = 20_000
"""Refused rows of one import that are remembered with their reasons."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One import."""

    key: str
    """Of the content of the file, its sheet and the mapping."""
    file: str
    """Name of the file."""
    sheet: str
    actor: str
    at: str
    """When it was begun, ISO UTC."""
    group: str = ""
    """Of its changes: one act, taken back in one step."""
    reached: int = 0
    """Number of the last row that was dealt with."""
    done: bool = False
    tally: Tally = field(default_factory=Tally)
    rejected: int = 0
    """Pages of refused rows."""
    way: str = ""
    """Of the mapping alone: by which the imports of one kind of table are known."""
    undoing: str = ""
    """Group of the act that takes it back, once that began: it goes on after a crash."""


def key_of(source: Source, table: Table, mapping: Mapping) -> str:
    """What an import is known by."""
    told = hashlib.sha256()
    heading = f"{table.heading.row}"
    nameless = replace(mapping, name="")
    for part in (source.seen.digest, table.name, heading, source.encoding, nameless.as_json()):
        told.update(part.encode("utf-8", "surrogatepass") + b"\x00")
    return told.hexdigest()[:32]


def way_of(mapping: Mapping) -> str:
    """What imports by this mapping are known by."""
    return hashlib.sha256(replace(mapping, name="").as_json().encode()).hexdigest()[:32]


def entries(connection: Connection, tables: Tables) -> list[Entry]:
    """The imports that are remembered, newest first."""
    return [_entry(one) for one in meta.get(connection, tables, _INDEX, [])]


def find(connection: Connection, tables: Tables, key: str) -> Entry | None:
    """The newest import known by this key."""
    return next((one for one in entries(connection, tables) if one.key == key), None)


def newest(connection: Connection, tables: Tables, way: str) -> Entry | None:
    """The newest import by that mapping, of whatever file."""
    return next((one for one in entries(connection, tables) if one.way == way), None)


def stands(connection: Connection, tables: Tables, entry: Entry) -> bool:
    """Whether an import was not taken back: of the newest records it made one lives, or it made
    none."""
    act, log = acts.find(connection, tables, entry.group), tables.log
    if act is None:
        return True
    made = select(log.c.entity, log.c.rec).where(
        log.c.replica == act.replica, log.c.act == act.first,
        log.c.seq.between(act.first, act.last), log.c.verb == oplog.verb_number(Verb.CREATE),
    )  # fmt: skip
    newest = connection.execute(made.order_by(log.c.seq.desc()).limit(_LOOKED_AT)).all()
    for number, rec in newest:
        table = tables.of(tables.words.text(connection, number))
        if connection.scalar(select(table.c.alive).where(table.c.rid == rec)):
            return True
    return not newest


def note(
    connection: Connection, tables: Tables, entry: Entry, refused: Sequence[RowVerdict] = ()
) -> Entry:
    """Write down how far an import came, and which rows were refused on the way."""
    if refused and entry.rejected * 1_000 < _MOST_REJECTED:
        meta.put(connection, tables, _page(entry, entry.rejected), [_told(one) for one in refused])
        entry = replace(entry, rejected=entry.rejected + 1)
    others = [
        one for one in entries(connection, tables) if (one.key, one.at) != (entry.key, entry.at)
    ]
    for old in others[_KEPT - 1 :]:
        _forget_pages(connection, tables, old)
    kept = [entry, *others[: _KEPT - 1]]
    meta.put(connection, tables, _INDEX, [_json(one) for one in kept])
    return entry


def forget(connection: Connection, tables: Tables, entry: Entry) -> None:
    """An import that was taken back may be made again from the beginning."""
    _forget_pages(connection, tables, entry)
    kept = [
        one for one in entries(connection, tables) if (one.key, one.at) != (entry.key, entry.at)
    ]
    meta.put(connection, tables, _INDEX, [_json(one) for one in kept])


def rejected(connection: Connection, tables: Tables, entry: Entry) -> dict[int, list[Sentence]]:
    """Row number → why, of the rows an import refused."""
    found: dict[int, list[Sentence]] = {}
    for page in range(entry.rejected):
        for number, reasons in meta.get(connection, tables, _page(entry, page), []):
            found[int(number)] = [Sentence(zh, en) for zh, en in reasons]
    return found


def _page(entry: Entry, number: int) -> str:
    return f"import_rejected:{entry.key}:{entry.at}:{number}"


def _forget_pages(connection: Connection, tables: Tables, entry: Entry) -> None:
    for page in range(entry.rejected):
        table = tables.meta
        connection.execute(table.delete().where(table.c.key == _page(entry, page)))


def _told(row: RowVerdict) -> list[Any]:
    return [row.number, [[one.zh, one.en] for one in row.reasons]]


def _json(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key, "file": entry.file, "sheet": entry.sheet, "actor": entry.actor,
        "at": entry.at, "group": entry.group, "reached": entry.reached, "done": entry.done,
        "tally": entry.tally.as_json(), "rejected": entry.rejected,
        "undoing": entry.undoing, "way": entry.way,
    }  # fmt: skip


def _entry(read: dict[str, Any]) -> Entry:
    return Entry(**{**read, "tally": Tally.from_json(read["tally"])})
