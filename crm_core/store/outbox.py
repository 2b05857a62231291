"""What waits to be sent, what the server said about it, and what it sent back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from crm_core.store import oplog
from crm_core.store.changelog import Applied
from crm_core.store.records import chunks
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


def requeue(
    connection: Connection,
    tables: Tables,
    node: str,
    keys: Collection[tuple[str, int]] | None = None,
) -> int:
    """Put operations of `node` (all of them, or those of `keys`) back in the outbox; how many.

    Harmless where the server has them: it knows an operation by its identity.
    """
    log, outbox = tables.log, tables.outbox
    rows = connection.execute(
        select(log.c.rid, log.c.replica, log.c.replica_seq).where(
            log.c.replica == node, ~log.c.rid.in_(select(outbox.c.log_rid))
        )
    )
    rids = [row.rid for row in rows if keys is None or (row.replica, row.replica_seq) in keys]
    if rids:
        connection.execute(outbox.insert(), [{"log_rid": rid} for rid in rids])
    return len(rids)


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


def acknowledge(
    connection: Connection, tables: Tables, node: str, acks: Sequence[Ack]
) -> set[tuple[str, str]]:
    """Carry out the server's verdicts: accepted ones leave, refused ones stay with their reason.

    Gives the (entity, id) whose stamps the server moved; `changelog.settle` must judge them anew.
    """
    rids = _rids(connection, tables, node, [ack.replica_seq for ack in acks])
    known = [(rids[ack.replica_seq], ack) for ack in acks if ack.replica_seq in rids]
    outbox = tables.outbox
    for part in chunks([rid for rid, ack in known if ack.refused is None]):
        connection.execute(outbox.delete().where(outbox.c.log_rid.in_(part)))
    for rid, ack in known:
        if ack.refused is not None:
            connection.execute(
                outbox.update()
                .where(outbox.c.log_rid == rid)
                .values(refused=ack.refused.value, detail=ack.detail)
            )
    moved = [(rid, ack) for rid, ack in known if ack.refused is None and ack.hlc]
    return {_restamp(connection, tables, rid, ack) for rid, ack in moved}


def _rids(
    connection: Connection, tables: Tables, node: str, sequences: Sequence[int]
) -> dict[int, int]:
    log, found = tables.log, dict[int, int]()
    for part in chunks(sequences):
        statement = select(log.c.replica_seq, log.c.rid).where(
            log.c.replica == node, log.c.replica_seq.in_(part)
        )
        found.update((row.replica_seq, row.rid) for row in connection.execute(statement))
    return found


def _restamp(connection: Connection, tables: Tables, rid: int, ack: Ack) -> tuple[str, str]:
    """Adopt the effective stamp everywhere the authored one was used as an identity."""
    log, clock = tables.log, tables.clock
    row = connection.execute(select(log).where(log.c.rid == rid)).one()
    if row.hlc == ack.hlc:
        return row.entity, row.record
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
        return row.entity, row.record
    for name in ("created", "touched", "deleted"):
        connection.execute(
            table.update()
            .where(table.c.id == row.record, table.c[name] == row.hlc)
            .values({name: ack.hlc})
        )
    return row.entity, row.record
