"""The operation log as rows: writing, reading back, and the identity that makes replay harmless."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_

from crm_core.store.records import chunks
from crm_core.store.tables import Tables
from crm_core.sync.change import Operation, Verb


def to_row(operation: Operation) -> dict[str, Any]:
    """The log row of an operation."""
    return {
        "replica": operation.replica, "replica_seq": operation.replica_seq,
        "entity": operation.entity, "record": operation.id, "verb": operation.verb.value,
        "field": operation.field, "value": operation.value, "before": operation.before,
        "hlc": operation.hlc, "base": operation.base, "grp": operation.group,
        "actor": operation.actor, "reason": operation.reason, "authored": operation.authored,
    }  # fmt: skip


def from_row(row: Row[Any]) -> Operation:
    """The operation of a log row."""
    return Operation(
        replica=row.replica, replica_seq=row.replica_seq, entity=row.entity, id=row.record,
        verb=Verb(row.verb), field=row.field, value=row.value, before=row.before, hlc=row.hlc,
        base=row.base, group=row.grp, actor=row.actor, reason=row.reason, authored=row.authored,
    )  # fmt: skip


def select_operations(
    connection: Connection, statement: Select[Any]
) -> list[tuple[int, Operation]]:
    """Run a SELECT over the log; (log row id, operation) in its order."""
    return [(row.rid, from_row(row)) for row in connection.execute(statement)]


def of_record(
    connection: Connection, tables: Tables, entity: str, record_id: str
) -> list[Operation]:
    """Everything this database knows to have happened to one record, in stamp order."""
    log = tables.log
    statement = (
        select(log).where(log.c.record == record_id, log.c.entity == entity).order_by(log.c.hlc)
    )
    return [operation for _, operation in select_operations(connection, statement)]


def of_record_rids(
    connection: Connection, tables: Tables, entity: str, record_id: str
) -> list[int]:
    """The log row ids of one record's operations."""
    log = tables.log
    statement = select(log.c.rid).where(log.c.record == record_id, log.c.entity == entity)
    return list(connection.scalars(statement))


def of_group(connection: Connection, tables: Tables, group: str) -> list[Operation]:
    """The operations done together, in stamp order."""
    log = tables.log
    statement = select(log).where(log.c.grp == group).order_by(log.c.hlc)
    return [operation for _, operation in select_operations(connection, statement)]


def by_keys(
    connection: Connection, tables: Tables, keys: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Operation]:
    """Operations by identity."""
    log = tables.log
    found: dict[tuple[str, int], Operation] = {}
    for part in chunks(sorted(keys)):
        statement = select(log).where(tuple_(log.c.replica, log.c.replica_seq).in_(part))
        found.update((o.key, o) for _, o in select_operations(connection, statement))
    return found


def known_keys(
    connection: Connection, tables: Tables, operations: Sequence[Operation]
) -> set[tuple[str, int]]:
    """Which of these operations the log holds already."""
    log, by_replica = tables.log, defaultdict[str, list[int]](list)
    for operation in operations:
        by_replica[operation.replica].append(operation.replica_seq)
    known: set[tuple[str, int]] = set()
    for replica, sequences in by_replica.items():
        for part in chunks(sequences):
            statement = select(log.c.replica_seq).where(
                log.c.replica == replica, log.c.replica_seq.in_(part)
            )
            known.update((replica, sequence) for sequence in connection.scalars(statement))
    return known


def append(
    connection: Connection, tables: Tables, operations: Sequence[Operation]
) -> dict[tuple[str, int], int]:
    """Write operations to the log; their log row ids by identity."""
    if not operations:
        return {}
    statement = tables.log.insert().returning(
        tables.log.c.replica, tables.log.c.replica_seq, tables.log.c.rid,
        sort_by_parameter_order=True,
    )  # fmt: skip
    rows = connection.execute(statement, [to_row(o) for o in operations])
    return {(row.replica, row.replica_seq): row.rid for row in rows}
