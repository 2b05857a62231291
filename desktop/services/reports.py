"""The reports around the daily brief, over what this person may see: does the score mean anything,
what a quarter brought, points and badges. They read a good deal: never on the Qt thread."""

from dataclasses import dataclass
from datetime import date

from crm_core.clock import CHINA
from crm_core.insight.correlation import Fit, Lack, fit
from crm_core.insight.declared import Question
from crm_core.insight.points import Ledger, cases, full_profiles, ledger, praise
from crm_core.insight.value_report import period_of, quarter_of
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import visible
from crm_core.store.measures.measuring import explain
from crm_core.store.measures.score_points import Heard, ScorePoints, score_points
from crm_core.store.reports.value_reads import ValueReport, read_report
from desktop.services.cancelling import CancelToken
from desktop.services.workspace import Workspace

QUARTERS = 4
"""How many whole quarters one may look back."""
MOST_LISTED = 5_000


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """Points and lines, by week and by person."""

    points: ScorePoints
    weeks: Fit | Lack
    people: Fit | Lack


def read_score(workspace: Workspace, token: CancelToken, report: Heard) -> ScoreReport:
    """Funnel health beside closings over twelve weeks. Raises Cancelled."""

    def heard(share: float) -> None:
        token.check()
        report(share)

    _make_facts(workspace, token)
    found = score_points(workspace.replica, workspace.actor, workspace.clock.now(), heard)
    return ScoreReport(found, fit(found.weeks), fit(found.people))


def read_value(workspace: Workspace, token: CancelToken, back: int) -> ValueReport:
    """The value report of a whole quarter: `back` 1 is the last one. Raises Cancelled."""
    _make_facts(workspace, token)
    now = workspace.clock.now()
    year, number = quarter_of(now.astimezone(CHINA).date(), back)
    return read_report(workspace.replica, workspace.actor, now, period_of(year, number))


def quarters(today: date) -> list[tuple[int, int]]:
    """(year, quarter) of the whole quarters there are, the newest first."""
    return [quarter_of(today, back) for back in range(1, QUARTERS + 1)]


def records_behind(workspace: Workspace, report: ValueReport, measure: str) -> Query:
    """The records the later value of a measure was made of."""
    replica, actor = workspace.replica, workspace.actor
    scope = {one.name: visible(actor, one) for one in replica.registry}
    told = explain(replica, Question(measure, report.after), (), workspace.clock.now(), scope)
    return Query(told.measure.entity, Test("id", Op.IN, told.ids[:MOST_LISTED]))


def read_ledger(workspace: Workspace) -> Ledger:
    """What this person has earned; a case is theirs who wrote its first words."""
    me, replica = workspace.actor.user_id, workspace.replica
    own: list[str] = []
    for one in replica.find(cases()):
        history = replica.history("article", str(one["id"]))
        if history and history[0].actor == me:
            own.append(str(one["id"]))
    return ledger(
        me, profiles=replica.count(full_profiles(me)), own_cases=tuple(own),
        praised=replica.count(praise(me)),
    )  # fmt: skip


def _make_facts(workspace: Workspace, token: CancelToken) -> None:
    """Facts that wait are made first, a few at a time."""
    while workspace.replica.keep_facts():
        token.check()
