"""Measures over what this person may see: the answer to a question, and what a value was made of.

Reads only. Facts that wait are made by the sync loop in spare time, and here before an answer.
"""

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Answer, Explanation, Measure, Question, Shape
from crm_core.model.query import EVERYTHING, Condition
from crm_core.permissions import Right, visible
from crm_core.store.measures.limited import limited
from crm_core.store.measures.measuring import Basis, answer, explain, recomputed
from desktop.services.rules.rule_book import rules_of
from desktop.services.workspace import Workspace

__all__ = [
    "answer_to",
    "every_measure",
    "explanation_of",
    "keep_facts",
    "measure_named",
    "recomputed",
]


def measure_named(workspace: Workspace, measure_id: str) -> Measure | None:
    """The measure with this id and the limit in force; None where this version does not know it.

    Runs off the Qt thread.
    """
    return limited(rules_of(workspace)).get(measure_id)


def answer_to(workspace: Workspace, question: Question) -> Answer:
    """The values of a question. Runs off the Qt thread."""
    now, scope = workspace.clock.now(), _scope(workspace)
    return answer(workspace.replica, question, now, scope, basis=_basis(workspace))


def keep_facts(workspace: Workspace) -> bool:
    """Make some of the facts that wait; whether there were any. Runs off the Qt thread."""
    return not workspace.read_only and workspace.replica.keep_facts() > 0


def explanation_of(
    workspace: Workspace, question: Question, groups: tuple[str, ...]
) -> Explanation:
    """What the value of these groups was made of. Runs off the Qt thread."""
    now = workspace.clock.now()
    scope, basis = _scope(workspace), _basis(workspace)
    return explain(workspace.replica, question, groups, now, scope, basis=basis)


def _basis(workspace: Workspace) -> Basis:
    """The limits of the rules in force for the person at work."""
    return Basis(measures=limited(rules_of(workspace)))


def _scope(workspace: Workspace) -> dict[str, Condition]:
    """What exists for this person, of the kinds of record that facts are about."""
    kinds = {one.entity for one in MEASURES.values() if one.entity}
    registry = workspace.replica.registry
    found = {kind: visible(workspace.actor, registry.entity(kind)) for kind in kinds}
    return {kind: where for kind, where in found.items() if where != EVERYTHING}


def every_measure(workspace: Workspace) -> list[Measure]:
    """The measures there is something to see of for this person, by name."""
    found = [
        one
        for one in MEASURES.values()
        if one.shape is not Shape.ABSENT
        and (not one.entity or workspace.may(Right.SEE, one.entity).allowed)
    ]
    return sorted(found, key=lambda one: one.label.zh)
