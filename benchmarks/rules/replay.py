"""What trying a draft on history costs: 100,000 events of twelve months in 10 s.

An encrypted replica in which leads came in, were passed on, answered and moved by stages over a
year. Every rule that ships is replayed as a draft that is in force already: automations, clocks,
scores, routes (those with people in their pools), gates of stages. Beside it, in the same run,
reading the same operations from the log alone.
"""

import gc
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crm_core.clock import Clock, iso_moment
from crm_core.permissions import Actor
from crm_core.rules.documents import Document
from crm_core.rules.pools import Member, Pool
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.replaying.replay import play
from crm_core.rules.replaying.replay_report import reported
from crm_core.rules.replaying.replay_sets import Setting, sets_of
from crm_core.store.log import oplog
from crm_core.store.log.history_feed import read_feed
from crm_core.store.replica import Replica, open_replica

EVENTS, LIMIT_SECONDS = 100_000, 10.0
_A_LEAD = 5
"""Events a lead: created, given out, answered, two stages."""
_AT_ONCE = 500
_KEY = b"k" * 32
_BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
_STAGES = ("touched", "need")


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds."""

    events: int
    read: float
    """Reading the operations from the log, and nothing else."""
    feed: float
    play: float
    worked: float
    """Of the processor, for both."""
    fired: int

    @property
    def total(self) -> float:
        """Of the whole replay."""
        return self.feed + self.play


def measure(events: int = EVENTS) -> Measured:
    """Live through a year in a temporary folder, then replay it."""
    moment = [_BEGIN]
    with tempfile.TemporaryDirectory() as name:
        clock = Clock(now=lambda: moment[0])
        replica = open_replica(Path(name, "r.db"), clock=clock, key=_KEY)
        try:
            _live(replica, events // _A_LEAD, moment)
            return _replayed(replica, moment[0])
        finally:
            replica.close()


def report(measured: Measured) -> list[str]:
    """Lines for a person."""
    within = "within" if measured.total <= LIMIT_SECONDS else "BEYOND"
    return [
        f"replay of {measured.events:,} events: {measured.total:.1f} s ({within} "
        f"{LIMIT_SECONDS:g} s), of which {measured.feed:.1f} s reading what was there and what "
        f"happened; {measured.worked:.1f} s of the processor; reading the log alone "
        f"{measured.read:.1f} s; {measured.fired:,} firings"
    ]


def _live(replica: Replica, leads: int, moment: list[datetime]) -> None:
    actor = Actor("u-0", "admin")
    with replica.write(actor) as (unit, _):
        for n in range(8):
            person = {"name": f"同事{n}", "login": f"p{n}", "role": "rep"}
            unit.create("user", person, record_id=f"u-{n}")
    batches = max(1, -(-leads // _AT_ONCE))
    step = timedelta(days=360) / batches - timedelta(hours=71)
    for first in range(0, leads, _AT_ONCE):
        some = range(first, min(first + _AT_ONCE, leads))
        ids = [f"l-{n}" for n in some]
        now = iso_moment(moment[0])
        with replica.write(actor) as (unit, _):
            made = [
                {"name": f"线索{n}", "stage": "captured", "received_at": now, "source": "抖音直播"}
                for n in some
            ]
            unit.create_many("lead", made, record_ids=ids)
        for hours, changes in (
            (1, {"owner": f"u-{first // _AT_ONCE % 8}"}),
            (30, {"first_response_at": now}),
            *((20, {"stage": stage}) for stage in _STAGES),
        ):
            moment[0] += timedelta(hours=hours)
            with replica.write(actor) as (unit, _):
                unit.change_many("lead", dict.fromkeys(ids, changes))
        moment[0] += step


def _replayed(replica: Replica, until: datetime) -> Measured:
    since = until - timedelta(days=366)
    gc.disable()  # As on the desktop, where the Qt thread collects between events.
    started = time.perf_counter()
    rows = replica.read(lambda c: oplog.read(c, replica.tables, oplog.after(replica.tables, 0)))
    read = time.perf_counter() - started
    del rows
    started, worked = time.perf_counter(), time.process_time()
    sets = sets_of(_draft(), SHIPPED_SET, Setting(replica.registry))
    wanted = {e for some in sets for one in some for e in (*one.entities, *one.looks_at)}
    feed = replica.read(
        lambda c: read_feed(
            c, replica.tables, replica.registry, wanted | {"visit"}, since=since, until=until
        )
    )
    middle = time.perf_counter()
    found = reported(feed, play(feed, replica.registry, sets))
    ended, worked = time.perf_counter(), time.process_time() - worked
    gc.enable()
    return Measured(
        found.operations, read, middle - started, ended - middle, worked, len(found.judged)
    )


def _draft() -> list[Document[object]]:
    """Everything that ships, with people in the pool that takes leads without an address: routing
    differs from what is in force, and is played for both."""
    pool = Pool(tuple(Member(f"u-{n}", capacity=10_000) for n in range(8)))
    body = {"pool-hangzhou": pool}
    return [
        replace(one, active=True, body=body.get(one.id, one.body))
        if one.id in ("pool-hangzhou", "route-nowhere")
        else one
        for one in SHIPPED_SET.documents
    ]


if __name__ == "__main__":
    print("\n".join(report(measure())))
