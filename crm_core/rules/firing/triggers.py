"""Rules by what sets them off: an index, so that of ten thousand only those concerned are asked."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm_core.model.query import ANY_TIME, Condition, fields_tested, timed
from crm_core.model.schema import EntitySpec, Label, Registry
from crm_core.model.values import Record, display
from crm_core.rules.documents import Document, RuleProblem
from crm_core.rules.firing.acting import ANCHORS, NAMES
from crm_core.rules.firing.automation_checks import PLACEHOLDER, troubles
from crm_core.rules.firing.automations import Automation, Do, On, Put, Related
from crm_core.rules.firing.compiled import Check, compiled
from crm_core.rules.firing.sieve import Sieve
from crm_core.rules.firing.sight import Occasion
from crm_core.rules.firing.sweeping import Sheet, Sweep, swept
from crm_core.sync.change import Operation, Verb

SAID = ("conclusion", "next_step", "summary", "transcript")
"""Where the words of a follow-up or visit stand."""
CLOCKS = frozenset({On.MOMENT, On.DAILY, On.MONTHLY})


_WRITING = frozenset({Do.SET, Do.TAG, Do.UNTAG})
_OF_ITSELF = _WRITING | {Do.WEBHOOK}
"""What is done without asking whose it is."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule whose conditions are made ready."""

    document: Document[Automation]
    check: Check
    sweep: Sweep
    """The same of many records at once."""
    timeless: bool
    """Whether its condition says the same at any moment."""
    related: tuple[tuple[Related, Check], ...]
    reads: Mapping[str, frozenset[str]]
    """Entity → fields it looks at."""
    words: tuple[str, ...]
    leads: tuple[tuple[str, str], ...]
    """The fields by which it looks at other records, and of which entity those are."""
    writes: bool
    """Whether it writes to the record itself."""

    def met(self, occasion: Occasion, record: Record) -> bool:
        """Whether what happened is what the rule waits for; its fields were written already."""
        trigger = self.document.body.trigger
        if trigger.on is On.MESSAGE:
            return bool(spoken(self.words, record))  # At each saving, until it has fired.
        if trigger.on is not On.STAGE:
            return True
        before, after = occasion.changes.get(trigger.field or "stage", (None, None))
        return (not trigger.before or before in trigger.before) and (
            not trigger.after or after in trigger.after
        )

    def cause(self, occasion: Occasion) -> str:
        """Which occasions count as one: of what happens to a record once, all."""
        body = self.document.body
        if body.once:
            return "once"
        return _ONCE.get(body.trigger.on, occasion.cause)


