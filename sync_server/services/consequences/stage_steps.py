"""Records that go on by themselves because of what was pushed (row 4.3); a step of `following`."""

from collections.abc import Iterator, Sequence

from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.replica import MakeUnit, Then
from crm_core.store.ruling.stage_moves import advance_in
from crm_core.sync.change import Operation
from sync_server.services import audit, people
from sync_server.services.server import Server

ADVANCED = "自动推进"


def advancing(server: Server) -> Then:
    """The step: what devices of the version before did not move on themselves."""

    def step(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        unit = make(audit.SERVER_ACTOR, ADVANCED)
        for _advance in advance_in(
            unit, server.rule_book, operations, lambda author: _teams(unit, author)
        ):
            pass
        if unit.applied.fresh:
            yield unit

    return step


def _teams(unit: Unit, author: str) -> frozenset[str]:
    actor = people.actor_of(unit.connection, unit.tables, author, left=True) if author else None
    return actor.circles.teams if actor else frozenset()
