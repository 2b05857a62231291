"""A tick over a million open clocks on PostgreSQL: at most a second, with some due and with none.

The schedule is filled by SQL with clocks of the far future; leads pushed for real, received long
enough ago, are what is due.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import text

from benchmarks.rules.server import Desk, a_desk
from benchmarks.sync.database import private_postgres
from benchmarks.sync.figures import Figure
from crm_core.clock import iso_moment
from crm_core.model.values import Value
from sync_server.services.server import Server
from sync_server.services.ticks.automation_ticks import Timed
from sync_server.services.ticks.clock_firing import Firing

OPEN, DUE, LIMIT_SECONDS, _ROUNDS = 1_000_000, 100, 1.0, 5
_FILL = """
INSERT INTO server_clock (rule, record, entity, start, level, due_at)
SELECT 'clock-bench', 'open-' || n, 'lead', '2026-01-01T00:00:00.000Z', 0, :later + n
FROM generate_series(1, :number) AS n
"""


def figures(*, number: int = OPEN) -> Iterator[Figure]:
    """Seconds of a tick."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            private_postgres(folder / "postgres") as database,
            a_desk(folder / "server", customers=10, database=database) as desk,
        ):
            later = desk.server.clock.millis() + 86_400_000
            with desk.server.writing() as connection:
                connection.execute(text(_FILL), {"later": later, "number": number})
            yield from _ticks(desk, f"{number:,} open clocks")


def _ticks(desk: Desk, name: str) -> Iterator[Figure]:
    firing = Firing(desk.server)
    firing.fire_due()
    nothing = max(_seconds(firing.fire_due)[0] for _ in range(20))
    yield Figure(f"{name}: a tick, none due", nothing, "s", target=LIMIT_SECONDS, note="of 20")
    received = iso_moment(desk.server.clock.now() - timedelta(days=3))

    def old(number: int) -> tuple[str, str, str, Value | dict[str, Value]]:
        entity, record, field, values = desk.lead(number)
        assert isinstance(values, dict)
        return entity, record, field, {**values, "received_at": received}

    worked, spent, fired = [], [], 0
    for _ in range(_ROUNDS):
        desk.push(old, DUE)
        before = _processor(desk.server)
        seconds, fired = _seconds(firing.fire_due)
        worked.append(_processor(desk.server) - before)
        spent.append(seconds)
    note = f"{fired} fired; by the clock {median(spent):.2f} s"
    yield Figure(f"{name}: a tick, some due, processor of both", median(worked), "s",
                 target=LIMIT_SECONDS, note=note)  # fmt: skip
    Timed(desk.server).look()  # The first look makes its indexes.
    before = _processor(desk.server)
    timed, _ = _seconds(Timed(desk.server).look)
    worked = [_processor(desk.server) - before]
    yield Figure(f"{name}: timed automations, processor of both", worked[0], "s",
                 target=LIMIT_SECONDS, note=f"by the clock {timed:.2f} s")  # fmt: skip


def _processor(server: Server) -> float:
    """Seconds of the processor that this process and the database's have used for it."""
    with server.reading() as connection:
        asked = text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        pids = list(connection.scalars(asked))
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _seconds(work: Callable[[], int]) -> tuple[float, int]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found
