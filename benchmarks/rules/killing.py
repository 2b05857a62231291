"""Every firing exactly once while processes are killed and the clock jumps.

Four server processes on PostgreSQL; leads come in over HTTP, clocks of three levels and timed
automations fall due by the thousand. Children of the crew are killed with SIGKILL at moments by
chance and replaced; the clock jumps forwards and back. At the end what exists is compared with
what must: each level of each clock, each moment of each timed rule, each webhook, each task.
"""

import json
import os
import random
import secrets
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.rules.laptops import laptop, push_all
from benchmarks.rules.moving import Moved, MovedClock, moved_server, opened, wait_for_rest
from benchmarks.rules.server import publish
from benchmarks.sync.company import found_company
from benchmarks.sync.database import private_postgres
from benchmarks.sync.figures import Figure
from crm_core.clock import CHINA, iso_moment
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.automations import KIND, Action, Automation, Do, On, Trigger
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.rules.timekeeping.clocks import CLOCK, Clock, Level
from desktop.services.workspace import Workspace
from sync_server.services.server import Server

SECONDS, LEADS, CUSTOMERS, PROCESSES = 60.0, 1_200, 60, 4
BEGINS = datetime(2026, 3, 2, 0, 40, tzinfo=UTC)
"""A Monday morning in China."""
_BATCH = 25
_LEVELS = (1.0, 5.0, 30.0)
_CLOCK, _TIMED, _DAILY = "kill-clock", "kill-timed", "kill-daily"
_DAILY_AT = timedelta(hours=9, minutes=30)
_SAY = Label("到时：[name]", "Due: [name]")
RULES: tuple[Document[object], ...] = (
    Document(_CLOCK, CLOCK, _SAY, "lead", Clock(
        ("received_at",), 1.0, tuple(Level(one, ("owner",), _SAY) for one in _LEVELS))),
    Document(_TIMED, KIND, _SAY, "lead", Automation(
        Trigger(On.MOMENT, field="received_at", hours=2),
        (Action(Do.TASK, title="到时：[姓名]", due_hours=1),
         Action(Do.WEBHOOK, url="https://hooks.example.com/due", fields=("name",))))),
    Document(_DAILY, KIND, _SAY, "customer", Automation(
        Trigger(On.DAILY, at="09:30"), (Action(Do.NOTIFY, title="每日：[姓名]"),))),
)  # fmt: skip


@dataclass(slots=True)
class Run:
    """One run, by its dice."""

    dice: random.Random
    clock: MovedClock
    kills: int = 0
    jumps: int = 0
    latest: datetime = BEGINS
    doubles: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    firings: int = 0

    def trouble(self, process: Moved, until: float) -> None:
        """Kill and jump by chance for so long."""
        while time.monotonic() < until:
            time.sleep(self.dice.uniform(0.3, 2.0))
            if self.dice.random() < 0.55 and (children := process.children()):
                with suppress(ProcessLookupError):
                    os.kill(self.dice.choice(children), signal.SIGKILL)
                    self.kills += 1
            else:
                self.jump()

    def jump(self) -> None:
        """Some hours on, now and then some back; never a whole day past a daily moment."""
        back = self.dice.random() < 0.25
        hours = -self.dice.uniform(0.1, 3) if back else self.dice.uniform(0.5, 9)
        moment = self.clock.now() + timedelta(hours=hours)
        self.latest = max(self.latest, moment)
        self.clock.run(moment)
        self.jumps += 1


def figures(
    *, seconds: float = SECONDS, leads: int = LEADS, seed: int | None = None
) -> Iterator[Figure]:  # fmt: skip
    """Doubles and missing; both must be none."""
    number = secrets.randbelow(2**31) if seed is None else seed
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with private_postgres(folder / "postgres") as database:
            run = Run(random.Random(number), MovedClock(folder / "clock"))
            _tell(run, folder, database, seconds, leads)
    note = (
        f"seed {number}, {run.kills} kills, {run.jumps} jumps of the clock over "
        f"{(run.latest - BEGINS).days} days, {run.firings:,} firings"
    )
    for line in [*run.doubles, *run.missing][:20]:
        print(line)
    yield Figure("fired twice", len(run.doubles), "", target=0, note=note)
    yield Figure("not fired", len(run.missing), "", target=0, note=note)


