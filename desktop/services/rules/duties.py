"""The roster on this device: who is on duty on which day, which lines say so (row 4.16).

Absences count as far as they are sent here. Never writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from crm_core.clock import CHINA
from crm_core.model.query import Query
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions import Right
from crm_core.rules.duty import AHEAD, ENTITY, WEEKLY, OnDuty, Roster, Turn, trouble
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stage_plan import STAGED, plan_of
from crm_core.store.ruling.duties import roster_in

if TYPE_CHECKING:
    from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DutyDay:
    """A role on one of the coming days."""

    role: str
    day: date
    turns: tuple[Turn, ...]
    gap: bool
    """People work on that day and nobody is on duty."""
    holiday: bool
    covered: bool
    """Somebody stands in."""


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One line of a roster as it was entered."""

    record: Record
    user: str
    covers: str
    """What they are called."""
    trouble: Label | None
    over: bool
    """It speaks of no day that is still to come."""


@dataclass(frozen=True, slots=True)
class DutyDesk:
    """Everything the page shows."""

    now: datetime
    roles: tuple[str, ...]
    standing: tuple[OnDuty, ...]
    """By role, in the same order."""
    days: tuple[DutyDay, ...]
    lines: tuple[DutyLine, ...]
    lacking: tuple[Label, ...]
    """What stages call those who help, where no roster is called so."""
    writable: bool
    names: dict[str, str]


def roster_over(workspace: "Workspace") -> Roster:
    """The roster of what is on this device now."""
    replica = workspace.replica

    def find(query: Query) -> list[Record]:
        return list(replica.find(query))

    return replica.read(
        lambda c: roster_in(
            c, replica.tables, find, actor=workspace.actor, registry=replica.registry
        )
    )


def helpers_of(workspace: "Workspace") -> tuple[Label, ...]:
    """What the stages in force call those who help, each once."""
    book, replica, teams = workspace.rule_book, workspace.replica, workspace.actor.circles.teams
    rules: RuleSet = replica.read(lambda c: book.in_force(c, replica.tables, teams))
    plan = plan_of(rules, replica.registry)
    every = (one.role for entity in STAGED for one in plan.stages(entity))
    return tuple(dict.fromkeys(one for one in every if one.zh or one.en))


def roles_offered(workspace: "Workspace", language: str) -> list[str]:
    """Roles a line may be of: those that have a roster, and those that stages name."""
    roster = roster_over(workspace)
    fresh = [one.text(language) for one in helpers_of(workspace) if not roster.named(one)]
    return [*roster.roles, *dict.fromkeys(fresh)]


def read_duties(workspace: "Workspace") -> DutyDesk:
    """The roster from today on; not for the Qt thread."""
    now, roster = workspace.clock.now(), roster_over(workspace)
    lines = workspace.replica.find(Query(ENTITY))
    people = {str(one[name]) for one in lines for name in ("user", "covers") if one.get(name)}
    names = workspace.replica.titles("user", people)
    found = (roster.at(role, now) for role in roster.roles)
    return DutyDesk(
        now=now, roles=roster.roles, standing=tuple(one for one in found if one is not None),
        days=tuple(_days(roster, now)),
        lines=tuple(_line(one, names, now) for one in sorted(lines, key=_order)),
        lacking=tuple(one for one in helpers_of(workspace) if not roster.named(one)),
        writable=workspace.may(Right.CREATE, ENTITY).allowed, names=names,
    )  # fmt: skip


def _days(roster: Roster, now: datetime) -> Iterator[DutyDay]:
    today = now.astimezone(CHINA).date()
    for number in range(AHEAD):
        day = today + timedelta(days=number)
        for role in roster.roles:
            yield DutyDay(
                role, day, roster.turns(role, day), roster.is_gap(role, day),
                roster.calendar.is_holiday(day), roster.has_cover(role, day),
            )  # fmt: skip


def _line(record: Record, names: dict[str, str], now: datetime) -> DutyLine:
    last = record.get("until_on") or (
        record.get("from_on") if record.get("kind") != WEEKLY else None
    )
    today = now.astimezone(CHINA).date().isoformat()
    return DutyLine(
        record, names.get(str(record.get("user")), ""), names.get(str(record.get("covers")), ""),
        trouble(record), isinstance(last, str) and last < today,
    )  # fmt: skip


def _order(record: Record) -> tuple[str, bool, str, str]:
    dated = record.get("kind") != WEEKLY
    return str(record.get("role")), dated, str(record.get("from_on") or ""), str(record["id"])
