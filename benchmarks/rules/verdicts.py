"""The same verdict on the laptop and on the server: every kind of rule, by chance.

Five worlds, each with a server process of its own, laptops signed in over HTTP and their encrypted
files, rules that ship, rules of a trade and rules by chance; around the Spring Festival, National
Day, a year of which no holidays are published, and both changes of the clock, with machines in
zones that have them.
"""

import multiprocessing
import random
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from itertools import islice

from benchmarks.rules.chances import Act
from benchmarks.rules.verdict_acts import compare_acts, in_doubt
from benchmarks.rules.verdict_clocks import compare_clocks
from benchmarks.rules.verdict_others import (
    compare_approvals,
    compare_gates,
    compare_limits,
    compare_moves,
    compare_required,
    compare_routes,
)
from benchmarks.rules.verdict_tally import Tally
from benchmarks.rules.verdict_world import Era, World, world_of
from benchmarks.sync.figures import Figure
from crm_core.errors import KnownError
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.ruling.stage_gates import StepBack

RECORDS, AT_ONCE = 1_000, 25
_LONGEST = 2_000
"""Characters of a difference that are shown."""
_H = timedelta(hours=1)
_D = timedelta(days=1)


def _era(name: str, begins: str, server: str, laptop: str, role: str, trade: str = "") -> Era:
    moments = (_H, 7 * _H, 20 * _H, 31 * _H, 2 * _D, 3 * _D + 3 * _H, 5 * _D, 9 * _D, 17 * _D)
    moment = datetime.fromisoformat(begins).replace(tzinfo=UTC)
    return Era(name, moment, moments, (server, laptop), role, trade)


ERAS = (
    _era("spring", "2026-02-12T08:40", "America/New_York", "Asia/Shanghai", "manager"),
    _era("national", "2026-09-28T01:05", "Europe/Berlin", "Pacific/Auckland", "manager",
         "education"),
    _era("year-end", "2026-12-29T15:50", "Asia/Shanghai", "America/Los_Angeles", "manager",
         "medical"),
    _era("dst-begins", "2026-03-07T06:10", "America/New_York", "Europe/London", "rep", "saas"),
    _era("dst-ends", "2026-10-24T22:30", "Europe/London", "America/New_York", "rep", "fmcg"),
)  # fmt: skip


def figures(
    *, records: int = RECORDS, seed: int | None = None, eras: Sequence[Era] = ERAS
) -> Iterator[Figure]:
    """What differs, by kind, in percent. Worlds live beside each other, each in processes that
    mostly wait for each other: it stands in a time zone of its own, and has dice of its own."""
    number, tally = secrets.randbelow(2**31) if seed is None else seed, Tally()
    print(f"verdicts: seed {number}", flush=True)
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(eras), mp_context=spawned) as pool:
        living = {pool.submit(lived, era, number, records // len(eras)): era for era in eras}
        for one in as_completed(living):
            found = one.result()
            tally.add(found)
            wrong = sum(found.unequal.values())
            shown = [line[:_LONGEST] for line in found.shown]
            print(
                f"verdicts: {living[one].name} done, {wrong} differ", *shown, sep="\n", flush=True
            )
    yield from tally.figures()


def lived(era: Era, seed: int, stories: int) -> Tally:
    """One world from its beginning to its end: the same for the same seed, whatever others do."""
    tally = Tally()
    try:
        with world_of(era, random.Random(f"{seed} {era.name}")) as world:
            _live(world, tally, stories)
    except KnownError as error:  # Known errors do not travel between processes.
        raise RuntimeError(f"{era.name}: {error.code} {error}") from None
    return tally


def _live(world: World, tally: Tally, stories: int) -> None:
    """People act, and nothing else happens; then time passes."""
    world.clock.hold(held=True)
    for first in range(0, stories, AT_ONCE):
        telling = [world.chances.story(n) for n in range(first, min(first + AT_ONCE, stories))]
        while telling:
            world.clock.stand(world.clock.now() + timedelta(seconds=world.dice.randint(1, 400)))
            telling = [one for one in telling if _told(world, tally, one)]
            world.push(world.plain)
            world.plain.client.pull_all()  # It changes what people see, not what they do not.
    compare_acts(world, tally)
    world.clock.hold(held=False)
    world.rest()
    world.plain.client.pull_all()
    compare_routes(world, tally, number=max(10, stories // 4))
    compare_moves(world, tally, number=max(10, stories // 4))
    compare_gates(world, tally)
    compare_approvals(world, tally, number=max(10, stories // 4))
    compare_clocks(world, tally)
    compare_required(world, tally)
    compare_limits(world, tally)


def _told(world: World, tally: Tally, story: Iterator[Act]) -> bool:
    """One more act of a story; whether there was one."""
    for act in islice(story, 1):
        _done(world, tally, act)
        return True
    return False


def _done(world: World, tally: Tally, act: Act) -> None:
    """An act on both laptops; what the one that decides refuses, the other sends all the same."""
    refused = False
    try:
        with world.ruled.write() as (unit, _):
            unit.insists = False
            _write(unit, act)
    except StepBack:
        return  # It asks for a reason; the server does not.
    except KnownError as error:
        if error.code != "gate":
            return
        refused = True
    try:
        with world.plain.replica.write(world.plain.actor) as (unit, _):
            if refused and unit.record(act.entity, act.id) is None:
                return
            _write(unit, act)
    except KnownError as error:
        if error.code != "forbidden":
            raise
        return  # What the other has as it is written; here a rule wrote it, and it is frozen since.
    if refused or "stage" in act.values:
        acks = world.push(world.plain)
        there = any(one.refused is not None for one in acks.values())
        tally.compare("stage gate", f"{act.entity} {act.id} {act.values}", refused, there,
                      rule=f"{act.entity}:{act.values.get('stage')}",
                      provisional=bool(in_doubt(world, act.entity, act.id)))  # fmt: skip


def _write(unit: Unit, act: Act) -> None:
    if unit.record(act.entity, act.id) is None:
        unit.create(act.entity, act.values, record_id=act.id)
    else:
        unit.change(act.entity, act.id, act.values)
