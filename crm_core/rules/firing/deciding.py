"""Which automations fire on what has happened, and what that leads to: the engine of both programs.

(occasions, what is in force, the records) → outcomes, as data. Deterministic: the same state gives
the same ids and effects wherever it is worked out (decision 051). Nothing here writes.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from crm_core.clock import iso_moment
from crm_core.model.schema import Kind, Label, Registry
from crm_core.model.values import Record, Value
from crm_core.permissions import withheld_from
from crm_core.rules.firing.acting import Absent, Scene, act
from crm_core.rules.firing.automations import Automation, Whom
from crm_core.rules.firing.binding import answered, check, refused
from crm_core.rules.firing.company import Company
from crm_core.rules.firing.hanging import Hanging, Left
from crm_core.rules.firing.reasons import Why, held
from crm_core.rules.firing.sifting import Target, Unsure, due, meant
from crm_core.rules.firing.sight import (
    Ahead,
    Creation,
    Deed,
    Effect,
    Fate,
    Gate,
    Ledger,
    Occasion,
    Outcome,
    Sight,
    no_gates,
)
from crm_core.rules.firing.steady import Steady
from crm_core.rules.firing.triggers import Index, Ready, trigger_words
from crm_core.rules.identity import act_key
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import SCORED, looked_at
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.sync.change import Operation
from crm_core.sync.history import Edit

DEEPEST = 4
"""Rules may set each other off so many times within one act."""
FIRING = "firing"
_MASKED = Label("规则要看您看不到的字段", "The rule reads fields you may not see")
_NOT_HERE = Label("相关记录不全在本机", "Not all it depends on is on this device")
_NOT_KNOWN = Label(
    "要等服务器执行另一条规则后才知道", "It hangs on another rule, which the server decides"
)
_TOO_DEEP = Label(
    f"规则连锁超过 {DEEPEST} 层，已停止，请检查规则是否互相触发",
    f"Rules set each other off more than {DEEPEST} times; stopped here",
)


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """How much whoever decides may know."""

    whole: bool
    """The server, or a replay: all records are there. A laptop leaves to the server what depends
    on records it may not have."""
    bound: bool
    """Whether the actor's rights bind: what they may not do is left to the server."""


LAPTOP = Viewpoint(whole=False, bound=True)
SERVER = Viewpoint(whole=True, bound=False)


@dataclass(slots=True)
class _Case:
    """A rule that is due on an occasion."""

    rule: Ready
    occasion: Occasion
    record: Record
    firing: str
    act: str
    """The act it follows from, which the firing's id need not name."""
    related: dict[str, Record] = field(default_factory=dict)


class Engine:
    """A set of rules made ready for one registry."""

    def __init__(
        self, rules: RuleSet, registry: Registry, calendar: Calendar | None = None
    ) -> None:
        self.rules = rules
        self.registry = registry
        self.calendar = calendar or Calendar()
        self.index = Index(rules.of(Automation), registry)

    def meant(
        self,
        operations: Sequence[Operation],
        sight: Sight,
        view: Viewpoint,
        moment: Callable[[Operation], datetime],
    ) -> frozenset[Target] | None:
        """The records that operations just applied may set a rule off by; None: all of them, where
        rights bind, because what is not seen may be what a rule asks for. `moment`: when an
        operation was done, as its occasion will say it."""
        if view.bound:
            return None if any(map(self.index.concerns, operations)) else frozenset()
        return meant(self.index, operations, sight, moment)

    def react(
        self,
        occasions: Sequence[Occasion],
        sight: Sight,
        ledger: Ledger,
        view: Viewpoint,
        *,
        gate: Gate = no_gates,
        company: Company | None = None,
    ) -> list[Outcome]:
        """What the rules make of what has happened, in their order. `company`: where it is known
        without being read each time."""
        still = Steady(sight)
        desk = _Desk(self, still, ledger, view, gate, company or Company(still, self.calendar))
        if not view.bound:
            return desk.decide(due(self.index, occasions, still, None))
        desk.doubt(occasions)
        unsure = Unsure(desk.hides, desk.hanging.of)
        return desk.decide(due(self.index, occasions, still, unsure))

    def tick(
        self,
        rule: Ready,
        occasions: Sequence[Occasion],
        sight: Sight,
        ledger: Ledger,
        *,
        gate: Gate = no_gates,
        company: Company | None = None,
    ) -> list[Outcome]:
        """What one rule makes of occasions, such as records whose moment has come. `company`: where
        it is asked so often that reading it each time would cost more than deciding."""
        still = Steady(sight)
        known = company or Company(still, self.calendar)
        desk = _Desk(self, still, ledger, SERVER, gate, known)
        return desk.decide([(rule, one) for one in occasions])


