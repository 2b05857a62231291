"""Word between server processes on one PostgreSQL: "the log has grown to here" (design rule 13).

A hint only: what it says is looked up, and whoever misses one finds out by looking now and then.
"""

import threading
from collections.abc import Callable

from sqlalchemy import Engine, exc

from crm_core.store.engines.engine import CHANNEL

_LOOK_SECONDS = 0.5
"""How soon the end of the program is noticed; a notice arrives at once."""
_AGAIN_SECONDS = 1.0


def hear_on(bare: Engine, heard: Callable[[int], None], stop: threading.Event) -> None:
    """Call `heard` with every position other processes (and this one) announce, until `stop`.

    `bare` makes connections outside transactions. One that breaks is made anew, for as long as it
    takes.
    """
    import psycopg  # A fifth of a second, which a server on SQLite need not wait.

    while not stop.is_set():
        try:
            _hear_on_one_connection(bare, heard, stop)
        except (exc.DBAPIError, psycopg.Error):
            stop.wait(_AGAIN_SECONDS)


def _hear_on_one_connection(
    bare: Engine, heard: Callable[[int], None], stop: threading.Event
) -> None:
    with bare.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute(f"LISTEN {CHANNEL}".encode())
        while not stop.is_set():
            for notice in raw.notifies(timeout=_LOOK_SECONDS):
                if notice.payload.isdecimal():
                    heard(int(notice.payload))
