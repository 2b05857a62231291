"""Bringing files of earlier formats up to this one, whole or not at all. There is one list.

Adding tables and columns is not a migration: `growing.bring_up_to_date` does that at every start.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, inspect, text

from crm_core.clock import ZERO_STAMP, stamp_node, stamp_ticks
from crm_core.store.engines import meta
from crm_core.store.engines.engine import writing
from crm_core.store.schema.growing import column_type
from crm_core.store.schema.tables import Tables

_ROWS = 2_000


def migrate(engine: Engine, tables: Tables) -> None:
    """Run what a file of an earlier format lacks. A new file needs nothing."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(tables.meta.name):
            return
        found = meta.get(connection, tables, "format_major")
    if not isinstance(found, int) or found >= meta.FORMAT_MAJOR:
        return
    with writing(engine) as connection:
        for step in _STEPS[found - 1 :]:
            step(connection, tables)
        meta.note_format(connection, tables)
    tables.words.keep_new()


def _compact(connection: Connection, tables: Tables) -> None:
    """Format 1 → 2: numbers for recurring texts, integers for stamps, one row an act."""
    run = connection.exec_driver_sql
    for table in (tables.word, tables.act, tables.search_stale):
        table.create(connection)
    for old in ("sync_log", "sync_clock"):
        run(f"ALTER TABLE {old} RENAME TO {old}_1")
    for index in ("ix_sync_log_record", "ix_sync_log_grp", "ix_sync_log_authored"):
        run(f"DROP INDEX IF EXISTS {index}")
    tables.log.create(connection)
    tables.clock.create(connection)
    present = set(inspect(connection).get_table_names())
    recs: dict[tuple[str, str], int] = {}
    for table in tables.entities.values():
        if table.name in present:
            _convert_heads(connection, tables, table)
            for row in run(f'SELECT rid, id FROM "{table.name}"'):
                recs[table.name, row.id] = row.rid
    _convert_log(connection, tables, recs)
    _convert_clock(connection, tables, recs)
    for old in ("sync_log_1", "sync_clock_1", "search_doc", "search_index"):
        run(f"DROP TABLE IF EXISTS {old}")


def _convert_heads(connection: Connection, tables: Tables, table: Table) -> None:
    run, old = connection.exec_driver_sql, ("created", "touched", "deleted")
    added = [column for column in table.columns if column.name.endswith(("_at", "_by"))]
    heads = [c for c in added if c.name.rsplit("_", 1)[0] in old]
    for column in heads:
        kind = column_type(column, connection)
        default = " NOT NULL DEFAULT 0" if column.name.startswith("created") else ""
        run(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}{default}')
    statement = (
        table.update()
        .where(table.c.rid == bindparam("key_rid"))
        .values({column.name: bindparam(column.name) for column in heads})
    )
    for rows in _parts(connection, f'SELECT rid, created, touched, deleted FROM "{table.name}"'):
        connection.execute(statement, [_head(connection, tables, row) for row in rows])
    for name in old:
        run(f'ALTER TABLE "{table.name}" DROP COLUMN {name}')


def _head(connection: Connection, tables: Tables, row: Mapping[str, Any]) -> dict[str, Any]:
    later = row["touched"] != row["created"]
    gone = row["deleted"] != ZERO_STAMP
    return {
        "key_rid": row["rid"],
        **_stamp(connection, tables, "created", row["created"]),
        **_stamp(connection, tables, "touched", row["touched"] if later else None),
        **_stamp(connection, tables, "deleted", row["deleted"] if gone else None),
    }


def _stamp(
    connection: Connection, tables: Tables, name: str, stamp: str | None
) -> dict[str, int | None]:
    if stamp is None:
        return {f"{name}_at": None, f"{name}_by": None}
    number = tables.words.number(connection, stamp_node(stamp))
    return {f"{name}_at": stamp_ticks(stamp), f"{name}_by": number}


_VERBS = {"create": 0, "set": 1, "delete": 2}


def _convert_log(
    connection: Connection, tables: Tables, recs: Mapping[tuple[str, str], int]
) -> None:
    number = tables.words.number
    acts: dict[str, dict[str, Any]] = {}
    for rows in _parts(connection, "SELECT * FROM sync_log_1 ORDER BY rid"):
        for row in rows:
            act = acts.setdefault(
                row["grp"],
                {
                    "replica": number(connection, row["replica"]), "first": row["replica_seq"],
                    "last": 0, "actor": number(connection, row["actor"]),
                    "reason": row["reason"] or None, "id": row["grp"],
                },
            )  # fmt: skip
            act["last"] = max(act["last"], row["replica_seq"])
            rec = recs.get((row["entity"], row["record"]))
            base = row["base"] if row["base"] != ZERO_STAMP else None
            connection.execute(
                text(_INSERT_LOG),
                {
                    "rid": row["rid"], "replica": number(connection, row["replica"]),
                    "seq": row["replica_seq"], "act": act["first"],
                    "entity": number(connection, row["entity"]), "rec": rec,
                    "record": row["record"] if rec is None else None,
                    "verb": _VERBS[row["verb"]],
                    "field": number(connection, row["field"]) if row["field"] else None,
                    "value": row["value"], "before": row["before"],
                    "at": stamp_ticks(row["hlc"]),
                    **_stamp(connection, tables, "base", base),
                    "authored": stamp_ticks(row["authored"]) if row["authored"] else None,
                },
            )  # fmt: skip
    if acts:
        connection.execute(tables.act.insert(), list(acts.values()))


_INSERT_LOG = (
    "INSERT INTO sync_log (rid, replica, seq, act, entity, rec, record, verb, field, value, "
    "before, at, base_at, base_by, authored) VALUES (:rid, :replica, :seq, :act, :entity, :rec, "
    ":record, :verb, :field, :value, :before, :at, :base_at, :base_by, :authored)"
)
"""Values are JSON text in both formats and are not read in between."""


def _convert_clock(
    connection: Connection, tables: Tables, recs: Mapping[tuple[str, str], int]
) -> None:
    number = tables.words.number
    for rows in _parts(connection, "SELECT * FROM sync_clock_1"):
        kept = [
            {
                "entity": number(connection, row["entity"]),
                "rec": recs[row["entity"], row["record"]], "key": row["key"],
                "at": stamp_ticks(row["stamp"]), "by": number(connection, stamp_node(row["stamp"])),
            }
            for row in rows
            if (row["entity"], row["record"]) in recs
        ]  # fmt: skip
        if kept:
            connection.execute(tables.clock.insert(), kept)


def _parts(connection: Connection, query: str) -> Iterator[list[Mapping[str, Any]]]:
    rows = connection.exec_driver_sql(query).mappings()
    while part := rows.fetchmany(_ROWS):
        yield [dict(row) for row in part]


_STEPS: tuple[Callable[[Connection, Tables], None], ...] = (_compact,)
"""Step n brings format n to n + 1."""
