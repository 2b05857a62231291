"""What waits to be sent, what the server said about it, and what it sent back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, func, select

from crm_core.clock import ZERO_STAMP, stamp_node, stamp_ticks
from crm_core.store.changes.changelog import Applied
from crm_core.store.changes.refusals import CLOSED, close
from crm_core.store.log import log_keys, oplog
from crm_core.store.reading.rows import among, ask, insert
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack

_MANY = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """An operation the server did not accept; the user's text is in the operation."""

    log_rid: int
    operation: Operation
    code: str
    detail: str


def enqueue(connection: Connection, tables: Tables, applied: Applied) -> None:
    """Put new local operations in the outbox."""
    given, rid = applied.log_rids, tables.log.c.rid
    for made in applied.made:
        # In one statement: handed over one by one, each costs twice as much.
        these = select(rid).where(rid.between(made.rids[0], made.rids[-1]))
        connection.execute(tables.outbox.insert().from_select(["log_rid"], these))
    rids = [(given[o.replica, o.replica_seq],) for o in applied.fresh]
    insert(connection, tables, tables.outbox, rids, columns=("log_rid",))


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
    number = tables.words.find(connection, node)
    rows = connection.execute(
        select(log.c.rid, log.c.seq).where(
            log.c.replica == number, ~log.c.rid.in_(select(outbox.c.log_rid))
        )
    )
    rids = [row.rid for row in rows if keys is None or (node, row.seq) in keys]
    if rids:
        connection.execute(outbox.insert(), [{"log_rid": rid} for rid in rids])
    return len(rids)


def waiting(
    connection: Connection, tables: Tables, *, limit: int, skip: int = 0
) -> list[Operation]:
    """The oldest operations not yet acknowledged, beyond the first `skip`."""
    log, outbox = tables.log, tables.outbox

    def make() -> Select[Any]:
        joined = oplog.statement(tables).join(outbox, outbox.c.log_rid == log.c.rid)
        # In the order of the outbox: by that of the log, all of a long log would be gone through.
        these = joined.where(outbox.c.refused.is_(None)).order_by(outbox.c.log_rid)
        return these.limit(bindparam("most")).offset(bindparam("skip"))

    rows = ask(connection, tables, ("waiting",), make, most=limit, skip=skip)
    return [operation for _, operation in oplog.decode(connection, tables, rows)]


def anything_waits(connection: Connection, tables: Tables) -> bool:
    """Whether there is something the server has not answered."""
    outbox = tables.outbox
    one = select(outbox.c.log_rid).where(outbox.c.refused.is_(None)).limit(1)
    return connection.scalar(one) is not None


def waiting_counts(connection: Connection, tables: Tables) -> dict[str, int]:
    """How many operations wait, by entity."""
    log, outbox = tables.log, tables.outbox
    unsent = select(outbox.c.log_rid).where(outbox.c.refused.is_(None))
    statement = (
        select(log.c.entity, func.count()).where(log.c.rid.in_(unsent)).group_by(log.c.entity)
    )
    word = tables.words.text
    return {word(connection, entity): many for entity, many in connection.execute(statement)}


def refusals(connection: Connection, tables: Tables) -> list[Refusal]:
    """What the server refused and nobody has dealt with yet, newest first."""
    log, outbox = tables.log, tables.outbox  # Ordered as `waiting` is.
    joined = oplog.statement(tables).join(outbox, outbox.c.log_rid == log.c.rid)
    opened = outbox.c.refused.is_not(None) & ~outbox.c.refused.startswith(CLOSED)
    rows = joined.where(opened).order_by(outbox.c.log_rid.desc())
    said = select(outbox.c.log_rid, outbox.c.refused, outbox.c.detail)
    verdicts = {row.log_rid: row for row in connection.execute(said)}
    return [
        Refusal(rid, operation, verdicts[rid].refused, verdicts[rid].detail or "")
        for rid, operation in oplog.read(connection, tables, rows)
    ]


def dismiss_refusal(connection: Connection, tables: Tables, log_rid: int) -> None:
    """Take a refusal off the list; the operation stays in history and counts for nothing."""
    close(connection, tables, log_rid)


