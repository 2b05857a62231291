"""The log rows of records created at once: the database writes them from the records' own rows.

Values need not be brought into JSON here and handed over a second time (decision 088).
"""

from collections.abc import Collection

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
)

from crm_core.store.log import acts, oplog
from crm_core.store.reading.rows import tell
from crm_core.store.schema.tables import SetText, Tables
from crm_core.sync.change import Verb
from crm_core.sync.creations import Creations


def append(connection: Connection, tables: Tables, creations: Creations, recs: range) -> range:
    """`oplog.append` for CREATEs whose records are here, in rows `recs`, in their order; their log
    row ids."""
    act, entity = creations.act, creations.entity
    first = oplog.following(connection, tables, len(recs))
    began = acts.register(connection, tables, creations.ends)[act.replica, act.group]
    number = tables.words.numbers(connection, {act.replica, entity})
    # Mostly full of what is true: a look for None at each costs three times as much.
    sparse = any(not all(c) and None in c for c in creations.columns.values())
    tell(
        connection, tables, ("log creations", entity, sparse, *creations.columns),
        lambda: _copy(tables, entity, creations.columns.keys(), sparse=sparse),
        by=number[act.replica], act=began, of=number[entity], verb=oplog.verb_number(Verb.CREATE),
        rid=first - recs[0], seq=act.seq - recs[0], at=act.tick - recs[0], low=recs[0],
        high=recs[-1],
    )  # fmt: skip
    return range(first, first + len(recs))


def _copy(tables: Tables, entity: str, fields: Collection[str], *, sparse: bool) -> Insert:
    """What all rows have is a parameter; what is numbered on lies so far from the row id."""
    table, big = tables.of(entity).c, BigInteger()
    columns: dict[str, ColumnElement[object]] = {
        "rid": table.rid + bindparam("rid", type_=big), "replica": bindparam("by", type_=Integer()),
        "seq": table.rid + bindparam("seq", type_=big), "act": bindparam("act", type_=big),
        "entity": bindparam("of", type_=Integer()), "rec": table.rid,
        "verb": bindparam("verb", type_=Integer()),
        "at": table.rid + bindparam("at", type_=big),
    }  # fmt: skip
    if not tables.lean:
        columns["value"] = _as_json([table[name] for name in fields], sparse=sparse)
    these = table.rid.between(bindparam("low", type_=big), bindparam("high", type_=big))
    return insert(tables.log).from_select(list(columns), select(*columns.values()).where(these))


def _as_json(columns: Collection[Column[object]], *, sparse: bool) -> ColumnElement[object]:
    """The object of what columns hold, as `encoding.pack` writes it; nothing of what is empty.
    In SQLite's words: only a laptop's log has values in the rows of creations."""
    parts: list[ColumnElement[object]] = []
    for column in columns:
        parts += literal_column(f"'{column.name}'"), _json_part(column)
    whole = func.json_object(*parts)
    return func.json_patch("{}", whole) if sparse else whole  # A patch leaves out what is null.


def _json_part(column: Column[object]) -> ColumnElement[object]:
    if isinstance(column.type, SetText):
        return func.json(column)
    if isinstance(column.type, Boolean):
        return func.json(case((column.is_(True), "true"), (column.is_(False), "false")))
    return column
