"""What follows on the server from operations just applied, in their very transaction.

A chain, round by round. What belongs to an act wherever it is done (records that go on by
themselves, scores) comes first and to rest: so automations are asked about an act as they are where
it is done. Between them comes what is an act of the server's own, such as giving a lead to
somebody. What automations write is news for all of them. The schedule of clocks is kept when all
have come to rest: once, by the records as they are left. Whoever adds to this adds one line to
`parts` or `apart` (decisions 051, 075).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from crm_core.store.changes.unit_of_work import Rules, Unit
from crm_core.store.replica import MakeUnit, Then
from crm_core.store.ruling.automating import Automating
from crm_core.sync.change import Operation
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.clocks import clock_keeping
from sync_server.services.consequences import approvals, automations, claims, routing, stage_steps
from sync_server.services.merging import merges
from sync_server.services.server import Server

MOST_ROUNDS = 8
"""Rules may set off rules; what is not settled by then waits for whatever happens next."""
log = logging.getLogger("log.rules")


def parts(server: Server) -> tuple[Then, ...]:
    """Who adds what belongs to an act and a device of a version before did not do."""
    return stage_steps.advancing(server), routing.grade(server)


def apart(server: Server) -> tuple[Then, ...]:
    """Who reacts by an act of the server's own, in this order."""
    return approvals.settle, claims.settle, routing.give_out(server)


def following(server: Server) -> Then:
    """The chain, in the form `Replica.judge` runs. Each step is given what is new since it was
    asked last."""
    keeping = (clock_keeping.keep(server),)

    def follow(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        news, since = list(operations), list[Operation]()
        yield from merges.follow(make, news)
        chain = _Chain(server, make)
        for _ in range(MOST_ROUNDS):
            later: list[Operation] = []
            yield from chain.rest(news)
            yield from chain.alone(apart(server), news, later)
            yield from chain.automated(news, later)
            since += news
            if not later:
                yield from chain.alone(keeping, since, later)
                since = []
            if not later:
                return
            news = later
        yield from chain.alone(keeping, since + news, [])
        log.warning("rules were still setting each other off after %d rounds", MOST_ROUNDS)

    return follow


@dataclass(slots=True)
class _Chain:
    """What follows in one transaction."""

    server: Server
    make: MakeUnit
    _asked: set[tuple[str, int]] = field(default_factory=set)
    """What automations have been asked about already: acts of the server's own run all rules."""

    def rest(self, news: list[Operation]) -> Iterator[Unit]:
        """Let what belongs to an act be added to it, until nothing more is."""
        fresh = news
        for _ in range(MOST_ROUNDS):
            wrote: list[Operation] = []
            for step in parts(self.server):
                for unit in step(self.make, fresh):
                    unit.run_rules(product_rules(self.server))
                    yield unit
                    wrote += unit.applied.fresh
            if not wrote:
                return
            news += wrote
            fresh = wrote

    def alone(
        self, steps: Sequence[Then], news: Sequence[Operation], later: list[Operation]
    ) -> Iterator[Unit]:
        """Let each of the steps react; what they write is added to `later`."""
        for step in steps:
            for unit in step(self.make, news):
                unit.ledger = replace(unit.ledger, rounds=0)
                unit.run_rules(self.server.replica.rules)
                yield unit
                self._asked |= {one.key for one in unit.applied.fresh}
                later += unit.applied.fresh

    def automated(self, news: Sequence[Operation], later: list[Operation]) -> Iterator[Unit]:
        """Ask the automations about what they have not been asked about."""
        asked = news
        if self._asked:
            asked = [one for one in news if one.key not in self._asked]
        for unit in automations.following(self.server)(self.make, asked):
            unit.run_rules(product_rules(self.server))
            yield unit
            later += unit.applied.fresh


def product_rules(server: Server) -> Rules:
    """Those that ship, without the automations."""
    rules = server.replica.rules
    return rules.first if isinstance(rules, Automating) else rules


def act(server: Server, reason: str, write: Callable[[Unit], object]) -> Unit:
    """An act of the server's own, with everything that follows from it, in one transaction: what
    time brings about has clocks, scores and owners like what people do. Listeners are told."""
    made: list[Unit] = []

    def then(make: MakeUnit, _operations: Sequence[Operation]) -> Iterator[Unit]:
        unit = make(SERVER_ACTOR, reason)
        made.append(unit)
        write(unit)
        unit.run_rules(product_rules(server))
        yield unit
        if unit.applied.fresh:
            yield from following(server)(make, list(unit.applied.fresh))

    applied = server.replica.act(then)
    if applied.log_rids:
        server.live.publish(max(applied.log_rids.values()))
    return made[0]
