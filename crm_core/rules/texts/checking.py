"""Everything that is wrong with a text of rules, each with line and column: for command lines.

Reading (`yaml_text`) says what is no rule at all; here it is said what a rule speaks of that is not
there: fields, options, people, pools, stages, other rules. What is switched off speaks of nothing.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from crm_core.model.schema import Label, Registry
from crm_core.rules import limits
from crm_core.rules.approvals import KIND as APPROVAL
from crm_core.rules.approvals import Approval
from crm_core.rules.bodies import Place, troubles
from crm_core.rules.documents import Document, RuleProblem
from crm_core.rules.faults import faults
from crm_core.rules.firing import automation_checks
from crm_core.rules.firing.automations import Automation
from crm_core.rules.limits import Limit
from crm_core.rules.pools import Pool
from crm_core.rules.routing import Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Scoring
from crm_core.rules.stages import StageBody
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.texts.yaml_text import Reading, parts_of, reading_of
from crm_core.rules.texts.yaml_tree import Fault, YamlProblem
from crm_core.rules.timekeeping import clocks
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.rules.wording.condition_words import Named

_OWN_FIELD = re.compile(r"「(x_[a-z0-9_]+)」")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it."""

    documents: tuple[Document[object], ...]
    faults: tuple[Fault, ...]
    """In the order of the text; nothing: it can be published."""
    own: tuple[str, ...] = ()
    """Fields of an organisation's own that nobody could ask about."""


def checked(
    text: str,
    registry: Registry,
    *,
    named: Named | None = None,
    beside: Iterable[Document[object]] = SHIPPED,
) -> Checked:
    """All that is wrong with a text. `named`: asks for names of records; None where there is no
    data to ask, and then own fields and people are taken on trust. `beside`: rules that the text
    may speak of without saying them."""
    try:
        reading = reading_of(text)
    except YamlProblem as problem:
        return Checked((), problem.faults)
    every = RuleSet([*_others(beside, reading), *reading.documents])
    found = [
        reading.fault(document.id, place, label)
        for document in reading.documents
        if document.active
        for place, label in _of(document, every, registry, named or _trusting)
    ]
    found.sort(key=lambda one: (one.spot.line, one.spot.column))
    if named is not None:
        return Checked(reading.documents, tuple(found))
    own = {met[1] for one in found if (met := _OWN_FIELD.search(one.label.zh))}
    sure = tuple(one for one in found if _OWN_FIELD.search(one.label.zh) is None)
    return Checked(reading.documents, sure, tuple(sorted(own)))


def _others(
    beside: Iterable[Document[object]], reading: Reading
) -> Iterator[Document[object]]:  # fmt: skip
    return (one for one in beside if one.id not in reading.places)


def _trusting(_entity: str, record_id: str) -> str | None:
    return record_id


def _of(
    document: Document[object], every: RuleSet, registry: Registry, named: Named
) -> Iterator[tuple[Place, Label]]:
    """What is wrong with one rule: place in it, words; each thing once."""
    said = [(_place(one), _sentence(one.label)) for one in _by_kind(document, registry)]
    said += _references(document, every, named)
    if isinstance(document.body, Scoring | StageBody | Approval):
        places = {place for place, _ in said}
        said += [
            (("body", *place), _sentence(label))
            for place, label in faults(document, registry, named, every)
            if ("body", *place) not in places
        ]
    yield from said
    for trouble in troubles(document, registry, named):
        place: Place = ("body", *trouble.place) if trouble.place else ("entity",)
        label = _sentence(trouble.label)
        known = (words.zh for at, words in said if at == place)
        if not any(label.zh.rstrip("。") in words for words in known):
            yield place, label


def _by_kind(document: Document[object], registry: Registry) -> Iterator[RuleProblem]:
    match document.body:
        case Clock():
            yield from clocks.problems(cast("Document[Clock]", document), registry)
        case Limit():
            yield from limits.problems(cast("Document[Limit]", document))
        case Automation():
            yield from automation_checks.troubles(cast("Document[Automation]", document), registry)


def _place(problem: RuleProblem) -> Place:
    return ("entity",) if problem.place == "entity" else ("body", *parts_of(problem.place))


def _references(
    document: Document[object], every: RuleSet, named: Named
) -> list[tuple[Place, Label]]:  # fmt: skip
    """Other rules and people that a rule names by id."""
    match document.body:
        case Route(pool=pool, person=person):
            found = _rule(("body", "pool"), pool, "pool", every) if pool else []
            if not pool and not person:
                words = Label("没有写分给哪个池或哪个人。", "It names neither a pool nor a person.")
                found.append((("body",), words))
            if person and named("user", person) is None:
                found.append((("body", "person"), _nobody(person)))
            return found
        case Pool(fallback=fallback):
            return _rule(("body", "fallback"), fallback, "pool", every) if fallback else []
        case Automation(actions=actions):
            return [
                one
                for number, action in enumerate(actions)
                if action.approval
                for one in _rule(
                    ("body", "actions", number, "approval"), action.approval, APPROVAL, every
                )
            ]  # fmt: skip
        case StageBody(moves=moves):
            codes = _codes(every, document.entity)
            return [
                (("body", "moves", number, "to"), _no_stage(move.to))
                for number, move in enumerate(moves)
                if move.to not in codes
            ]
        case _:
            return []


def _rule(place: Place, rule: str, kind: str, every: RuleSet) -> list[tuple[Place, Label]]:
    found = every.one(rule)
    if found is not None and found.kind == kind:
        return []
    said = rule[:60]
    return [(place, Label(f"没有规则「{said}」。", f"There is no rule “{said}”."))]


def _codes(every: RuleSet, entity: str) -> Collection[str]:
    return {one.body.code for one in every.of(StageBody, entity)}


def _no_stage(code: str) -> Label:
    return Label(f"没有阶段「{code[:40]}」。", f"There is no stage “{code[:40]}”.")


def _nobody(user: str) -> Label:
    return Label(f"没有员工「{user[:40]}」。", f"There is nobody “{user[:40]}”.")


def _sentence(label: Label) -> Label:
    zh, en = label.zh.rstrip("。"), label.en.rstrip(".")
    return Label(f"{zh}。", f"{en[:1].upper()}{en[1:]}.")


def counts(documents: Iterable[Document[object]]) -> Mapping[str, int]:
    """How many rules there are of each kind."""
    found: dict[str, int] = {}
    for one in documents:
        found[one.kind] = found.get(one.kind, 0) + 1
    return found
