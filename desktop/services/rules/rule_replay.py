"""Drafts tried on the history this device has: what would have fired, and against what is in force.

Reads only. Runs on a thread of its own, says how far it is, and can be stopped.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from crm_core.insight.declared import Period
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.permissions import people_below
from crm_core.rules.approvals import Approval
from crm_core.rules.documents import Document
from crm_core.rules.firing.automations import Automation
from crm_core.rules.firing.deciding import FIRING
from crm_core.rules.limits import Limit
from crm_core.rules.pools import Pool
from crm_core.rules.replaying.outcomes import CONTACTS, Judgement
from crm_core.rules.replaying.past import Feed, Past
from crm_core.rules.replaying.replay import Fired, Played, Replayable, Whose, everybody, play
from crm_core.rules.replaying.replay_report import Report, reported
from crm_core.rules.replaying.replay_sets import Setting, overlaid, sets_of
from crm_core.rules.routing import Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Scoring
from crm_core.rules.stages import StageBody
from crm_core.rules.timekeeping.clock_state import EXEMPTION
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.store.log.history_feed import read_feed
from crm_core.store.ruling.clock_reads import company_days
from desktop.services.cancelling import CancelToken
from desktop.services.rules.limit_replay import MEASURE, RedWeeks, measure_names, red_weeks
from desktop.services.workspace import Workspace

MONTHS = 12
_READING = 0.4
"""The share of the work that reading takes."""
_AT_ONCE = 500
REPLAYED: tuple[type, ...] = (
    Approval, Automation, Clock, Limit, Pool, Route, Scoring, StageBody,
)  # fmt: skip
"""Bodies that can be tried."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it, with the names of those it speaks of."""

    report: Report
    rules: dict[str, Label]
    people: dict[str, str]
    records: dict[tuple[str, str], str]
    measures: dict[str, Label]
    """What is called by a limit."""


class Side(StrEnum):
    """Which of what would have fired is asked for."""

    ALL = "all"
    NEW = "new"
    """With the draft, and not as published."""
    GONE = "gone"
    """As published, and not with the draft."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One firing as it is listed."""

    fired: Fired
    side: Side
    judgement: Judgement | None = None
    """None where only what is published fires."""


def lines_of(report: Report, side: Side) -> list[TrialLine]:
    """What would have fired, the latest first."""
    found = [TrialLine(one, Side.GONE) for one in report.no_longer]
    for one in report.judged:
        found.append(TrialLine(one.fired, Side.NEW if one.new else Side.BOTH, one.judgement))
    wanted = [one for one in found if side in (Side.ALL, one.side)]
    return sorted(wanted, key=lambda one: one.fired.at, reverse=True)


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """One rule over the whole span, beside what is in force."""

    rule: str
    fired: int
    records: int
    false_alarms: int
    false_share: float | None
    """Of those that can be judged; None where none can."""
    newly: int
    gone: int


def by_rule(report: Report) -> list[RuleTrial]:
    """A line a rule: first those that change most, then those that fire most."""
    newly = Counter(one.fired.rule for one in report.judged if one.new)
    gone = Counter(one.rule for one in report.no_longer)
    known = {one.rule for one in report.rules}
    lines = [
        RuleTrial(
            one.rule, one.fired, one.records, one.false_alarms, one.false_share,
            newly[one.rule], gone[one.rule],
        )
        for one in report.rules
    ]  # fmt: skip
    lines += [RuleTrial(one, 0, 0, 0, None, 0, gone[one]) for one in gone if one not in known]
    return sorted(lines, key=lambda one: (-one.newly - one.gone, -one.fired, one.rule))


def can_be_tried(document: Document[object]) -> bool:
    """Whether a replay knows this kind of rule."""
    return isinstance(document.body, REPLAYED)


