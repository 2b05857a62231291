"""What log rows are about, in the numbers they are kept in: for passing over what is not asked for.

Most of a busy log is other people's. Making an operation of a row costs ten times what its mark
does (decision 086).
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from crm_core.store.log.oplog import Target, ids_of
from crm_core.store.reading.rows import ask
from crm_core.store.schema.tables import Tables

_LAST = 2**62

Place = tuple[int, int | str]
"""(entity's number, row id of the record here, or its id where it is not here)"""


class Mark(NamedTuple):
    """One log row. `record` is the record's id where it is not here, else None."""

    rid: int
    entity: int
    rec: int | None
    record: str | None
    verb: int
    """See `oplog.verb_of`."""
    field: int | None
    replica: int

    @property
    def place(self) -> Place:
        """Which record it is about."""
        return self.entity, self.record or "" if self.rec is None else self.rec


def after(
    connection: Connection, tables: Tables, rid: int, *, until: int | None, limit: int
) -> list[Mark]:
    """The first log rows after `rid`, up to and with `until`, in log order."""
    log = tables.log.c

    def make() -> Select[Any]:
        columns = select(*(log[name] for name in Mark._fields))
        within = log.rid > bindparam("after"), log.rid <= bindparam("until")
        return columns.where(*within).order_by(log.rid).limit(bindparam("most"))

    last = _LAST if until is None else until
    rows = ask(connection, tables, ("marks",), make, after=rid, until=last, most=limit)
    return [Mark._make(row) for row in rows]


def targets(
    connection: Connection, tables: Tables, marks: Iterable[Mark]
) -> Mapping[Place, Target]:
    """The ids of the records marks are about, by place."""
    marks, word = list(marks), tables.words.texts(connection)
    ids = ids_of(connection, tables, ((mark.entity, mark.rec) for mark in marks))
    here: dict[Place, Target] = {
        (number, rec): (word[number], i) for (number, rec), i in ids.items()
    }
    return here | {
        mark.place: (word[mark.entity], mark.record or "") for mark in marks if mark.rec is None
    }
