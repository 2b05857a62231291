"""How a person stops long work: a token handed to it, and the error it ends with."""

import threading

from crm_core.errors import KnownError

_LOOK_SECONDS = 0.2


class Cancelled(KnownError):
    """The user stopped it."""

    def __init__(self) -> None:
        super().__init__("已取消，没有改动。", "Cancelled; nothing was changed.", code="cancelled")


class CancelToken:
    """Set on one thread, looked at by the work on another."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next convenient point."""
        self._event.set()

    def cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled if the work was asked to stop."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Pause the work, at most until it is asked to stop; whether it was."""
        return self._event.wait(seconds)


class PauseSwitch:
    """Holds work up between two of its steps, on another thread, until it is let go on."""

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()

    @property
    def paused(self) -> bool:
        """Whether the work is to hold still."""
        return not self._running.is_set()

    def pause(self) -> None:
        """Hold still from the next convenient point on."""
        self._running.clear()

    def resume(self) -> None:
        """Go on."""
        self._running.set()

    def wait(self, token: CancelToken) -> None:
        """Return when the work may go on; Cancelled where it was stopped meanwhile."""
        while not self._running.wait(_LOOK_SECONDS):
            token.check()
        token.check()