_ONCE = {On.CREATED: "created", On.MESSAGE: "message"}


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule that cannot work here, and why."""

    rule: Document[Automation]
    problems: tuple[RuleProblem, ...]


class Index:
    """Automations by entity, verb and field."""

    def __init__(self, rules: Iterable[Document[Automation]], registry: Registry) -> None:
        self._created: dict[str, list[Ready]] = defaultdict(list)
        self._changed: dict[str, list[Ready]] = defaultdict(list)
        self._written: dict[tuple[str, str], list[Ready]] = defaultdict(list)
        self.clocks: list[Ready] = []
        self.passed: list[Passed] = []
        """Rules that name what is not there; nobody obeys them."""
        self._order: dict[str, int] = {}
        self._lots: dict[tuple[str, str | None, bool], Lot] = {}
        for rule in rules:
            wrong = troubles(rule, registry)
            if wrong:
                self.passed.append(Passed(rule, wrong))
                continue
            self._order[rule.id] = len(self._order)
            self._add(ready(rule, registry), registry.entity(rule.entity))
        written = {entity for entity, _ in self._written}
        self._about = frozenset({*self._created, *self._changed, *written})

    @property
    def about(self) -> frozenset[str]:
        """The entities that any event sets a rule off by."""
        return self._about

    def _add(self, rule: Ready, entity: EntitySpec) -> None:
        on, name = rule.document.body.trigger.on, entity.name
        if on in CLOCKS:
            self.clocks.append(rule)
        if on in (On.CREATED, On.SAVED, On.MESSAGE):
            self._created[name].append(rule)
        fields = self._fields(rule, entity)
        if on in (On.CHANGED, On.SAVED) and not fields:
            self._changed[name].append(rule)
        for field in fields:
            self._written[name, field].append(rule)

    def _fields(self, rule: Ready, entity: EntitySpec) -> tuple[str, ...]:
        trigger = rule.document.body.trigger
        if trigger.on is On.STAGE:
            return (trigger.field or "stage",)
        if trigger.on is On.MESSAGE:
            return tuple(name for name in SAID if entity.find(name) is not None)
        return trigger.fields if trigger.on in (On.CHANGED, On.SAVED) else ()

    def lots(self, occasion: Occasion) -> list["Lot"]:
        """The rules that this may concern; each is made ready to be sifted when first needed."""
        return self.lots_of(occasion.entity, occasion.changes, created=occasion.created)

    def lots_of(self, entity: str, fields: Iterable[str], *, created: bool) -> list["Lot"]:
        """Those of a record that was made, or of which these fields were written."""
        asked: list[tuple[str, str | None, bool]] = []
        if created:
            asked = [(entity, None, True)] if entity in self._created else []
        else:
            asked = [(entity, None, False)] if entity in self._changed else []
            asked += [(entity, one, False) for one in fields if (entity, one) in self._written]
        return [self._lots.get(key) or self._lot(key) for key in asked]

    def concerns(self, operation: Operation) -> bool:
        """Whether an operation may set any of these off, whatever else its act did."""
        entity = operation.entity
        if operation.verb is Verb.CREATE:
            return entity in self._created
        return entity in self._changed or (entity, operation.field) in self._written

    def due(self, occasion: Occasion, record: Record) -> Sequence[Ready]:
        """The rules to be asked about a record as it is now, in their order: of all others the
        condition does not hold."""
        return self.in_order([lot.sift(record) for lot in self.lots(occasion)])

    def in_order(self, found: Sequence[Sequence[Ready]]) -> Sequence[Ready]:
        """Rules found in several lots, each once."""
        some = [one for one in found if one]
        if len(some) < 2:
            return some[0] if some else ()
        once = {one.document.id: one for part in some for one in part}
        return sorted(once.values(), key=lambda one: self._order[one.document.id])

    def _lot(self, key: tuple[str, str | None, bool]) -> "Lot":
        entity, field, created = key
        if created:
            rules = self._created[entity]
        else:
            rules = self._changed[entity] if field is None else self._written[entity, field]
        lot = self._lots[key] = Lot(rules)
        return lot


class Lot:
    """Rules that one kind of event sets off, in their order, and a sieve for their conditions."""

    def __init__(self, rules: Sequence[Ready]) -> None:
        self.rules = tuple(rules)
        self._sieve = Sieve(one.document.body.when.condition for one in self.rules)
        self.reads = frozenset[str]().union(
            *(one.reads.get(one.document.entity, ()) for one in self.rules)
        )
        """The fields of the record itself that deciding which rules are meant may look at."""
        self._alike: dict[frozenset[tuple[str, frozenset[str]]], list[Ready]] = defaultdict(list)
        """Rules by all that they read: few kinds, however many rules."""
        for one in self.rules:
            self._alike[frozenset(one.reads.items())].append(one)

    def those(self, meant: Callable[[Ready], bool]) -> list[Ready]:
        """Those for which something holds that follows from what a rule reads alone."""
        kinds = self._alike.values()
        return [one for alike in kinds if meant(alike[0]) for one in alike]

    def sift(self, record: Record) -> list[Ready]:
        """Those whose condition may hold of a record."""
        return [self.rules[place] for place in self._sieve.places(record)]

    def meant(self, records: Sequence[Record]) -> tuple[set[int], dict[int, list[Check]]]:
        """Of which of many records, by their number, the condition of any holds now; and of which
        others one may that asks what time it is."""
        found, perhaps = set[int](), defaultdict[int, list[Check]](list)
        for rule, numbers in self._met(Sheet(records)):
            if rule.timeless:
                found.update(numbers)
            else:
                for number in numbers:
                    perhaps[number].append(rule.check)
        return found, {one: some for one, some in perhaps.items() if one not in found}

    def _met(self, sheet: Sheet) -> Iterator[tuple[Ready, Collection[int]]]:
        """The rules whose condition holds of any of the records, or may, and of which."""
        if len(self.rules) <= _FEW:
            for rule in self.rules:
                numbers = rule.sweep(sheet, None)
                if numbers:
                    yield rule, numbers
            return
        for number, record in enumerate(sheet.records):
            for rule in self.sift(record):
                if not rule.timeless or rule.check(record, ANY_TIME):
                    yield rule, (number,)


_FEW = 500
"""Rules that are asked one after the other of many records; of more each record asks the sieve."""


def ready(rule: Document[Automation], registry: Registry) -> Ready:
    """A rule without troubles, made ready."""
    body = rule.body
    return Ready(
        document=rule,
        check=compiled(body.when.condition),
        sweep=swept(body.when.condition),
        timeless=not timed(body.when.condition),
        related=tuple((one, compiled(one.when.condition)) for one in body.related),
        reads=_reads(rule, registry),
        words=tuple(plain(word) for word in body.trigger.words if word.strip()),
        leads=tuple(_leads(rule, registry.entity(rule.entity))),
        writes=any(one.do in _WRITING and not one.through for one in body.actions),
    )


def _leads(rule: Document[Automation], entity: EntitySpec) -> Iterator[tuple[str, str]]:
    body, named = rule.body, set[str]()
    for action in body.actions:
        said = PLACEHOLDER.findall(action.title + action.remark)
        named |= {action.through, *(word.strip() for word in said)}
        if action.do not in _OF_ITSELF:
            named |= {*ANCHORS, "contact"}
    named |= {one.through for one in body.related}
    for spec in entity.fields:
        if spec.target and not named.isdisjoint((spec.name, spec.label.zh, spec.label.en)):
            yield spec.name, spec.target


def _reads(rule: Document[Automation], registry: Registry) -> Mapping[str, frozenset[str]]:
    entity, body = registry.entity(rule.entity), rule.body
    found: dict[str, set[str]] = defaultdict(set)

    def note(name: str, condition: Condition) -> None:
        found[name] |= fields_tested(condition)

    note(rule.entity, body.when.condition)
    for one in body.related:
        note(entity.field_spec(one.through).target, one.when.condition)
    for late in body.unless:
        note(late.entity, late.when.condition)
    if body.trigger.on is On.MESSAGE:
        found[rule.entity] |= {name for name in SAID if entity.find(name) is not None}
    for action in body.actions:
        if action.do is Do.SET:
            through = action.through and entity.field_spec(action.through).target
            note(through or rule.entity, action.only_if.condition)
            if action.put is Put.COPY:
                found[rule.entity].add(action.copy)
        for name, field in _spoken_of(action.title + action.remark, entity, registry):
            found[name].add(field)
    return {name: frozenset(fields) for name, fields in found.items() if fields}


def _spoken_of(text: str, entity: EntitySpec, registry: Registry) -> Iterator[tuple[str, str]]:
    """What stands in for the placeholders of a text."""
    for word in PLACEHOLDER.findall(text):
        if word.strip() in NAMES:
            yield entity.name, entity.title
            for name in ("contact", "lead", "customer"):
                if entity.find(name) is not None:
                    yield name, "name"
        for spec in entity.fields:
            if word.strip() in (spec.name, spec.label.zh, spec.label.en):
                yield entity.name, spec.name
                if spec.target:
                    yield spec.target, registry.entity(spec.target).title


def plain(text: str) -> str:
    """Text in the form in which words are looked for: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def spoken(words: Iterable[str], record: Record) -> list[str]:
    """Those of the words (made plain) that a record says."""
    said = plain("\n".join(str(record[name]) for name in SAID if record.get(name)))
    return [word for word in words if word in said] if said else []


