"""Limits of measures tried on history: in which weeks a value would have been red (row 4.9).

A limit fires on no record, so the past need not go by again: the measures say what their values
were, week by week, over what the person may see (decision 065). Reads only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from crm_core.clock import CHINA
from crm_core.insight.declared import Filters, Group, Measure, Period, Question
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.limits import Limit
from crm_core.rules.replaying.replay import Fired
from crm_core.rules.ruleset import RuleSet
from crm_core.store.measures.limited import limited
from desktop.services.measures import answer_to, keep_facts
from desktop.services.workspace import Workspace

MEASURE = "measure"
"""In place of an entity: the firing is about a measure."""
_WEEK = timedelta(weeks=1)
_RED = Label("变红", "Red")


@dataclass(frozen=True, slots=True)
class RedWeeks:
    """Weeks with a value beyond a limit: under draft and in force, under the draft alone, in force
    alone."""

    both: tuple[Fired, ...] = ()
    drafted: tuple[Fired, ...] = ()
    forced: tuple[Fired, ...] = ()


def red_weeks(
    workspace: Workspace,
    tried: Sequence[Document[object]],
    draft: RuleSet,
    published: RuleSet,
    period: Period,
    *,
    team: str = "",
    check: Callable[[], object] = lambda: None,
) -> RedWeeks:
    """What limits among `tried` come to; `check` is called between measures and may raise.

    A measure without weeks is asked for its value now.
    """
    own = [cast("Document[Limit]", one) for one in tried if isinstance(one.body, Limit)]
    rules = {one.body.measure: one for one in own}  # Of two about one measure the later one counts.
    after, before = limited(draft), limited(published)
    found: dict[tuple[bool, bool], list[Fired]] = {}
    while rules and keep_facts(workspace):  # What changed just now is not counted yet.
        check()
    for name, rule in rules.items():
        check()
        if name not in after:
            continue
        for at, value in _values(workspace, after[name], period, team):
            red = after[name].threshold.red(value), before[name].threshold.red(value)
            if any(red):
                by = after[name] if red[0] else before[name]
                found.setdefault(red, []).append(_fired(rule, by, at, value))
    both, new, gone = (tuple(found.get(key, ())) for key in _SIDES)
    return RedWeeks(both, new, gone)


_SIDES = ((True, True), (True, False), (False, True))


def measure_names(tried: Sequence[Document[object]], rules: RuleSet) -> Mapping[str, Label]:
    """By id, what the measures of limits are called."""
    known = limited(rules)
    asked = (one.body.measure for one in tried if isinstance(one.body, Limit))
    return {one: known[one].label for one in asked if one in known}


def _values(
    workspace: Workspace, measure: Measure, period: Period, team: str
) -> Iterator[tuple[datetime, float]]:
    """Values of whole weeks with the end of each; of what has no weeks the one at the end."""
    weekly = Group.WEEK in measure.groups
    group = (Group.WEEK,) if weekly else ()
    filters = Filters(teams=(team,)) if team else Filters()
    for one in answer_to(workspace, Question(measure.id, period, filters, group)).values:
        if one.value is None:
            continue
        if not weekly:
            yield period.end, one.value
            continue
        begin = datetime.combine(date.fromisoformat(one.group), time(), tzinfo=CHINA)
        if begin + _WEEK <= period.end:
            yield begin + _WEEK, one.value


def _fired(rule: Document[Limit], measure: Measure, at: datetime, value: float) -> Fired:
    limit, unit = measure.threshold, measure.unit
    shown, equal = f"{value:.{measure.digits}f}", "" if limit.strict else "="
    sign, at_ = (">", limit.above) if limit.above is not None else ("<", limit.below)
    why = Label(
        f"{shown} {unit.zh}，红线 {sign}{equal} {at_:g}",
        f"{shown} {unit.en}, red {sign}{equal} {at_:g}",
    )
    return Fired(
        rule.id, MEASURE, measure.id, at, why, (), at.isoformat(), judged=False, result=_RED
    )
