"""Watches the lease while somebody works: warns before it ends, and says when it is over."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.services.lease import Verdict
from desktop.viewmodels.session import Session

TICK_MS = 30_000


class LeaseWatch(QObject):
    """Looks every half minute, on the database thread, and after every exchange."""

    over = Signal(object)
    """KnownError: why work cannot go on."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        session.sync_changed.connect(self.look)
        self.look()

    @Slot()
    def look(self) -> None:
        """Look now."""
        lease = self._session.workspace.lease
        self._session.ask(lease.tick, self._heard, owner=self)

    def _heard(self, verdict: Verdict) -> None:
        self._session.set_lease(verdict)
        if not verdict.usable:
            self._timer.stop()
            self.over.emit(verdict.refusal())