def trigger_words(
    rule: Document[Automation], occasion: Occasion, record: Record, entity: EntitySpec
) -> Label:
    """What set a rule off, as people say it."""
    trigger, label = rule.body.trigger, entity.label
    if trigger.on is On.MESSAGE:
        found = "、".join(spoken([plain(word) for word in trigger.words], record))
        return Label(f"{label.zh}中说到「{found}」", f"{label.en} says “{found}”")
    if trigger.on is On.STAGE:
        spec = entity.field_spec(trigger.field or "stage")
        before, after = occasion.changes.get(spec.name, (None, None))
        old, new = (display(spec, value) or "空" for value in (before, after))
        was, became = (display(spec, value, "en") or "empty" for value in (before, after))
        return Label(
            f"{spec.label.zh}由「{old}」变为「{new}」", f"{spec.label.en}: {was} → {became}"
        )
    if trigger.on is On.MOMENT:
        spec = entity.field_spec(trigger.field)
        return Label(_since(spec.label.zh, trigger.hours), _since_en(spec.label.en, trigger.hours))
    if trigger.on in CLOCKS:
        zh, en = f"{trigger.at} 定时检查", f"Checked at {trigger.at}"
        month = trigger.on is On.MONTHLY
        return Label(f"每月 {trigger.day} 日 {zh}" if month else f"每天 {zh}", en)
    if occasion.created:
        return Label(f"新建{label.zh}", f"{label.en} created")
    specs = [one for name in occasion.changes if (one := entity.find(name)) is not None][:4]
    names = "、".join(f"「{one.label.zh}」" for one in specs)
    return Label(f"修改了{names}", f"{', '.join(one.label.en for one in specs)} changed")


def _since(name: str, hours: float) -> str:
    if hours == 0:
        return f"到了「{name}」"
    amount = f"{abs(hours) / 24:g} 天" if hours % 24 == 0 else f"{abs(hours):g} 小时"
    return f"「{name}」{'之后' if hours > 0 else '之前'} {amount}"


def _since_en(name: str, hours: float) -> str:
    if hours == 0:
        return f"{name} has come"
    amount = f"{abs(hours) / 24:g} days" if hours % 24 == 0 else f"{abs(hours):g} hours"
    return f"{amount} {'after' if hours > 0 else 'before'} {name}"
