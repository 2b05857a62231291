"""HTTP that does not wait for ever: who sends a request line by line is cut off (slowloris).

Bodies are bounded at the edge of the application; this is about what comes before it.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 20.0


class Patient(H11Protocol):
    """Gives a connection so long to say a whole request."""

    header_seconds = HEADER_SECONDS

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """From now on a request is awaited."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """A part of a request, or all of it."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._rest()
        super().connection_lost(exc)

    @property
    def _asking(self) -> bool:
        """Whether a request has begun, or should have, and is not there yet."""
        cycle: Any = self.cycle
        return cycle is None or bool(cycle.response_complete)

    def _watch(self) -> None:
        if not self._asking:
            self._rest()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.header_seconds, self._give_up)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self._asking and not self.transport.is_closing():
            self.transport.close()
