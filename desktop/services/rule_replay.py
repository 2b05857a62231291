"""Drafts tried on the history this device has: what would have fired, and against what is in force.

Reads only. Runs on a thread of its own, says how far it is, and can be stopped.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from crm_core.errors import KnownError
from crm_core.rules.clock_state import EXEMPTION
from crm_core.rules.clocks import Clock
from crm_core.rules.documents import Document
from crm_core.rules.outcomes import CONTACTS
from crm_core.rules.replay import Replayable, play
from crm_core.rules.replay_clocks import ClockReplay
from crm_core.rules.replay_report import Report, reported
from crm_core.rules.replay_scores import ScoreReplay
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Scoring
from crm_core.store.clock_reads import company_days
from crm_core.store.history_feed import read_feed
from desktop.services.cancelling import CancelToken
from desktop.services.workspace import Workspace

MONTHS = 12
_READING = 0.4
"""The share of the work that reading takes."""
REPLAYED: tuple[type, ...] = (Clock, Scoring)
"""Bodies that can be tried."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it, with the names of those it speaks of."""

    report: Report
    rules: dict[str, str]
    people: dict[str, str]
    records: dict[tuple[str, str], str]


def can_be_tried(document: Document[object]) -> bool:
    """Whether a replay knows this kind of rule."""
    return isinstance(document.body, REPLAYED)


def try_rules(
    workspace: Workspace,
    rules: Sequence[Document[object]],
    published: RuleSet,
    token: CancelToken,
    report: Callable[[float], object],
) -> Trial:
    """Let the last twelve months go by before these rules, and before those of the same ids that
    are in force. KnownError ("nothing_to_try"), Cancelled."""
    draft = [one for one in rules if can_be_tried(one) and one.active]
    if not draft:
        raise KnownError(
            "选中的规则暂不能试跑：目前支持时限和评分。没有改动任何数据。",
            "These rules cannot be tried yet: clocks and scores can. No data was touched.",
            code="nothing_to_try",
        )
    replica = workspace.replica
    days = company_days(replica.find)
    sets = [
        _players(some, workspace, days.closed, days.opened) for some in _apart(draft, published)
    ]
    wanted = {"user", "team", EXEMPTION, *CONTACTS}
    wanted |= {entity for some in sets for one in some for entity in one.entities}

    def said(share: float) -> None:
        token.check()
        report(share)

    until = workspace.clock.now()
    feed = replica.read(
        lambda c: read_feed(
            c, replica.tables, replica.registry, wanted,
            since=until - timedelta(days=30.4 * MONTHS), until=until,
            report=lambda share: said(share * _READING),
        )
    )  # fmt: skip
    played = play(
        feed, replica.registry, sets, lambda share: said(_READING + share * (1 - _READING))
    )
    return _named(workspace, reported(feed, played), draft)


def _apart(
    draft: Sequence[Document[object]], published: RuleSet
) -> tuple[Sequence[Document[object]], ...]:
    """What says the same in both, which need not be worked out twice; the draft alone; what is in
    force alone."""
    ids = {one.id for one in draft}
    force = [one for one in published.documents if one.id in ids and one.active]
    both = [one for one in draft if one in force]
    return both, [one for one in draft if one not in both], [x for x in force if x not in both]


def _players(
    rules: Sequence[Document[object]],
    workspace: Workspace,
    closed: Collection[Any],
    opened: Collection[Any],
) -> list[Replayable]:
    clocks = [cast("Document[Clock]", one) for one in rules if isinstance(one.body, Clock)]
    scores = [cast("Document[Scoring]", one) for one in rules if isinstance(one.body, Scoring)]
    found: list[Replayable] = []
    if clocks:
        found.append(ClockReplay(clocks, workspace.replica.registry, closed, opened))
    if scores:
        found.append(ScoreReplay(scores))
    return found


def _named(workspace: Workspace, report: Report, rules: Sequence[Document[object]]) -> Trial:
    every = [one.fired for one in report.judged] + list(report.no_longer)
    by_entity: dict[str, set[str]] = {}
    for one in every:
        by_entity.setdefault(one.entity, set()).add(one.record)
    titles = {
        (entity, record): title
        for entity, ids in by_entity.items()
        for record, title in workspace.replica.titles(entity, ids).items()
    }
    people = {load.person for load in report.loads} | {p for one in every for p in one.people}
    return Trial(
        report=report,
        rules={one.id: one.label.zh for one in rules},
        people=workspace.replica.titles("user", people),
        records=titles,
    )
