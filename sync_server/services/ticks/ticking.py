"""What happens because time passes: clocks, daily lists, timed rules, each exactly once.

A `Tick` looks for what is due and carries it out in a transaction of its own, with ids that follow
from the cause; it may be called at any time, by any number of processes. Whoever adds one adds a
line to `ticks` (decision 052).
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from crm_core.errors import KnownError
from sync_server.services.server import Server
from sync_server.services.ticks import clock_pass, daily_list
from sync_server.services.ticks.automation_ticks import Timed
from sync_server.services.ticks.clock_firing import Firing
from sync_server.services.ticks.waiting_leads import Waiting

SECONDS = 5.0
"""Between two ticks."""
_LOOKING_SECONDS = 1.0
log = logging.getLogger("log.rules")


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that is done when its time has come."""

    name: str
    run: Callable[[], int]
    """How many things were done; none where nothing was due."""


def ticks(server: Server) -> tuple[Tick, ...]:
    """All of them, in their order; kept by whoever calls `tick` again and again."""
    firing = Firing(server)
    return (
        Tick("clock_pass", lambda: _look(server)),
        Tick("clocks", firing.fire_due),
        Tick("automations", Timed(server).look),
        Tick("waiting_leads", Waiting(server).look),
        Tick("daily_list", lambda: daily_list.make(server)),
    )


def tick(every: Sequence[Tick]) -> int:
    """Do what is due now; one that cannot is tried again at the next tick."""
    total = 0
    for one in every:
        with suppress(KnownError):
            done = one.run()
            total += done
            if done:
                log.info("%s: %d", one.name, done)
    return total


def _look(server: Server) -> int:
    """Look at records for a moment, then let others write."""
    end, total = monotonic() + _LOOKING_SECONDS, 0
    while monotonic() < end:
        found = clock_pass.go_on(server)
        total += found
        if not found:
            break
    return total
