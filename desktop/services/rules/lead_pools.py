"""The pools of leads as one person sees them: what waits, how long, and until when (row 2.13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import parse_moment
from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions import Right
from crm_core.rules.pools import Pool, may_claim
from crm_core.rules.routing import CLOSED, ROUTED, UNASSIGNED
from crm_core.rules.timekeeping.claim_times import is_claiming
from crm_core.rules.timekeeping.clock_state import Phase
from crm_core.rules.timekeeping.clocks import Measure
from crm_core.rules.wording.clock_faces import time_words
from crm_core.rules.wording.speaking import Speaker
from crm_core.store.ruling.clock_reads import Stands
from crm_core.store.ruling.office import office
from desktop.services.rules.countdowns import count_all
from desktop.services.rules.rule_book import rules_of
from desktop.services.rules.rule_lines import namer, speaker_of
from desktop.services.workspace import Workspace

MOST = 2_000
"""Leads shown, those that wait longest first."""
_OPEN = tuple(Test("stage", Op.NE, one) for one in CLOSED)
_WAITING = All((Test("owner", Op.EQ, None), *_OPEN))
_HELD = All((
    Test("owner", Op.NE, None), Test("stage", Op.EQ, "captured"),
    Test("first_response_at", Op.EQ, None),
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class PoolLine:
    """One pool with how many wait in it."""

    id: str
    label: Label
    waiting: int
    claimable: bool
    """The person is of it."""


@dataclass(frozen=True, slots=True)
class LeadLine:
    """One lead in a pool, or given out of it and not answered yet."""

    id: str
    name: str
    source: str
    grade: str
    pool: str
    owner: str
    """What its owner is called; empty: it waits."""
    since: datetime | None
    left: str
    """What is left of the time to claim it, in words; empty where no clock runs."""
    over: bool
    claimable: bool
    takeable: bool
    """The person may take it over from its owner."""
    returnable: bool


@dataclass(frozen=True, slots=True)
class PoolDesk:
    """Everything the page shows."""

    pools: tuple[PoolLine, ...]
    waiting: tuple[LeadLine, ...]
    held: tuple[LeadLine, ...]
    now: datetime


def read_pools(workspace: Workspace, language: str) -> PoolDesk:
    """What waits and what was given out unanswered; not for the Qt thread."""
    replica, rules, now = workspace.replica, rules_of(workspace), workspace.clock.now()
    there = replica.read(lambda c: office(c, replica.tables, rules, now, known=False))
    pools, me = rules.of(Pool), workspace.actor.user_id
    mine = {one.id for one in pools if may_claim(one.body, me, there)}
    known = {one.id for one in pools}
    sort = (Sort("received_at"),)
    waiting = _unmerged(replica.find(Query(ROUTED, _WAITING, sort=sort, limit=MOST)))
    held = _unmerged(replica.find(Query(ROUTED, _HELD, sort=sort, limit=MOST)))
    speaker = speaker_of(workspace, language, rules, namer(workspace))
    reading = _Reading(workspace, speaker, now, frozenset(known), frozenset(mine))
    lines, given = reading.lines(waiting), reading.lines(held)
    return PoolDesk(
        tuple(
            PoolLine(one.id, one.label, sum(r.pool == one.id for r in lines), one.id in mine)
            for one in pools
        ),
        lines, given, now,
    )  # fmt: skip


def pool_at(record: Record, known: frozenset[str]) -> str:
    """The pool a lead is looked for in: where its own is gone, among what nothing fits."""
    held = str(record.get("pool") or "")
    return held if held in known else UNASSIGNED


def may_take_over(workspace: Workspace, record: Record) -> bool:
    """Whether the person leads whoever has it: their right to edit reaches it."""
    owner, me = record.get("owner"), workspace.actor.user_id
    return bool(owner) and owner != me and workspace.may(Right.EDIT, ROUTED, record).allowed


@dataclass(frozen=True, slots=True)
class _Reading:
    workspace: Workspace
    speaker: Speaker
    now: datetime
    known: frozenset[str]
    mine: frozenset[str]

    def lines(self, leads: Sequence[Record]) -> tuple[LeadLine, ...]:
        clocks = count_all(self.workspace, ROUTED, leads, is_claiming)
        owners = {str(one["owner"]) for one in leads if one.get("owner")}
        names = self.workspace.replica.titles("user", owners)
        found = []
        for one in leads:
            counted = clocks.get(str(one["id"]))
            running = counted.running(self.now) if counted is not None else []
            found.append(self._line(one, names, *self._left(running)))
        return tuple(found)

    def _left(self, running: Sequence[Stands]) -> tuple[str, bool]:
        if not running:
            return "", False
        rule, state = running[0].rule, running[0].state
        words = time_words(state, self.speaker, working=rule.body.measure is Measure.WORKING)
        return words, state.phase is Phase.OVER

    def _line(self, one: Record, names: dict[str, str], left: str, over: bool) -> LeadLine:
        pool, owner = pool_at(one, self.known), str(one.get("owner") or "")
        since = one.get("pooled_at") or one.get("received_at")
        workspace = self.workspace
        edit = workspace.may(Right.EDIT, ROUTED, one).allowed
        mine = owner == workspace.actor.user_id
        return LeadLine(
            id=str(one["id"]), name=str(one.get("name") or ""),
            source=str(one.get("source") or ""), grade=str(one.get("grade") or ""), pool=pool,
            owner=names.get(owner, owner), since=parse_moment(str(since)) if since else None,
            left=left, over=over,
            claimable=not owner and edit and (pool in self.mine or pool not in self.known),
            takeable=may_take_over(workspace, one),
            returnable=bool(owner) and edit and (mine or may_take_over(workspace, one)),
        )  # fmt: skip


def _unmerged(leads: Sequence[Record]) -> list[Record]:
    return [one for one in leads if not one.get("merged_into")]
