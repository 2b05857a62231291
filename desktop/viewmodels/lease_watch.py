"""Watches, while somebody works, what the organisation's policy asks of this device: the lease,
which warns before it ends, and the passphrase."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.services.online.lease import Verdict
from desktop.viewmodels.session import Session

TICK_MS = 30_000


class LeaseWatch(QObject):
    """Looks every half minute, on the database thread, and after every exchange."""

    over = Signal(object)
    """KnownError: why work cannot go on."""
    passphrase_missing = Signal()
    """The policy demands one, and there is none."""

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
        workspace = self._session.workspace

        def read() -> tuple[Verdict, bool]:
            missing = workspace.passphrase_demanded and not workspace.secrets.has_passphrase
            return workspace.lease.tick(), missing

        self._session.ask(read, self._heard, owner=self)

    def _heard(self, found: tuple[Verdict, bool]) -> None:
        verdict, missing = found
        if missing:
            self.passphrase_missing.emit()
        self._session.set_lease(verdict)
        if not verdict.usable:
            self._timer.stop()
            self.over.emit(verdict.refusal())
