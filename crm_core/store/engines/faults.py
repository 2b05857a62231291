"""Named moments of a write transaction, at which the tests of durability end the process.

A fault is an execution option of the engine, put there by a test and by nobody else: the product
neither sets nor reads it anywhere but here, and no environment variable or setting reaches it.
Without one, `reach` costs the look-up of a missing key.
"""

from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import Connection, Engine

_OPTION = "suixing_fault"


class Point(StrEnum):
    """What has just been done, or is about to be, in a write transaction."""

    BEFORE_LOG = "before_log"
    """The records are written, their log rows are not."""
    AFTER_LOG = "after_log"
    """The log rows are written; what waits, conflicts and the outbox are not."""
    BEFORE_CURSOR = "before_cursor"
    """A received page is applied; how far it reaches is not noted."""
    BEFORE_COMMIT = "before_commit"
    """Everything is written, nothing is durable."""
    AFTER_COMMIT = "after_commit"
    """Everything is durable, nobody has been told."""


Fault = Callable[[Point], object]
"""Called at every point; whatever it raises ends the transaction there."""


def plant(engine: Engine, fault: Fault | None) -> None:
    """Call `fault` at every point a connection of this engine reaches from now on; None: stop."""
    engine.update_execution_options(**{_OPTION: fault})


def reach(connection: Connection, point: Point) -> None:
    """A write has come to `point`."""
    fault: Fault | None = connection.get_execution_options().get(_OPTION)
    if fault is not None:
        fault(point)
