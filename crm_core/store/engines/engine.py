"""Transactions over a database engine, SQLite or PostgreSQL: one state to read, one writer.

How each engine is opened is in `engine_sqlite` and `engine_postgres`; what is written above them
is the same.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import sqlcipher3.dbapi2 as cipher
from sqlalchemy import Connection, Engine, exc, text

from crm_core.store.engines.engine_sqlite import KEY_BYTES, open_sqlite
from crm_core.store.engines.failures import busy, known_failure
from crm_core.store.engines.faults import Point, reach
from crm_core.store.engines.noted import SEEN

__all__ = [
    "CLASHES",
    "KEY_BYTES",
    "announce",
    "guarded",
    "hear",
    "open_sqlite",
    "reading",
    "shaping",
    "writing",
]

READS, TURN, SHAPING, HEARING = "reads", "turn", "shaping", "hearing"
"""Options of an engine: what a reading connection is set to; the lock that gives its threads their
turn to write; a lock (made anew each time) under which tables change; how to hear notices."""
CHANNEL = "suixing"
CLASHES = (exc.IntegrityError, cipher.IntegrityError)
"""What a driver raises for a key that is in use, wrapped by SQLAlchemy or not."""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one consistent state."""
    with guarded(), engine.connect() as connection:
        options = engine.get_execution_options().get(READS, {})
        with connection.execution_options(**options, **{SEEN: {}}).begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection that holds the write lock; commits at the end, or leaves no trace."""
    turn = engine.get_execution_options().get(TURN, nullcontext())
    with guarded(), turn, engine.connect() as connection:
        locked = connection.execution_options(writes=True, **{SEEN: {}})
        with locked.begin():
            yield locked
            reach(locked, Point.BEFORE_COMMIT)
        reach(locked, Point.AFTER_COMMIT)


@contextmanager
def shaping(engine: Engine) -> Iterator[None]:
    """Let one process at a time add tables and columns; the others wait, then find it done."""
    with engine.get_execution_options().get(SHAPING, nullcontext)():
        yield


def announce(connection: Connection, position: int) -> None:
    """Tell the other processes on this database that the log has grown, once this commits."""
    if connection.dialect.name == "postgresql":
        tell = text("SELECT pg_notify(:channel, :position)")
        connection.execute(tell, {"channel": CHANNEL, "position": str(position)})


def hear(engine: Engine, heard: Callable[[int], None], stop: threading.Event) -> None:
    """Call `heard` with announced positions until `stop`; returns at once where nobody tells."""
    hearing = engine.get_execution_options().get(HEARING)
    if hearing is not None:
        hearing(heard, stop)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn the failures a person can do something about into KnownErrors."""
    try:
        yield
    except exc.TimeoutError as error:  # Every connection of the pool is in use.
        raise busy() from error
    except (exc.DBAPIError, cipher.Error, sqlite3.Error) as error:
        known = known_failure(error)
        if known is None:
            raise
        raise known from error