@dataclass(slots=True)
class _Desk:
    """One round of deciding."""

    engine: Engine
    sight: Steady
    ledger: Ledger
    view: Viewpoint
    gate: Gate
    company: Company
    ahead: Ahead = field(init=False)
    """The records as what was decided so far will leave them."""
    _masked: dict[str, frozenset[str]] = field(default_factory=dict)
    hanging: Hanging = field(init=False)
    _left_behind: list[Left] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ahead, engine = Ahead(self.sight), self.engine
        self.hanging = Hanging(engine.rules, engine.registry, self.ledger.doubts)

    def decide(self, asked: Sequence[tuple[Ready, Occasion]]) -> list[Outcome]:
        """Outcomes of all that is due and has not happened before."""
        cases = list(self._cases(asked))
        known = self.sight.known(FIRING, {case.firing for case in cases}) if cases else frozenset()
        self._expect(cases)
        outcomes, taken = [], set(known)
        for case in cases:
            if case.firing in taken:
                continue
            taken.add(case.firing)
            outcome = self._outcome(case)
            if outcome is not None:
                outcomes.append(outcome)
        return [*outcomes, *self._perhaps(taken)]

    def _expect(self, cases: Sequence[_Case]) -> None:
        """Say which records the cases may ask for, of which each asks for its own."""
        for case in cases:
            entity, rule = case.occasion.entity, case.rule
            self.sight.expect(entity, (case.occasion.id,))
            if rule.writes:
                self.sight.expect_writing(entity, case.occasion.id)
            for through, target in rule.leads:
                at = case.record.get(through)
                if isinstance(at, str):
                    self.sight.expect(target, (at,))

    def doubt(self, occasions: Sequence[Occasion]) -> None:
        """Where a score rests on what this person may not see, only the server works it out."""
        if any(one.entity == SCORED for one in occasions):
            less = withheld_from(self.sight.actor, self.engine.registry.entity(SCORED))
            if less and not looked_at(self.engine.rules).isdisjoint(less):
                for one in occasions:
                    self.hanging.score_unknown(one)

    def _perhaps(self, taken: Container[str]) -> Iterator[Outcome]:
        """What rules that were left may set off: left as well."""
        for rule, met, record in self.hanging.set_off(
            self._left_behind, self.engine.index, self.sight
        ):
            cause = rule.cause(met)
            firing = act_key(rule.document.id, met.id, cause)
            if firing not in taken:
                case = _Case(rule, replace(met, cause=cause), record, firing, met.cause)
                yield self._unknown(case, _NOT_KNOWN)

    def _cases(self, asked: Sequence[tuple[Ready, Occasion]]) -> Iterator[_Case]:
        wanted: dict[str, set[str]] = defaultdict(set)
        for _, occasion in asked:
            wanted[occasion.entity].add(occasion.id)
        records = {entity: self.sight.records(entity, ids) for entity, ids in wanted.items()}
        for rule, occasion in asked:
            record = records[occasion.entity].get(occasion.id)
            if record is None or not rule.met(occasion, record):
                continue
            unsure = self.view.bound and self.unsure(rule, record)
            if unsure or rule.check(record, occasion.at):
                cause = rule.cause(occasion)
                firing = act_key(rule.document.id, occasion.id, cause)
                met = replace(occasion, cause=cause)
                yield _Case(rule, met, record, firing, occasion.cause)

    # -- one case ------------------------------------------------------------------------------

    def _outcome(self, case: _Case) -> Outcome | None:
        if self.view.bound and self.hides(case.rule):
            return self._left(case, _MASKED)
        if self.view.bound and self.hanging.hangs(case.rule, case.record, case.occasion):
            return self._left(case, _NOT_KNOWN)
        fate = self._related(case)
        if fate is Fate.LEFT:
            return self._left(case, _NOT_HERE)
        if fate is Fate.SKIPPED:
            return None
        body = case.rule.document.body
        if not self.view.whole and (body.unless or any(a.whom is Whom.DUTY for a in body.actions)):
            return self._left(case, _NOT_HERE)  # Who is away is not all known here.
        if body.unless and answered(body, case.occasion, case.record, self.sight):
            return None
        return self._acted(case)

    def _acted(self, case: _Case) -> Outcome | None:
        entity, record_id = case.occasion.entity, case.occasion.id
        record = self.ahead.records(entity, [record_id]).get(record_id, case.record)
        scene = Scene(
            case.rule.document, case.occasion, record, self.ahead, self.company.people,
            self.engine.calendar, self.company.secret, case.firing, self.gate, self.company.roster,
        )  # fmt: skip
        try:
            act(scene)
            check(scene.effects, self.sight)
        except Absent as absent:
            return self._of(case, Fate.SKIPPED, (), replace(self._why(case), halted=absent.label))
        if not scene.effects:
            return None
        halted = _TOO_DEEP if self.ledger.rounds >= DEEPEST else self._fight(case, scene)
        if halted is not None:
            return self._halted(case, halted)
        edits = [one for one in scene.effects if isinstance(one, Edit)]
        wrote = tuple((one.entity, one.id, one.field) for one in edits)
        made = tuple(one.id for one in scene.effects if isinstance(one, Creation))
        why = replace(self._why(case), did=tuple(scene.did), wrote=wrote, made=made)
        effects = (self._firing(case, scene.owner, why), *scene.effects)
        forbidden = refused(effects, self.sight) if self.view.bound else None
        if forbidden is not None:
            return self._left(case, forbidden)
        self._note(case, edits)
        return self._of(case, Fate.FIRED, effects, why)

    def _note(self, case: _Case, edits: Sequence[Edit]) -> None:
        for one in edits:
            key = (case.act, one.entity, one.id, one.field)
            self.ledger.wrote[key] = case.rule.document.label.zh, one.value
            deed = Deed(case.occasion.actor, case.occasion.at)
            self.ledger.follows(one.entity, one.id, case.act, deed)
            self.ahead.take(one)

    def _halted(self, case: _Case, said: Label) -> Outcome:
        """Nothing is done, and the record says why."""
        why = replace(self._why(case), halted=said)
        owner = case.record.get("owner")
        firing = self._firing(case, owner if isinstance(owner, str) else "", why)
        fits = not self.view.bound or refused((firing,), self.sight) is None
        return self._of(case, Fate.STOPPED, (firing,) if fits else (), why)

    def _left(self, case: _Case, why: Label) -> Outcome:
        wrote = self.hanging.leave(case.rule, case.record, self.sight)
        if wrote:
            self._left_behind.append((wrote, replace(case.occasion, cause=case.act)))
        return self._unknown(case, why)

    def _unknown(self, case: _Case, why: Label) -> Outcome:
        return self._of(case, Fate.LEFT, (), replace(self._why(case, held_too=False), halted=why))

    def _of(self, case: _Case, fate: Fate, effects: tuple[Effect, ...], why: Why) -> Outcome:
        document = case.rule.document
        return Outcome(
            fate, document.id, document.label, case.firing, case.occasion.entity,
            case.occasion.id, case.occasion.at, effects, why,
        )  # fmt: skip

    def _firing(self, case: _Case, owner: str, why: Why) -> Creation:
        document = case.rule.document
        values: dict[str, Value] = {
            "rule": document.id, "rule_name": document.label.zh[:60],
            "version": self.engine.rules.version or None, "about": case.occasion.entity,
            "record": case.occasion.id, "at": iso_moment(case.occasion.at), "why": why.text(),
            "owner": owner or None,
        }  # fmt: skip
        kept = {name: value for name, value in values.items() if value is not None}
        return Creation(FIRING, case.firing, kept)

    def _why(self, case: _Case, *, held_too: bool = True) -> Why:
        body, at = case.rule.document.body, case.occasion.at
        entity = self.engine.registry.entity(case.occasion.entity)
        trigger = trigger_words(case.rule.document, case.occasion, case.record, entity)
        if not held_too:
            return Why(trigger)
        secret = self.company.secret
        lines = [*held(body.when.condition, case.record, entity, at, secret)]
        for one in body.related:
            spec = entity.field_spec(one.through)
            target, record = self.engine.registry.entity(spec.target), case.related.get(one.through)
            found = held(one.when.condition, record, target, at, secret) if record else ()
            lines += [Label(f"{spec.label.zh}：{x.zh}", f"{spec.label.en}: {x.en}") for x in found]
        return Why(trigger, tuple(lines))

    # -- what it asks of other records ---------------------------------------------------------

    def _related(self, case: _Case) -> Fate:
        """FIRED where all conditions on related records hold."""
        entity = self.engine.registry.entity(case.occasion.entity)
        for one, holds in case.rule.related:
            target = case.record.get(one.through)
            if not isinstance(target, str):
                return Fate.SKIPPED
            found = self.sight.records(entity.field_spec(one.through).target, [target])
            record = found.get(target)
            if record is None:
                return Fate.SKIPPED if self.view.whole else Fate.LEFT
            if not holds(record, case.occasion.at):
                return Fate.SKIPPED
            case.related[one.through] = record
        return Fate.FIRED

    # -- what binds it -------------------------------------------------------------------------

    def _fight(self, case: _Case, scene: Scene) -> Label | None:
        """Of a rule that has already written otherwise what this one would write."""
        for effect in scene.effects:
            if not isinstance(effect, Edit):
                continue
            other = self.ledger.wrote.get((case.act, effect.entity, effect.id, effect.field))
            spec = self.engine.registry.entity(effect.entity).field_spec(effect.field)
            if other is None or spec.kind is Kind.SET or other[1] == effect.value:
                continue
            return Label(
                f"与规则「{other[0]}」争写「{spec.label.zh}」，保留先执行的，没有再改",
                f"The rule “{other[0]}” had written {spec.label.en} otherwise; left as it was",
            )
        return None

    def unsure(self, rule: Ready, record: Record) -> bool:
        """Whether it is not known here what the rule makes of a record."""
        return self.hides(rule) or self.hanging.reads(rule, record)

    def hides(self, rule: Ready) -> bool:
        """Whether the rule reads something this person sees only masked, or not at all."""
        for entity, fields in rule.reads.items():
            if entity not in self._masked:
                spec = self.engine.registry.entity(entity)
                self._masked[entity] = frozenset(withheld_from(self.sight.actor, spec))
            if not self._masked[entity].isdisjoint(fields):
                return True
        return False
