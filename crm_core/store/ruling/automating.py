"""Rules in a write: those that ship react, then the organisation's automations (decision 051).

One object a program, handed to the replica. It knows which published set binds whom, keeps each
made ready, and turns what was decided into what the unit of work writes.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from sqlalchemy import Connection, func, select

from crm_core.errors import KnownError
from crm_core.model.schema import Label, Registry
from crm_core.model.values import Record
from crm_core.rules.firing.company import Company, people_in, secret_in
from crm_core.rules.firing.deciding import Engine, Viewpoint
from crm_core.rules.firing.occasions import moment_of, occasions
from crm_core.rules.firing.reasons import Secret
from crm_core.rules.firing.sight import Creation, Doubts, Fate, Gate, Outcome, Webhook
from crm_core.rules.recipients import People
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stage_plan import STAGED, plan_of
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.store.changes.outbox import anything_waits
from crm_core.store.changes.unit_of_work import Rules, Unit
from crm_core.store.engines import kept
from crm_core.store.ruling.rule_book import VERSION, RuleBook
from crm_core.store.ruling.stage_gates import Gates, counting_in
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation
from crm_core.sync.history import Edit

log = logging.getLogger("log.rules")
_MOST_KEPT = 8
Outbox = Callable[[Unit, Sequence[Webhook]], object]
"""Takes what other programs are to be told, in the transaction of what it tells of."""


def _nowhere(_unit: Unit, _hooks: Sequence[Webhook]) -> None:
    """A laptop tells no other programs: the server sees the firing and does."""


class Place(Protocol):
    """Where rules are looked for: a unit of work, or a connection with its tables."""

    connection: Connection
    tables: Tables
    registry: Registry


@dataclass(slots=True)
class Looking:
    """A place where nothing is written."""

    connection: Connection
    tables: Tables
    registry: Registry


class _Kept(Company):
    """What is read once for many pushes, where the program keeps it (decision 063)."""

    def __init__(self, unit: Unit, calendar: Calendar) -> None:
        super().__init__(unit, calendar)
        self._unit = unit

    @cached_property
    def people(self) -> People:
        """Who works here."""
        at = self._unit.connection, self._unit.tables
        return kept.once(*at, "automations: people", lambda: people_in(self._unit))

    @cached_property
    def secret(self) -> Secret:
        """What any role is kept from reading."""
        at = self._unit.connection, self._unit.tables
        return kept.once(*at, "automations: secret", lambda: secret_in(self._unit))


@dataclass(slots=True)
class Automating:
    """The rules of one program, in the form `Replica` runs them."""

    first: Rules
    """Those of the product, which run before."""
    view: Viewpoint
    outbox: Outbox = _nowhere
    book: RuleBook = field(default_factory=RuleBook)
    doubts: Doubts = field(default_factory=dict)
    """What rules may write that were left to the server, until all that was done here is sent."""
    _engines: dict[tuple[str, int], Engine] = field(default_factory=dict)
    _seen: tuple[object, ...] = ()
    _trials: bool = False
    _in_force: dict[frozenset[str], tuple[Registry, Engine]] = field(default_factory=dict)

    def __call__(self, operations: Sequence[Operation], unit: Unit) -> tuple[()]:
        """Write what follows from operations just applied by this very act: what the product's own
        rules say, until they have come to rest, then what the automations make of all of that."""
        engine = self.engine(unit, unit.actor.circles.teams)
        if self.view.bound:
            self._keep_doubts(unit)
        done = unit.settled(self.first, operations)
        self.carry_out(unit, self.decided(engine, unit, done))
        unit.ledger.rounds += 1
        return ()

    def _keep_doubts(self, unit: Unit) -> None:
        if self.doubts and not unit.ledger.rounds and not anything_waits(
            unit.connection, unit.tables
        ):  # fmt: skip
            self.doubts.clear()
        unit.ledger.doubts = self.doubts

    def decided(
        self, engine: Engine, unit: Unit, operations: Sequence[Operation], *,
        latest: datetime | None = None,
    ) -> list[Outcome]:  # fmt: skip
        """What a set of automations makes of operations; `latest` as in `occasions`."""
        ledger, own = unit.ledger, unit.hybrid.node

        def moment(one: Operation) -> datetime:
            return moment_of(ledger.source(one, own)[1], latest)

        among = engine.meant(operations, unit, self.view, moment)
        if among is not None and not among:
            return []
        about = engine.index.about
        met = occasions(operations, ledger, about=about, among=among, own=own, latest=latest)
        company = _Kept(unit, engine.calendar)
        gate = gate_of(engine, unit)
        return engine.react(met, unit, ledger, self.view, gate=gate, company=company)

    def engine(self, at: Place, teams: Collection[str]) -> Engine:
        """What is in force for somebody of these teams, made ready."""
        self._look(at)
        key = frozenset(teams)
        held = self._in_force.get(key)
        if held is None or held[0] is not at.registry:
            rules = self.book.in_force(at.connection, at.tables, key)
            held = self._in_force[key] = at.registry, self._ready(rules, at.registry)
        return held[1]

    def on_trial(self, at: Place) -> bool:
        """Whether any set is in force for one team only."""
        self._look(at)
        return self._trials

    def _look(self, at: Place) -> None:
        mark = kept.once(at.connection, at.tables, "published", lambda: _published(at))
        if mark != self._seen:
            table = at.tables.of(VERSION)
            trials = select(table.c.rid).where(table.c.trial_team.is_not(None)).limit(1)
            self._trials = at.connection.scalar(trials) is not None
            self._seen = mark
            self._in_force.clear()

    def _ready(self, rules: RuleSet, registry: Registry) -> Engine:
        key = rules.version, id(registry)
        engine = self._engines.get(key)
        if engine is None or engine.registry is not registry:
            if len(self._engines) >= _MOST_KEPT:
                self._engines.clear()
            engine = self._engines[key] = Engine(rules, registry)
            for passed in engine.index.passed:
                said = "; ".join(f"{one.place}: {one.label.en}" for one in passed.problems)
                log.warning("rule %s of %s is passed over: %s", passed.rule.id, key[0], said)
        return engine

    def carry_out(self, unit: Unit, outcomes: Iterable[Outcome]) -> None:
        """Write what was decided; what lies beyond the records goes where that goes.

        What the person may not do in the end (so much at once, say) is left to the server: then
        there is no record of a firing, and nothing is lost.
        """
        effects = [one for outcome in outcomes if told(outcome) for one in outcome.effects]
        if not effects:
            return
        hooks = [one for one in effects if isinstance(one, Webhook)]
        if hooks:
            self.outbox(unit, hooks)
        insists, unit.insists = unit.insists, False  # Nobody is there who could be asked for more.
        try:
            unit.edit(one for one in effects if isinstance(one, Edit))
            _create(unit, [one for one in effects if isinstance(one, Creation)])
        except KnownError as error:
            log.warning("what automations decided was left to the server: %s", error.code)
        finally:
            unit.insists = insists


def gate_of(engine: Engine, unit: Unit) -> Gate:
    """Whether a record may go to another stage, by the stages of the same set (row 4.2)."""

    def closed(entity: str, record: Record, stage: object) -> Label | None:
        if entity not in STAGED:
            return None
        plan = plan_of(engine.rules, unit.registry)
        if stage not in plan.codes(entity):
            return Label("没有这个阶段，没有推进", "There is no such stage; it was not moved")
        gates = Gates(plan, counting_in(unit), unit.clock.now())
        found = gates.closed_to(entity, [record], str(stage)).get(str(record["id"]))
        if not found:
            return None
        zh, en = ("、".join(one.sentence(language) for one in found) for language in ("zh", "en"))
        return Label(f"没有推进阶段，还缺：{zh}", f"The stage was not moved; still missing: {en}")

    return closed


def told(outcome: Outcome) -> bool:
    """Whether anything is done; what was passed over is said in the log."""
    if outcome.fate is Fate.SKIPPED and outcome.why.halted is not None:
        log.info("rule %s did nothing: %s", outcome.rule, outcome.why.halted.en)
    return outcome.fate in (Fate.FIRED, Fate.STOPPED)


def _published(at: Place) -> tuple[object, ...]:
    """What changes whenever a version is published, withdrawn or deleted."""
    table = at.tables.of(VERSION)
    columns = (table.c.created_at, table.c.touched_at, table.c.deleted_at)
    asked = select(func.count(), *(func.max(column) for column in columns))
    return tuple(at.connection.execute(asked.select_from(table)).one())


def _create(unit: Unit, made: Sequence[Creation]) -> None:
    for entity in dict.fromkeys(one.entity for one in made):
        rows = {one.id: one.values for one in made if one.entity == entity}
        unit.create_missing(entity, rows)
