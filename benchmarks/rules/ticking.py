"""A tick over a million open clocks on PostgreSQL: at most a second, with some due and with none.

The schedule is filled by SQL with clocks of the far future; leads pushed for real, received long
enough ago, are what is due.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks.rules.server import Desk, a_desk
from benchmarks.sync.database import private_postgres
from benchmarks.sync.figures import Figure
from crm_core.clock import iso_moment
from crm_core.model.values import Value
from sync_server.services.automation_ticks import Timed
from sync_server.services.clock_firing import Firing

OPEN, DUE, LIMIT_SECONDS = 1_000_000, 100, 1.0
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

    desk.push(old, DUE)
    spent, fired = _seconds(firing.fire_due)
    yield Figure(
        f"{name}: a tick, some due", spent, "s", target=LIMIT_SECONDS, note=f"{fired} fired"
    )
    timed, _ = _seconds(Timed(desk.server).look)
    yield Figure(f"{name}: timed automations", timed, "s", target=LIMIT_SECONDS)


def _seconds(work: Callable[[], int]) -> tuple[float, int]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found
