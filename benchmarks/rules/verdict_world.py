"""A server process and three laptops at one moment that moves: where verdicts are compared.

`plain` decides nothing by itself, so that the server does it alone; `ruled` decides everything and
hears of nothing; `boss` is somebody else's. All are the desktop's own, signed in over HTTP.
"""

import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.rules.chance_rules import ChanceRules
from benchmarks.rules.chances import Chances
from benchmarks.rules.laptops import laptop, push_all
from benchmarks.rules.moving import MovedClock, moved_server, opened, wait_for_rest
from benchmarks.sync.company import found_company
from crm_core.clock import CHINA, iso_moment
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Actor
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.deciding import LAPTOP
from crm_core.rules.firing.sight import Fate, Outcome
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.changes.unit_of_work import Rules, Unit
from crm_core.store.ruling.automating import Automating
from crm_core.store.ruling.rule_book import RuleBook
from crm_core.store.ruling.rule_writing import publish, publishable
from crm_core.store.ruling.stage_moves import with_stages
from crm_core.sync.protocol import Ack
from desktop.services.rules.industry_templates import load_template
from desktop.services.rules.scores import with_scores
from desktop.services.rules.trade_packs import load_pack
from desktop.services.workspace import Workspace
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.server import Server

_QUIET_SECONDS = 120.0
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Era:
    """A world to compare in: when, in which zones the machines stand, who works there."""

    name: str
    begins: datetime
    moments: tuple[timedelta, ...]
    """After the beginning: when clocks are looked at."""
    zones: tuple[str, str]
    """Of the server's machine and of the laptop's."""
    role: str
    trade: str = ""


@dataclass(slots=True)
class Noting(Automating):
    """The automations of a laptop, and what they leave to the server."""

    left: set[tuple[str, str, str]] = field(default_factory=set)
    """(rule, record, moment)."""

    def carry_out(self, unit: Unit, outcomes: Sequence[Outcome]) -> None:  # type: ignore[override]
        """As it is, noting what is provisional."""
        for one in outcomes:
            if one.fate is Fate.LEFT:
                self.left.add((one.rule, one.record, iso_moment(one.at)))
        Automating.carry_out(self, unit, outcomes)


def undecided() -> Rules:
    """What is part of an act wherever it is done; automations are left to the server, as where a
    person may not see what they read."""
    return with_stages(with_scores(make_rules(BUILTIN_RULES)), RuleBook())


def unmoved() -> Rules:
    """As of a device of a version before: nothing goes on by itself, nothing is scored."""
    return make_rules(BUILTIN_RULES)


def decided() -> Noting:
    """Everything the desktop decides (`desktop.app`)."""
    rules = with_stages(with_scores(make_rules(BUILTIN_RULES)), RuleBook())
    return Noting(rules, LAPTOP)


@dataclass(slots=True)
class World:
    """One era, open."""

    era: Era
    clock: MovedClock
    observer: Server
    """The server's data, looked at from this process."""
    rules: RuleSet
    dice: random.Random
    users: tuple[str, ...]
    plain: Workspace
    ruled: Workspace
    boss: Workspace
    chances: Chances

    @property
    def noted(self) -> Noting:
        """What the laptop that decides left to the server."""
        assert isinstance(self.ruled.replica.rules, Noting)
        return self.ruled.replica.rules

    def push(self, workspace: Workspace) -> dict[int, Ack]:
        """Send all that waits; the server's verdicts by number."""
        return push_all(workspace)

    def at(self, moment: datetime) -> None:
        """Let it be this moment; back when the server has nothing left to do."""
        self.clock.stand(moment)
        self.rest()

    def rest(self) -> None:
        """Until the server has done all that is due now."""
        wait_for_rest(self.observer)


