"""Clocks at many moments: how they stand here, what the server keeps of them and tells."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from benchmarks.rules.verdict_tally import Tally
from benchmarks.rules.verdict_timed import Timed
from benchmarks.rules.verdict_world import World
from crm_core.clock import iso_moment
from crm_core.model.query import Query
from crm_core.rules.documents import Document
from crm_core.rules.firing.turning import clock_turns_at
from crm_core.rules.timekeeping.clock_state import Phase, Run
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.store.ruling.clock_reads import Stands
from desktop.services.rules.countdowns import Counted, count_all
from sync_server.services.clocks.clock_keeping import Row
from sync_server.services.schema.clock_tables import NEVER

_RUNNING = (Phase.RUNNING, Phase.OVER, Phase.PAUSED)
_A_LOOK = timedelta(minutes=3)
Told = set[tuple[str, str, str, int]]
"""(rule, record, beginning, level)."""


def compare_clocks(world: World, tally: Tally) -> None:
    """Let time pass, and look at every clock of every record after each step."""
    world.at(world.clock.now() + _A_LOOK)  # What was written last has been looked at, too.
    world.plain.client.pull_all()
    looking, timed = _Looking(world, tally, told(world)), Timed(world, tally)
    looking.settle()
    for after in world.era.moments:
        timed.remember()
        world.clock.stand(max(world.era.begins + after, world.clock.now()))
        timed.expect()
        world.rest()
        timed.compare()
        world.plain.client.pull_all()
        looking.look(world.clock.now())
    looking.compare_told()


def told(world: World) -> Told:
    """What clocks have said, as the server keeps it."""
    clocks = {one.id for one in world.rules.of(Clock)}
    found = Told()
    for one in world.observer.replica.find(Query("firing")):
        if one["rule"] in clocks:
            why = json.loads(str(one["why"]))
            found.add((str(one["rule"]), str(one["record"]), why["started"], why["level"]))
    return found


@dataclass(slots=True)
class _Looking:
    """One world, looked at again and again by its laptop."""

    world: World
    tally: Tally
    before: Told
    """Said before the first look."""
    reached: Told = field(default_factory=set)
    expected: Told = field(default_factory=set)

    def settle(self) -> None:
        """What was said or passed over before the first look is not asked about."""
        for row in self._rows().values():
            self.reached |= {(row.rule, row.record, row.start, n) for n in range(row.level)}
        tally, self.tally = self.tally, Tally()
        self.look(self.world.clock.now())
        self.tally, self.expected = tally, set()

    def look(self, now: datetime) -> None:
        """Compare what the server will say next with what this device works out."""
        rows, said = self._rows(), told(self.world)
        entities = {one.entity for one in self.world.rules.of(Clock)}
        for entity in sorted(entities):
            records = self.world.plain.replica.find(Query(entity))
            counted = count_all(self.world.plain, entity, records, lambda r: bool(r.body.levels))
            for record, one in counted.items():
                for stands in one.at(now):
                    self._one(one, stands, rows.get((stands.rule.id, record)), said)

    def compare_told(self) -> None:
        """What was said beside what should have been."""
        found, expected = told(self.world) - self.before, self.expected - self.before
        for one in sorted(found | expected):
            self.tally.compare("clock told", f"{one}", one in expected, one in found, rule=one[0])

    def _one(self, one: Counted, stands: Stands, row: Row | None, said: Told) -> None:
        rule, now = stands.rule, self.world.clock.now()
        run = Run.of(rule.body, one.record, one.near, now, one.calendars[rule.id])
        runs = run is not None and stands.state.phase in _RUNNING
        halted = rule.body.pauses_when.holds(one.record, now)
        if run is not None and runs and not halted:
            self._reach(rule, one, run, now)
        turn = clock_turns_at(rule.body, one.record, one.near, now)
        turns_at = NEVER if turn is None else int(turn.timestamp() * 1000)
        if run and runs:
            here = self._next(rule, one, run, said, halted=halted)
            here = here and (*here[:2], min(here[2], turns_at))
        else:  # It does not run, and may begin to when its condition turns.
            here = None if turn is None else ("", 0, turns_at)
        there = None
        if row is not None and not self._all_said(rule, row, said):
            there = row.start, -1 if halted and row.start else row.level, row.due_at
        self.tally.compare(
            "clock", f"{one.record['id']} at {now}", here, there, rule=rule.id,
            provisional=stands.state.provisional,
        )  # fmt: skip

    def _reach(self, rule: Document[Clock], one: Counted, run: Run, now: datetime) -> None:
        """Note levels whose moment has come; a mere warning is not given once the hours are
        over."""
        left = run.standing(one.record).left
        over = left is not None and left < timedelta()
        for number, at in enumerate(run.fires_at()):
            key = rule.id, str(one.record["id"]), iso_moment(run.started), number
            if at is None or at > now or key in self.reached:
                continue
            self.reached.add(key)
            if not (over and rule.body.levels[number].after_hours < rule.body.limit_hours):
                self.expected.add(key)

    def _next(
        self, rule: Document[Clock], one: Counted, run: Run, said: Told, *, halted: bool
    ) -> tuple[str, int, int] | None:
        """Beginning, level and moment (milliseconds) of what it says next."""
        start, moments = iso_moment(run.started), run.fires_at()
        key = rule.id, str(one.record["id"]), start
        over = [
            n for n in range(len(moments))
            if (*key, n) in said or (*key, n) in self.reached
        ]  # fmt: skip
        level = max(over, default=-1) + 1
        if level >= len(moments):
            return None
        at = moments[level]
        due = NEVER if at is None or halted else int(at.timestamp() * 1000)
        return start, -1 if halted else level, due

    def _all_said(self, rule: Document[Clock], row: Row, said: Told) -> bool:
        """Whether everything a row waits for was said already, before an exemption took its time
        out: by its id it is not said again."""
        later = range(row.level, len(rule.body.levels))
        return all((rule.id, row.record, row.start, n) in said for n in later)

    def _rows(self) -> dict[tuple[str, str], Row]:
        table = self.world.observer.tables.clocks.open
        asked = select(*(table.c[name] for name in Row.__dataclass_fields__))
        with self.world.observer.reading() as connection:
            rows = [Row(*row) for row in connection.execute(asked)]
        return {(one.rule, one.record): one for one in rows}
