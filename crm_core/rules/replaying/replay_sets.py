"""From the rules that are tried to what a replay plays: draft and in force, each worked out once.

Clocks, automations and approvals stand alone: what says the same on both sides is played once for
both.
Scores, routes and stages decide together (the first that fits, everything on the way): there the
whole of what is in force is played, with what is tried laid over it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from crm_core.model.schema import Registry
from crm_core.rules.approvals import Approval
from crm_core.rules.documents import Document
from crm_core.rules.firing.automations import Automation, Do
from crm_core.rules.pools import Pool
from crm_core.rules.replaying.replay import Replayable
from crm_core.rules.replaying.replay_approvals import ApprovalReplay
from crm_core.rules.replaying.replay_automations import AutomationReplay
from crm_core.rules.replaying.replay_clocks import ClockReplay
from crm_core.rules.replaying.replay_routes import RouteReplay
from crm_core.rules.replaying.replay_scores import ScoreReplay
from crm_core.rules.replaying.replay_stages import PastGates, StageReplay
from crm_core.rules.routing import Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Scoring
from crm_core.rules.stage_plan import plan_of
from crm_core.rules.stages import StageBody
from crm_core.rules.timekeeping.claim_times import is_claiming
from crm_core.rules.timekeeping.clocks import Clock

Documents = Sequence[Document[object]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What rules stand in."""

    registry: Registry
    closed: Collection[date] = ()
    opened: Collection[date] = ()
    happened: Collection[str] = ()
    """Firings from before, of rules that fire once."""


def sets_of(
    tried: Documents, published: RuleSet, setting: Setting
) -> tuple[list[Replayable], list[Replayable], list[Replayable]]:
    """What draft and what is in force have in common; the draft alone; what is in force alone."""
    draft = overlaid(published, tried)
    both, drafted, forced = _apart(tried, draft, published)
    sets = tuple(
        _alone(some, rules, setting)
        for some, rules in ((both, draft), (drafted, draft), (forced, published))
    )
    for bodies, make in _TOGETHER:
        if not any(isinstance(one.body, bodies) for one in tried):
            continue
        if _those(draft, bodies) == _those(published, bodies):
            sets[0].append(make(draft, setting))
        else:
            sets[1].append(make(draft, setting))
            sets[2].append(make(published, setting))
    return sets[0], sets[1], sets[2]


def overlaid(published: RuleSet, tried: Documents) -> RuleSet:
    """What is in force with these in place of those of the same ids."""
    ids = {one.id for one in tried}
    return RuleSet([*(one for one in published.documents if one.id not in ids), *tried])


def _apart(
    tried: Documents, drafted: RuleSet, published: RuleSet
) -> tuple[Documents, Documents, Documents]:
    """Clocks as they are followed, those of pools among them; other rules as they are written."""
    ids = {one.id for one in tried}
    if any(isinstance(one.body, Pool) for one in tried) and _claims(drafted) != _claims(published):
        ids |= {drafted.origin_of(one.id) for one in _claims(drafted)}
    draft, force = (
        [
            *(one for one in rules.of(Clock) if rules.origin_of(one.id) in ids),
            *(one for one in rules.documents
              if one.active and one.id in ids and not isinstance(one.body, Clock)),
        ]
        for rules in (drafted, published)
    )  # fmt: skip
    both = [one for one in draft if one in force]
    return both, [one for one in draft if one not in both], [x for x in force if x not in both]


def _claims(rules: RuleSet) -> list[Document[Clock]]:
    return [one for one in rules.of(Clock) if is_claiming(one)]


def _alone(some: Documents, rules: RuleSet, setting: Setting) -> list[Replayable]:
    """Clocks, automations and approvals."""
    clocks = [cast("Document[Clock]", one) for one in some if isinstance(one.body, Clock)]
    autos = [cast("Document[Automation]", one) for one in some if isinstance(one.body, Automation)]
    asked = [cast("Document[Approval]", one) for one in some if isinstance(one.body, Approval)]
    found: list[Replayable] = [ApprovalReplay(asked)] if asked else []
    if clocks:
        origins = {one.id: rules.origin_of(one.id) for one in clocks}
        found.append(
            ClockReplay(clocks, setting.registry, setting.closed, setting.opened, origins=origins)
        )
    if autos:
        moves = any(a.do is Do.SET and a.field == "stage" for o in autos for a in o.body.actions)
        gates = PastGates(plan_of(rules, setting.registry)) if moves else None
        found.append(
            AutomationReplay(autos, setting.registry, gates=gates, earlier=setting.happened)
        )
    return found


def _those(rules: RuleSet, bodies: tuple[type, ...]) -> list[Document[object]]:
    return [one for one in rules.documents if isinstance(one.body, bodies)]


_TOGETHER: tuple[tuple[tuple[type, ...], Callable[[RuleSet, Setting], Replayable]], ...] = (
    ((Scoring,), lambda rules, _: ScoreReplay(rules.of(Scoring))),
    ((Route, Pool), lambda rules, at: RouteReplay(rules, at.closed, at.opened)),
    ((StageBody,), lambda rules, at: StageReplay(plan_of(rules, at.registry))),
)
