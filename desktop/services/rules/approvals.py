"""Requests for approval: what may be asked, of whom, what waits, and how it stands (rows 4.7, 4.8).

Reads only; the verbs are in `commands.approvals`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import CHINA, parse_moment
from crm_core.model.query import All, Condition, Op, Query, Sort, Test, matches
from crm_core.model.query import Any as AnyOf
from crm_core.model.values import Record
from crm_core.permissions import visible
from crm_core.rules.approvals import ENTITY, PENDING, Approval, Standing, standing
from crm_core.rules.documents import Document
from crm_core.rules.recipients import People
from crm_core.rules.timekeeping.clock_state import Phase
from crm_core.rules.wording.clock_faces import Face
from crm_core.rules.wording.speaking import Speaker
from desktop.services.queries import Target, resolve_titles
from desktop.services.rules.countdowns import Counted, count_all, tells
from desktop.services.rules.rule_book import rules_of
from desktop.services.workspace import Workspace

MINE, ASKED, DONE = "mine", "asked", "done"
VIEWS = (MINE, ASKED, DONE)
_MOST = 300
_MOST_WAITING, _MOST_CLAUSES = 2_000, 9
_UNRULED = Approval()
_FIRST, _FINAL = "first_response_at", "decided_at"
"""What stops the two clocks of a request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, ready to be shown."""

    record: Record
    standing: Standing
    clocks: tuple[Face, ...]
    """What runs for it (row 4.7), in words."""
    rule: str
    """What it is called; empty where it was asked freely."""
    clauses: tuple[str, ...]
    asker: str
    approver: str
    about: str
    target: Target
    """(entity, id) it is about; ("", "") for nothing."""
    provisional: bool
    """Written here, and not yet confirmed by the server."""
    exemption: str = ""
    """Of a request to hold up the clocks: the kind and until when (row 6.10)."""


def kinds_for(workspace: Workspace, entity: str, record: Record) -> list[Document[Approval]]:
    """What may be asked about a record."""
    now = workspace.clock.now()
    return [
        one
        for one in rules_of(workspace).of(Approval)
        if one.entity in ("", entity) and matches(one.body.when.condition, record, now)
    ]


def proposed_approver(workspace: Workspace, body: Approval) -> str:
    """Whom a rule proposes, as far as this device knows; empty for nobody."""
    users, teams = (tuple(workspace.replica.find(Query(name))) for name in ("user", "team"))
    me = workspace.actor.user_id
    found = People(users, teams).recipients(body.approvers, me)
    return next((one for one in found if one != me), "")


def read_approvals(workspace: Workspace, view: str, language: str) -> list[Asked]:
    """Those of one view, longest waiting first. Meant for the database thread."""
    seen = visible(workspace.actor, workspace.replica.registry.entity(ENTITY))
    where = All((seen, _of_view(view, workspace.actor.user_id)))
    sort = (Sort("decided_at", descending=True),) if view == DONE else (Sort("asked_at"),)
    return described(
        workspace, workspace.replica.find(Query(ENTITY, where, sort, _MOST)), language
    )  # fmt: skip


def waiting_for_me(workspace: Workspace) -> int:
    """How many wait for the person at work."""
    return workspace.replica.count(Query(ENTITY, _of_view(MINE, workspace.actor.user_id)))


def described(workspace: Workspace, records: Iterable[Record], language: str) -> list[Asked]:
    """Requests with names, clauses and how they stand."""
    listed = list(records)
    rules = {one.id: one for one in rules_of(workspace).of(Approval)}
    targets = [t for one in listed for t in (_target(one), *_people(one)) if t[1]]
    names = resolve_titles(workspace, targets)
    waiting = workspace.replica.waiting(limit=_MOST_WAITING)
    people = {one: name for (entity, one), name in names.items() if entity == "user"}
    unsent = {one.id for one in waiting if one.entity == ENTITY}
    own = _own_clauses(workspace)
    now = workspace.clock.now()
    timed = count_all(workspace, ENTITY, listed, tells)
    speaker = Speaker(workspace.replica.registry, language, lambda _entity, one: people.get(one))
    found = []
    for one in listed:
        counted = timed.get(str(one["id"]))
        rule, target = rules.get(str(one.get("rule"))), _target(one)
        asker, approver = _people(one)
        found.append(
            Asked(
                record=one,
                standing=_standing(one, rule.body if rule else _UNRULED, counted, now),
                clocks=tuple(counted.faces(now, speaker)) if counted is not None else (),
                rule=rule.label.text(language) if rule else "",
                clauses=(*(rule.body.clauses if rule else ()), *own),
                asker=names.get(asker, ""), approver=names.get(approver, ""),
                about=names.get(target, ""), target=target,
                provisional=str(one["id"]) in unsent,
                exemption=_exemption(workspace, one, language),
            )
        )  # fmt: skip
    return found


def _exemption(workspace: Workspace, record: Record, language: str) -> str:
    until = record.get("exempt_until")
    if not isinstance(until, str):
        return ""
    spec = workspace.replica.registry.entity(ENTITY).field_spec("exempt_kind")
    kind = spec.choice(str(record.get("exempt_kind")))
    end = f"{parse_moment(until).astimezone(CHINA):%Y-%m-%d %H:%M}"
    zh = language.startswith("zh")
    parts = [
        kind.label.text(language) if kind is not None else "",
        f"到 {end} 止" if zh else f"until {end}",
        ("整个客户" if zh else "the whole customer") if record.get("exempt_all") else "",
    ]
    return " · ".join(part for part in parts if part)


def _standing(record: Record, body: Approval, counted: Counted | None, now: datetime) -> Standing:
    """By the published clocks, as on the server; by the hours of the rule where there are none."""
    found = standing(record, body, now)
    if counted is None:
        return found
    over = [one.rule.body for one in counted.at(now) if one.state.phase is Phase.OVER]
    waits, late, blocking = found.waits_hours, found.late, found.blocking
    if any(_FIRST in rule.body.stop_fields for rule in counted.rules):
        late = any(_FIRST in clock.stop_fields for clock in over)
    if any(_FINAL in rule.body.stop_fields for rule in counted.rules):
        blocking = any(_FINAL in clock.stop_fields for clock in over)
    return Standing(waits, late, blocking)


def _own_clauses(workspace: Workspace) -> tuple[str, ...]:
    """The company's quick replies of the scene of approvals: offered beside those of the rule."""
    query = Query("quick_reply", Test("scene", Op.EQ, "approval"), (Sort("title"),), _MOST_CLAUSES)
    return tuple(str(one["body"]) for one in workspace.replica.find(query) if one.get("body"))


def _of_view(view: str, me: str) -> Condition:
    waits = Test("state", Op.EQ, PENDING)
    if view == MINE:
        return All((waits, Test("owner", Op.EQ, me)))
    if view == ASKED:
        return All((waits, Test("asked_by", Op.EQ, me)))
    mine = AnyOf((Test("owner", Op.EQ, me), Test("asked_by", Op.EQ, me)))
    return All((Test("state", Op.NE, PENDING), mine))


def _target(record: Record) -> Target:
    for entity in ("opportunity", "lead", "customer"):
        if record.get(entity):
            return entity, str(record[entity])
    return "", ""


def _people(record: Record) -> tuple[Target, Target]:
    return ("user", str(record.get("asked_by") or "")), ("user", str(record.get("owner") or ""))
