"""What follows on the server from operations just applied, in their very transaction.

A chain: merges are followed first, then each of `steps` reacts; what they write is news for all of
them once more, and their acts are reacted to by the rules that ship as any act is. The schedule of
clocks is kept when all of them have come to rest: once, by the records as they are left. Whoever
adds to this adds one line to `steps` (decision 051).
"""

import logging
from collections.abc import Callable, Iterator, Sequence

from crm_core.store.replica import MakeUnit, Then
from crm_core.store.unit_of_work import Unit
from crm_core.sync.change import Operation
from sync_server.services import (
    approvals,
    automations,
    claims,
    clock_keeping,
    merges,
    routing,
    stage_steps,
)
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.server import Server

MOST_ROUNDS = 4
"""Rules may set off rules; what is not settled by then waits for whatever happens next."""
log = logging.getLogger("log.rules")


def steps(server: Server) -> tuple[Then, ...]:
    """Who reacts, in this order. Each is given what is new since it was asked last."""
    leads = (claims.settle, routing.grade(server), routing.give_out(server))
    return (
        stage_steps.advancing(server),
        approvals.settle,
        *leads,
        automations.following(server),
    )


def following(server: Server) -> Then:
    """The chain, in the form `Replica.judge` runs."""
    chain, keeping = steps(server), (clock_keeping.keep(server),)

    def follow(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        news, since = list(operations), list[Operation]()
        yield from merges.follow(make, news)
        for _ in range(MOST_ROUNDS):
            wrote: list[Operation] = []
            since += news
            yield from through(chain, make, news, wrote)
            if not wrote:
                yield from through(keeping, make, since, wrote)
                since = []
            if not wrote:
                return
            news = wrote
        yield from through(keeping, make, since + news, [])
        log.warning("rules were still setting each other off after %d rounds", MOST_ROUNDS)

    def through(
        steps: Sequence[Then],
        make: MakeUnit,
        news: Sequence[Operation],
        wrote: list[Operation],
    ) -> Iterator[Unit]:
        """Let each of the steps react; what they write is added to `wrote`."""
        for step in steps:
            for unit in step(make, news):
                unit.run_rules(server.replica.rules)
                yield unit
                wrote += unit.applied.fresh

    return follow


def act(server: Server, reason: str, write: Callable[[Unit], object]) -> Unit:
    """An act of the server's own, with everything that follows from it, in one transaction: what
    time brings about has clocks, scores and owners like what people do. Listeners are told."""
    made: list[Unit] = []

    def then(make: MakeUnit, _operations: Sequence[Operation]) -> Iterator[Unit]:
        unit = make(SERVER_ACTOR, reason)
        made.append(unit)
        write(unit)
        unit.run_rules(server.replica.rules)
        yield unit
        if unit.applied.fresh:
            yield from following(server)(make, list(unit.applied.fresh))

    applied = server.replica.act(then)
    if applied.log_rids:
        server.live.publish(max(applied.log_rids.values()))
    return made[0]
