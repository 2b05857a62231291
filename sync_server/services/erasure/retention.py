"""How long what is kept: people proposed for erasure, and old audit entries taken out.

Nobody is erased by this; an administrator looks at the list and decides. The organisation's policy
says after how many months; where it does not, nothing is proposed and no audit entry goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from crm_core.clock import iso_moment, parse_moment, stamp_from_ticks, stamp_moment
from crm_core.store.forgetting import erasing
from crm_core.store.reading.records import chunks
from sync_server.services import audit
from sync_server.services.erasure import person
from sync_server.services.server import Server
from sync_server.services.shelves.erasure_journal import Target

_POLICY = "policy"
"""Of this entity, and by this id: there is one."""
_AT_ONCE = 200
_LOOKED_THROUGH = 5_000
_NO_NODE = "0" * 16


@dataclass(frozen=True, slots=True)
class Due:
    """A person proposed for erasure."""

    entity: str
    id: str
    title: str
    owner: str
    """User id; empty for nobody."""
    reasons: tuple[str, ...]
    """`withdrawn`: the consent was; `retention`: nothing has happened for so long."""
    last_activity: str
    """ISO UTC."""
    contract: bool
    """There is a won deal: the law may ask to keep it, or let one keep it."""


@dataclass(frozen=True, slots=True)
class DueList:
    """Who is proposed."""

    months: int | None
    """Of the policy; None: no period is set, and only withdrawn consents are listed."""
    people: tuple[Due, ...]
    more: bool
    """Whether there are more than were looked at."""


def due(server: Server, *, most: int = 500) -> DueList:
    """Whose consent was withdrawn, and, longest silent first, of whom nothing was heard for the
    policy's months and who have no won deal."""
    with server.reading() as connection:
        months = months_of(connection, server, "retention_months")
        people = {(d.entity, d.id): d for d in _withdrawn(connection, server)}
        looked = 0
        cutoff = None if months is None else months_before(server.clock.now(), months)
        for part in _silent(connection, server, cutoff):
            looked += len(part)
            for one in _described(connection, server, part, ("retention",)):
                if not one.contract and cutoff and parse_moment(one.last_activity) < cutoff:
                    people.setdefault((one.entity, one.id), one)
            if len(people) >= most or looked >= _LOOKED_THROUGH:
                return DueList(months, tuple(people.values())[:most], more=True)
    return DueList(months, tuple(people.values()), more=False)


def purge_audit(server: Server, *, dry_run: bool = False) -> int:
    """Take out audit entries older than the policy's months; how many."""
    tables, table = server.replica.tables, server.replica.tables.of("audit_entry")
    with server.reading() as connection:
        months = months_of(connection, server, "audit_months")
        if months is None:
            return 0
        before = iso_moment(months_before(server.clock.now(), months))
        old = list(connection.scalars(select(table.c.id).where(table.c.at < before)))
    for part in () if dry_run else chunks(old, _AT_ONCE):
        with server.replica.write(audit.SERVER_ACTOR) as (unit, _):
            erasing.take_out(unit.connection, tables, [("audit_entry", i) for i in part])
    return len(old)


def months_of(connection: Connection, server: Server, name: str) -> int | None:
    """A number of months of the policy; None where it says none."""
    table = server.replica.tables.of(_POLICY)
    asked = select(table.c[name]).where(table.c.id == _POLICY, table.c.alive.is_(True))
    found: int | None = connection.scalar(asked)
    return found if found and found > 0 else None


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last day that month has."""
    total = moment.year * 12 + moment.month - 1 - months
    if total < 12:
        return moment.replace(year=1, month=1, day=1)
    for day in range(moment.day, moment.day - 4, -1):
        try:
            return moment.replace(year=total // 12, month=total % 12 + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


# -- inside ------------------------------------------------------------------------------------


def _people(server: Server, entity: str) -> Any:
    table = server.replica.tables.of(entity)
    asked = select(table).where(table.c.alive.is_(True))
    return asked.where(table.c.kind == "person") if entity == "customer" else asked


def _withdrawn(connection: Connection, server: Server) -> Iterator[Due]:
    for entity in person.ROOTS:
        table = server.replica.tables.of(entity)
        rows = connection.execute(
            _people(server, entity).where(table.c.consent == "withdrawn").order_by(table.c.rid)
        ).all()
        for part in chunks(rows, _AT_ONCE):
            found = {(entity, row.id): row for row in part}
            yield from _described(connection, server, found, ("withdrawn",))


def _silent(
    connection: Connection, server: Server, cutoff: datetime | None
) -> Iterator[dict[Target, Row[Any]]]:
    """People whose own record was not touched since, some at a time."""
    for entity in person.ROOTS if cutoff is not None else ():
        table = server.replica.tables.of(entity)
        touched = func.coalesce(table.c.touched_at, table.c.created_at)
        ticks = int(cutoff.timestamp() * 1000) << 16 if cutoff else 0
        asked = _people(server, entity).where(touched < ticks).order_by(touched, table.c.rid)
        rows = connection.execute(asked.limit(_LOOKED_THROUGH)).all()
        for part in chunks(rows, _AT_ONCE):
            yield {(entity, row.id): row for row in part}


def _described(
    connection: Connection,
    server: Server,
    rows: Mapping[Target, Row[Any]],
    reasons: tuple[str, ...],
) -> Iterator[Due]:
    last = _last_activity(connection, server, rows)
    won = _won(connection, server, {_customer(t, row) for t, row in rows.items()} - {""})
    for target, row in rows.items():
        contract = _customer(target, row) in won
        yield Due(
            *target, title=str(row.name or ""), owner=str(row.owner or ""), reasons=reasons,
            last_activity=last[target],
            contract=contract or (target[0] == "lead" and row.stage == "won"),
        )  # fmt: skip


def _customer(target: Target, row: Row[Any]) -> str:
    return str(target[1] if target[0] == "customer" else row.customer or "")


def _last_activity(
    connection: Connection, server: Server, roots: Mapping[Target, Row[Any]]
) -> dict[Target, str]:
    """When anything of a person was last written, or last took place."""
    latest = dict.fromkeys(roots, "")
    its = person.belongings(connection, server, roots)
    for entity in {name for name, _ in its}:
        table, spec = server.replica.tables.of(entity), server.replica.registry.entity(entity)
        touched = func.coalesce(table.c.touched_at, table.c.created_at)
        took_place = table.c[spec.moment] if spec.moment else table.c.id
        for part in chunks(sorted(record for name, record in its if name == entity)):
            asked = select(table.c.id, touched, took_place).where(table.c.id.in_(part))
            for record, ticks, at in connection.execute(asked):
                written = iso_moment(stamp_moment(stamp_from_ticks(ticks, _NO_NODE)))
                root = its[entity, record]
                latest[root] = max(latest[root], written, at if spec.moment and at else "")
    return latest


def _won(connection: Connection, server: Server, customers: set[str]) -> set[str]:
    """Those of these customers with a won deal."""
    found: set[str] = set()
    for entity in ("opportunity", "lead"):
        table = server.replica.tables.of(entity)
        for part in chunks(sorted(customers)):
            asked = select(table.c.customer).where(
                table.c.customer.in_(part), table.c.stage == "won", table.c.alive.is_(True)
            )
            found.update(connection.scalars(asked))
    return found