def _tell(run: Run, folder: Path, database: str, seconds: float, leads: int) -> None:
    run.clock.run(BEGINS)
    company = found_company(
        folder / "server", records=CUSTOMERS, managers=1, reps=4, database=database,
        clock=run.clock.clock,
    )  # fmt: skip
    with opened(company.folder, run.clock.clock) as observer:
        publish(observer, RULES)
        served = moved_server(run.clock, company.folder, processes=PROCESSES, seconds=0.3)
        with served as process:
            rules = make_rules(BUILTIN_RULES)
            desk = laptop(folder / "laptop", run.clock, process.url, "manager0", rules)
            sending = threading.Thread(target=_send, args=(desk, run, leads))
            sending.start()
            run.trouble(process, time.monotonic() + seconds)
            sending.join()
            run.trouble(process, time.monotonic() + seconds / 4)
            for _ in range(8):  # What came last has its last level within 30 hours.
                time.sleep(0.5)
                run.clock.run(max(run.latest, run.clock.now()) + timedelta(hours=5))
                run.latest = run.clock.now()
                wait_for_rest(observer)
            run.clock.stand(run.clock.now())
            wait_for_rest(observer)
            desk.close()
        _count(run, observer)


def _send(desk: Workspace, run: Run, leads: int) -> None:
    """Leads of one owner, some at a time, each by a push that is sent until it is answered."""
    for first in range(0, leads, _BATCH):
        numbers = range(first, min(first + _BATCH, leads))
        with desk.replica.write(desk.actor) as (unit, _):
            now = {"received_at": iso_moment(run.clock.now()), "owner": desk.actor.user_id}
            rows = [{"name": f"线索{n:05d}", "stage": "captured", **now} for n in numbers]
            unit.create_many("lead", rows, record_ids=[f"k{n}" for n in numbers])
        push_all(desk)


# -- what must be, and what is -------------------------------------------------------------------


def _count(run: Run, server: Server) -> None:
    leads = {str(one["id"]): str(one["name"]) for one in server.replica.find(Query("lead"))}
    customers = [str(one["id"]) for one in server.replica.find(Query("customer"))]
    wanted = {(_CLOCK, lead, str(n)) for lead in leads for n in range(len(_LEVELS))}
    wanted |= {(_TIMED, lead, "") for lead in leads}
    wanted |= {(_DAILY, one, day) for one in customers for day in _days(run.latest)}
    _compare(run, "firing", Counter(wanted), Counter(_fired(server, run)))
    table = server.tables.webhook
    with server.reading() as connection:
        rows = connection.execute(select(table.c.body)).scalars()
        hooks = Counter(("webhook", _record_in(one)) for one in rows)
    _compare(run, "webhook", Counter(("webhook", lead) for lead in leads), hooks)
    _compare(run, "task", Counter({name: len(_LEVELS) + 1 for name in leads.values()}),
             _named(server))  # fmt: skip


def _days(latest: datetime) -> Iterator[str]:
    """The daily moments there were; a rule that is new looks back a day."""
    day = BEGINS.astimezone(CHINA).replace(hour=0, minute=0) - timedelta(days=1)
    while day + _DAILY_AT <= latest:
        if day + _DAILY_AT > BEGINS - timedelta(days=1):
            yield f"{day:%Y-%m-%d}"
        day += timedelta(days=1)


def _fired(server: Server, run: Run) -> Iterator[tuple[str, str, str]]:
    for one in server.replica.find(Query("firing")):
        rule, record = str(one["rule"]), str(one["record"])
        part = ""
        if rule == _CLOCK:
            part = str(json.loads(str(one["why"]))["level"])
        if rule == _DAILY:
            part = str(one["at"])[:10]
        if rule in (_CLOCK, _TIMED, _DAILY):
            run.firings += 1
            yield rule, record, part


def _named(server: Server) -> Counter[str]:
    """How often tasks name each lead: alone, or in a list of many."""
    found: Counter[str] = Counter()
    for one in server.replica.find(Query("task", Test("title", Op.CONTAINS, "到时"))):
        title, remark = str(one["title"]), str(one.get("remark") or "")
        alone = title.startswith("到时：线索")
        found.update([title[3:]] if alone else remark.split("\n"))
    return found


def _record_in(payload: object) -> str:
    return str(json.loads(str(payload))["record"])


def _compare(
    run: Run, what: str, wanted: Counter[Any], found: Counter[Any]
) -> None:  # fmt: skip
    run.missing += [f"{what} missing: {one}" for one in (wanted - found).elements()]
    run.doubles += [f"{what} too many: {one}" for one in (found - wanted).elements()]
