"""What an iterator gives next, worked out on a thread of its own while what it gave is written.

SQLite lets go of the interpreter while it works: what is plain Python goes on meanwhile.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")
_TURN_S = 0.0002
"""For so long a thread keeps the interpreter that another waits for. Python's own 5 ms, waited for
after each of some dozens of statements, would be more than the statements take."""


class Ahead(Generic[T]):
    """Gives what an iterator gives. Whoever takes it says when the next may be worked out: when
    their own work is the database's. What the iterator raises is raised where its turn comes."""

    def __init__(self, made: Iterator[T], thread: ThreadPoolExecutor) -> None:
        """None of what is given is None."""
        self._made, self._thread = made, thread
        self._next: Future[T | None] | None = None

    def further(self) -> None:
        """Have the next worked out from now on."""
        if self._next is None:
            self._next = self._thread.submit(next, self._made, None)

    def __iter__(self) -> Iterator[T]:
        while True:
            self.further()
            coming, self._next = self._next, None
            one = coming.result() if coming is not None else None
            if one is None:
                return
            yield one


@contextmanager
def ahead(made: Iterator[T]) -> Iterator[Ahead[T]]:
    """The same; on leaving, nothing of it is under way."""
    turn = sys.getswitchinterval()
    with ThreadPoolExecutor(1, "ahead") as thread:
        try:
            sys.setswitchinterval(min(turn, _TURN_S))
            yield Ahead(made, thread)
        finally:
            sys.setswitchinterval(turn)
