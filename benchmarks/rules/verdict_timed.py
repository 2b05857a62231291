"""Automations that a clock sets off: what a laptop's data says will fire, and what the server did.

A laptop does not carry them out. It works them out in a transaction that is thrown away, as the
trial of a rule does, over the records it holds.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.rules.verdict_tally import Tally
from benchmarks.rules.verdict_world import World, decided
from crm_core.model.query import Query
from crm_core.rules.firing.automations import Automation
from crm_core.rules.firing.deciding import Engine
from crm_core.rules.firing.timing import begun, due_query, occasion
from crm_core.rules.firing.triggers import CLOCKS, Ready
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.ruling.automating import gate_of
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.ticks.automation_ticks import key_of, last_looks


class _ThrownAway(Exception):
    """What was worked out is not kept."""


@dataclass(slots=True)
class Timed:
    """One world's timed rules, from one moment to the next."""

    world: World
    tally: Tally
    _since: dict[str, datetime] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _expected: dict[tuple[str, str], str] = field(default_factory=dict)
    """(rule, id of the firing) → record."""

    def remember(self) -> None:
        """How far the server has looked, and what had fired by then."""
        self._since = dict(last_looks(self.world.observer.replica))
        self._known = set(self._fired())

    def expect(self) -> None:
        """What will fire now."""
        self._expected, plain = {}, self.world.plain.replica
        engine = Engine(self.world.rules, plain.registry)
        with suppress(_ThrownAway), plain.write(SERVER_ACTOR) as (unit, _):
            for rule in engine.index.clocks:
                self._rule(engine, rule, unit)
            raise _ThrownAway

    def compare(self) -> None:
        """Each record of the kind, whether it fired."""
        found = {key: record for key, record in self._fired().items() if key not in self._known}
        expected = {firing: record for (_, firing), record in self._expected.items()}
        rule_of = {firing: rule for rule, firing in self._expected}
        server = {str(o["id"]): str(o["rule"]) for o in self._records()}
        for firing in sorted(found.keys() | expected.keys()):
            rule = rule_of.get(firing) or server[firing]
            self.tally.compare("timed automation", f"{expected.get(firing) or found[firing]}",
                               firing in expected, firing in found, rule=rule)  # fmt: skip

    def _rule(self, engine: Engine, rule: Ready, unit: Unit) -> None:
        now, document = self.world.clock.now(), rule.document
        entity = unit.registry.entity(document.entity)
        since = begun(rule, now, self._since.get(key_of(document)))
        query = due_query(rule, entity, since, now)
        records = unit.find(query) if query is not None else []
        met = [one for r in records if (one := occasion(rule, entity, r, since, now)) is not None]
        outcomes = engine.tick(rule, met, unit, unit.ledger, gate=gate_of(engine, unit))
        decided().carry_out(unit, outcomes)
        unit.ledger.rounds = 0
        for outcome in outcomes:
            if outcome.effects:
                self._expected[outcome.rule, outcome.firing] = outcome.record

    def _fired(self) -> dict[str, str]:
        return {str(one["id"]): str(one["record"]) for one in self._records()}

    def _records(self) -> list[dict[str, object]]:
        timed = {one.id for one in self.world.rules.of(Automation)
                 if one.body.trigger.on in CLOCKS}  # fmt: skip
        found = self.world.observer.replica.find(Query("firing"))
        return [dict(one) for one in found if one["rule"] in timed]
