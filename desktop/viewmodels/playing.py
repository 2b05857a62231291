"""One recording being played at a time, as the interface sees it."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal, Slot

from crm_core.errors import KnownError
from desktop.services.cancelling import CancelToken
from desktop.services.voice.playback import Loudspeaker
from desktop.tasks import Tasks


class Playing(QObject):
    """Starting another one stops the one that plays."""

    changed = Signal(str)
    """The name of what plays now; "" for silence."""
    passed = Signal(float)
    """Seconds of it that were heard."""
    failed = Signal(object)
    """KnownError."""

    def __init__(
        self,
        tasks: Tasks,
        parent: QObject | None = None,
        *,
        load: Callable[[], Loudspeaker] = Loudspeaker.load,
    ) -> None:
        """`load` finds the loudspeaker; by default that of the system."""
        super().__init__(parent)
        self._tasks, self._load = tasks, load
        self._token = CancelToken()
        self.name = ""

    def play(self, name: str, pcm: Callable[[], Iterable[bytes]]) -> None:
        """Play 16 kHz mono 16-bit samples, which `pcm` reads on a worker thread."""
        self._token.cancel()
        self._token = token = CancelToken()
        report = self._tasks.reporter(self.passed.emit, owner=self)
        self._become(name)
        self._tasks.free(
            lambda: self._load().play(pcm(), token, report),
            on_done=lambda _: self._over(token),
            on_error=lambda error: self._broke(token, error),
            owner=self, cancel=token,
        )  # fmt: skip

    @Slot()
    def stop(self) -> None:
        """Silence."""
        self._token.cancel()
        self._become("")

    def _over(self, token: CancelToken) -> None:
        if token is self._token:
            self._become("")

    def _broke(self, token: CancelToken, error: KnownError) -> None:
        self._over(token)
        if error.code != "cancelled":
            self.failed.emit(error)

    def _become(self, name: str) -> None:
        if name != self.name:
            self.name = name
            self.changed.emit(name)