def try_rules(
    workspace: Workspace,
    rules: Sequence[Document[object]],
    published: RuleSet,
    token: CancelToken,
    report: Callable[[float], object],
    *,
    team: str = "",
) -> Trial:
    """Let the last twelve months go by before these rules, and before those of the same ids that
    are in force; with a team, only what concerns its people and those below it counts.
    KnownError ("nothing_to_try"), Cancelled."""
    tried = [one for one in rules if can_be_tried(one)]
    if not any(one.active or published.one(one.id) for one in tried):
        raise KnownError(
            "选中的规则不能试跑：没有一条是启用的。没有改动任何数据。",
            "These rules cannot be tried: none is switched on. No data was touched.",
            code="nothing_to_try",
        )
    until = workspace.clock.now()
    since = until - timedelta(days=30.4 * MONTHS)
    registry, days = workspace.replica.registry, company_days(workspace.replica.find)
    happened = _happened(workspace, tried, iso_moment(since))
    sets = sets_of(tried, published, Setting(registry, days.closed, days.opened, happened))

    def said(share: float) -> None:
        token.check()
        report(share)

    feed = _feed(workspace, sets, since, until, lambda share: said(share * _READING))
    played = play(
        feed, registry, sets, lambda share: said(_READING + share * (1 - _READING)),
        whose=_of_team(workspace, team),
    )  # fmt: skip
    red = red_weeks(
        workspace, tried, overlaid(published, tried), published, Period(since, until), team=team,
        check=token.check,
    )  # fmt: skip
    found = reported(feed, _with(played, red), {one.id for one in tried})
    return _named(workspace, found, tried, published)


def _with(played: Played, red: RedWeeks) -> Played:
    """What was played, and the weeks in which measures are red."""
    both, drafted, forced = played.fired
    fired = (*both, *red.both), (*drafted, *red.drafted), (*forced, *red.forced)
    return replace(played, fired=fired)


def _feed(
    workspace: Workspace,
    sets: Iterable[Sequence[Replayable]],
    since: datetime,
    until: datetime,
    report: Callable[[float], object],
) -> Feed:
    """What was there and what happened, of everything the rules hear of or look at."""
    wanted = {"user", "team", EXEMPTION, *CONTACTS}
    wanted |= {e for some in sets for one in some for e in (*one.entities, *one.looks_at)}
    replica = workspace.replica
    return replica.read(
        lambda c: read_feed(
            c, replica.tables, replica.registry, wanted, since=since, until=until, report=report
        )
    )


def _happened(
    workspace: Workspace, rules: Sequence[Document[object]], since: str
) -> frozenset[str]:
    """Firings from before the span, of rules that fire once for a record."""
    once = [r.id for r in rules if isinstance(r.body, Automation) and r.body.once]
    found: set[str] = set()
    for start in range(0, len(once), _AT_ONCE):
        some = Test("rule", Op.IN, tuple(once[start : start + _AT_ONCE]))
        asked = Query(FIRING, All((some, Test("at", Op.LT, since))))
        found |= {str(one["id"]) for one in workspace.replica.find(asked)}
    return frozenset(found)


def _of_team(workspace: Workspace, team: str) -> Whose:
    """What concerns somebody of a team or of those below it: their records, or their tasks."""
    if not team:
        return everybody
    replica = workspace.replica
    users, teams = replica.find(Query("user")), replica.find(Query("team"))
    members = people_below(team, users, teams)

    def whose(fired: Fired, past: Past) -> bool:
        if not members.isdisjoint(fired.people):
            return True
        entity = replica.registry.entity(fired.entity)
        record = past.get(fired.entity, fired.record) or {}
        return bool(entity.owner) and record.get(entity.owner) in members

    return whose


def _named(
    workspace: Workspace, report: Report, rules: Sequence[Document[object]], published: RuleSet
) -> Trial:
    every = [one.fired for one in report.judged] + list(report.no_longer)
    by_entity: dict[str, set[str]] = {}
    for one in every:
        if one.entity != MEASURE:
            by_entity.setdefault(one.entity, set()).add(one.record)
    titles = {
        (entity, record): title
        for entity, ids in by_entity.items()
        for record, title in workspace.replica.titles(entity, ids).items()
    }
    measures = measure_names(rules, published)
    people = {load.person for load in report.loads} | {p for one in every for p in one.people}
    return Trial(
        report=report,
        rules={one.id: one.label for one in (*published.documents, *rules)},
        people=workspace.replica.titles("user", people),
        records=titles,
        measures=dict(measures),
    )
