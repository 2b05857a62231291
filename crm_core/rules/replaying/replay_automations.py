"""Automations in a replay: asked of every act and moment of the past, by the engine itself.

Each rule is asked as if it were alone (`replay`), so nothing here fights or goes in circles; what
it would have done is worked out, told and thrown away. A condition is judged by the record as the
act left it; a clock's by the record as it stood when its moment came.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from crm_core.model.query import All, Condition, fields_tested, timed
from crm_core.model.schema import Kind, Label, Registry
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.firing.automations import Automation, Do, On
from crm_core.rules.firing.company import ENTITIES as COMPANY
from crm_core.rules.firing.company import Company
from crm_core.rules.firing.compiled import Check, compiled
from crm_core.rules.firing.deciding import SERVER, Engine
from crm_core.rules.firing.occasions import occasions
from crm_core.rules.firing.sight import Creation, Fate, Gate, Ledger, Occasion, Outcome, no_gates
from crm_core.rules.firing.timing import next_check, next_moment, occasion
from crm_core.rules.firing.triggers import Ready
from crm_core.rules.replaying.past import Past
from crm_core.rules.replaying.replay import Fired, Heard, Timer
from crm_core.rules.replaying.replay_stages import PastGates
from crm_core.rules.ruleset import RuleSet
from crm_core.sync.change import Operation, Verb

_A_LOOK = timedelta(minutes=1)
"""How often a server looks at clocks."""
_TO_DO = ("task", "approval")
"""What gives somebody something to do."""
_MANY = 20
"""Operations of one act that are asked about together first (decision 081)."""
_ANCHORS = ("customer", "lead", "visit", "contact")


class AutomationReplay:
    """All automations of a set. What they name that is not there is passed over, as always."""

    def __init__(
        self,
        rules: Iterable[Document[Automation]],
        registry: Registry,
        *,
        gates: PastGates | None = None,
        earlier: Collection[str] = (),
    ) -> None:
        """`gates`: the stages that hold up what rules would move. `earlier`: ids of firings from
        before the past that is replayed, for rules that fire once."""
        self._engine = Engine(RuleSet(rules), registry)
        self._registry, self._gates, self._earlier = registry, gates, frozenset(earlier)
        self._clocks = {one.document.id: one for one in self._engine.index.clocks}
        self._moments: dict[str, list[Ready]] = defaultdict(list)
        self._periodic: dict[str, _Shortlist] = {}
        for one in self._clocks.values():
            if one.document.body.trigger.on is On.MOMENT:
                self._moments[one.document.entity].append(one)
            else:
                self._periodic[one.document.id] = _Shortlist(one)
        self._company: Company | None = None

    @property
    def entities(self) -> frozenset[str]:
        """What sets rules off, and whoever is meant by them."""
        clocks = {one.document.entity for one in self._clocks.values()}
        return frozenset({*self._engine.index.about, *clocks, *COMPANY})

    @property
    def looks_at(self) -> frozenset[str]:
        """Everything else that rules look at."""
        found: set[str] = set(self._gates.entities if self._gates else ())
        for rule in self._engine.rules.of(Automation):
            if rule.entity not in self._registry:
                continue
            spec = self._registry.entity(rule.entity)
            through = {one.through for one in rule.body.related}
            through |= {one.through for one in rule.body.actions}
            found |= {
                one.target for one in spec.fields
                if one.kind is Kind.REF and one.name in {*through, *_ANCHORS}
            } | {one.entity for one in rule.body.unless}  # fmt: skip
            if any(one.do is Do.QUEUE for one in rule.body.actions):
                found.add("article")
        return frozenset(found) - self.entities

    def begin(self, past: Past) -> Heard:
        """Moments that are ahead of what is there, and the first look of every periodic rule."""
        past.happened |= self._earlier
        for entity, rules in self._moments.items():
            for record in past.every(entity):
                for rule in rules:
                    yield from self._awaited(rule, record, past.now)
        for name, short in self._periodic.items():
            for record in past.every(short.rule.document.entity):
                short.note(record)
            yield Timer(next_check(short.rule, past.now), name)

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """Rules an act sets off, and moments it brings about."""
        if any(one.entity in COMPANY for one in operations):
            self._company = None
        yield from self._moved(operations, past)
        engine, alone = self._engine, Ledger()
        if not any(map(engine.index.concerns, operations)):
            return
        among = None
        if len(operations) > _MANY:
            among = engine.meant(operations, past, SERVER, lambda o: alone.source(o, "")[1].at)
        for met in occasions(operations, about=engine.index.about, among=among):
            record = past.get(met.entity, met.id)
            for rule in self._engine.index.due(met, record) if record is not None else ():
                yield from self._asked(rule, met, past)

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """A moment has come; the record may have been changed, or be gone."""
        rule = self._clocks[timer.rule]
        short = self._periodic.get(timer.rule)
        if short is not None:
            for record_id in short.ids():
                yield from self._due(rule, past.get(rule.document.entity, record_id), past)
            yield Timer(next_check(rule, past.now), timer.rule)
            return
        record = past.get(rule.document.entity, timer.record)
        yield from self._due(rule, record, past)
        if record is not None and rule.document.body.trigger.yearly:
            yield from self._awaited(rule, record, past.now)

    # -- inside --------------------------------------------------------------------------------

    def _moved(self, operations: Sequence[Operation], past: Past) -> Iterator[Timer]:
        for one in operations:
            for rule in self._moments.get(one.entity, ()):
                touched = one.verb is Verb.CREATE or one.field == rule.document.body.trigger.field
                record = past.get(one.entity, one.id) if touched else None
                if record is not None:
                    yield from self._awaited(rule, record, past.now)
            for short in self._periodic.values():
                if short.concerned(one):
                    short.look_again(one.id, past.get(one.entity, one.id))

    def _awaited(self, rule: Ready, record: Record, after: datetime) -> Iterator[Timer]:
        entity = self._registry.entity(rule.document.entity)
        at = next_moment(rule, entity, record, after)
        if at is not None:
            yield Timer(at, rule.document.id, str(record["id"]))

    def _due(self, rule: Ready, record: Record | None, past: Past) -> Iterator[Fired]:
        if record is None or not rule.check(record, past.now):
            return
        entity = self._registry.entity(rule.document.entity)
        met = occasion(rule, entity, record, past.now - _A_LOOK, past.now)
        if met is not None:
            yield from self._asked(rule, met, past)

    def _asked(self, rule: Ready, met: Occasion, past: Past) -> Iterator[Fired]:
        record = past.get(met.entity, met.id)
        # Asked here already, so that most of what happens costs no more than a condition.
        if record is None or not rule.met(met, record) or not rule.check(record, met.at):
            return
        if self._company is None:
            self._company = Company(past, self._engine.calendar)
        gate: Gate = self._gates.gate(past) if self._gates else no_gates
        for one in self._engine.tick(rule, [met], past, Ledger(), gate=gate, company=self._company):
            if one.fate is Fate.FIRED:
                past.happened.add(one.firing)
                yield _fired(one, past.now)


class _Shortlist:
    """Records for which that part of a condition holds which does not depend on the time: a rule
    that looks every day need not look at all of them."""

    def __init__(self, rule: Ready) -> None:
        self.rule = rule
        lasting = [one for one in _parts(rule.document.body.when.condition) if not timed(one)]
        self._check: Check = compiled(All(tuple(lasting)))
        self._reads = fields_tested(All(tuple(lasting)))
        self._ids: dict[str, None] = {}

    def ids(self) -> list[str]:
        """In the order of their ids."""
        return sorted(self._ids)

    def note(self, record: Record) -> None:
        """A record is there."""
        self.look_again(str(record["id"]), record)

    def concerned(self, operation: Operation) -> bool:
        """Whether an operation may move a record in or out."""
        about = operation.entity == self.rule.document.entity
        return about and (operation.verb is not Verb.SET or operation.field in self._reads)

    def look_again(self, record_id: str, record: Record | None) -> None:
        """A record was changed, or is gone."""
        if record is not None and self._check(record, _WHENEVER):
            self._ids[record_id] = None
        else:
            self._ids.pop(record_id, None)


_WHENEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


def _fired(one: Outcome, at: datetime) -> Fired:
    people = [
        str(effect.values["owner"])
        for effect in one.effects
        if isinstance(effect, Creation) and effect.entity in _TO_DO and effect.values.get("owner")
    ]
    why = one.why
    because = (why.trigger, *why.held)
    zh = f"{'；'.join(x.zh for x in because)} → {'；'.join(x.zh for x in why.did)}"
    en = f"{'; '.join(x.en for x in because)} → {'; '.join(x.en for x in why.did)}"
    # By the firing's id: the same occasion is the same case in another set.
    return Fired(
        one.rule, one.entity, one.record, at, Label(zh, en), tuple(people), one.firing
    )  # fmt: skip
