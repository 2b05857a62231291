"""(operations just applied, records, rules, clock) → further edits. Pure and deterministic.

Reads records only through the `Lookup` it is given and never writes. The caller applies the edits
and calls again with what they caused, until nothing follows; it also stops circles.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crm_core.clock import Clock
from crm_core.model.query import All, Condition, Not, Op, Query, Test, matches
from crm_core.model.values import Record, Value
from crm_core.rules.firing.compiled import Check, compiled
from crm_core.sync.change import Operation, Verb
from crm_core.sync.creations import Creations
from crm_core.sync.history import Edit


class Lookup(Protocol):
    """What a rule may read: the state after the operations it reacts to."""

    clock: Clock

    def record(self, entity: str, record_id: str) -> Record | None:
        """One living record."""

    def records(self, entity: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Living records by id, at the cost of a few statements."""

    def find(self, query: Query) -> list[dict[str, Value]]:
        """Records answering a query."""

    def was_moved(self, entity: str, record_id: str, key: str) -> bool:
        """Whether an item (`field/item`) was ever put into or taken out of a record's set."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A value taken from a field of the record that set the rule off."""

    field: str


@dataclass(frozen=True, slots=True)
class Now:
    """The moment at which the rule runs, by the clock it is given."""


@dataclass(frozen=True, slots=True)
class Adding:
    """An item for a set, unless somebody took it out of there before."""

    item: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Write `value` into `field` of the target record, where the target meets `only_if`."""

    field: str
    value: Value | Copy | Now | Adding
    only_if: Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """When a record of `entity` is created or changed and meets `when`: write to another record.

    `through` names the REF field that leads to the target; empty means the record itself.
    """

    name: str
    entity: str
    verbs: frozenset[Verb]
    fields: frozenset[str]
    """For SET: only changes of these fields set it off; empty means any."""
    when: Condition
    through: str
    assignments: tuple[Assignment, ...]


RuleSet = Sequence[Rule]


def make_rules(rules: RuleSet) -> Callable[[Sequence[Operation], Lookup], list[Edit]]:
    """The reaction of a rule set, in the form the store's unit of work runs."""

    about: dict[str, list[tuple[Rule, str, Check]]] = defaultdict(list)
    for rule in rules:
        about[rule.entity].append((rule, _only_with(rule), compiled(rule.when)))

    def react(operations: Sequence[Operation], lookup: Lookup) -> list[Edit]:
        if isinstance(operations, Creations) and not any(
            Verb.CREATE in rule.verbs and (not name or name in operations.columns)
            for rule, name, _ in about.get(operations.entity, ())
        ):
            return []  # Without making operations of records that no rule asks about.
        due = [
            (rule, check, o)
            for o in operations
            for rule, name, check in about.get(o.entity, ())
            if (not name or o.verb is not Verb.CREATE or name in o.created_values)
            and _triggered(rule, o)
        ]
        wanted: dict[str, set[str]] = defaultdict(set)
        for _, _, operation in due:
            wanted[operation.entity].add(operation.id)
        sources = {entity: lookup.records(entity, ids) for entity, ids in wanted.items()}
        now, edits = lookup.clock.now(), list[Edit]()
        for rule, check, operation in due:
            source = sources[operation.entity].get(operation.id)
            if source is not None and check(source, now):
                edits += _run(rule, source, lookup)
        return list(dict.fromkeys(edits)) if _hashable(edits) else edits

    return react


def _only_with(rule: Rule) -> str:
    """A field without which a new record does not meet the rule, and whose filling later sets it
    off by itself: nobody created without it is asked about. Empty for none."""
    for part in rule.when.parts if isinstance(rule.when, All) else (rule.when,):
        test = part.part if isinstance(part, Not) else None
        if isinstance(test, Test) and (test.op, test.operand) == (Op.EQ, None):
            heard = Verb.SET in rule.verbs and (not rule.fields or test.field in rule.fields)
            return test.field if heard else ""
    return ""


def _hashable(edits: Sequence[Edit]) -> bool:
    return not any(isinstance(edit.value, list) for edit in edits)


def _triggered(rule: Rule, operation: Operation) -> bool:
    if operation.entity != rule.entity or operation.verb not in rule.verbs:
        return False
    return operation.verb is not Verb.SET or not rule.fields or operation.field in rule.fields


def _run(rule: Rule, source: Record, lookup: Lookup) -> Iterator[Edit]:
    """What follows for a record that meets the rule."""
    now = lookup.clock.now()
    entity, target = _target(rule, source, lookup)
    if target is None:
        return
    for assignment in rule.assignments:
        if isinstance(assignment.value, Adding):
            value = _with_item(assignment.value, assignment.field, entity, target, lookup)
        else:
            value = _value(assignment.value, source, lookup.clock)
        if target.get(assignment.field) == value:
            continue
        if matches(assignment.only_if, target, now):
            yield Edit(entity, str(target["id"]), Verb.SET, assignment.field, value)


def _target(rule: Rule, source: Record, lookup: Lookup) -> tuple[str, Record | None]:
    if not rule.through:
        return rule.entity, source
    target_entity, _, field = rule.through.partition(":")
    target_id = source.get(field)
    if not isinstance(target_id, str):
        return target_entity, None
    return target_entity, lookup.record(target_entity, target_id)


def _value(value: Value | Copy | Now, source: Record, clock: Clock) -> Value:
    if isinstance(value, Copy):
        return source.get(value.field)
    return clock.iso() if isinstance(value, Now) else value


def _with_item(adding: Adding, field: str, entity: str, target: Record, lookup: Lookup) -> Value:
    held = target.get(field)
    items = held if isinstance(held, list) else []
    if adding.item in items:
        return held
    # What a person took out stays out, whatever happens to the record afterwards.
    if lookup.was_moved(entity, str(target["id"]), f"{field}/{adding.item}"):
        return held
    return sorted([*items, adding.item])
