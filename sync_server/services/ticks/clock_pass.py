"""Every record is looked at once whenever the rules in force, or the company's days, have changed.

Little by little, a few hundred records a transaction, so that pushes are never held up for long;
how far it came is kept, so that a restart goes on and several processes share the work.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.schema.expressions import living
from sync_server.services.clocks.clock_keeping import REASON, Keeping
from sync_server.services.clocks.clock_rules import fingerprint
from sync_server.services.exchange import following
from sync_server.services.server import Server

AT_ONCE = 500
_ONLY = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the records have been looked at under these rules."""

    rules: str
    entity: str = ""
    rid: int = 0
    done: int = 0


def go_on(server: Server) -> int:
    """Look at some more records; how many. 0: all have been looked at."""
    with server.reading() as connection:
        if is_done(connection, server):
            return 0
    looked: list[int] = []

    def look(unit: Unit) -> None:
        keeping = Keeping.of(server, unit)
        wanted = fingerprint(unit.connection, server.replica.tables)
        held = _held(unit.connection, server)
        if held is None or held.rules != wanted:
            held = Progress(wanted)
        entities = sorted({e for by in keeping.rules.every() for e in by if e in unit.registry})
        number, further = _some(keeping, held, entities)
        if further.done:
            _forget_others(keeping)
        _keep(unit, server, further)
        looked.append(number)

    following.act(server, REASON, look)
    return looked[0]


def is_done(connection: Connection, server: Server) -> bool:
    """Whether every record has been looked at under the rules in force."""
    wanted = fingerprint(connection, server.replica.tables)
    return _held(connection, server) == Progress(wanted, done=1)


def begin_anew(connection: Connection, server: Server) -> None:
    """Records were written past the pushes: look at all of them again."""
    connection.execute(delete(server.tables.clocks.progress))


def _some(keeping: Keeping, held: Progress, entities: list[str]) -> tuple[int, Progress]:
    """The next records, and where that leaves it."""
    for entity in entities:
        if entity < held.entity:
            continue
        after = held.rid if entity == held.entity else 0
        table = keeping.unit.tables.of(entity)
        asked = (
            select(table.c.rid, table.c.id)
            .where(living(table), table.c.rid > after)
            .order_by(table.c.rid)
            .limit(AT_ONCE)
        )
        rows = keeping.unit.connection.execute(asked).all()
        if rows:
            keeping.look_at(entity, [row.id for row in rows])
            return len(rows), Progress(held.rules, entity, rows[-1].rid)
    return 0, Progress(held.rules, done=1)


def _forget_others(keeping: Keeping) -> None:
    """Rows of rules that nobody goes by any more."""
    known = {rule.id for by in keeping.rules.every() for some in by.values() for rule in some}
    table = keeping.tables.open
    keeping.unit.connection.execute(delete(table).where(table.c.rule.not_in(sorted(known))))


def _held(connection: Connection, server: Server) -> Progress | None:
    table = server.tables.clocks.progress
    columns = (table.c[name] for name in Progress.__dataclass_fields__)
    row = connection.execute(select(*columns).where(table.c.num == _ONLY)).one_or_none()
    return None if row is None else Progress(*row)


def _keep(unit: Unit, server: Server, found: Progress) -> None:
    values = {name: getattr(found, name) for name in Progress.__dataclass_fields__}
    upsert = unit.tables.upsert(server.tables.clocks.progress, unit.connection.dialect.name)
    unit.connection.execute(upsert, [{"num": _ONLY, **values}])