def acknowledge(
    connection: Connection,
    tables: Tables,
    node: str,
    acks: Sequence[Ack],
    *,
    tick: Callable[[], str],
) -> set[tuple[str, str]]:
    """Carry out the server's verdicts: accepted ones leave, refused ones stay with their reason.

    `tick` gives new stamps of `node`, later than all in `acks`. Gives the (entity, id) whose
    stamps the server moved; `changelog.settle` must judge them anew.
    """
    rids = log_keys.rids_of(connection, tables, ((node, ack.replica_seq) for ack in acks))
    known = [(rid, ack) for ack in acks if (rid := rids.get((node, ack.replica_seq))) is not None]
    outbox, taken = tables.outbox, [rid for rid, ack in known if ack.refused is None]
    connection.execute(outbox.delete().where(among(connection, outbox.c.log_rid, taken)))
    for rid, ack in known:
        if ack.refused is not None:
            connection.execute(
                outbox.update()
                .where(outbox.c.log_rid == rid)
                .values(refused=ack.refused.value, detail=ack.detail)
            )
    moved = [(rid, ack) for rid, ack in known if ack.refused is None and ack.hlc]
    return {_restamp(connection, tables, rid, ack, tick) for rid, ack in moved}


def _restamp(
    connection: Connection, tables: Tables, rid: int, ack: Ack, tick: Callable[[], str]
) -> tuple[str, str]:
    """Adopt the effective stamp of an operation; its record.

    What was done to the record since, and is still to be sent, must not come to lie before it: it
    is stamped anew, in its order, like something done now.
    """
    log, outbox = tables.log, tables.outbox
    row = connection.execute(select(log).where(log.c.rid == rid)).one()
    only = oplog.statement(tables).where(log.c.rid == rid)
    [(_, operation)] = oplog.read(connection, tables, only)
    target, now = (operation.entity, operation.id), stamp_ticks(ack.hlc)
    if row.at == now:
        return target
    by = tables.words.number(connection, stamp_node(ack.base)) if ack.base != ZERO_STAMP else None
    base = {"base_at": None if by is None else stamp_ticks(ack.base), "base_by": by}
    connection.execute(log.update().where(log.c.rid == rid).values(base))
    _write_stamp(connection, tables, row, target, now=now)
    unsent = select(outbox.c.log_rid).where(outbox.c.refused.is_(None))
    overtaken = select(log).where(
        oplog.on_record(connection, tables, operation.entity, [operation.id]),
        log.c.replica == row.replica, log.c.seq > row.seq, log.c.at <= now, log.c.rid.in_(unsent),
    )  # fmt: skip
    for later in connection.execute(overtaken.order_by(log.c.seq)).all():
        _write_stamp(connection, tables, later, target, now=stamp_ticks(tick()))
    return target


def _write_stamp(
    connection: Connection, tables: Tables, row: Row[Any], target: tuple[str, str], *, now: int
) -> None:
    """Put the stamp `now` in the place of a log row's own, also where that is an identity."""
    log = tables.log
    authored = row.at if row.authored is None else row.authored
    connection.execute(log.update().where(log.c.rid == row.rid).values(at=now, authored=authored))
    about = oplog.on_record(connection, tables, target[0], [target[1]])
    upon = (log.c.base_at == row.at) & (log.c.base_by == row.replica)
    # Of this device's own operations only later ones can have been made upon it.
    after = (log.c.replica != row.replica) | (log.c.seq > row.seq)
    connection.execute(log.update().where(about, upon, after).values(base_at=now))
    if row.rec is not None:
        _restamp_record(connection, tables, row, tables.of(target[0]), now=now)


def _restamp_record(
    connection: Connection, tables: Tables, row: Row[Any], table: Table, *, now: int
) -> None:
    """The same in the stamps of a record's fields and in those of the record itself."""
    clock = tables.clock
    mine = (clock.c.entity == row.entity) & (clock.c.rec == row.rec)
    written = mine & (clock.c.at == row.at) & (clock.c.by == row.replica)
    connection.execute(clock.update().where(written).values(at=now))
    for name in ("created", "touched", "deleted"):
        at, by = table.c[f"{name}_at"], table.c[f"{name}_by"]
        connection.execute(
            table.update()
            .where(table.c.rid == row.rec, at == row.at, by == row.replica)
            .values({at.name: now})
        )