@contextmanager
def world_of(era: Era, dice: random.Random) -> Iterator[World]:
    """Found the company, serve it, sign in."""
    with tempfile.TemporaryDirectory() as name, _zone(era.zones[1]):
        clock = MovedClock(Path(name, "clock"))
        clock.stand(era.begins)
        company = found_company(
            Path(name, "server"), records=0, managers=2, reps=4, clock=clock.clock
        )
        with opened(company.folder, clock.clock) as observer:
            found = observer.replica.find(Query("user", Test("role", Op.NE, "admin")))
            by_login = {str(one["login"]): str(one["id"]) for one in found}
            rules = _publish(observer, era, dice, sorted(by_login.values()))
            served = moved_server(
                clock, company.folder, seconds=0.5, surroundings={"TZ": era.zones[0]}
            )
            with served as process:
                login = "manager0" if era.role == "manager" else "rep0"
                plain, ruled, boss = machines = [
                    laptop(Path(name, place), clock, process.url, who, made)
                    for place, who, made in (
                        ("plain", login, undecided()), ("ruled", login, decided()),
                        ("boss", "manager1", decided()),
                    )
                ]  # fmt: skip
                users = tuple(sorted(by_login.values()))
                hidden = frozenset({"budget"}) if era.role == "rep" else frozenset()
                owners = (by_login[login],) if era.role == "rep" else users
                chances = Chances(dice, clock.now, owners, prefix=f"{era.name}-", withheld=hidden)
                yield World(
                    era, clock, observer, rules, dice, users, plain, ruled, boss, chances
                )  # fmt: skip
                for one in machines:
                    one.close()


@contextmanager
def _zone(name: str) -> Iterator[None]:
    """Let this machine stand in a time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def _publish(server: Server, era: Era, dice: random.Random, users: list[str]) -> RuleSet:
    """Put rules of every kind in force, and what they look at beside the records."""
    base = {one.id: one for one in SHIPPED_SET.documents}
    if era.trade:
        base |= {one.id: one for one in load_pack(era.trade).documents}
    rules = RuleSet(ChanceRules(dice, users).every(list(base.values())))
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        for one in load_template(era.trade).fields if era.trade else ():
            unit.create("custom_field", {
                "entity": one.entity, "name": one.name, "value_kind": one.wish.kind,
                "label": one.wish.label, "options": list(one.wish.options),
            })  # fmt: skip
        _surroundings(unit, era, users)
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        text, now = publishable(rules), server.clock.iso()
        publish(unit, text, note="证明", author=users[0], at=now)
    with server.reading() as connection:
        return server.rule_book.in_force(connection, server.replica.tables, ())


def _surroundings(unit: Unit, era: Era, users: Sequence[str]) -> None:
    """The company's own days, somebody away, what must be filled, a field reps see masked."""
    today = era.begins.astimezone(CHINA).date()
    for days, kind in ((2, "off"), (5, "on"), (12, "off")):
        unit.create("special_day", {"name": f"自定 {kind}", "day": _day(today, days), "kind": kind})
    away = {"from_on": _day(today, -1), "until_on": _day(today, 1)}
    unit.create("absence", {"user": users[-1], **away})
    for name, (entity, condition, fields) in _REQUIRED.items():
        unit.create("requirement", {
            "name": name, "entity": entity, "condition": condition, "fields": fields,
        })  # fmt: skip
    if era.role == "rep":
        masked: Mapping[str, object] = {
            "role": "rep", "entity": "lead", "rights": ["see", "create", "edit"],
            "masked": ["budget"],
        }  # fmt: skip
        unit.create("grant", masked)


_REQUIRED = {
    "A 级客户": ("customer", '["eq","level","A"]', ["department", "buyer_title"]),
    "试用线索": ("lead", '["eq","need","trial"]', ["phone", "budget"]),
    "大单": ("opportunity", '["ge","amount",2000000]', ["close_on", "products"]),
}  # fmt: skip


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def actor_of(workspace: Workspace) -> Actor:
    """Who works at a laptop."""
    workspace.refresh_actor()
    return workspace.actor
