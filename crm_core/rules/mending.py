"""What is gone from a rule, and how it is put right by one press: another in its place, or out.

Each way gives the whole rule as it would be, so that it is a step like any other and taken back
like one. What can only be chosen by a person has no rule: the keyboard goes there. Pure.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm_core.model.query import EVERYTHING, All, Condition, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label, Registry
from crm_core.model.values import ValueProblem, normalise
from crm_core.rules import building
from crm_core.rules.bodies import Place, entity_of_part
from crm_core.rules.documents import Document, When
from crm_core.rules.faults import faults
from crm_core.rules.firing.automations import Action, Whom
from crm_core.rules.pools import Pool
from crm_core.rules.recipients import LEAD, USER
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.wording.condition_words import Named, condition_troubles
from crm_core.rules.wording.part_words import asked_names

_MOST = 24
"""Ways a menu offers."""
_OUT = Label("去掉这一条", "Take this out")
_CHOOSE = Label("另选一个", "Choose another")


@dataclass(frozen=True, slots=True)
class Mend:
    """One way: `after` it the rule says this; `choices`: or one of these. Neither: the person
    chooses at the place itself."""

    label: Label
    after: Document[Any] | None = None
    choices: tuple[tuple[Label, Document[Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class There:
    """What a rule may speak of."""

    registry: Registry
    named: Named
    rules: RuleSet
    people: Mapping[str, str]
    """Ids of those who are here → names."""

    def has(self, entity: str, record: str) -> bool:
        """Whether a record is there; of people: whether they are still here."""
        if entity == "user":
            return record in self.people
        return self.named(entity, record) is not None


def faults_there(document: Document[Any], there: There) -> list[tuple[Place, Label]]:
    """The faults of a rule, somebody who has left counted as gone."""
    return list(faults(document, there.registry, _present(there), there.rules))


def mends(document: Document[Any], place: Place, there: There) -> tuple[Mend, ...]:
    """The ways out of what is gone at a place; nothing where nothing is gone there."""
    try:
        value = building.at(document.body, place)
    except (LookupError, AttributeError):
        return ()
    owner = building.at(document.body, place[:-1]) if place else document.body
    if isinstance(value, When):
        about = entity_of_part(owner, str(place[-1]), document.entity, there.registry)
        return tuple(_of_condition(document, place, about, there))
    if isinstance(value, tuple):
        return tuple(_of_list(document, place, there))
    return tuple(_of_value(document, place, owner, there))


def _put(document: Document[Any], place: Place, value: object) -> Document[Any]:
    return replace(document, body=building.put(document.body, place, value))


def _dropped(document: Document[Any], place: Place) -> Iterator[Mend]:
    """Without the innermost of a list that holds the place."""
    for end in range(len(place) - 1, 0, -1):
        number, of = place[end], place[:end]
        if isinstance(number, int) and not isinstance(building.at(document.body, of)[number], str):
            body = building.dropped(document.body, of, number)
            yield Mend(_OUT, replace(document, body=body))
            return


# -- single values ---------------------------------------------------------------------------------


def _of_value(document: Document[Any], place: Place, owner: object, there: There) -> Iterator[Mend]:
    name, value = str(place[-1]), building.at(document.body, place)
    if name == "user" and isinstance(owner, Action) and not there.has("user", owner.user):
        yield from _of_person(document, place, owner)
    elif name in ("user", "person", "lead") and value and not there.has("user", str(value)):
        others = [(Label(n, n), _put(document, place, k)) for k, n in there.people.items()]
        yield Mend(_CHOOSE, choices=tuple(others[:_MOST]))
        yield from _emptied(document, place) if name == "lead" else _dropped(document, place)
    elif name in ("pool", "fallback") and value and there.rules.one(str(value)) is None:
        pools = there.rules.of(Pool)
        others = [(one.label, _put(document, place, one.id)) for one in pools]
        yield Mend(_CHOOSE, choices=tuple(others[:_MOST]))
        if name == "fallback":
            yield from _emptied(document, place)
    elif name == "team" and value and not there.has("team", str(value)):
        yield from _emptied(document, place)
    elif name in ("field", "through", "entity", "copy", "to", "approval") and value:
        yield Mend(_CHOOSE)
        yield from _dropped(document, place)


def _of_person(document: Document[Any], place: Place, owner: Action) -> Iterator[Mend]:
    def given(whom: Whom) -> Document[Any]:
        return _put(document, place[:-1], replace(owner, whom=whom, user=""))

    yield Mend(Label("改给负责人", "Give it to the owner"), given(Whom.OWNER))
    yield Mend(Label("改给负责人的主管", "To who leads the owner"), given(Whom.LEADER))
    yield Mend(Label("另选一位", "Choose somebody else"))
    yield from _dropped(document, place)


def _emptied(document: Document[Any], place: Place) -> Iterator[Mend]:
    yield Mend(Label("清空", "Leave it empty"), _put(document, place, ""))


# -- lists -----------------------------------------------------------------------------------------


def _of_list(document: Document[Any], place: Place, there: There) -> Iterator[Mend]:
    """People who are told, fields that are named, things a move waits for."""
    value = building.at(document.body, place)
    owner = building.at(document.body, place[:-1]) if place else document.body
    kept = tuple(one for one in value if _is_there(document, owner, place, one, there))
    if kept == value:
        return
    if any(str(one).startswith(USER) for one in value):
        instead = (*kept, *(() if LEAD in kept else (LEAD,)))
        yield Mend(Label("改为主管", "Tell their lead"), _put(document, place, instead))
        yield Mend(Label("另选一位", "Choose somebody else"))
    if kept:
        yield Mend(Label("去掉已不在的", "Take out what is gone"), _put(document, place, kept))
    else:
        yield Mend(_CHOOSE)
        yield from _dropped(document, place)


def _is_there(
    document: Document[Any], owner: object, place: Place, one: object, there: There
) -> bool:
    word, name = str(one), str(place[-1])
    if word.startswith(USER):
        return there.has("user", word.removeprefix(USER))
    if name == "needs":
        return word in asked_names(document.body, "zh")
    if name in ("fields", "start", "stop_fields", "same"):
        about = entity_of_part(owner, name, document.entity, there.registry)
        return word == "id" or there.registry.find(about, word) is not None
    return True


# -- conditions ------------------------------------------------------------------------------------


def _of_condition(
    document: Document[Any], place: Place, about: str, there: There
) -> Iterator[Mend]:
    if about not in there.registry:
        return
    entity = there.registry.entity(about)
    when: When = building.at(document.body, place)

    def gone(test: Test) -> bool:
        return bool(condition_troubles(test, entity, _present(there)))

    lost = [one for one in _tests(when.condition) if gone(one)]
    if not lost:
        return
    first = lost[0]
    others = tuple(_others(document, place, first, entity, there))[:_MOST]
    if others:
        field = entity.find(first.field) is None
        words = Label("换成其他字段", "Another field") if field else _CHOOSE
        yield Mend(words, choices=others)
    left = pruned(when.condition, lambda test: _kept(test, entity, there))
    always = left == EVERYTHING
    words = (
        Label("去掉这个条件（之后不再限制）", "Take the condition out: it holds for all")
        if always
        else Label("去掉失效的条件", "Take out what is gone")
    )
    yield Mend(words, _put(document, place, When(left)))


def _present(there: There) -> Named:
    return lambda entity, one: there.named(entity, one) if there.has(entity, one) else None


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case Test():
            yield condition
        case Not(part):
            yield from _tests(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _tests(part)


def pruned(condition: Condition, kept: Callable[[Test], Test | None]) -> Condition:
    """A condition with what is left of each comparison; one of which nothing is left asks
    nothing."""
    found = _pruned(condition, kept)
    return EVERYTHING if found is None else found


def _pruned(condition: Condition, kept: Callable[[Test], Test | None]) -> Condition | None:
    match condition:
        case Test():
            return kept(condition)
        case Not(part):
            inner = _pruned(part, kept)
            return None if inner is None else Not(inner)
        case All(parts) | AnyOf(parts):
            left = tuple(one for part in parts if (one := _pruned(part, kept)) is not None)
            if not left and parts:
                return None
            return All(left) if isinstance(condition, All) else AnyOf(left)
    return condition


def _kept(test: Test, entity: EntitySpec, there: There) -> Test | None:
    """The comparison, with those of its values that are there; None where none is."""
    if not condition_troubles(test, entity, _present(there)):
        return test
    if not isinstance(test.operand, tuple) or entity.find(test.field) is None:
        return None
    left = tuple(
        one
        for one in test.operand
        if not condition_troubles(replace(test, operand=(one,)), entity, _present(there))
    )
    return replace(test, operand=left) if left else None


def _others(
    document: Document[Any], place: Place, lost: Test, entity: EntitySpec, there: There
) -> Iterator[tuple[Label, Document[Any]]]:
    """What may stand in place of a field, option or person that is gone, and the rule then."""
    spec = entity.find(lost.field)
    if spec is None:
        fitting = (one for one in entity.fields if _fits(lost, one))
        wanted = [(one.label, replace(lost, field=one.name)) for one in fitting]
    else:
        wanted = [(label, _with(lost, value)) for value, label in _values(spec, there)]
    when: When = building.at(document.body, place)
    for label, test in wanted:

        def instead(one: Test, test: Test = test) -> Test:
            return test if one == lost else one

        yield label, _put(document, place, When(pruned(when.condition, instead)))


def _values(spec: FieldSpec, there: There) -> list[tuple[str, Label]]:
    if spec.kind is Kind.REF:
        people = there.people if spec.target == "user" else {}
        return [(key, Label(name, name)) for key, name in people.items()]
    return [(one.code, one.label) for one in spec.choices if not one.retired]


def _with(lost: Test, value: str) -> Test:
    return replace(lost, operand=(value,) if lost.op is Op.IN else value)


def _fits(test: Test, spec: FieldSpec) -> bool:
    """Whether a field can be compared as the one that is gone was."""
    if (spec.kind is Kind.SET) != (test.op is Op.HAS):
        return False
    if test.op is Op.CONTAINS:
        return spec.kind is Kind.TEXT
    if spec.kind is Kind.REF:
        return False
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    try:
        return all(
            one is None or (isinstance(one, str | int | bool) and normalise(spec, one) == one)
            for one in operands
        )
    except ValueProblem:
        return False
