"""When to sync next, worked out from what has happened: pure, told the time by its caller."""

from collections.abc import Callable
from dataclasses import dataclass

DEBOUNCE = 0.3
"""Seconds of quiet after a change, so that a burst of them travels together."""
POLL = 60.0
BLIND_POLL = 20.0
"""Without the hint channel nobody tells of news, so the device asks more often."""
METERED_POLL = 300.0
FIRST_DELAY = 1.0
LONGEST_DELAY = 300.0


@dataclass(slots=True)
class Timetable:
    """All moments are seconds of one monotonic clock."""

    random: Callable[[], float]
    """Uniform in [0, 1)."""
    due: float = 0.0
    """When the next exchange is to begin."""
    failures: int = 0
    poll: float = POLL
    """Seconds between two exchanges nobody asked for."""
    _not_before: float = 0.0

    def changed(self, now: float) -> None:
        """Something was written here: soon, but not while the server rests from failing."""
        self._sooner(max(now + DEBOUNCE, self._not_before))

    def hinted(self, now: float) -> None:
        """The server has something new."""
        self._sooner(max(now, self._not_before))

    def asked(self, now: float) -> None:
        """The person wants it now, or the network came back: any rest ends."""
        self.failures, self._not_before = 0, 0.0
        self.due = now

    def begun(self, now: float) -> None:
        """An exchange starts; what happens from here on asks for another one."""
        self.due = now + self.poll

    def succeeded(self, now: float) -> None:
        """It went well."""
        self.failures, self._not_before = 0, 0.0
        self._sooner(now + self.poll)

    def failed(self, now: float) -> None:
        """It did not: wait twice as long each time, with jitter so that a recovering server does
        not meet everyone at once."""
        self.failures += 1
        longest = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (self.failures - 1))
        self.due = self._not_before = now + longest * (0.5 + self.random() / 2)

    def _sooner(self, moment: float) -> None:
        self.due = min(self.due, moment)
