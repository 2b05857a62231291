"""What waits to be sent, what the server said about it, and what it sent back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from crm_core.store import oplog
from crm_core.store.changelog import Applied
from crm_core.store.tables import Tables
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack


@dataclass(frozen=True, slots=True)
class Refusal:
    """An operation the server did not accept; the user's text is in the operation."""

    log_rid: int
    operation: Operation
    code: str
    detail: str


def enqueue(connection: Connection, tables: Tables, applied: Applied) -> None:
    """Put new local operations in the outbox."""
    rows = [{"log_rid": applied.log_rids[o.key]} for o in applied.fresh]
    if rows:
        connection.execute(tables.outbox.insert(), rows)


def waiting(connection: Connection, tables: Tables, *, limit: int) -> list[Operation]:
    """The oldest operations not yet acknowledged."""
    log, outbox = tables.log, tables.outbox
    statement = (
        select(log)
        .join(outbox, outbox.c.log_rid == log.c.rid)
        .where(outbox.c.refused.is_(None))
        .order_by(log.c.rid)
        .limit(limit)
    )
    return [operation for _, operation in oplog.select_operations(connection, statement)]


def waiting_counts(connection: Connection, tables: Tables) -> dict[str, int]:
    """How many operations wait, by entity."""
    log, outbox = tables.log, tables.outbox
    statement = (
        select(log.c.entity, func.count())
        .join(outbox, outbox.c.log_rid == log.c.rid)
        .where(outbox.c.refused.is_(None))
        .group_by(log.c.entity)
    )
    return {entity: number for entity, number in connection.execute(statement)}


def refusals(connection: Connection, tables: Tables) -> list[Refusal]:
    """What the server refused and nobody has dealt with yet, newest first."""
    log, outbox = tables.log, tables.outbox
    statement = (
        select(log, outbox.c.refused, outbox.c.detail)
        .join(outbox, outbox.c.log_rid == log.c.rid)
        .where(outbox.c.refused.is_not(None))
        .order_by(log.c.rid.desc())
    )
    return [
        Refusal(row.rid, oplog.from_row(row), row.refused, row.detail or "")
        for row in connection.execute(statement)
    ]


def dismiss_refusal(connection: Connection, tables: Tables, log_rid: int) -> None:
    """Take a refusal off the list; the operation stays in history."""
    connection.execute(tables.outbox.delete().where(tables.outbox.c.log_rid == log_rid))


def acknowledge(connection: Connection, tables: Tables, node: str, acks: Sequence[Ack]) -> None:
    """Carry out the server's verdicts: accepted ones leave, refused ones stay with their reason."""
    log, outbox = tables.log, tables.outbox
    for ack in acks:
        rid = connection.scalar(
            select(log.c.rid).where(log.c.replica == node, log.c.replica_seq == ack.replica_seq)
        )
        if rid is None:
            continue
        if ack.refused is None:
            connection.execute(outbox.delete().where(outbox.c.log_rid == rid))
            if ack.hlc:
                _restamp(connection, tables, rid, ack)
        else:
            connection.execute(
                outbox.update()
                .where(outbox.c.log_rid == rid)
                .values(refused=ack.refused.value, detail=ack.detail)
            )


def _restamp(connection: Connection, tables: Tables, rid: int, ack: Ack) -> None:
    """Adopt the effective stamp everywhere the authored one was used as an identity."""
    log, clock = tables.log, tables.clock
    row = connection.execute(select(log).where(log.c.rid == rid)).one()
    connection.execute(
        log.update()
        .where(log.c.rid == rid)
        .values(hlc=ack.hlc, base=ack.base, authored=row.authored or row.hlc)
    )
    same_record = (log.c.record == row.record) & (log.c.entity == row.entity)
    connection.execute(log.update().where(same_record, log.c.base == row.hlc).values(base=ack.hlc))
    connection.execute(
        clock.update()
        .where(clock.c.entity == row.entity, clock.c.record == row.record, clock.c.stamp == row.hlc)
        .values(stamp=ack.hlc)
    )
    table = tables.entities.get(row.entity)
    if table is None:
        return
    for name in ("created", "touched", "deleted"):
        connection.execute(
            table.update()
            .where(table.c.id == row.record, table.c[name] == row.hlc)
            .values({name: ack.hlc})
        )
