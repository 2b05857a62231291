"""The limit of a measure as the rule it is: what is drafted, what is in force, and what another
would make red. Reads only; the rule is written by `commands.rules` (decisions 065, 070)."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Group, Measure, Period, Question
from crm_core.permissions import Right
from crm_core.rules.documents import Document
from crm_core.rules.limits import LIMIT, Limit, Side
from crm_core.rules.ruleset import RuleSet
from crm_core.store.measures.limited import limited
from desktop.services.measures import answer_to
from desktop.services.rules.rule_book import draft_of, rules_of
from desktop.services.workspace import Workspace

WEEKS = 12
"""So many whole weeks a drafted limit is tried on."""


@dataclass(frozen=True, slots=True)
class LimitDraft:
    """What somebody begins with who wants another limit."""

    document: Document[Limit]
    """As it is being written; a measure without a rule begins with its own limit."""
    in_force: Measure
    waiting: bool
    """Whether the draft says otherwise than what is in force."""
    weeks: tuple[float, ...] | None
    """Values of the last whole weeks, over what the person sees; None where a measure has none."""


def may_write_rules(workspace: Workspace) -> bool:
    """Whether the person may write rules and publish them."""
    rights = [(Right.CREATE, "rule"), (Right.EDIT, "rule"), (Right.CREATE, "rule_version")]
    return all(workspace.may(right, entity).allowed for right, entity in rights)


def limit_draft(workspace: Workspace, question: Question) -> LimitDraft:
    """The limit of what a tile asked, being written. Runs off the Qt thread."""
    drafted, force = draft_of(workspace), limited(rules_of(workspace))
    measure = force[question.measure]
    document = _drafted(drafted, measure.id) or _own(measure)
    waiting = limited(drafted)[measure.id] != measure
    return LimitDraft(document, measure, waiting, _weeks(workspace, measure, question))


def under(document: Document[Limit]) -> Measure:
    """The measure as it would be with this limit."""
    return limited(RuleSet([document]))[document.body.measure]


def _drafted(drafted: RuleSet, measure: str) -> Document[Limit] | None:
    """The rule that counts: of two about one measure the later one."""
    own = [
        cast("Document[Limit]", one)
        for one in drafted.documents
        if isinstance(one.body, Limit) and one.body.measure == measure
    ]
    return own[-1] if own else None


def _own(measure: Measure) -> Document[Limit]:
    limit = MEASURES[measure.id].threshold
    side = Side.BELOW if limit.above is None and limit.below is not None else Side.ABOVE
    value = limit.above if limit.above is not None else limit.below
    return Document(
        id=f"limit-{measure.id}", kind=LIMIT, label=measure.label, entity=measure.entity or "lead",
        body=Limit(measure.id, side, value or 0.0, included=not limit.strict),
        active=value is not None,
    )  # fmt: skip


def _weeks(workspace: Workspace, measure: Measure, question: Question) -> tuple[float, ...] | None:
    if Group.WEEK not in measure.groups:
        return None
    now = workspace.clock.now()
    asked = replace(
        question, period=Period(now - timedelta(weeks=WEEKS), now), group_by=(Group.WEEK,),
        compare=False,
    )  # fmt: skip
    found = sorted(answer_to(workspace, asked).values, key=lambda value: value.group)
    # The week we are in is not over yet, and says less.
    return tuple(value.value for value in found[:-1] if value.value is not None)
